"""Outages: declared for services that exist, followed in words with a source, over service by service."""

from __future__ import annotations

import pytest

from counter_app.projections import incidents
from tests.unit.counters import AGENT, IT, SUPERVISOR, Desk

DOWN = {"agent": IT, "services": {"aid-file": "down", "treasury": "unstable"}, "title": "Fire"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def states(desk: Desk, incident: str) -> dict[str, str]:
    return {
        service: state for service, (state, _) in incidents.service_states(desk.tables(), incident).items()
    }


def test_an_outage_begins_numbered_for_each_of_its_services(desk: Desk) -> None:
    outcome = desk.do("declare_incident", **DOWN, happened_at="2026-03-02T06:00:00Z", source="a call")
    incident = outcome.entry.entry_id
    assert outcome.number == "A1-0001"
    assert states(desk, incident) == {"aid-file": "down", "treasury": "unstable"}
    assert incidents.open_incident(desk.tables()) == (incident, "A1-0001", "Fire", "2026-03-02T06:00:00.000Z")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"services": {}}, "incident_without_service"),
        ({"services": {"coffee": "down"}}, "unknown_service"),
        ({"agent": AGENT}, "not_allowed"),
    ],
)
def test_an_outage_has_services_of_the_office_and_somebody_who_may_declare_it(
    desk: Desk, change: dict[str, object], code: str
) -> None:
    assert desk.code("declare_incident", **{**DOWN, **change}) == code


def test_the_last_word_on_each_service_is_by_the_time_it_happened(desk: Desk) -> None:
    incident = desk.id("declare_incident", **DOWN, happened_at="2026-03-02T05:00:00Z")
    told = {"agent": SUPERVISOR, "incident": incident.upper(), "words": "the ministry says so"}
    desk.do("update_incident", **told, services={"aid-file": "back"}, happened_at="2026-03-02T07:00:00Z")
    desk.do("update_incident", **told, services={"aid-file": "unstable"}, happened_at="2026-03-02T06:00:00Z")
    desk.do("update_incident", **told)
    assert states(desk, incident) == {"aid-file": "back", "treasury": "unstable"}
    assert desk.code("update_incident", **{**told, "incident": NOBODY}) == "unknown_incident"
    assert desk.code("update_incident", **told, services={"coffee": "back"}) == "unknown_service"
    assert desk.code("update_incident", **{**told, "agent": AGENT}) == "not_allowed"


def test_an_incident_is_over_for_one_service_or_for_all_that_are_left(desk: Desk) -> None:
    incident = desk.id("declare_incident", **DOWN)
    told = {"agent": IT, "incident": incident.upper()}
    desk.do("close_incident", **told, services=["treasury"])
    assert states(desk, incident) == {"aid-file": "down", "treasury": "closed"}
    refusal = desk.refusal("close_incident", **told, services=["treasury"])
    assert (refusal.code, refusal.params) == ("incident_not_open", {"service": "treasury"})
    assert incidents.open_incident(desk.tables()) is not None
    desk.do("close_incident", **told, words="all back")
    assert set(states(desk, incident).values()) == {"closed"}
    assert incidents.open_incident(desk.tables()) is None
    assert desk.code("close_incident", **told) == "incident_not_open"
    assert desk.code("close_incident", agent=IT, incident=NOBODY) == "unknown_incident"
    assert desk.code("close_incident", **{**told, "agent": AGENT}) == "not_allowed"


def test_the_oldest_open_incident_is_shown(desk: Desk) -> None:
    later = desk.id("declare_incident", **DOWN)
    earlier = desk.id("declare_incident", **{**DOWN, "title": "Flood"}, happened_at="2026-03-01T06:00:00Z")
    assert [row[0] for row in incidents.incidents(desk.tables())] == [earlier, later]
    shown = incidents.open_incident(desk.tables())
    assert shown is not None
    assert shown[0] == earlier
