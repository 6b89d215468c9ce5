"""The search box: people served here and people of the register, each once, with why they were found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.errors import EnvironmentFailed
from counter_app.domain.likeness import Reason
from counter_app.projections import names
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.reasons import in_words
from counter_app.service.register import import_register, register_about, search_register
from counter_app.service.search import PersonMatch, search
from tests.unit.counters import Desk, person

HEADER = "id,given_name,surname,date_of_birth,postcode,national_id"
ROWS = """\
F-1,Zoé,Dupont,19800305,44000,2 80 03 44 109 123 56
F-2,Marie,Dupont,19800000,44000,
F-3,Jan,Van den Broeck,19790405,44100,79.04.05-002.31
"""


@pytest.fixture
def registered(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with a copy of a small register."""
    file = tmp_path / "register.csv"
    file.write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    import_register(desk.workstation, file, dated=date(2026, 2, 1))
    return desk


def numbered(scheme: str, value: str) -> list[dict[str, str]]:
    return [{"scheme": scheme, "value": value}]


def found(desk: Desk, query: str, limit: int = 20) -> list[PersonMatch]:
    return list(search(desk.workstation, query, limit).matches)


def test_somebody_served_here_is_found_by_beginnings_of_the_name_and_the_year(desk: Desk) -> None:
    grant = desk.grant(person=person("Dupont", given_names=["Marie", "Zoé"]))
    desk.grant(person=person("Durand", given_names=["Luc"], birth_date="1975"))
    (one,) = found(desk, "dup mar 1980")
    assert (one.source, one.surname, one.given_names, one.birth_date) == (
        "journal",
        "Dupont",
        ("Marie", "Zoé"),
        "1980-03-05",
    )
    assert (one.entry_id, one.visits, one.last_visit) == (grant, 1, date(2026, 3, 2))
    assert one.why == ("surname begins like this", "given name begins like this", "year of birth")


def test_without_a_register_the_journal_alone_is_searched(desk: Desk) -> None:
    desk.grant(person=person("Dupont"))
    result = search(desk.workstation, "dupont")
    assert result.register is None
    assert len(result.matches) == 1
    assert result.took_ms > 0


def test_the_register_alone_finds_who_never_came(registered: Desk) -> None:
    (one,) = found(registered, "broeck jan")
    assert (one.source, one.register_id, one.entry_id, one.visits, one.last_visit) == (
        "register",
        "F-3",
        None,
        0,
        None,
    )
    assert one.birth_date == "1979-04-05"


@pytest.mark.parametrize(
    "told",
    [
        person("Dupont", given_names=["Zoé"], birth_date="1980-03-05"),
        person("Autrement", birth_date=None, numbers=numbered("file", "f 1")),
        person("Autrement", birth_date=None, numbers=numbered("nir", "280034410912356")),
        person("Autrement", birth_date=None, numbers=numbered("other", "280034410912356")),
    ],
    ids=["names and birth", "file number", "identity number", "identity number of another kind"],
)
def test_who_was_served_and_is_registered_is_shown_once(told: dict[str, Any], registered: Desk) -> None:
    grant = registered.grant(person=told)
    matches = found(registered, "zoe dupont 1980")
    (one,) = [match for match in matches if match.register_id == "F-1"]
    assert (one.source, one.entry_id) == ("journal", grant)
    assert len([match for match in matches if match.entry_id == grant]) == 1


def test_several_visits_are_one_person_and_are_counted_by_day(desk: Desk) -> None:
    request = desk.id("record_request", person=person(), aid="FR-CAP")
    desk.grant(person=person())
    desk.clock.jump(86_400)
    last = desk.grant(person=person("DUPONT", given_names=["Zoé"]))
    (one,) = found(desk, "dupont")
    assert (one.visits, one.last_visit, one.entry_id) == (2, date(2026, 3, 3), last)
    assert request != last


def test_two_people_of_one_name_are_two(desk: Desk) -> None:
    desk.grant(person=person(birth_date="1980-03-05"))
    desk.grant(person=person(birth_date="1981-03-05"))
    first = desk.grant(person=person("Noël", birth_date="1990-05-05"))
    desk.grant(person=person("Noël", birth_date="1990-05-05", distinct_from=first, reason="another face"))
    assert len(found(desk, "dupont")) == 2
    assert len(found(desk, "noel")) == 2


