"""What a supervisor reads before deciding: why a grant waits and what the limits leave for it now."""

from __future__ import annotations

from counter_app.domain.money import Money
from counter_app.service.approvals import waiting_grants
from tests.unit.counters import AGENT, SUPERVISOR, Desk, person


def test_the_oldest_waits_first_and_what_is_decided_waits_no_more(desk: Desk) -> None:
    first, second = desk.grant(6000), desk.grant(7000, person=person("Benali"))
    desk.grant(4000, person=person("Petit"))
    assert [one.entry_id for one in waiting_grants(desk.workstation)] == [first, second]
    desk.do("decide_approval", approver=SUPERVISOR, grant=first, approved=True)
    assert [one.entry_id for one in waiting_grants(desk.workstation)] == [second]


def test_it_names_the_rule_its_threshold_and_the_facts_of_the_grant(desk: Desk) -> None:
    desk.grant(6000, note="two children")
    (waiting,) = waiting_grants(desk.workstation)
    (reason,) = waiting.reasons
    assert (reason.rule, reason.since, reason.threshold) == ("second_person", "2024-01-01", Money(5000))
    assert (waiting.number, waiting.agent, waiting.aid) == ("A1-0001", AGENT, "FR-SECURG")
    assert (waiting.amount, waiting.means, waiting.surname) == (Money(6000), "cash", "Dupont")
    assert (waiting.note, waiting.evidence, waiting.confirmed) == ("two children", ("interview",), True)
    assert waiting.over == ()
    assert not waiting.is_paid


def test_the_limits_are_those_without_the_grant_itself_and_the_tightest_comes_first(desk: Desk) -> None:
    desk.grant(4000)
    desk.grant(8000)
    (waiting,) = waiting_grants(desk.workstation)
    by_kind = {(one.kind, one.ceiling.cents): one.left.cents for one in waiting.left}
    assert by_kind["cap", 8000] == 8000
    assert by_kind["rolling_cap", 24_000] == 20_000
    assert [one.left for one in waiting.left] == sorted(one.left for one in waiting.left)
    assert waiting.slice_left == Money(750_000 - 4000)


def test_what_refuses_it_now_is_said(desk: Desk) -> None:
    desk.grant(6000)
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=745_000)
    (waiting,) = waiting_grants(desk.workstation)
    assert [error.code for error in waiting.over] == ["over_slice"]
    assert waiting.over[0].params["left"] == Money(5000)


def test_paper_that_paid_already_needs_no_slice(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(6000)
    payment = {"means": "cash", "payer": "abakari"}
    desk.do("pay_grant", grant=grant, payment=payment, already_happened=True)
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=744_000)
    (waiting,) = waiting_grants(desk.workstation)
    assert waiting.is_paid
    assert waiting.over == ()
