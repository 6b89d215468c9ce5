"""Granting and cancelling: what the rules decide, what it costs the slice, and who must learn of it."""

from __future__ import annotations

from typing import Any

import pytest

from counter_app.domain.money import Money
from tests.unit.counters import COLLEAGUE, IT, SUPERVISOR, Desk, person

GRANT: dict[str, Any] = {"aid": "FR-SECURG", "cents": 4000, "circumstances": {"evidence": ["interview"]}}
FOR_SOMEBODY = {**GRANT, "person": person()}
CASH = {"means": "cash", "payer": COLLEAGUE}


def test_a_grant_reserves_its_amount_and_says_why_it_was_right(desk: Desk) -> None:
    outcome = desk.do("grant_aid", **FOR_SOMEBODY)
    facts = outcome.entry.facts
    assert (facts["decision"], facts["cents"], facts["means"], outcome.number) == (
        "granted",
        4000,
        "cash",
        "A1-0001",
    )
    assert outcome.irregular == []
    basis = {rule: told for rule, *told in facts["basis"]}
    assert basis["grant"] == ["2024-01-01", 8000, 8000, "ok"]
    assert basis["year"] == ["2024-01-01", 24000, 24000, "ok"]
    assert basis["person_all_aids"] == ["2024-01-01", 33000, 33000, "ok"]
    assert basis["second_person"] == ["2024-01-01", 5000, 5000, "ok"]
    row = desk.grant_row(outcome.entry.entry_id)
    assert (row.decision, row.payment, row.paid_cents) == ("granted", "reserved", 0)
    assert desk.slice().used_cents == 4000
    assert desk.balances() == {}
    assert [unit.service for unit in desk.units(row.entry_id)] == ["aid-file"]


def test_a_grant_with_payment_moves_the_cash_and_is_told_to_whoever_follows_it(desk: Desk) -> None:
    desk.fill_drawer(10_000)
    grant = desk.id("grant_aid", **FOR_SOMEBODY, payment=CASH)
    row = desk.grant_row(grant)
    assert (row.decision, row.payment, row.paid_cents) == ("granted", "paid", 4000)
    assert desk.balances() == {"aid:FR-SECURG": 4000, "drawer": 6000, "treasury": -10_000}
    assert [unit.service for unit in desk.units(grant)] == ["aid-file", "treasury"]
    assert desk.slice().used_cents == 4000


@pytest.mark.parametrize(
    ("change", "code", "left"),
    [
        ({"cents": 8001}, "over_ceiling", Money(8000)),
        ({"cents": 0}, "amount_not_positive", None),
        ({"circumstances": {}}, "evidence_missing", None),
        ({"means": "voucher"}, "means_not_allowed", None),
        ({"aid": "FR-NONE"}, "unknown_aid", None),
        ({"agent": IT}, "not_allowed", None),
        ({"person": None}, "request_or_person", None),
        ({"request": "00000000-0000-4000-8000-000000000000"}, "request_or_person", None),
        ({"happened_at": "2023-12-31T12:00:00Z"}, "no_rule_in_force", None),
    ],
)
def test_a_rule_refuses_before_anything_moves(
    desk: Desk, change: dict[str, Any], code: str, left: Money | None
) -> None:
    refusal = desk.refusal("grant_aid", **{**FOR_SOMEBODY, **change})
    assert refusal.code == code
    assert left is None or refusal.params["left"] == left


def test_the_same_rule_makes_a_fact_that_happened_irregular(desk: Desk) -> None:
    broken = {
        **FOR_SOMEBODY,
        "cents": 9000,
        "circumstances": {},
        "payment": {"means": "cash", "acquit": "missing"},
    }
    outcome = desk.do("grant_aid", already_happened=True, form="P7", **broken)
    assert outcome.irregular == ["grant", "papers", "second_person", "granter_pays", "drawer"]
    assert outcome.entry.facts["form"] == "P7"
    assert desk.balance("drawer") == -9000
    assert desk.slice().used_cents == 9000


def test_a_request_brings_its_person_and_circumstances_along(desk: Desk) -> None:
    told = {"evidence": ["interview"], "heads": 2, "resources_cents": 100}
    request = desk.id("record_request", person=person(), aid="FR-SECURG", circumstances=told)
    entry = desk.do("grant_aid", aid="FR-SECURG", cents=4000, request=request).entry
    assert entry.facts["circumstances"] == {"evidence": ["interview"], "heads": 2}
    assert entry.private == {"person": person(), "resources_cents": 100}
    assert desk.units(entry.entry_id)[0].depends_on == request
    other = desk.id("record_request", person=person(), aid="FR-CAP")
    refusal = desk.refusal("grant_aid", aid="FR-SECURG", cents=4000, request=other)
    assert (refusal.code, refusal.params) == ("request_for_other_aid", {"number": "A1-0003", "aid": "FR-CAP"})


def test_the_ceilings_of_a_confirmed_person_hold_over_every_grant_and_aid(desk: Desk) -> None:
    vouchers = {"aid": "FR-CAP", "circumstances": {"evidence": ["identity"]}, "person": person()}
    for cents in (3000, 3000, 2000):
        desk.do("grant_aid", **vouchers, cents=cents)
    refusal = desk.refusal("grant_aid", **vouchers, cents=1001)
    assert (refusal.code, refusal.params["left"]) == ("over_rolling_ceiling", Money(1000))
    for cents in (8000, 8000, 8000):
        desk.grant(cents)
    assert desk.code("grant_aid", **FOR_SOMEBODY) == "over_rolling_ceiling"
    desk.grant(5000, person=person("Durand"))
    # A paper form of a year before meets none of them.
    desk.do("grant_aid", **FOR_SOMEBODY, happened_at="2025-03-01T12:00:00Z")


