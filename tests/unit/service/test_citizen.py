"""One person's page: what was asked, granted and refused here and elsewhere, and what may still be granted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from counter_app.domain.commands import Number
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.service.citizen import AidLeft, Visit, person_history
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.preview import rights
from counter_app.service.register import import_register
from tests.unit.counters import CASH, SUPERVISOR, Desk, person

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
INTERVIEW = {"evidence": ["interview"]}


def test_requests_grants_and_visits_stand_with_the_latest_first(desk: Desk) -> None:
    desk.fill_drawer()
    request = desk.id("record_request", person=person(), aid="FR-SECURG", asked_cents=5000)
    grant = desk.id(
        "grant_aid", request=request, aid="FR-SECURG", cents=4000, circumstances=INTERVIEW, payment=CASH
    )
    desk.clock.jump(86_400)
    later = desk.id("record_request", person=person(), aid="FR-CAP")
    history = person_history(desk.workstation, entry_id=grant)
    assert history.person is not None
    assert (history.person.surname, history.confirmed) == ("Dupont", True)
    assert history.visits == (Visit(TUESDAY, "A1"), Visit(MONDAY, "A1"))
    assert [(line.entry_id, line.state, line.day) for line in history.requests] == [
        (later, "open", TUESDAY),
        (request, "granted", MONDAY),
    ]
    assert history.requests[1].asked == Money(5000)
    (line,) = history.grants
    assert (line.entry_id, line.amount, line.state, line.counter) == (grant, Money(4000), "paid", "A1")
    assert {state for _, state in line.units} == {UnitState.WAITING}


@pytest.mark.parametrize("end", ["granted", "pending", "cancelled", "refused", "returned", "declined"])
def test_a_grant_and_its_request_say_what_became_of_them(end: str, desk: Desk) -> None:
    desk.fill_drawer()
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    cents = 6000 if end in ("pending", "declined") else 4000
    payment = {"payment": CASH} if end == "returned" else {}
    if end == "refused":
        reason = next(iter(desk.workstation.configuration.reasons))
        desk.id("refuse_aid", request=request, reason=reason)
        states = ("refused", None)
    else:
        grant = desk.id(
            "grant_aid", request=request, aid="FR-SECURG", cents=cents, circumstances=INTERVIEW, **payment
        )
        if end == "cancelled":
            desk.do("cancel_grant", grant=grant, reason="a mistake")
        elif end == "returned":
            desk.do("return_money", grant=grant, cents=cents)
        elif end == "declined":
            desk.do("decide_approval", approver=SUPERVISOR, grant=grant, approved=False, reason="no")
        states = {
            "granted": ("granted", "granted"),
            "pending": ("pending", "pending"),
            "cancelled": ("open", "cancelled"),
            "returned": ("granted", "returned"),
            "declined": ("open", "refused"),
        }[end]
    history = person_history(desk.workstation, entry_id=request)
    assert history.requests[0].state == states[0]
    assert [line.state for line in history.grants] == ([] if states[1] is None else [states[1]])


def test_the_references_and_each_entry_lead_to_the_same_record(desk: Desk) -> None:
    grant = desk.grant(person=person(numbers=[{"scheme": "file", "value": "7"}]))
    other = desk.grant(person=person())
    by_entry = person_history(desk.workstation, entry_id=grant)
    assert person_history(desk.workstation, entry_id=other).grants == by_entry.grants
    for reference in by_entry.references:
        assert person_history(desk.workstation, references=[reference]).grants == by_entry.grants


def test_what_may_still_be_granted_shrinks_with_what_was_granted_anywhere(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    here, there = open_desk("A1"), open_desk("A2")
    before = person_history(here.workstation, entry_id=here.grant(1000))
    there.grant(8000)
    there.grant(8000)
    share = tmp_path / "share"
    share.mkdir()
    for desk in (there, here):
        exchange_by_folder(desk.workstation, share)
    after = person_history(here.workstation, references=before.references)
    left = {one.aid: one.may_still for one in after.may_still}
    earlier = {one.aid: one.may_still for one in before.may_still}
    assert left["FR-SECURG"] is not None
    assert earlier["FR-SECURG"] is not None
    assert left["FR-SECURG"] < earlier["FR-SECURG"]
    assert [line.counter for line in after.grants] == ["A2", "A2", "A1"]
    assert {visit.counter for visit in after.visits} == {"A1", "A2"}
    assert after.person == before.person


def test_it_says_the_same_as_the_rules_asked_for_a_grant(desk: Desk) -> None:
    history = person_history(desk.workstation, entry_id=desk.grant(5000))
    assert history.person is not None
    asked = tuple(AidLeft(one.aid, one.may_still) for one in rights(desk.workstation, history.person))
    assert history.may_still == asked


def test_who_has_no_reference_has_one_record_from_whichever_visit_it_is_opened(desk: Desk) -> None:
    nobody = person("Sansnom", given_names=[], birth_date=None)
    first = desk.id("record_request", person=nobody, aid="FR-SECURG")
    desk.clock.jump(86_400)
    second = desk.id("record_request", person=nobody, aid="FR-CAP", visit_of=first)
    desk.id("record_request", person=nobody, aid="FR-CAP")
    for entry_id in (first, second):
        history = person_history(desk.workstation, entry_id=entry_id)
        assert [line.entry_id for line in history.requests] == [second, first]
        assert history.references == ()


def test_nobody_is_somebody_who_is_not_known(desk: Desk) -> None:
    for nobody in ({"entry_id": "11111111-2222-4333-8444-555555555555"}, {"references": ["file:0"]}, {}):
        with pytest.raises(BadInput) as caught:
            person_history(desk.workstation, **nobody)  # type: ignore[arg-type]
        assert caught.value.code == "unknown_person"


def test_after_a_correction_the_page_tells_the_new_name(desk: Desk) -> None:
    request = desk.id("record_request", person=person("Durant"), aid="FR-CAP")
    desk.clock.jump(60)
    correction = desk.id("correct_entry", target=request, reason="misheard", person=person("Durand"))
    for entry_id in (request, correction):
        history = person_history(desk.workstation, entry_id=entry_id)
        assert history.person is not None
        assert history.person.surname == "Durand"
        assert [line.entry_id for line in history.requests] == [request]


def test_somebody_of_the_register_has_a_page_that_a_form_can_begin_with(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(
        "id,given_name,surname,date_of_birth,postcode,national_id,phone\n"
        "F-1,Zoé Anne,Dupont,19800305,44000,2 80 03 44 109 123 56,01 23\n"
        "F-2,Awa,,19800000,,79.04.05-002.31,\n"
        "F-3,Gia,Rossi,19800231,,RSSGIA80A41H501Z,\n"
        "F-4,X,Y,,,12,\n",
        encoding="utf-8",
    )
    import_register(desk.workstation, file)
    first = person_history(desk.workstation, register_id="F-1")
    assert first.person is not None
    assert first.registered is not None
    assert (first.person.surname, first.person.given_names) == ("Dupont", ("Zoé", "Anne"))
    assert (first.person.birth_date, first.person.identity) == ("1980-03-05", "declared")
    assert first.person.numbers == (
        Number(scheme="file", value="F-1"),
        Number(scheme="nir", value="2 80 03 44 109 123 56"),
    )
    assert first.registered.more == {"phone": "01 23"}
    assert (first.visits, first.grants, first.confirmed) == ((), (), False)
    schemes = {}
    for number in ("F-2", "F-3", "F-4"):
        told = person_history(desk.workstation, register_id=number).person
        assert told is not None
        schemes[number] = (told.surname, told.birth_date, told.numbers[1].scheme)
    assert schemes == {
        "F-2": ("Awa", "1980", "be_nn"),
        "F-3": ("Rossi", "1980-02", "codice_fiscale"),
        "F-4": ("Y", None, "other"),
    }
    grant = desk.grant(person=person("Dupont", birth_date=None, numbers=[{"scheme": "file", "value": "F1"}]))
    assert [line.entry_id for line in person_history(desk.workstation, register_id="F-1").grants] == [grant]
    with pytest.raises(BadInput):
        person_history(desk.workstation, register_id="F-99")


def test_a_refusal_stands_with_its_number_and_reason_whether_of_a_request_or_not(desk: Desk) -> None:
    first, second = list(desk.workstation.configuration.reasons)[:2]
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    answered = desk.id("refuse_aid", request=request, reason=first)
    alone = desk.id("refuse_aid", person=person(), aid="FR-CAP", reason=second)
    history = person_history(desk.workstation, entry_id=request)
    assert [(one.entry_id, one.number, one.aid, one.reason, one.day) for one in history.refusals] == [
        (alone, "A1-0003", "FR-CAP", second, MONDAY),
        (answered, "A1-0002", "FR-SECURG", first, MONDAY),
    ]
