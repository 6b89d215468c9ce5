"""What may be done at this counter right now, while central services are down: facts, for a page to put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.clock import business_day, from_wire
from counter_app.domain.catalogue import Aid, Cap, Configuration
from counter_app.domain.delivery import FINISHED
from counter_app.domain.money import Money
from counter_app.domain.needs import needs_of
from counter_app.domain.rules import is_in_force
from counter_app.projections import budget, cash, delivery, grants, incidents
from counter_app.projections.family import Tables
from counter_app.service.doubles import unjudged
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class ServiceNow:
    """A central service: its state in the open outage and since when, and how many acts of this counter it needs.

    `state` is empty and `since` is `None` where the outage does not concern it, or where there is none.
    """

    service: str
    state: str
    since: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class AidNow:
    """What one grant of an aid may come to today: `most` and `approved_above` are `None` where no rule says."""

    aid: Aid
    most: Money | None
    approved_above: Money | None
    register_only: bool


@dataclass(frozen=True, slots=True)
class WhatNow:
    """The counter as its people may use it; times in the office's zone.

    `left` is what its slice still holds, `has_cash` whether the books see money in the drawer, `approvals` how many
    grants wait for a second person, `directive` the office's own words that cover the agents, `doubles` how many
    requests or payments seem to be made twice.
    """

    is_outage: bool
    services: tuple[ServiceNow, ...]
    aids: tuple[AidNow, ...]
    left: Money
    has_cash: bool
    approvals: int
    directive: str
    doubles: int


def what_now(workstation: Workstation) -> WhatNow:
    """Read it from one snapshot of the journal; services in the order in which they come back."""
    configuration, chain = workstation.configuration, workstation.chain
    currency = configuration.office.currency
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            incident = incidents.open_incident(tables)
            left = budget.slice_of(tables, chain).left_cents
            return WhatNow(
                is_outage=incident is not None,
                services=_services(workstation, tables, None if incident is None else incident[0]),
                aids=_aids(workstation, configuration),
                left=Money(max(0, left), currency),
                has_cash=cash.balance(tables, chain, "drawer") > 0,
                approvals=grants.pending_count(tables, chain),
                directive=configuration.limits.directive,
                doubles=unjudged(tables),
            )
        finally:
            connection.execute("ROLLBACK")


def _services(workstation: Workstation, tables: Tables, incident: str | None) -> tuple[ServiceNow, ...]:
    waiting: dict[str, int] = {}
    for name, state, count, _ in delivery.unit_counts(tables, workstation.chain):
        if state not in FINISHED:
            waiting[name] = waiting.get(name, 0) + count
    states = {} if incident is None else incidents.service_states(tables, incident)
    found = []
    for service in sorted(workstation.configuration.services, key=lambda one: (one.order, one.id)):
        state, since = states.get(service.id, ("closed", ""))
        is_over = state == "closed"
        at = None if is_over else from_wire(since).astimezone(workstation.office.zone)
        found.append(ServiceNow(service.id, "" if is_over else state, at, waiting.get(service.id, 0)))
    return tuple(found)


def _aids(workstation: Workstation, configuration: Configuration) -> tuple[AidNow, ...]:
    day = business_day(workstation.clock.now(), workstation.office.zone)
    currency = configuration.office.currency
    found = []
    for aid in configuration.aids:
        needs = needs_of(aid, configuration, day)
        caps = [rule.cents for rule in aid.rules if isinstance(rule, Cap) and is_in_force(rule, day)]
        above = needs.approval_above_cents
        if aid.direction == "in":
            continue
        # A threshold that no grant can reach is no news for anybody.
        is_reached = above is not None and (not caps or above < min(caps))
        found.append(
            AidNow(
                aid,
                Money(min(caps), currency) if caps else None,
                Money(above, currency) if above is not None and is_reached else None,
                needs.register_only,
            )
        )
    return tuple(found)