def test_a_declared_identity_is_bound_by_no_ceiling_of_a_homonym(desk: Desk) -> None:
    for _ in range(3):
        desk.grant()
    assert desk.code("grant_aid", **FOR_SOMEBODY) == "too_many_grants"
    desk.grant(person=person(identity="declared"))


def test_what_was_cancelled_or_came_back_whole_counts_no_more(desk: Desk) -> None:
    desk.fill_drawer()
    desk.do("cancel_grant", grant=desk.grant(), reason="mistake")
    returned = desk.id("grant_aid", **FOR_SOMEBODY, payment=CASH)
    desk.do("return_money", grant=returned, cents=4000)
    for _ in range(3):
        desk.grant()
    assert desk.code("grant_aid", **FOR_SOMEBODY) == "too_many_grants"


def test_more_than_was_paid_never_raises_a_persons_ceiling(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.id("grant_aid", **{**FOR_SOMEBODY, "cents": 5000}, payment=CASH)
    assert desk.irregular("return_money", grant=grant, cents=50_000) == ["returned"]
    assert desk.slice().used_cents == 0
    vouchers = {"aid": "FR-CAP", "circumstances": {"evidence": ["identity"]}, "person": person()}
    for _ in range(3):
        desk.do("grant_aid", **vouchers, cents=3000)
    assert desk.code("grant_aid", **vouchers, cents=1) == "over_rolling_ceiling"


def test_a_grant_corrected_to_another_person_counts_for_that_person(desk: Desk) -> None:
    grants = [desk.grant() for _ in range(3)]
    assert desk.code("grant_aid", **FOR_SOMEBODY) == "too_many_grants"
    desk.do("correct_entry", target=grants[0], person=person("Durand"), reason="misread")
    desk.grant()
    durand = {**FOR_SOMEBODY, "person": person("Durand")}
    desk.do("grant_aid", **durand)
    desk.do("grant_aid", **durand)
    assert desk.code("grant_aid", **durand) == "too_many_grants"


def test_above_the_threshold_a_grant_waits_and_nothing_is_reserved_or_paid(desk: Desk) -> None:
    desk.fill_drawer()
    outcome = desk.do("grant_aid", **{**FOR_SOMEBODY, "cents": 5001}, payment=CASH)
    assert outcome.awaits_approval
    row = desk.grant_row(outcome.entry.entry_id)
    assert (row.decision, row.payment) == ("pending", "none")
    assert desk.units(row.entry_id) == []
    assert desk.slice().used_cents == 0
    assert desk.balance("drawer") == 500_000


def test_a_grant_beyond_the_slice_is_refused_with_what_is_left(desk: Desk) -> None:
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=747_000)
    refusal = desk.refusal("grant_aid", **FOR_SOMEBODY)
    assert (refusal.code, refusal.params) == ("over_slice", {"asked": Money(4000), "left": Money(3000)})
    assert desk.irregular("grant_aid", **FOR_SOMEBODY) == ["slice"]
    assert desk.slice().left_cents == -1000
    assert desk.refusal("grant_aid", **{**FOR_SOMEBODY, "cents": 1}).params["left"] == Money(0)


# --- cancelling


def test_cancelling_frees_what_was_reserved(desk: Desk) -> None:
    grant = desk.grant()
    entry = desk.do("cancel_grant", grant=grant.upper(), reason="wrong person").entry
    row = desk.grant_row(grant)
    assert (row.decision, row.payment, entry.facts["freed_cents"]) == ("cancelled", "none", 4000)
    assert desk.slice().used_cents == 0
    (unit,) = desk.units(entry.entry_id)
    assert (unit.service, unit.depends_on) == ("aid-file", grant)
    assert entry.private == {"person": person(), "reason": "wrong person"}


def test_cancelling_never_touches_paid_money(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.id("grant_aid", **FOR_SOMEBODY, payment=CASH)
    entry = desk.do("cancel_grant", grant=grant, reason="wrong person").entry
    row = desk.grant_row(grant)
    assert (row.decision, row.payment, entry.facts["freed_cents"], entry.facts["paid_cents"]) == (
        "cancelled",
        "paid",
        0,
        4000,
    )
    assert desk.slice().used_cents == 4000
    assert desk.balance("drawer") == 496_000
    assert {(unit.service, unit.depends_on) for unit in desk.units(entry.entry_id)} == {
        ("aid-file", grant),
        ("treasury", grant),
    }
    desk.do("return_money", grant=grant, cents=4000)
    assert desk.slice().used_cents == 0
    assert desk.grant_row(grant).payment == "returned"


def test_a_waiting_grant_that_is_cancelled_is_told_to_nobody(desk: Desk) -> None:
    grant = desk.grant(6000)
    entry = desk.do("cancel_grant", grant=grant, reason="gone away").entry
    assert desk.units(entry.entry_id) == []
    assert desk.grant_row(grant).decision == "cancelled"
    assert desk.slice().used_cents == 0


def test_only_a_grant_that_stands_or_waits_is_cancelled(desk: Desk) -> None:
    grant = desk.grant()
    desk.do("cancel_grant", grant=grant, reason="mistake")
    refusal = desk.refusal("cancel_grant", grant=grant, reason="again")
    assert (refusal.code, refusal.params) == (
        "grant_not_open",
        {"number": "A1-0001", "decision": "cancelled"},
    )
    request = desk.id("record_request", person=person(), aid="FR-CAP")
    assert desk.code("cancel_grant", grant=request, reason="no grant") == "wrong_kind"
    assert desk.code("cancel_grant", grant=desk.grant(), reason="mine", agent=IT) == "not_allowed"
