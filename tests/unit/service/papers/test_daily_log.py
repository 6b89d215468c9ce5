"""A day's log says what was so on that day, whenever it is printed."""

from __future__ import annotations

from datetime import date, timedelta

from counter_app.service.papers.daily_log import daily_log_rows
from tests.unit.counters import CASH, SUPERVISOR, Desk, person

MONDAY = date(2026, 3, 2)
SEEN = {"evidence": ["interview"]}


def incident_of(desk: Desk, day: date) -> str:
    return daily_log_rows(desk.workstation, day, "en").incident


def test_an_outage_stands_on_the_log_of_each_of_its_days_and_of_no_other(desk: Desk) -> None:
    services = {service.id: "down" for service in desk.workstation.configuration.services}
    desk.clock.jump(24 * 3600)
    outage = desk.id("declare_incident", agent=SUPERVISOR, title="Panne du centre", services=services)
    desk.clock.jump(24 * 3600)
    assert "Panne du centre" in incident_of(desk, MONDAY + timedelta(days=2))
    desk.do("close_incident", agent=SUPERVISOR, incident=outage)
    told = [bool(incident_of(desk, MONDAY + timedelta(days=days))) for days in range(4)]
    assert told == [False, True, True, False]


def test_the_log_has_the_reason_that_was_given_for_a_difference(desk: Desk) -> None:
    desk.fill_drawer(10_000)
    counted = {"agent": SUPERVISOR, "approver": SUPERVISOR, "counted": {"1000": 9}}
    desk.do("close_day", **counted, note="Un billet manque, cherché deux fois")
    rows = daily_log_rows(desk.workstation, MONDAY, "en")
    assert rows.difference is not None
    assert (rows.difference.cents, rows.difference_reason) == (-1000, "Un billet manque, cherché deux fois")


def test_a_grant_or_a_refusal_without_a_request_of_its_own_was_asked_for_too(desk: Desk) -> None:
    request = desk.id("record_request", aid="FR-SECURG", person=person("Asked"), asked_cents=2000)
    desk.id("grant_aid", aid="FR-SECURG", cents=2000, request=request, circumstances=SEEN)
    desk.grant(3000, person=person("Granted"))
    reason = next(iter(desk.workstation.configuration.reasons))
    desk.do("refuse_aid", person=person("Refused"), aid="FR-SECURG", reason=reason)
    rows = daily_log_rows(desk.workstation, MONDAY, "en")
    assert rows.requests == 3
    assert [amount.cents for amount in rows.granted] == [2000, 3000]


def test_what_is_granted_and_not_paid_stands_on_the_log_until_it_is(desk: Desk) -> None:
    desk.fill_drawer()
    open_one, waiting = desk.grant(3000, person=person("Open")), desk.grant(6000, person=person("Waiting"))
    cancelled = desk.grant(2500, person=person("Cancelled"))
    desk.do("cancel_grant", grant=cancelled, reason="Erreur de saisie")
    rows = daily_log_rows(desk.workstation, MONDAY, "en")
    assert [(row.amount.cents, row.means) for row in rows.unpaid] == [(3000, "cash")]
    assert rows.pending == 1
    desk.clock.jump(24 * 3600)
    tuesday = MONDAY + timedelta(days=1)
    desk.do("decide_approval", agent=SUPERVISOR, approver=SUPERVISOR, grant=waiting, approved=True)
    assert [row.amount.cents for row in daily_log_rows(desk.workstation, tuesday, "en").unpaid] == [
        3000,
        6000,
    ]
    desk.do("pay_grant", grant=open_one, payment=CASH)
    rows = daily_log_rows(desk.workstation, tuesday, "en")
    assert ([row.amount.cents for row in rows.unpaid], rows.pending) == ([6000], 0)
    assert daily_log_rows(desk.workstation, MONDAY - timedelta(days=1), "en").unpaid == []
