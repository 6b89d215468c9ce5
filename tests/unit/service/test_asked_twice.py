"""Pairs for a person to judge: who, when, at which counter, what the centre was told, and both sides opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.delivery import UnitState
from counter_app.domain.money import Money
from counter_app.service.asked_twice import Both, Twice, TwiceCase, asked_twice, open_twice
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.readiness import examine
from counter_app.service.what_now import what_now
from counter_app.sync.port import Outcome
from tests.unit.counters import SUPERVISOR, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, said

AID = "FR-SECURG"
DAY_S = 86400.0
SEEN: dict[str, Any] = {"circumstances": {"evidence": ["interview"]}}


def ask(desk: Desk, cents: int = 4000, **fields: Any) -> str:
    return desk.id("record_request", **{"person": person(), "aid": AID, "asked_cents": cents} | fields)


def opened(desk: Desk, twice: Twice) -> tuple[TwiceCase, dict[str, Both]]:
    case = open_twice(desk.workstation, twice)
    assert case is not None
    return case, {both.name: both for both in case.fields}


def test_a_pair_is_listed_with_both_days_and_what_the_centre_was_told_of_each(desk: Desk) -> None:
    first = ask(desk)
    Deliverer(desk, Centre(said(Outcome.RECEIVED))).exchange()
    desk.clock.jump(9 * DAY_S)
    second = ask(desk, 6500)
    (twice,) = asked_twice(desk.workstation)
    assert (twice.kind, twice.aid, twice.days, twice.confirmed) == ("request", AID, 9, True)
    assert (twice.surname, twice.given_names) == ("Dupont", ("Zoé",))
    assert (twice.first.entry_id, twice.second.entry_id) == (first, second)
    assert (twice.first.counter, twice.first.number) == ("A1", "A1-0001")
    assert twice.first.told == (("aid-file", UnitState.RECEIVED),)
    assert twice.second.told == (("aid-file", UnitState.WAITING),)


def test_opened_it_says_why_it_is_one_and_what_each_came_to(desk: Desk) -> None:
    ask(desk, **SEEN)
    desk.clock.jump(DAY_S)
    granted = ask(desk, 6500, person=person(address="3 rue X"), **SEEN)
    desk.id("grant_aid", request=granted, aid=AID, cents=4500)
    (twice,) = asked_twice(desk.workstation)
    case, fields = opened(desk, twice)
    assert case.shared == ("name",)
    assert case.will_be_told
    assert case.named == (True, True)
    assert fields["amount"] == Both("amount", Money(4000, "EUR"), Money(6500, "EUR"), same=False)
    assert fields["person"].same
    assert fields["address"] == Both("address", None, "3 rue X", same=False)
    assert (fields["evidence"].second, fields["evidence"].same) == (("interview",), True)
    assert fields["answer"].first == ()
    (answer,) = fields["answer"].second
    assert (answer.number, answer.amount, answer.state) == ("A1-0003", Money(4500, "EUR"), "granted")


def test_a_later_one_that_was_sent_before_is_not_told_anew(desk: Desk) -> None:
    ask(desk)
    ask(desk)
    Deliverer(desk, Centre(said(Outcome.RECEIVED))).exchange()
    (twice,) = asked_twice(desk.workstation)
    assert not opened(desk, twice)[0].will_be_told


def test_a_refusal_and_a_name_put_right_are_told(desk: Desk) -> None:
    first = ask(desk)
    second = ask(desk)
    reason = next(iter(desk.workstation.configuration.reasons))
    desk.do("refuse_aid", request=first, reason=reason)
    right = person(address="9 quai Y")
    desk.do("correct_entry", target=second, person=right, reason="Moved", agent=SUPERVISOR)
    (twice,) = asked_twice(desk.workstation)
    _, fields = opened(desk, twice)
    assert [one.state for one in fields["answer"].first] == ["refused"]
    assert fields["address"].second == "9 quai Y"


def test_what_was_judged_meanwhile_does_not_open(desk: Desk) -> None:
    first, second = ask(desk), ask(desk)
    (twice,) = asked_twice(desk.workstation)
    desk.do("judge_pair", first=first, second=second, verdict="same", reason="Asked her")
    assert open_twice(desk.workstation, twice) is None
    assert asked_twice(desk.workstation) == ()


def test_of_another_counter_the_names_are_not_here(
    desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    other = open_desk("A2")
    ask(other)
    desk.clock.jump(DAY_S)
    ask(desk, person=person(identity="declared"))
    share = tmp_path / "share"
    share.mkdir()
    exchange_by_folder(other.workstation, share)
    exchange_by_folder(desk.workstation, share)
    (twice,) = asked_twice(desk.workstation)
    assert (twice.first.counter, twice.second.counter, twice.confirmed) == ("A2", "A1", False)
    assert twice.surname == "Dupont"
    case, fields = opened(desk, twice)
    assert case.named == (False, True)
    assert fields["person"] == Both("person", None, ("Dupont", ("Zoé",)), same=None)
    assert (fields["identity"].first, fields["identity"].second) == ("document", "declared")


PAID: dict[str, Any] = {"aid": "FR75-NAVIGO", "cents": 3000, "circumstances": {"evidence": ["tax_notice"]}}
BY: dict[str, Any] = {"agent": "nbenali"}


@pytest.fixture
def paris(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk(sample="paris")


def test_two_payments_that_share_months_are_one_pair_with_what_went_back_since(paris: Desk) -> None:
    told: dict[str, Any] = {"person": person(), "months": ["2026-01", "2026-02"], **PAID, **BY}
    paris.do("receive_money", **told)
    paris.clock.jump(DAY_S)
    paris.do("receive_money", already_happened=True, form="P-01", **told)
    (twice,) = asked_twice(paris.workstation)
    assert (twice.kind, twice.months, twice.days) == ("months", ("2026-01", "2026-02"), 1)
    assert twice.first.amount == Money(3000, "EUR")
    case, fields = opened(paris, twice)
    assert (case.refunds, case.will_be_told) == ((), False)
    assert (fields["months"].same, fields["form"].second) == (True, "P-01")
    assert "answer" not in fields
    paris.do("grant_aid", person=person(), **PAID, **BY)
    (refund,) = opened(paris, twice)[0].refunds
    assert (refund.amount, refund.state) == (Money(3000, "EUR"), "pending")


def test_doctor_and_what_now_say_how_many_wait_and_nothing_where_none_does(desk: Desk) -> None:
    assert what_now(desk.workstation).doubles == 0
    assert "doubles" not in {check.name for check in examine(desk.workstation)}
    ask(desk)
    ask(desk)
    assert what_now(desk.workstation).doubles == 1
    (point,) = [check for check in examine(desk.workstation) if check.name == "doubles"]
    assert (point.state, point.params) == ("warning", {"count": 1})
