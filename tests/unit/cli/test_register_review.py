"""`register review|match`: the pairs that wait for a person, and a person's word on one of them."""

from __future__ import annotations

from pathlib import Path

from counter_app.service.register import import_register
from tests.end2end.counters import in_this_process
from tests.unit.counters import IT, PASSPHRASE, Desk, Templates, person

REGISTER = "id,given_name,surname,date_of_birth,postcode,national_id\nR1,Zoé,Quesnelet,19800305,75012,\n"


def test_a_pair_is_listed_with_its_evidence_until_somebody_says_what_it_is(
    templates: Templates, tmp_path: Path
) -> None:
    desk = Desk(templates.copy("A1", tmp_path / "data"))
    others = "".join(f"X{n},Prénom{n},Autrui{n},19{n + 20}0115,{10000 + n},\n" for n in range(60))
    (tmp_path / "register.csv").write_text(REGISTER + others, encoding="utf-8")
    import_register(desk.workstation, tmp_path / "register.csv")
    entry = desk.id("record_request", person=person("QUESNELET", address="75012 Paris"), aid="FR-SECURG")
    desk.close()
    (tmp_path / "words").write_bytes(PASSPHRASE)
    here = ("--data", str(desk.data), "--passphrase-file", str(tmp_path / "words"), "register")

    listed = in_this_process(*here, "review", "--json")
    (pair,) = listed.row["pairs"]
    assert listed.status == 1
    assert (pair["entry_id"], pair["register_id"], pair["sure"]) == (entry, "R1", True)
    assert "surname:same" in pair["evidence"]
    assert "Quesnelet" not in listed.said

    about = ("--agent", IT, "--reason", "Seen on the identity card")
    nobody = in_this_process(*here, "match", entry, "R9", "same", *about)
    assert (nobody.status, "take both ids from `register review`" in nobody.err) == (2, True)
    assert in_this_process(*here, "match", entry, "R1", "same", *about).status == 0
    again = in_this_process(*here, "review", "--json")
    assert (again.status, again.row["pairs"]) == (0, [])
