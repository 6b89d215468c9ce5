"""What needs a person: in which order, with both sides, and which decisions each state leaves open."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from counter_app.domain.delivery import UnitFact, moves
from counter_app.service.differences import Difference, differences, open_difference
from counter_app.service.handlers.decisions import _FACT
from tests.unit.counters import IT, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts
from tests.unit.service.units import disputed, lost, rejected, set_aside, unanswered


def of(desk: Desk, entry_id: str, service: str = "aid-file") -> Difference:
    (found,) = [
        one for one in differences(desk.workstation) if (one.entry_id, one.service) == (entry_id, service)
    ]
    return found


def opened(desk: Desk, entry_id: str) -> Any:
    case = open_difference(desk.workstation, of(desk, entry_id))
    assert case is not None
    return case


def test_what_was_accepted_or_still_waits_needs_nobody(desk: Desk) -> None:
    desk.id("record_request", person=person(), aid="FR-CAP")
    assert differences(desk.workstation) == ()
    Deliverer(desk, Centre(accepts())).exchange()
    assert differences(desk.workstation) == ()


def test_units_stand_in_the_order_of_their_acts_each_with_its_state(desk: Desk) -> None:
    made = [make(desk) for make in (lost, disputed, set_aside, rejected, unanswered)]
    found = [one for one in differences(desk.workstation) if one.service == "aid-file"]
    assert [one.entry_id for one in found] == made
    assert [one.state.value for one in found] == ["lost", "disputed", "set_aside", "rejected", "unknown"]
    assert [one.surname for one in found] == ["Lost", "Disputed", "Aside", "Rejected", "Unanswered"]
    assert len({one.key for one in found}) == len(found)


def test_a_difference_carries_receipt_amount_reason_and_the_offices_time(desk: Desk) -> None:
    found = of(desk, rejected(desk))
    assert (found.receipt, found.amount.cents, found.reason) == ("A1-0002", 2500, "over_income")
    assert found.kind == "aid_granted"
    assert found.at.isoformat() == "2026-03-02T09:00:00+01:00"
    assert found.attempted_at is not None
    assert found.attempted_at.utcoffset() == found.at.utcoffset()


def test_both_sides_stand_field_by_field_and_the_one_that_differs_is_marked(desk: Desk) -> None:
    case = opened(desk, disputed(desk))
    sides = {side.name: side for side in case.sides}
    assert (sides["cents"].sent, sides["cents"].shown, sides["cents"].differs) == (3000, 9900, True)
    assert sides["aid"].told
    assert not sides["aid"].differs
    assert not {"entry_id", "part"} & set(sides)


def test_without_a_record_shown_nothing_is_told_of_the_other_side(desk: Desk) -> None:
    case = opened(desk, rejected(desk))
    assert case.words == "Rejected already has it"
    assert not any(side.told or side.differs for side in case.sides)
    assert [told.fact for told in case.history] == [UnitFact.ATTEMPTED, UnitFact.REJECTED]
    assert case.history[-1].reason == "over_income"


@pytest.mark.parametrize(
    ("make", "decisions"),
    [
        (rejected, ("waive", "recover", "accept", "link", "keep_both")),
        (disputed, ("accept", "link", "keep_both", "close")),
        (lost, ("replay", "new_key", "accept", "close")),
        (unanswered, ("accept", "close", "replay")),
        (set_aside, ("take_up",)),
    ],
)
def test_each_state_offers_the_decisions_that_recording_takes(
    desk: Desk, make: Callable[[Desk], str], decisions: tuple[str, ...]
) -> None:
    case = opened(desk, make(desk))
    assert case.decisions == decisions
    assert all(moves(case.unit.state, _FACT[one]) for one in decisions)


def test_money_is_waived_or_claimed_only_where_some_is_still_out(desk: Desk) -> None:
    grant = rejected(desk)
    assert opened(desk, grant).paid.cents == 2500
    desk.do("return_money", grant=grant, cents=2500)
    case = opened(desk, grant)
    assert case.paid.cents == 0
    assert case.decisions == ("close", "accept", "link", "correct", "keep_both")
    unpaid = opened(desk, rejected(desk, "Unpaid", paid=False))
    assert unpaid.decisions == ("close", "accept", "link", "keep_both")


def test_a_unit_that_was_decided_meanwhile_leaves_nothing_to_decide(desk: Desk) -> None:
    found = of(desk, disputed(desk))
    desk.do(
        "decide_unit",
        agent=IT,
        target=found.entry_id,
        service="aid-file",
        decision="accept",
        reason="seen on their screen",
    )
    case = open_difference(desk.workstation, found)
    assert case is not None
    assert case.decisions == ()
    assert all(one.entry_id != found.entry_id for one in differences(desk.workstation))


def test_a_unit_that_does_not_exist_opens_nothing(desk: Desk) -> None:
    found = of(desk, disputed(desk))
    nowhere = dataclasses.replace(found, entry_id=str(uuid4()))
    assert open_difference(desk.workstation, nowhere) is None
