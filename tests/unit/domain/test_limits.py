"""Ceilings, counts and spacing: what they refuse, what they leave, and what they never do to an amount."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.catalogue import (
    AnyRule,
    Count,
    Evidence,
    MoneyIn,
    PayableBy,
    PerHead,
    RegisterOnly,
    Resources,
    RollingCap,
    Spacing,
    Units,
)
from counter_app.domain.errors import Refused
from counter_app.domain.limits import Decision, Finding, PastGrant, may_still
from counter_app.domain.sentences import SENTENCES
from counter_app.domain.windows import months_before
from counter_app.text import Text
from tests.unit.domain.cases import (
    OFFICE,
    PARTICIPATION,
    SINCE,
    TODAY,
    VERSION,
    an_aid,
    an_office,
    ask,
    cap,
    codes,
    found,
    past_grant,
    rolling,
)

DAYS = st.dates(date(2025, 10, 1), date(2026, 8, 31))


# --- a cap is a cap


@given(ceiling=st.integers(0, 10**7), cents=st.integers(1, 10**7))
def test_a_cap_refuses_what_is_above_it_and_nothing_else(ceiling: int, cents: int) -> None:
    decision = ask(cap(ceiling), cents=cents)
    assert codes(decision) == (["over_ceiling"] if cents > ceiling else [])
    assert decision.may_still_cents == ceiling


@given(
    lower=st.integers(1, 10**6),
    ceilings=st.lists(st.integers(1, 10**6), min_size=1, max_size=4),
    heads=st.integers(1, 9),
)
def test_no_ceiling_refuses_an_amount_for_being_small(lower: int, ceilings: list[int], heads: int) -> None:
    rules = [cap(ceilings[0])]
    rules += [RollingCap(id=f"r{i}", cents=cents, months=12, **VERSION) for i, cents in enumerate(ceilings)]
    rules.append(PerHead(id="household", cents=ceilings[0], heads=2, extra_cents=10, **VERSION))
    decision = ask(*rules, cents=min(lower, *ceilings), heads=heads)
    assert decision.refused == ()
    assert decision.may_still_cents == min(ceilings)


def test_the_finding_names_rule_figure_left_and_version() -> None:
    decision = ask(cap(5000, source="S: act of 2024"), cents=6000)
    assert (
        decision.findings
        == decision.refused
        == (
            Finding(
                rule="cap",
                kind="cap",
                figure=5000,
                asked=6000,
                currency="EUR",
                verdict="refused",
                code="over_ceiling",
                left=5000,
                since="2024-01-01",
                source="S: act of 2024",
            ),
        )
    )


def test_only_the_version_in_force_on_the_day_speaks() -> None:
    change = date(2026, 1, 1)
    rules = (cap(5000, until=change), cap(6000, since=change), cap(9000, since=date(2027, 1, 1)))
    assert codes(ask(*rules, cents=5500, day=date(2025, 12, 31))) == ["over_ceiling"]
    for day in (change, TODAY, date(2026, 12, 31)):
        decision = ask(*rules, cents=5500, day=day)
        assert decision.refused == ()
        assert [finding.since for finding in decision.findings] == ["2026-01-01"]


def test_without_any_rule_in_force_nothing_is_granted() -> None:
    decision = ask(cap(5000), day=date(2023, 12, 31))
    assert codes(decision) == ["no_rule_in_force"]
    assert decision.may_still_cents == 0


# --- amounts


@pytest.mark.parametrize("cents", [0, -1])
def test_zero_and_negative_amounts_are_no_grants(cents: int) -> None:
    assert codes(ask(cap(5000), cents=cents)) == ["amount_not_positive"]


@pytest.mark.parametrize(
    "rule",
    [
        Units(id="units", most=10, **VERSION),
        MoneyIn(id="price", unit_cents=15, **VERSION),
    ],
)
def test_aids_counted_in_units_may_cost_nothing_and_never_less(rule: AnyRule) -> None:
    assert ask(rule, cents=0).refused == ()
    assert codes(ask(rule, cents=-1)) == ["amount_not_positive"]


# --- the person


def test_a_rolling_cap_counts_this_persons_grants_of_this_aid() -> None:
    past = [past_grant(TODAY, 4000), past_grant(TODAY, 9999, aid="OTHER")]
    assert codes(ask(rolling(5000), cents=1001, past=past)) == ["over_rolling_ceiling"]
    decision = ask(rolling(5000), cents=1000, past=past)
    assert decision.refused == ()
    assert (found(decision, "rolling").left, decision.may_still_cents) == (1000, 1000)


def test_a_rolling_cap_over_several_aids_counts_them_all() -> None:
    past = [past_grant(TODAY, 4000, aid="A"), past_grant(TODAY, 500, aid="B"), past_grant(TODAY, 9, aid="C")]
    assert ask(rolling(5000, aids=("A", "B")), past=past).may_still_cents == 500


def test_the_offices_person_rules_count_every_aid() -> None:
    office = an_office(rolling(5000), rolling(1, until=SINCE + timedelta(days=1)))
    past = [past_grant(TODAY, 4000, aid="A"), past_grant(TODAY, 500, aid="B")]
    decision = ask(cap(9000), cents=501, past=past, office=office)
    assert codes(decision) == ["over_rolling_ceiling"]
    assert decision.may_still_cents == 500


def test_a_claim_raises_the_ceiling_to_its_own_figure() -> None:
    rule = rolling(283000, raised_by="residence_3_years", raised_cents=328700)
    assert ask(rule).may_still_cents == 283000
    assert ask(rule, claims=frozenset({"residence_3_years"})).may_still_cents == 328700
    assert ask(rule, claims=frozenset({"other"})).may_still_cents == 283000


def test_a_ceiling_that_facts_have_passed_leaves_nothing_never_less() -> None:
    decision = ask(rolling(5000), past=[past_grant(TODAY, 7000)])
    assert (found(decision, "rolling").left, decision.may_still_cents) == (0, 0)


@given(
    ceiling=st.integers(1, 50),
    months=st.integers(1, 4),
    attempts=st.lists(st.tuples(DAYS, st.integers(1, 30)), max_size=12),
)
def test_no_window_passes_its_ceiling_in_whatever_order_facts_arrive(
    ceiling: int, months: int, attempts: list[tuple[date, int]]
) -> None:
    past: list[PastGrant] = []
    for day, cents in attempts:
        if not ask(rolling(ceiling, months), cents=cents, day=day, past=past).refused:
            past.append(past_grant(day, cents))
    for end in {grant.day for grant in past}:
        start = months_before(end, months)
        assert sum(grant.cents for grant in past if start < grant.day <= end) <= ceiling


@given(
    ceiling=st.integers(0, 60),
    months=st.integers(1, 4),
    paid=st.lists(st.tuples(DAYS, st.integers(1, 30)), max_size=8),
    day=DAYS,
    order=st.randoms(use_true_random=False),
)
def test_exactly_what_is_left_may_be_granted_whatever_the_order_of_the_past(
    ceiling: int, months: int, paid: list[tuple[date, int]], day: date, order: Any
) -> None:
    rules = (rolling(ceiling, months), cap(45))
    past = [past_grant(when, cents) for when, cents in paid]
    left = ask(*rules, day=day, past=past).may_still_cents
    assert left is not None
    assert 0 <= left <= min(ceiling, 45)
    assert ask(*rules, cents=left + 1, day=day, past=past).refused
    order.shuffle(past)
    if left:
        assert ask(*rules, cents=left, day=day, past=past).refused == ()
    assert may_still(an_aid(*rules), past, OFFICE, day) == left


@given(attempts=st.lists(DAYS, max_size=12), times=st.integers(1, 3), months=st.integers(1, 4))
def test_no_window_holds_more_grants_than_its_count(attempts: list[date], times: int, months: int) -> None:
    rule = Count(id="count", times=times, months=months, **VERSION)
    past: list[PastGrant] = []
    for day in attempts:
        decision = ask(rule, day=day, past=past)
        assert decision.may_still_cents == (0 if decision.refused else None)
        if not decision.refused:
            past.append(past_grant(day))
    for end in {grant.day for grant in past}:
        start = months_before(end, months)
        assert sum(start < grant.day <= end for grant in past) <= times


@given(attempts=st.lists(DAYS, max_size=12), days=st.integers(1, 40))
def test_two_grants_never_lie_closer_than_their_spacing(attempts: list[date], days: int) -> None:
    rule = Spacing(id="spacing", days=days, **VERSION)
    past: list[PastGrant] = []
    for day in attempts:
        decision = ask(rule, day=day, past=past)
        spacing = found(decision, "spacing")
        assert (spacing.left == 0) == bool(decision.refused)
        assert spacing.free_on is not None
        assert spacing.free_on >= day
        assert ask(rule, day=spacing.free_on, past=past).refused == ()
        if not decision.refused:
            past.append(past_grant(day))
    granted = sorted(grant.day for grant in past)
    assert all((later - day).days >= days for day, later in pairwise(granted))


def test_the_fifteenth_day_is_far_enough() -> None:
    rule = Spacing(id="spacing", days=15, **VERSION)
    past = [past_grant(date(2026, 3, 1))]
    assert codes(ask(rule, day=date(2026, 3, 15), past=past)) == ["too_soon"]
    assert ask(rule, day=date(2026, 3, 16), past=past).refused == ()
    assert ask(rule, day=date(2026, 2, 14), past=past).refused == ()
    assert codes(ask(rule, day=date(2026, 2, 15), past=past)) == ["too_soon"]
    assert ask(rule, day=date(2026, 3, 2), past=[past_grant(date(2026, 3, 1), aid="OTHER")]).refused == ()


@given(past=st.lists(st.builds(past_grant, DAYS, st.integers(1, 500)), max_size=6), cents=st.integers(1, 900))
def test_a_homonyms_ceiling_refuses_nobody(past: list[PastGrant], cents: int) -> None:
    rules = (
        rolling(600, 3),
        Count(id="count", times=2, months=3, **VERSION),
        Spacing(id="spacing", days=20, **VERSION),
        cap(800),
    )
    office = an_office(RollingCap(id="person", cents=700, months=6, **VERSION))
    known = ask(*rules, cents=cents, past=past, office=office)
    unsure = ask(*rules, cents=cents, past=past, office=office, confirmed=False)
    assert codes(unsure) == (["over_ceiling"] if cents > 800 else [])
    assert unsure.may_still_cents == 800
    assert [finding.left for finding in unsure.findings] == [finding.left for finding in known.findings]
    assert {finding.rule for finding in unsure.findings if not finding.binding} == {
        "rolling",
        "count",
        "spacing",
        "person",
    }


# --- what is told


REFUSALS: list[tuple[AnyRule, dict[str, Any], str]] = [
    (cap(5000), {"cents": 5001}, "€50.00"),
    (rolling(5000), {"cents": 5001}, "€50.00"),
    (Count(id="count", times=1, months=12, **VERSION), {"past": [past_grant(TODAY)]}, "1"),
    (Spacing(id="spacing", days=15, **VERSION), {"past": [past_grant(TODAY)]}, "15"),
    (PerHead(id="household", cents=70, heads=2, extra_cents=1, **VERSION), {}, "€0.70"),
    (Units(id="units", most=10, **VERSION), {"quantity": 11}, "10"),
    (Evidence(id="papers", required=("bill",), **VERSION), {}, "bill"),
    (Resources(id="resources", cents=86900, **VERSION), {"resources_cents": 86901}, "€869.00"),
    (Resources(id="resources", cents=86900, **VERSION), {}, "resources"),
    (PayableBy(id="means", means=("card",), **VERSION), {"means": "kind"}, "means"),
    (RegisterOnly(id="register", single_cents=1, couple_cents=2, **VERSION), {}, "register"),
    (PARTICIPATION, {"direction": "in", "cents": 3001}, "€30.00, €90.00"),
]


@pytest.mark.parametrize(("rule", "more", "figure"), REFUSALS, ids=lambda value: getattr(value, "id", ""))
def test_every_refusal_names_its_rule_its_figure_and_its_version(
    rule: AnyRule, more: dict[str, Any], figure: str
) -> None:
    (refused,) = ask(rule, **more).refused
    assert refused.code is not None
    sentence = Text("en").error(Refused(refused.code, **refused.params))
    assert rule.id in sentence
    assert "01/01/2024" in sentence
    assert figure in sentence
    assert "{" not in sentence


@pytest.mark.parametrize(
    "decision",
    [
        ask(cap(5000), cents=0),
        ask(cap(5000), day=date(2020, 1, 1)),
        ask(cap(5000), direction="in"),
        ask(cap(50000), cents=30001, means="cash"),
        ask(cap(5000), means="cash", office=an_office(means=())),
        ask(cap(5000), means="cash", office=an_office(expenses=("OTHER",))),
    ],
)
def test_refusals_that_no_rule_of_an_aid_makes_have_their_sentences_too(decision: Decision) -> None:
    (refused,) = decision.refused
    assert refused.code in SENTENCES
    assert "{" not in Text("en").error(Refused(refused.code, **refused.params))
