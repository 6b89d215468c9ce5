"""What is erased is found in no table and no file, and the chain, the books and every total stay as they were."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.errors import AppError, BadInput, Refused
from counter_app.keys.keyring import open_keys
from counter_app.projections import grants
from counter_app.service.citizen import person_history
from counter_app.service.drafts import save_draft
from counter_app.service.erasure import ERASED, erase_person, retention
from counter_app.service.mirror.media import add_medium
from counter_app.service.mirror.now import copy_now
from counter_app.service.person_export import export_person
from counter_app.service.proof import prove
from counter_app.service.restoring.sources import open_source
from counter_app.service.search import search
from tests.unit.counters import AGENT, AUDITOR, CASH, IT, PASSPHRASE, SUPERVISOR, Desk
from tests.unit.service.scripted import Centre, Deliverer, accepts

DAY = 86_400
WORDS = ("Quincampoix", "quincampoix", "0612345678", "rue des Tulipes", "douleur")
SOMEBODY: dict[str, Any] = {
    "surname": "Quincampoix",
    "given_names": ["Zélie"],
    "birth_date": "1971-02-03",
    "identity": "document",
    "phone": "0612345678",
    "address": "3 rue des Tulipes",
    "numbers": [{"scheme": "file", "value": "F-991"}],
}


def deliver(desk: Desk) -> None:
    for service in ("aid-file", "treasury"):
        if desk.workstation.configuration.service(service) is not None:
            Deliverer(desk, Centre(*[accepts()] * 20), service).run()


@pytest.fixture
def served(desk: Desk) -> str:
    """Somebody who was granted, paid and sent to the central systems, and the id of the grant."""
    desk.fill_drawer()
    grant = desk.grant(4000, person=SOMEBODY, payment=CASH, note="douleur au dos")
    desk.grant(3000, person={"surname": "Autre", "birth_date": "1980-05-06", "identity": "document"})
    save_draft(desk.workstation, "d1", AGENT, {"surname": "Quincampoix"})
    deliver(desk)
    return grant


def everything(desk: Desk) -> list[str]:
    """Where one of the words still stands: in a decrypted table, or in a file as it is."""
    found = []
    with desk.workstation.reading() as connection:
        tables = [
            str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                text = " ".join(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for value in row
                )
                found += [f"{table}: {word}" for word in WORDS if word in text]
    for path in desk.data.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            found += [f"{path.name}: {word}" for word in WORDS if word.encode() in raw]
    return found


def totals(desk: Desk, grant: str) -> tuple[object, ...]:
    row = desk.grant_row(grant)
    return (
        row,
        desk.slice(),
        [entry.hash for entry in desk.entries()[:3]],
        grants.granted_cents(desk.tables(), "A1"),
    )


def test_after_proof_and_delay_the_words_are_found_in_no_table_and_no_file(desk: Desk, served: str) -> None:
    assert {line.partition(":")[0] for line in everything(desk)} >= {
        "private",
        "rendered_body",
        "p_name",
        "draft",
    }
    before, hashes = totals(desk, served), [entry.hash for entry in desk.entries()]
    days = desk.workstation.configuration.retention.personal_days
    desk.clock.jump((days + 1) * DAY)
    done = retention(desk.workstation, IT)
    assert (done.entries > 0, done.drafts, done.kept, done.out_of_reach) == (True, 1, {"still_open": 1}, ())
    assert everything(desk) == []
    assert totals(desk, served) == before
    entries = desk.entries()
    assert [entry.hash for entry in entries[: len(hashes)]] == hashes
    order = entries[-1]
    assert (order.kind, order.facts["rule"], order.facts["count"]) == (ERASED, "retention", done.entries)
    assert prove(desk.workstation, full=True).findings == []
    assert search(desk.workstation, "quincampoix").matches == ()
    desk.reopen()
    assert everything(desk) == []
    assert person_history(desk.workstation, entry_id=served).person is None


def test_nothing_goes_before_its_time_and_a_dry_run_changes_nothing(desk: Desk, served: str) -> None:
    seq = desk.seq
    early = retention(desk.workstation, IT)
    assert (early.entries, set(early.kept)) == (0, {"too_young"})
    desk.clock.jump(91 * DAY)
    told = retention(desk.workstation, IT, dry_run=True)
    assert told.entries > 0
    assert desk.seq == seq
    assert everything(desk) != []


def test_what_no_central_system_has_shown_stays_however_old_it_is(desk: Desk) -> None:
    desk.grant(4000, person=SOMEBODY)
    desk.clock.jump(2000 * DAY)
    done = retention(desk.workstation, IT)
    assert (done.entries, done.kept) == (0, {"not_proved": 1})
    assert everything(desk) != []


def test_the_delay_is_counted_from_the_proof_and_not_from_the_act(desk: Desk) -> None:
    desk.fill_drawer()
    desk.grant(4000, person=SOMEBODY, payment=CASH)
    desk.clock.jump(89 * DAY)
    deliver(desk)
    desk.clock.jump(2 * DAY)
    assert retention(desk.workstation, IT).entries == 0
    desk.clock.jump(89 * DAY)
    assert retention(desk.workstation, IT).entries > 0


def test_a_person_is_erased_with_a_reason_and_alone(desk: Desk, served: str) -> None:
    workstation = desk.workstation
    desk.clock.jump(60)
    with pytest.raises(BadInput):
        erase_person(workstation, served, " ", SUPERVISOR)
    for agent in (AGENT, IT, AUDITOR):
        with pytest.raises(Refused):
            erase_person(workstation, served, "asked by letter", agent)
    done = erase_person(workstation, served, "asked by letter", SUPERVISOR)
    assert done.entries > 0
    assert [line for line in everything(desk) if not line.startswith("draft")] == []
    assert desk.entries()[-1].facts["reason"] == "asked by letter"
    assert len(search(workstation, "autre").matches) == 1
    assert prove(workstation, full=True).findings == []


def test_a_person_is_handed_all_that_is_held_and_the_handing_is_a_look(desk: Desk, served: str) -> None:
    with pytest.raises(Refused):
        export_person(desk.workstation, served, AGENT)
    told = export_person(desk.workstation, served, SUPERVISOR)
    assert told["entries"][0]["private"]["person"]["surname"] == "Quincampoix"
    assert all("Autre" not in str(entry) for entry in told["entries"])
    assert told["looks"][-1]["act"] == "person_exported"
    with pytest.raises(AppError):
        export_person(desk.workstation, "00000000-0000-4000-8000-000000000000", SUPERVISOR)


def on_the_stick(desk: Desk, stick: Path, scratch: Path) -> str:
    """Everything that the copy on a stick holds, decrypted."""
    source = open_source(stick, lambda folder, name: open_keys(folder, PASSPHRASE, name), scratch)
    return repr([(part.entries, part.tables) for part in source.read()])


def test_the_copy_on_a_stick_loses_the_words_too_and_one_that_is_away_is_named(
    desk: Desk, served: str, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    add_medium(desk.workstation, stick)
    copy_now(desk.workstation)
    assert "Quincampoix" in on_the_stick(desk, stick, tmp_path)
    erase_person(desk.workstation, served, "asked by letter", SUPERVISOR)
    until = time.monotonic() + 60
    while "Quincampoix" in on_the_stick(desk, stick, tmp_path):
        assert time.monotonic() < until
        copy_now(desk.workstation)
        time.sleep(0.2)
    stick.rename(tmp_path / "elsewhere")
    assert retention(desk.workstation, IT, dry_run=True).out_of_reach == (str(stick),)


def test_an_erased_private_part_is_missed_where_no_entry_ordered_it(desk: Desk, served: str) -> None:
    with pytest.raises(Exception, match="erased only by an entry that orders it"):
        desk.workstation.writer.do(lambda session: session.connection.execute("DELETE FROM private"))


def test_a_copy_kept_by_an_upgrade_goes_with_the_words_and_one_put_aside_by_a_restore_is_named(
    desk: Desk, served: str
) -> None:
    kept = desk.data / "journal-before-0002_drafts.db"
    kept.write_bytes(b"as it was before the upgrade")
    aside = desk.data / "before-restore-20260302-080000"
    aside.mkdir()
    told = erase_person(desk.workstation, served, "asked by letter", SUPERVISOR)
    assert not kept.exists()
    assert told.out_of_reach == (str(aside),)
