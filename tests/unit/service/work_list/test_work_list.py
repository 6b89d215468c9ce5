"""People carry entries to a centre with screens only: one at a time, never twice, proved as a machine proves it."""

from __future__ import annotations

import pytest

from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import AppError, BadInput, Refused
from counter_app.reconciling import reconcile
from counter_app.service.differences import differences, open_difference
from counter_app.service.reconciliation import balances
from counter_app.service.work_list import acts
from counter_app.service.work_list.leases import UnitId
from counter_app.service.work_list.listing import WorkCase, audit_sample, work_list
from tests.unit.counters import AGENT, AUDITOR, CASH, COLLEAGUE, IT, Desk, person

TREASURY = "treasury"


@pytest.fixture
def paid(desk: Desk) -> UnitId:
    return UnitId(desk.grant(payment=CASH), TREASURY)


def code(work: object, *given: object, **named: object) -> str:
    with pytest.raises(AppError) as caught:
        work(*given, **named)  # type: ignore[operator]
    return caught.value.code


def take(desk: Desk, unit: UnitId, agent: str = AGENT) -> WorkCase:
    return acts.take(desk.workstation, agent, unit, "fr")


def state(desk: Desk, unit: UnitId) -> str:
    (found,) = [one for one in desk.units(unit.entry_id) if one.service == unit.service]
    return found.state.value


def told(desk: Desk) -> list[str]:
    return [
        one["fact"]
        for entry in desk.entries()
        if entry.kind == "delivery_answered"
        for one in entry.facts["answers"]
    ]


def test_the_list_shows_what_is_open_without_names_and_its_fields_only_to_who_took_it(desk, paid):
    (item,) = work_list(desk.workstation)
    assert (item.unit, item.amount.cents, item.holder, item.look_first) == (paid, 4000, "", False)
    assert "Dupont" not in repr(item)
    case = take(desk, paid)
    assert [(field.name, field.text, field.copy_key) for field in case.fields] == [
        ("Bénéficiaire", "DUPONT Zoé", "1"),
        ("Montant", "40,00", "2"),
        ("Date", "02/03/2026", "3"),
    ]
    assert (case.screen, case.looking) == ("Hélios, écran Dépenses", False)
    (item,) = work_list(desk.workstation)
    assert (item.holder, item.look_first) == (AGENT, False)
    assert item.until is not None


def test_taking_is_the_attempt_and_the_centres_number_is_the_acceptance(desk, paid):
    take(desk, paid)
    assert state(desk, paid) == "unknown"
    assert acts.done(desk.workstation, AGENT, paid, " T-77 ", 4000) is UnitState.ACCEPTED
    (unit,) = [one for one in desk.units(paid.entry_id) if one.service == TREASURY]
    assert unit.number == "T-77"
    assert work_list(desk.workstation) == ()
    (balance,) = balances(desk.workstation, TREASURY)
    assert (balance.accepted, balance.accepted_cents, balance.tally.unexplained) == (1, 4000, 0)
    assert [entry.header["agent"] for entry in desk.entries() if entry.kind.startswith("delivery_")] == [
        AGENT,
        AGENT,
    ]
    assert desk.findings() == []


def test_one_entry_is_one_colleagues_until_the_time_is_over(desk, paid):
    take(desk, paid)
    with pytest.raises(Refused) as caught:
        take(desk, paid, COLLEAGUE)
    assert (caught.value.code, caught.value.params["person"]) == ("work_taken", AGENT)
    assert acts.take_next(desk.workstation, COLLEAGUE) is None
    assert acts.take_next(desk.workstation, AGENT) is not None
    assert code(acts.done, desk.workstation, COLLEAGUE, paid, "T-1", 4000) == "work_taken"
    desk.clock.jump(31 * 60)
    assert take(desk, paid, COLLEAGUE).looking
    assert code(acts.done, desk.workstation, AGENT, paid, "T-1", 4000) == "work_taken"


def test_what_somebody_left_half_typed_is_looked_for_before_it_is_typed_again(desk, paid):
    take(desk, paid)
    desk.reopen()
    desk.clock.jump(31 * 60)
    (item,) = work_list(desk.workstation)
    assert (item.look_first, item.holder) == (True, "")
    assert take(desk, paid, COLLEAGUE).looking
    again = acts.not_there(desk.workstation, COLLEAGUE, paid, "fr")
    assert again is not None
    assert not again.looking
    assert again.item.holder == COLLEAGUE
    attempts = [entry for entry in desk.entries() if entry.kind == "delivery_attempted"]
    first, second = [entry.facts["attempted"] for entry in attempts]
    assert first == second
    assert told(desk) == ["absent"]
    acts.done(desk.workstation, COLLEAGUE, paid, "T-2", 4000)
    assert state(desk, paid) == "accepted"
    assert desk.findings() == []


