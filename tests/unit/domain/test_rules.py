"""Households, units, conditions, second persons, means of payment and money in."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from counter_app.domain.catalogue import (
    Approval,
    Evidence,
    MoneyIn,
    PayableBy,
    PerHead,
    RegisterOnly,
    Resources,
    Units,
)
from counter_app.domain.limits import may_still
from counter_app.domain.money import Money
from tests.unit.domain.cases import (
    OFFICE,
    PARTICIPATION,
    TODAY,
    VERSION,
    an_aid,
    an_office,
    ask,
    cap,
    codes,
    found,
)

# --- household, units, conditions


@pytest.mark.parametrize(("heads", "ceiling"), [(1, 7000), (2, 7000), (3, 8000), (8, 13000)])
def test_a_household_ceiling_grows_with_each_further_head(heads: int, ceiling: int) -> None:
    rule = PerHead(id="household", cents=7000, heads=2, extra_cents=1000, **VERSION)
    assert ask(rule, cents=ceiling, heads=heads).refused == ()
    assert codes(ask(rule, cents=ceiling + 1, heads=heads)) == ["over_household_ceiling"]
    assert may_still(an_aid(rule), [], OFFICE, TODAY, heads=heads) == ceiling


def test_units_beyond_the_most_are_refused_or_approved() -> None:
    strict = Units(id="units", most=10, **VERSION)
    assert ask(strict, cents=0, quantity=10).refused == ()
    assert codes(ask(strict, cents=0, quantity=11)) == ["too_many_units"]
    lifted = Units(id="units", most=10, beyond="supervisor", **VERSION)
    assert ask(lifted, cents=0, quantity=10).approval == ()
    decision = ask(lifted, cents=0, quantity=11)
    assert decision.refused == ()
    assert [(finding.by, finding.figure) for finding in decision.approval] == [("supervisor", 10)]


def test_evidence_is_seen_or_follows_where_it_may() -> None:
    seen = frozenset({"identity"})
    strict = Evidence(id="papers", required=("identity", "bill"), **VERSION)
    refused = ask(strict, evidence=seen)
    assert codes(refused) == ["evidence_missing"]
    assert refused.refused[0].params["missing"] == ("bill",)
    follows = ask(msgspec.structs.replace(strict, may_follow=True), evidence=seen)
    assert follows.refused == ()
    assert follows.missing == ("bill",)
    assert ask(strict, evidence=seen | {"bill"}).missing == ()


@pytest.mark.parametrize(
    ("resources", "heads", "code"),
    [
        (86900, 1, None),
        (86901, 1, "resources_too_high"),
        (121660, 3, None),
        (121661, 3, "resources_too_high"),
        (None, 1, "resources_unknown"),
    ],
)
def test_resources_are_told_and_not_above_their_ceiling(
    resources: int | None, heads: int, code: str | None
) -> None:
    rule = Resources(id="resources", cents=86900, extra_percent=20, **VERSION)
    assert codes(ask(rule, resources_cents=resources, heads=heads)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("couple", "resources", "estimate"),
    [(False, 100000, 12900), (True, 100000, 78600), (False, 200000, 0), (False, None, None)],
)
def test_what_is_only_registered_is_estimated_and_never_granted(
    couple: bool, resources: int | None, estimate: int | None
) -> None:
    rule = RegisterOnly(id="register", single_cents=112900, couple_cents=178600, **VERSION)
    decision = ask(cap(999999), rule, couple=couple, resources_cents=resources)
    assert codes(decision) == ["register_only"]
    assert (decision.estimate_cents, decision.may_still_cents) == (estimate, 0)


def test_an_aid_that_may_be_granted_has_no_estimate() -> None:
    assert ask(cap(5000), resources_cents=1).estimate_cents is None


# --- a second person


@pytest.mark.parametrize(
    ("thresholds", "cents", "quantity", "approved", "figure"),
    [
        ({"above_cents": 5000}, 5000, 99, False, 5000),
        ({"above_cents": 5000}, 5001, 1, True, 5000),
        ({"above_units": 10}, 99999, 10, False, 10),
        ({"above_units": 10}, 1, 11, True, 10),
        ({"above_cents": 5000, "above_units": 10}, 5000, 11, True, 10),
        ({"above_cents": 5000, "above_units": 10}, 5001, 1, True, 5000),
        ({"above_cents": 5000, "above_units": 10}, 5000, 10, False, 5000),
        ({"above_cents": 0}, 1, 1, True, 0),
        ({}, 1, 1, True, 0),
    ],
)
def test_a_second_person_is_asked_for_above_the_threshold(
    thresholds: dict[str, int], cents: int, quantity: int, approved: bool, figure: int
) -> None:
    rule = Approval(id="approval", by="it", **thresholds, **VERSION)
    decision = ask(rule, cents=cents, quantity=quantity)
    assert decision.refused == ()
    assert bool(decision.approval) == approved
    approval = found(decision, "approval")
    assert (approval.figure, approval.by, approval.code) == (figure, "it", None)


def test_always_means_also_for_nothing() -> None:
    rules = (Approval(id="approval", above_cents=0, **VERSION), Units(id="units", most=5, **VERSION))
    assert len(ask(*rules, cents=0).approval) == 1


# --- means and the régie


def test_an_aid_is_paid_by_its_own_means() -> None:
    rule = PayableBy(id="means", means=("transfer", "card"), **VERSION)
    assert ask(rule, means="card").refused == ask(rule).refused == ()
    assert codes(ask(rule, means="voucher")) == ["means_not_allowed"]


@pytest.mark.parametrize("how", [{"means": "cash"}, {"paid_now_in_cash": True}])
def test_no_more_than_the_maximum_leaves_in_cash(how: dict[str, Any]) -> None:
    assert ask(cap(99999), cents=30000, **how).refused == ()
    decision = ask(cap(99999), cents=30001, **how)
    assert codes(decision) == ["over_cash_maximum"]
    assert decision.may_still_cents == 30000
    assert found(decision, "regie.cash_max").since == "2024-01-01"
    assert ask(cap(99999), cents=30001, means="transfer").refused == ()


def test_what_may_still_be_granted_depends_on_the_means() -> None:
    aid = an_aid(cap(99999))
    assert may_still(aid, [], OFFICE, TODAY) == 99999
    assert may_still(aid, [], OFFICE, TODAY, means="cash") == 30000


def test_cash_and_vouchers_leave_only_as_the_regie_act_allows() -> None:
    cashless = an_office(means=("voucher",), since=None)
    refused = ask(cap(5000), means="cash", office=cashless)
    assert codes(refused) == ["not_a_regie_means"]
    assert (refused.refused[0].since, refused.refused[0].params["since"]) == ("", "")
    assert ask(cap(5000), means="voucher", office=cashless).refused == ()
    other_aids = an_office(expenses=("OTHER",))
    assert codes(ask(cap(5000), means="voucher", office=other_aids)) == ["not_a_regie_expense"]
    assert ask(cap(5000), means="transfer", office=other_aids).refused == ()
    assert ask(cap(5000), means="cash", office=an_office(expenses=("AID",))).refused == ()


# --- money in


@pytest.mark.parametrize(
    ("cents", "code"),
    [(0, None), (3000, None), (3001, "wrong_contribution"), (-1, "amount_not_positive")],
)
def test_a_contribution_is_one_of_those_listed(cents: int, code: str | None) -> None:
    decision = ask(PARTICIPATION, cents=cents, in_aid=True)
    assert (codes(decision)[:1] or [None]) == [code]
    assert decision.may_still_cents is None


def test_a_price_is_paid_for_each_unit() -> None:
    price = MoneyIn(id="price", unit_cents=15, **VERSION)
    decision = ask(price, cents=150, quantity=10, direction="in")
    assert decision.refused == ()
    assert decision.contribution_cents == 150
    wrong = ask(price, cents=149, quantity=10, direction="in")
    assert codes(wrong) == ["wrong_contribution"]
    assert wrong.refused[0].params["limit"] == Money(150)


def test_nothing_is_paid_in_where_no_rule_asks_for_it() -> None:
    assert codes(ask(cap(5000), direction="in")) == ["no_contribution"]


def test_the_cash_maximum_holds_for_money_in_as_well() -> None:
    decision = ask(PARTICIPATION, cents=36000, in_aid=True, means="cash")
    assert codes(decision) == ["over_cash_maximum"]
    assert ask(PARTICIPATION, cents=36000, in_aid=True, means="card").refused == ()


def test_a_refund_is_approved_and_a_contribution_is_not() -> None:
    rules = (
        PARTICIPATION,
        Approval(id="approval", above_cents=0, **VERSION),
        Evidence(id="papers", required=("tax_notice",), **VERSION),
        cap(36000),
    )
    contribution = ask(*rules, cents=3000, in_aid=True, evidence=frozenset({"tax_notice"}))
    assert contribution.refused == contribution.approval == ()
    assert codes(ask(*rules, cents=3000, in_aid=True)) == ["evidence_missing"]
    refund = ask(*rules, cents=3001, in_aid=True, direction="out")
    assert refund.refused == ()
    assert [finding.rule for finding in refund.approval] == ["approval"]
    assert codes(ask(*rules, cents=36001, in_aid=True, direction="out")) == ["over_ceiling"]
