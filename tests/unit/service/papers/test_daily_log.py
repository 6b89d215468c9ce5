"""A day's log says what was so on that day, whenever it is printed."""

from __future__ import annotations

from datetime import date, timedelta

from counter_app.service.papers.daily_log import daily_log_rows
from tests.unit.counters import SUPERVISOR, Desk

MONDAY = date(2026, 3, 2)


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