def test_what_somebody_left_half_typed_and_is_there_is_accepted_without_typing(desk, paid):
    take(desk, paid)
    acts.give_back(desk.workstation, AGENT, paid, nothing_typed=False)
    assert state(desk, paid) == "unknown"
    assert take(desk, paid, COLLEAGUE).looking
    assert acts.done(desk.workstation, COLLEAGUE, paid, "T-3", 4000) is UnitState.ACCEPTED
    assert len([entry for entry in desk.entries() if entry.kind == "delivery_attempted"]) == 1


def test_absence_read_too_early_proves_nothing(desk, paid):
    take(desk, paid)
    acts.give_back(desk.workstation, AGENT, paid, nothing_typed=False)
    take(desk, paid, COLLEAGUE)
    assert code(acts.not_there, desk.workstation, COLLEAGUE, paid) == "too_early"
    assert state(desk, paid) == "unknown"
    desk.clock.jump(61)
    assert acts.not_there(desk.workstation, COLLEAGUE, paid) is not None


def test_who_takes_it_to_type_cannot_say_that_the_centre_does_not_have_it(desk, paid):
    take(desk, paid)
    desk.clock.jump(61)
    assert code(acts.not_there, desk.workstation, AGENT, paid) == "work_not_looked"


def test_what_was_not_typed_waits_as_before(desk, paid):
    take(desk, paid)
    assert acts.give_back(desk.workstation, AGENT, paid, nothing_typed=True) is UnitState.WAITING
    (item,) = work_list(desk.workstation)
    assert (item.holder, item.look_first) == ("", False)
    assert code(acts.done, desk.workstation, AGENT, paid, "T-4", 4000) == "work_not_taken"


def test_a_refusal_on_the_screen_is_a_rejection_with_its_words_in_the_private_part(desk, paid):
    take(desk, paid)
    assert code(acts.refuse, desk.workstation, AGENT, paid, " ") == "refusal_reason_missing"
    acts.refuse(desk.workstation, AGENT, paid, "unknown_person", "Mme Dupont n'est pas connue")
    assert state(desk, paid) == "rejected"
    (entry,) = [one for one in desk.entries() if one.kind == "delivery_answered"]
    assert "Dupont" not in str(entry.facts)
    (found,) = [one for one in differences(desk.workstation) if one.service == TREASURY]
    case = open_difference(desk.workstation, found)
    assert case is not None
    assert (found.reason, case.words) == ("unknown_person", "Mme Dupont n'est pas connue")
    assert case.decisions


def test_another_amount_on_the_screen_is_looked_at_again_and_then_disputed(desk, paid):
    take(desk, paid)
    assert code(acts.done, desk.workstation, AGENT, paid, "T-5", 400) == "amount_differs"
    assert state(desk, paid) == "unknown"
    assert acts.done(desk.workstation, AGENT, paid, "T-5", 400, sure=True) is UnitState.DISPUTED
    (found,) = [one for one in differences(desk.workstation) if one.service == TREASURY]
    case = open_difference(desk.workstation, found)
    assert case is not None
    assert [(side.sent, side.shown) for side in case.sides if side.differs] == [(4000, 400)]


def test_a_number_that_another_entry_has_is_looked_at_again(desk, paid):
    other = UnitId(desk.grant(payment=CASH, person=person("Martin")), TREASURY)
    for unit in (paid, other):
        take(desk, unit)
    acts.done(desk.workstation, AGENT, paid, "T-6", 4000)
    assert code(acts.done, desk.workstation, AGENT, other, "T-6", 4000) == "number_told"
    assert acts.done(desk.workstation, AGENT, other, "T-6", 4000, sure=True) is UnitState.ACCEPTED


def test_what_the_centre_decides_later_stays_on_the_list_to_be_looked_at(desk, paid):
    take(desk, paid)
    assert acts.done(desk.workstation, AGENT, paid, "T-7", 4000, pending=True) is UnitState.RECEIVED
    (item,) = work_list(desk.workstation)
    assert (item.look_first, item.number) == (True, "T-7")
    assert take(desk, paid, COLLEAGUE).looking
    assert acts.done(desk.workstation, COLLEAGUE, paid, "T-7", 4000) is UnitState.ACCEPTED


def test_what_the_centre_no_longer_has_is_lost_and_a_person_decides(desk, paid):
    take(desk, paid)
    acts.done(desk.workstation, AGENT, paid, "T-8", 4000)
    desk.clock.jump(61)
    assert acts.not_there(desk.workstation, IT, paid) is None
    assert state(desk, paid) == "lost"
    desk.do(
        "decide_unit", agent=IT, target=paid.entry_id, service=TREASURY, decision="replay", reason="perdue"
    )
    (item,) = work_list(desk.workstation)
    assert (item.state, item.look_first) == (UnitState.WAITING, False)