def test_who_has_no_reference_is_tied_by_what_the_agent_said_and_never_by_name(desk: Desk) -> None:
    nobody = person("Sansnom", given_names=[], birth_date=None)
    request = desk.id("record_request", person=nobody, aid="FR-SECURG")
    desk.id(
        "grant_aid", request=request, aid="FR-SECURG", cents=1000, circumstances={"evidence": ["interview"]}
    )
    desk.clock.jump(86_400)
    desk.id("record_request", person=nobody, aid="FR-CAP", visit_of=request)
    desk.id("record_request", person=nobody, aid="FR-CAP")
    assert sorted(match.visits for match in found(desk, "sansnom")) == [1, 2]


def test_a_number_finds_entries_of_other_counters_which_have_no_names_here(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    here, there = open_desk("A1"), open_desk("A2")
    grant = there.grant(person=person(numbers=numbered("file", "2015-0007")))
    share = tmp_path / "share"
    share.mkdir()
    for desk in (there, here):
        exchange_by_folder(desk.workstation, share)
    (one,) = found(here, "2015 0007")
    assert (one.entry_id, one.surname, one.numbers, one.visits) == (grant, "", (), 1)
    assert one.why == ("file number",)
    assert found(here, "dupont") == []


def test_numbers_are_masked_but_for_their_end(desk: Desk) -> None:
    desk.grant(person=person(numbers=numbered("nir", "280034410912356")))
    (one,) = found(desk, "dupont")
    assert one.numbers == (("nir", "••••••••••••356"),)


def test_a_correction_moves_the_entry_to_the_person_it_names(desk: Desk) -> None:
    request = desk.id("record_request", person=person("Durant"), aid="FR-CAP")
    desk.do(
        "correct_entry", target=request, reason="misheard", person=person("Lambert", birth_date="1970-02-02")
    )
    assert found(desk, "durant") == []
    (one,) = found(desk, "lambert")
    assert (one.surname, one.birth_date, one.entry_id) == ("Lambert", "1970-02-02", request)


def test_who_fits_better_comes_first_wherever_they_are_known_from(registered: Desk) -> None:
    registered.grant(person=person("Dupontel", given_names=["Marc"], birth_date="1980-01-07"))
    matches = found(registered, "dupont marie 1980")
    assert matches[0].register_id == "F-2"
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert found(registered, "dupont", 1) == found(registered, "dupont")[:1]


def test_a_copy_that_cannot_be_opened_is_told_and_not_hidden(registered: Desk) -> None:
    (registered.data / "register.key").write_bytes(b"broken")
    with pytest.raises(EnvironmentFailed) as caught:
        search(registered.workstation, "dupont")
    assert caught.value.code == "register_unreadable"


def test_what_was_forgotten_is_found_by_number_alone(desk: Desk) -> None:
    desk.grant(person=person(numbers=numbered("file", "2015-0007")))
    (*_, granted) = desk.entries()
    desk.workstation.writer.do(lambda session: names.forget(session.tables, granted))
    assert found(desk, "dupont") == []
    assert len(found(desk, "2015-0007")) == 1


@pytest.mark.parametrize("query", ["", "   ", "'", "%", '" OR 1', "é" * 500, "x y z a b c d e f g"])
def test_no_text_breaks_the_box(query: str, registered: Desk) -> None:
    registered.grant(person=person())
    assert all(0 < match.score <= 1 for match in found(registered, query))


def test_the_copy_tells_its_age(registered: Desk) -> None:
    about = register_about(registered.workstation)
    assert about is not None
    result = search_register(registered.workstation, "dup mar 1980", 20)
    assert (result.about, result.age_days) == (about, 29)
    assert result.matches[0].person.id == "F-2"
    assert result.took_ms > 0


def test_every_reason_has_words() -> None:
    words = in_words(Reason)
    assert len(set(words)) == len(Reason)
    assert all(words)


@pytest.mark.parametrize("typed", ["A1-0002", "a1-0002", "a10002", " A1 0002 "])
def test_a_receipt_number_finds_its_citizen_and_nobody_else(typed: str, desk: Desk) -> None:
    desk.grant(person=person("Durand", given_names=["Luc"], birth_date="1975"))
    desk.grant(person=person("Dupont"))
    answer = search(desk.workstation, typed)
    assert [(one.surname, one.why) for one in answer.matches] == [("Dupont", ("receipt number",))]
    assert answer.receipt == ""


def test_a_receipt_number_that_was_never_given_is_told_as_one(desk: Desk) -> None:
    desk.grant()
    answer = search(desk.workstation, "a1-0099")
    assert (answer.matches, answer.receipt) == ((), "A1-0099")
    for name in ("dupont", "ma1980", "02000123", "12-1980"):
        assert search(desk.workstation, name).receipt == ""
