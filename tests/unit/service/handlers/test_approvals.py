"""A second person's word: who may give it, what it is checked against again, and what it binds."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from counter_app.domain.money import Money
from counter_app.journal.codec import canonical
from tests.unit.counters import AGENT, COLLEAGUE, REGISSEUR, SUPERVISOR, Desk, person

CASH = {"means": "cash", "payer": COLLEAGUE}


def decide(grant: str, **fields: Any) -> dict[str, Any]:
    return {"approver": SUPERVISOR, "grant": grant, "approved": True} | fields


def test_an_approval_makes_the_grant_stand_and_tells_the_centre(desk: Desk) -> None:
    grant = desk.grant(6000, person=person(), note="urgent")
    entry = desk.do("decide_approval", **decide(grant.upper(), reason="seen")).entry
    row = desk.grant_row(grant)
    assert (row.decision, row.payment) == ("granted", "reserved")
    assert desk.slice().used_cents == 6000
    assert entry.facts["approver"] == SUPERVISOR
    assert entry.private == {"person": person(), "reason": "seen"}
    assert [unit.service for unit in desk.units(entry.entry_id)] == ["aid-file"]


def test_it_binds_exactly_what_was_asked_for(desk: Desk) -> None:
    grant = desk.grant(6000)
    words = {
        "grant": grant,
        "chain": "A1",
        "aid": "FR-SECURG",
        "cents": 6000,
        "currency": "EUR",
        "means": "cash",
    }
    entry = desk.do("decide_approval", **decide(grant)).entry
    assert entry.facts["binds"] == sha256(canonical(words)).hexdigest()


@pytest.mark.parametrize(
    ("pin_of", "proof"),
    [(None, "none_shown"), (AGENT, "none_shown"), (REGISSEUR, "none_shown"), (SUPERVISOR, "pin")],
)
def test_only_the_approvers_own_pin_is_a_proof(desk: Desk, pin_of: str | None, proof: str) -> None:
    outcome = desk.do("decide_approval", **decide(desk.grant(6000)), pin_of=pin_of)
    assert outcome.entry.facts["proof"] == proof


def test_the_granter_never_approves_and_an_agent_never_does(desk: Desk) -> None:
    mine = desk.grant(6000, agent=SUPERVISOR)
    assert desk.code("decide_approval", **decide(mine)) == "approver_is_granter"
    assert desk.code("decide_approval", **decide(mine, approver=AGENT)) == "not_allowed"
    assert desk.code("decide_approval", **decide(mine, approver="nobody")) == "unknown_colleague"
    desk.do("decide_approval", **decide(mine, approver=REGISSEUR))


def test_only_what_waits_is_decided_and_once(desk: Desk) -> None:
    granted, pending = desk.grant(), desk.grant(6000)
    refusal = desk.refusal("decide_approval", **decide(granted))
    assert (refusal.code, refusal.params) == (
        "grant_not_pending",
        {"number": "A1-0001", "decision": "granted"},
    )
    desk.do("decide_approval", **decide(pending))
    for approved in (True, False):
        again = decide(pending, approved=approved, reason="again")
        assert desk.code("decide_approval", **again) == "grant_not_pending"
    request = desk.id("record_request", person=person(), aid="FR-CAP")
    assert desk.code("decide_approval", **decide(request)) == "wrong_kind"


def test_declining_wants_a_reason_and_ends_the_grant(desk: Desk) -> None:
    grant = desk.grant(6000)
    assert desk.code("decide_approval", **decide(grant, approved=False)) == "reason_missing"
    desk.do("decide_approval", **decide(grant, approved=False, reason="not needed"))
    assert desk.grant_row(grant).decision == "refused"
    assert desk.slice().used_cents == 0
    desk.fill_drawer()
    assert desk.code("pay_grant", grant=grant, payment=CASH) == "grant_not_open"


def test_the_limits_are_checked_again_for_other_grants_came_between(desk: Desk) -> None:
    waiting = [desk.grant(6000), desk.grant(6000), desk.grant(6000)]
    for grant in waiting[:2]:
        desk.do("decide_approval", **decide(grant))
    assert desk.irregular("grant_aid", aid="FR-SECURG", cents=8000, person=person(), **PAPER) == [
        "year",
        "times",
    ]
    refusal = desk.refusal("decide_approval", **decide(waiting[2]))
    assert refusal.code == "over_rolling_ceiling"
    # On paper it had been approved already: recorded with what it broke.
    assert "year" in desk.irregular("decide_approval", **decide(waiting[2]))


PAPER: dict[str, Any] = {"circumstances": {"evidence": ["interview"]}}


def test_the_grant_itself_is_not_counted_against_itself(desk: Desk) -> None:
    for _ in range(2):
        desk.grant(8000)
    third = desk.grant(8000)
    desk.do("decide_approval", **decide(third))


def test_the_slice_is_checked_again(desk: Desk) -> None:
    grant = desk.grant(6000)
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=745_000)
    refusal = desk.refusal("decide_approval", **decide(grant))
    assert (refusal.code, refusal.params["left"]) == ("over_slice", Money(5000))


def test_paper_that_was_paid_before_anybody_approved_uses_the_slice_once(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(6000)
    assert desk.irregular("pay_grant", grant=grant, payment=CASH) == ["grant_not_open"]
    assert desk.slice().used_cents == 6000
    desk.do("decide_approval", **decide(grant))
    assert desk.slice().used_cents == 6000
    assert desk.grant_row(grant).payment == "paid"