@pytest.fixture
def held(desk: Desk, paid: UnitId) -> UnitId:
    """A unit that the centre is said to have, long enough ago to look for it again."""
    take(desk, paid)
    acts.done(desk.workstation, AGENT, paid, "T-8", 4000)
    desk.clock.jump(61)
    return paid


def test_what_the_centre_is_said_to_have_is_looked_for_again_and_the_look_is_recorded(desk, held):
    (item,) = audit_sample(desk.workstation, TREASURY, 5)
    assert (item.unit, item.number, item.look_first) == (held, "T-8", False)
    assert audit_sample(desk.workstation, TREASURY, 0) == ()
    case = acts.look_up(desk.workstation, IT, held, "fr")
    assert (case.looking, case.fields[0].text) == (True, "DUPONT Zoé")
    assert acts.still_there(desk.workstation, IT, held, "T-8", 4000) is UnitState.ACCEPTED
    assert told(desk) == ["accepted", "accepted"]
    assert desk.findings() == []


@pytest.mark.parametrize(
    ("number", "cents", "refused", "reason"),
    [("T-8", 400, "amount_differs", "differs:cents"), ("T-9", 4000, "number_differs", "differs:number")],
)
def test_another_record_in_its_place_is_a_dispute(desk, held, number, cents, refused, reason):
    assert code(acts.still_there, desk.workstation, IT, held, number, cents) == refused
    assert acts.still_there(desk.workstation, IT, held, number, cents, sure=True) is UnitState.DISPUTED
    (found,) = [one for one in differences(desk.workstation) if one.service == TREASURY]
    assert found.reason == reason


def test_only_what_the_centre_is_said_to_have_is_looked_for_again(desk, paid):
    assert code(acts.look_up, desk.workstation, IT, paid) == "work_not_held"
    assert code(acts.still_there, desk.workstation, IT, paid, "T-1", 4000) == "work_not_held"
    assert audit_sample(desk.workstation, TREASURY, 5) == ()


def test_the_most_urgent_is_what_may_stand_there_already_then_money_that_left_then_age(desk):
    first = desk.grant(payment=CASH, person=person("Petit"))
    second = desk.grant(payment=CASH, person=person("Grand"))
    requests = [unit.kind for unit in desk.units() if unit.service == TREASURY]
    assert requests == ["aid_granted", "aid_granted"]
    assert [item.unit.entry_id for item in work_list(desk.workstation)] == [first, second]
    take(desk, UnitId(second, TREASURY))
    acts.give_back(desk.workstation, AGENT, UnitId(second, TREASURY), nothing_typed=False)
    assert [item.unit.entry_id for item in work_list(desk.workstation)] == [second, first]
    case = acts.take_next(desk.workstation, COLLEAGUE, TREASURY)
    assert case is not None
    assert case.item.unit.entry_id == second


def test_what_comes_after_another_entry_waits_for_it(desk):
    grant = desk.grant(payment=CASH)
    back = desk.id("return_money", grant=grant, cents=1000)
    later = UnitId(back, TREASURY)
    assert [item.unit.entry_id for item in work_list(desk.workstation)] == [grant]
    assert code(take, desk, later) == "work_waits"
    take(desk, UnitId(grant, TREASURY))
    acts.done(desk.workstation, AGENT, UnitId(grant, TREASURY), "T-9", 4000)
    assert [item.unit.entry_id for item in work_list(desk.workstation)] == [back]


def test_no_courier_ever_sends_what_people_type(desk, paid):
    service = desk.workstation.configuration.service(TREASURY)
    assert reconcile(desk.workstation, [service], IT) == {}
    assert state(desk, paid) == "waiting"


def test_only_what_is_told_by_hand_is_on_the_list_and_an_auditor_carries_nothing(desk, paid):
    assert code(work_list, desk.workstation, "aid-file") == "not_by_hand"
    assert code(work_list, desk.workstation, "nowhere") == "unknown_service"
    with pytest.raises(BadInput):
        take(desk, UnitId(paid.entry_id, "aid-file"))
    assert code(take, desk, paid, AUDITOR) == "not_allowed"
    assert code(take, desk, UnitId("00000000-0000-4000-8000-000000000000", TREASURY)) == "unknown_unit"


def test_whoever_takes_an_entry_is_noted_as_having_seen_the_person(desk, paid):
    take(desk, paid)
    with desk.workstation.reading() as connection:
        rows = connection.execute("SELECT act FROM access_log").fetchall()
    assert rows == [("person_opened",)]
