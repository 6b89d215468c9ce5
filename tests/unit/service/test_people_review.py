"""Pairs of the journal and the register: found with their evidence, decided by a person, and nobody tied by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.domain.errors import BadInput, Refused
from counter_app.projections import people
from counter_app.service.people_review import PersonPair, match, open_pair, pairs_to_review, reference_of
from counter_app.service.persons import one_person
from counter_app.service.register import import_register
from tests.unit.counters import IT, Desk, person

REGISTER = """id,given_name,surname,date_of_birth,postcode,national_id
R1,Hélène,Quesnelet,19800312,75012,
R2,Zoé,Kerouanton,19910507,44000,
R3,Zélie,Kerouanton,19910507,44000,
R4,Amadou,Traoré,19750000,75018,
"""


@pytest.fixture
def compared(desk: Desk, tmp_path: Path) -> dict[str, PersonPair]:
    """The pairs by the surname of the journal, with a register beside two hundred others."""
    others = "".join(
        f"X{n},Prénom{n},Autrui{n},19{n % 90:02d}0{n % 9 + 1}15,{10000 + n},\n" for n in range(200)
    )
    file = tmp_path / "register.csv"
    file.write_text(REGISTER + others, encoding="utf-8")
    import_register(desk.workstation, file)
    for told in (
        person("QUESNELET", given_names=["Helene"], birth_date="1980-03-12", address="3 rue X, 75012 Paris"),
        person("Kerouanton", given_names=["Zoë"], birth_date="1991-05-07", address="44000 Nantes"),
        person("Inconnu", given_names=["Personne"], birth_date="1966-06-06"),
    ):
        desk.id("record_request", person=told, aid="FR-SECURG")
    return {f"{pair.surname} {pair.register_id}": pair for pair in pairs_to_review(desk.workstation)}


def test_whoever_is_spelt_otherwise_is_found_with_the_evidence_and_twins_are_never_both_sure(
    desk: Desk, compared: dict[str, PersonPair]
) -> None:
    found = compared["QUESNELET R1"]
    assert found.sure
    assert found.held == ()
    assert "birth:same" in found.evidence
    assert not any(key.startswith("Inconnu") for key in compared)
    twin = compared.get("Kerouanton R3")
    assert twin is None or (not twin.sure and "may_be_twins" in twin.held)
    case = open_pair(desk.workstation, found)
    assert case is not None
    told = {field.name: (field.ours, field.theirs, field.share) for field in case.fields}
    assert told["surname"] == ("QUESNELET", "Quesnelet", 1.0)
    assert told["birth"] == ("1980-03-12", "1980-03-12", 1.0)
    assert told["postcode"][:2] == ("75012", "75012")
    assert case.entries == 1


def test_whoever_is_tied_is_known_by_the_registers_number_and_never_asked_about_again(
    desk: Desk, compared: dict[str, PersonPair]
) -> None:
    pair = compared["QUESNELET R1"]
    reference = reference_of(desk.workstation, "R1")
    assert people.entries_about(desk.tables(), [reference]) == []
    match(desk.workstation, pair, "same", IT, "compared with the identity card", "window")
    assert people.entries_about(desk.tables(), [reference]) == [pair.target]
    with desk.workstation.reading() as connection:
        assert set(one_person(connection, references=[reference]).entries) == {pair.target}
    assert pair.key not in {one.key for one in pairs_to_review(desk.workstation)}
    row = desk.tables().row("SELECT confirmed FROM p_reference WHERE reference = ?", (reference,))
    assert row == (0,), "a tie takes nothing from what somebody may still have"
    assert desk.entries()[-1].facts["verdict"] == "same"
    assert "R1" not in str(desk.entries()[-1].facts)
    assert desk.findings() == []


def test_two_people_are_told_apart_once_and_for_all(desk: Desk, compared: dict[str, PersonPair]) -> None:
    pair = compared["Kerouanton R2"]
    match(desk.workstation, pair, "other", IT, "another mother", "window")
    assert people.entries_about(desk.tables(), [reference_of(desk.workstation, "R2")]) == []
    assert pair.key not in {one.key for one in pairs_to_review(desk.workstation)}
    with pytest.raises(Refused) as caught:
        match(desk.workstation, pair, "same", IT, "a slip", "window")
    assert caught.value.code == "matched_before"


def test_without_a_register_it_is_said_so(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        pairs_to_review(desk.workstation)
    assert caught.value.code == "register_missing"
