"""What people decide of units: each decision where it makes sense, taken back until it was sent, handed on."""

from __future__ import annotations

from typing import Any

import pytest

from counter_app.domain.errors import Refused
from counter_app.projections import decisions
from counter_app.service.deciding import alike, decide_all, undo
from counter_app.service.differences import decided_units, differences, open_difference
from counter_app.sync.port import Message, Outcome, UnitReply
from tests.unit.counters import AGENT, CASH, IT, SUPERVISOR, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts, said
from tests.unit.service.test_differences import of, opened
from tests.unit.service.units import disputed, lost, rejected, set_aside


def about(target: str, **more: Any) -> dict[str, Any]:
    return {"agent": IT, "target": target, "service": "aid-file", "reason": "rang the centre"} | more


def state(desk: Desk, target: str) -> str:
    return next(unit.state.value for unit in desk.units(target) if unit.service == "aid-file")


def test_a_person_is_linked_by_the_centres_number_and_never_without(desk: Desk) -> None:
    target = disputed(desk)
    assert desk.code("decide_unit", **about(target, decision="link")) == "number_missing"
    desk.do("decide_unit", **about(target, decision="link", number="P-31"))
    assert state(desk, target) == "closed"


def test_both_records_are_kept_only_where_the_centre_showed_another_one(desk: Desk) -> None:
    gone = lost(desk)
    refused = desk.code("decide_unit", **about(gone, decision="keep_both"))
    assert refused == "decision_not_possible"
    target = rejected(desk)
    desk.do("decide_unit", **about(target, decision="keep_both"))
    assert state(desk, target) == "closed"


def test_a_unit_is_closed_as_said_anew_by_the_later_fact_that_says_it(desk: Desk) -> None:
    target = rejected(desk, paid=False)
    assert desk.code("decide_unit", **about(target, decision="correct")) == "correction_missing"
    stranger = desk.grant(1000, person=person("Stranger"))
    wrong = about(target, decision="correct", by=stranger)
    assert desk.code("decide_unit", **wrong) == "correction_missing"
    fixed = desk.id("correct_entry", target=target, reason="misspelt", person=person("Rejectd"))
    case = opened(desk, target)
    assert "correct" in case.decisions
    assert [one.entry_id for one in case.later] == [fixed]
    desk.do("decide_unit", **about(target, decision="correct", by=fixed))
    assert state(desk, target) == "closed"


def test_another_key_is_used_only_where_absence_was_read_and_it_is_really_another(desk: Desk) -> None:
    assert desk.code("decide_unit", **about(disputed(desk), decision="new_key")) == "absence_not_read"
    target = lost(desk)
    before = {unit.key for unit in desk.units(target)}
    desk.do("decide_unit", **about(target, decision="new_key"))
    assert state(desk, target) == "waiting"
    centre = Centre(accepts())
    Deliverer(desk, centre).run()
    assert state(desk, target) == "accepted"
    (sent,) = [message for message in centre.sent if target.encode() in message.body]
    assert sent.key not in before
    assert desk.findings() == []


@pytest.mark.parametrize(
    ("make", "decision"),
    [(rejected, "waive"), (lost, "replay"), (lost, "new_key"), (set_aside, "take_up"), (disputed, "accept")],
)
def test_a_decision_is_undone_as_long_as_nothing_was_sent(desk: Desk, make: Any, decision: str) -> None:
    target = make(desk)
    stood = of(desk, target)
    desk.do("decide_unit", **about(target, decision=decision))
    case = open_difference(desk.workstation, stood)
    assert case is not None
    assert case.undoable
    undo(desk.workstation, stood, IT, "a slip", "window")
    assert of(desk, target) == stood
    assert desk.code("undo_decision", **about(target)) == "nothing_to_undo"
    assert desk.findings() == []


def test_what_was_sent_since_is_not_undone(desk: Desk) -> None:
    target = lost(desk)
    desk.do("decide_unit", **about(target, decision="replay"))
    Deliverer(desk, Centre(said(Outcome.UNKNOWN))).exchange()
    assert desk.code("undo_decision", **about(target)) == "nothing_to_undo"


def test_a_claim_goes_with_the_decision_that_made_it_unless_money_came_back_on_it(desk: Desk) -> None:
    target = rejected(desk)
    desk.do("decide_unit", **about(target, decision="recover"))
    assert desk.balance("claims") == 2500
    desk.do("undo_decision", **about(target))
    assert desk.balance("claims") == 0
    assert opened(desk, target).paid.cents == 2500
    desk.do("decide_unit", **about(target, decision="recover"))
    desk.clock.jump(60)
    desk.do("return_money", grant=target, cents=2500)
    assert desk.code("undo_decision", **about(target)) == "nothing_to_undo"
    assert desk.findings() == []


def test_a_unit_is_handed_to_a_colleague_who_may_decide_it(desk: Desk) -> None:
    target = rejected(desk)
    assert desk.code("hand_unit", **about(target, to=IT)) == "handed_to_oneself"
    assert desk.code("hand_unit", **about(target, to=AGENT)) == "not_allowed"
    desk.do("hand_unit", **about(target, to=SUPERVISOR))
    assert of(desk, target).with_whom == SUPERVISOR
    assert state(desk, target) == "rejected"


