"""Outages as recorded facts: declared, followed with sourced lines, closed per service."""

from __future__ import annotations

from counter_app.access.roles import RECOVERY, colleague
from counter_app.domain.commands import CloseIncident, DeclareIncident, UpdateIncident
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id
from counter_app.journal.entry import Fact
from counter_app.projections import incidents as books
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part


def declare_incident(context: Context, command: DeclareIncident) -> Fact:
    """An outage begins for some services."""
    colleague(context.configuration, command.agent, RECOVERY)
    if not command.services:
        raise Refused("incident_without_service")
    _check_services(context, tuple(command.services))
    facts = {
        "services": dict(command.services),
        "title": command.title,
        "cause": command.cause,
        "source": command.source,
    }
    return Fact("incident_declared", facts, private_part(context), numbered=True)


def update_incident(context: Context, command: UpdateIncident) -> Fact:
    """A line of the timeline; a service may join an incident later."""
    colleague(context.configuration, command.agent, RECOVERY)
    _check_services(context, tuple(command.services))
    incident, _ = _states(context, command.incident)
    facts = {
        "incident": incident,
        "services": dict(command.services),
        "words": command.words,
        "source": command.source,
    }
    return Fact("incident_updated", facts, private_part(context))


def close_incident(context: Context, command: CloseIncident) -> Fact:
    """The incident is over for the named services, or for all that are still open."""
    colleague(context.configuration, command.agent, RECOVERY)
    incident, states = _states(context, command.incident)
    still_open = [service for service, (state, _) in states.items() if state != "closed"]
    closing = list(command.services) or still_open
    wrong = [service for service in closing if service not in still_open]
    if wrong or not closing:
        raise Refused("incident_not_open", service=", ".join(wrong) or "–")
    facts = {
        "incident": incident,
        "services": dict.fromkeys(sorted(closing), "closed"),
        "words": command.words,
    }
    return Fact("incident_closed", facts, private_part(context))


def _check_services(context: Context, services: tuple[str, ...]) -> None:
    for service in services:
        if context.configuration.service(service) is None:
            raise Refused("unknown_service", service=service)


def _states(context: Context, told: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The incident's id and the last word on each of its services; raises `unknown_incident`."""
    incident = check_entry_id(told)
    states = books.service_states(context.tables, incident)
    if not states:
        raise Refused("unknown_incident", entry_id=incident)
    return incident, states
