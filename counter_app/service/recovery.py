"""What IT reads before and during a recovery: each service, how it stands, what waits for it, and the balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.domain.money import Money
from counter_app.service.incident_board import read_board
from counter_app.service.reconciliation import Balance, ServiceTally, balances, tallies
from counter_app.service.standing import now_at
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service in its order of recovery: its state in an open incident (empty where there is none), what waits."""

    service: str
    state: str
    tally: ServiceTally
    waits: Money

    @property
    def to_do(self) -> int:
        """The units that a run may move."""
        return self.tally.to_send + self.tally.to_ask


@dataclass(frozen=True, slots=True)
class Plan:
    """Every service, and the sum of what would be sent."""

    services: tuple[ServicePlan, ...]
    waits: Money
    at: datetime

    def of(self, chosen: tuple[str, ...]) -> int:
        """The units that a run of these services may move."""
        return sum(plan.to_do for plan in self.services if plan.service in chosen)


def read_plan(workstation: Workstation) -> Plan:
    """What a run would do now, from the counts alone: quick enough to be asked while one is under way."""
    currency = workstation.configuration.office.currency
    states = {line.service: line.state for line in read_board(workstation).services}
    plans = tuple(
        ServicePlan(tally.service, states.get(tally.service, ""), tally, Money(tally.to_send_cents, currency))
        for tally in tallies(workstation)
    )
    return Plan(plans, Money(sum(plan.waits.cents for plan in plans), currency), now_at(workstation))


def read_balances(workstation: Workstation) -> tuple[Balance, ...]:
    """The balance of each service; it reads every accepted unit."""
    return tuple(balances(workstation))