def test_what_stands_alike_is_decided_together_and_money_is_never_passed_over(desk: Desk) -> None:
    paid = [rejected(desk, f"Paid{place}") for place in range(2)]
    unpaid = rejected(desk, "Unpaid", paid=False)
    found = alike(desk.workstation, of(desk, paid[0]))
    assert [unit.entry_id for unit in found.units] == [*paid, unpaid]
    assert found.amount.cents == 7500
    assert "close" not in found.decisions
    assert "waive" not in found.decisions
    desk.do("decide_unit", **about(unpaid, decision="close"))
    found = alike(desk.workstation, of(desk, paid[0]))
    assert found.decisions == ("waive", "recover")
    desk.do("decide_unit", **about(paid[1], decision="waive"))
    done = decide_all(desk.workstation, found, "recover", IT, "rang the centre", "window")
    assert (done.count, done.amount.cents) == (1, 2500)
    assert [(unit.entry_id, error.code) for unit, error in done.refused] == [
        (paid[1], "decision_not_possible")
    ]


def test_the_last_decisions_are_told_with_who_and_why(desk: Desk) -> None:
    first, second = rejected(desk), disputed(desk)
    desk.do("decide_unit", **about(first, decision="waive"))
    desk.clock.jump(60)
    desk.do("decide_unit", **about(second, decision="accept", agent=SUPERVISOR))
    told = [
        (unit.entry_id, past.word, past.by, past.reason) for unit, past in decided_units(desk.workstation)
    ]
    assert told == [
        (second, "accept", SUPERVISOR, "rang the centre"),
        (first, "waive", IT, "rang the centre"),
    ]
    desk.do("undo_decision", **about(first))
    assert set(decisions.standing(desk.tables())) == {(second, "aid-file", "main")}
    assert first in {one.entry_id for one in differences(desk.workstation)}


def test_a_record_of_another_amount_is_kept_with_its_own_number(desk: Desk) -> None:
    def answer(message: Message) -> UnitReply:
        return accepts(cents=1)(message)

    target = desk.grant(3000, person=person("Other"))
    Deliverer(desk, Centre(answer)).exchange()
    desk.do("decide_unit", **about(target, decision="accept", number="C-9"))
    (unit,) = [one for one in desk.units(target) if one.service == "aid-file"]
    assert (unit.state.value, unit.number) == ("closed", "C-9")


def test_what_the_centre_refused_is_not_kept_as_held_there_without_its_number(desk: Desk) -> None:
    target, gone = rejected(desk), lost(desk)
    assert not opened(desk, target).held
    for one in (target, gone):
        assert desk.code("decide_unit", **about(one, decision="accept")) == "not_held"
    shown = disputed(desk)
    assert opened(desk, shown).held
    desk.do("decide_unit", **about(shown, decision="accept"))
    desk.do("decide_unit", **about(target, decision="accept", number="C-7"))
    assert (state(desk, target), state(desk, shown), state(desk, gone)) == ("closed", "closed", "lost")


def test_paid_money_is_waived_or_claimed_and_never_closed_over(desk: Desk) -> None:
    target = rejected(desk)
    refusal = desk.refusal("decide_unit", **about(target, decision="close"))
    assert (refusal.code, refusal.params["amount"].cents) == ("money_is_out", 2500)
    desk.do("return_money", grant=target, cents=1500)
    refusal = desk.refusal("decide_unit", **about(target, decision="close"))
    assert refusal.params["amount"].cents == 1000
    desk.do("decide_unit", **about(target, decision="waive"))


def test_the_payment_of_a_grant_is_not_closed_over_either(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(2000, person=person("Paidlater"))
    paid = desk.id("pay_grant", grant=grant, payment=CASH)
    for service in ("aid-file", "treasury"):
        Deliverer(desk, Centre(said(Outcome.REJECTED, reason="over"))).exchange()
        Deliverer(desk, Centre(said(Outcome.REJECTED, reason="over")), service).exchange()
    units = [unit for unit in desk.units(paid) if unit.state.value == "rejected"]
    assert units
    for unit in units:
        command = about(paid, decision="close", service=unit.service, part=unit.part)
        assert desk.code("decide_unit", **command) == "money_is_out"
        desk.do("decide_unit", **command | {"decision": "waive"})


def test_nothing_is_waived_or_claimed_where_nothing_was_paid(desk: Desk) -> None:
    unpaid = rejected(desk, "Unpaid", paid=False)
    for decision in ("waive", "recover"):
        assert desk.code("decide_unit", **about(unpaid, decision=decision)) == "nothing_was_paid"
    desk.do("decide_unit", **about(unpaid, decision="close"))


def test_closing_many_whose_money_is_out_is_refused_with_its_amount(desk: Desk) -> None:
    paid = [rejected(desk, f"Paid{place}") for place in range(2)]
    found = alike(desk.workstation, of(desk, paid[0]))
    with pytest.raises(Refused) as caught:
        decide_all(desk.workstation, found, "close", IT, "all of them", "window")
    assert (caught.value.code, caught.value.params["amount"]) == ("money_is_out", found.paid)
    assert found.paid.cents == 5000
