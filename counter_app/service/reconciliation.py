"""What IT reads of a reconciliation: the plan, where each unit stands and why, and the balance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from counter_app.clock import from_wire
from counter_app.domain.delivery import UnitState
from counter_app.projections import audits as audit_books
from counter_app.projections import delivery as books
from counter_app.projections.audits import AuditRow
from counter_app.projections.delivery import UnitRow
from counter_app.projections.delivery_queue import entrusted_elsewhere
from counter_app.service.workstation import Workstation

UNEXPLAINED = frozenset(
    {
        UnitState.WAITING,
        UnitState.UNKNOWN,
        UnitState.RECEIVED,
        UnitState.DISPUTED,
        UnitState.SET_ASIDE,
        UnitState.LOST,
        UnitState.REJECTED,
    }
)
"""States in which a unit is not yet explained: a rejection counts until somebody decided it."""

NEEDS_SOMEBODY = ("unknown", "rejected", "disputed", "lost", "set_aside")
"""States in which a unit needs a person, who may find that asking the centre again is enough."""


@dataclass(frozen=True, slots=True)
class ServiceTally:
    """One service: units and cents by state; `elsewhere` of the waiting ones another counter was given to send."""

    service: str
    units: dict[str, int]
    cents: dict[str, int]
    elsewhere: int = 0
    elsewhere_cents: int = 0

    @property
    def total(self) -> int:
        """All units."""
        return sum(self.units.values())

    @property
    def total_cents(self) -> int:
        """All cents."""
        return sum(self.cents.values())

    @property
    def unexplained(self) -> int:
        """The units that nobody has explained yet."""
        return sum(count for state, count in self.units.items() if state in UNEXPLAINED)

    @property
    def arrived(self) -> int:
        """The units that the centre holds."""
        return self.units.get(UnitState.ACCEPTED, 0) + self.units.get(UnitState.SETTLED, 0)

    @property
    def decided(self) -> int:
        """The units that a person closed in the place of the centre."""
        return self.units.get(UnitState.CLOSED, 0)

    @property
    def to_send(self) -> int:
        """The units that a run sends."""
        return self.units.get(UnitState.WAITING, 0) - self.elsewhere

    @property
    def to_send_cents(self) -> int:
        """What their acts come to."""
        return self.cents.get(UnitState.WAITING, 0) - self.elsewhere_cents

    @property
    def to_ask(self) -> int:
        """The units that a run asks about first."""
        return self.units.get(UnitState.UNKNOWN, 0) + self.units.get(UnitState.RECEIVED, 0)

    @property
    def for_somebody(self) -> int:
        """The units that no run settles: a person decides them."""
        alone = (UnitState.REJECTED, UnitState.DISPUTED, UnitState.LOST, UnitState.SET_ASIDE)
        return sum(self.units.get(state, 0) for state in alone)


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one service: what the journal holds against what the centre accepted, with a hash of it.

    The hash is over the sorted lines `key cents` of the accepted units, so that a centre can make it too.
    """

    tally: ServiceTally
    accepted: int
    accepted_cents: int
    accepted_sha256: str
    decided: int
    decided_cents: int


def tallies(workstation: Workstation, service: str | None = None) -> list[ServiceTally]:
    """Units and cents by service and state, every configured service named, in the recovery order."""
    found: dict[str, ServiceTally] = {}
    for known in sorted(workstation.configuration.services, key=lambda item: (item.order, item.id)):
        if service is None or known.id == service:
            found[known.id] = ServiceTally(known.id, {}, {})
    with workstation.tables() as tables:
        for name, state, count, cents in books.unit_counts(tables, workstation.chain):
            if service is None or name == service:
                tally = found.setdefault(name, ServiceTally(name, {}, {}))
                tally.units[state], tally.cents[state] = count, cents
        elsewhere = entrusted_elsewhere(tables, workstation.chain)
    return [
        replace(tally, elsewhere=elsewhere[name][0], elsewhere_cents=elsewhere[name][1])
        if name in elsewhere
        else tally
        for name, tally in found.items()
    ]


def needing_somebody(workstation: Workstation, service: str | None = None) -> list[UnitRow]:
    """The units that need a person: unknown, rejected, disputed, lost or set aside."""
    with workstation.tables() as tables:
        return books.units(tables, workstation.chain, service, NEEDS_SOMEBODY)


def balances(workstation: Workstation, service: str | None = None) -> list[Balance]:
    """The balance of each service."""
    made = []
    for tally in tallies(workstation, service):
        with workstation.tables() as tables:
            accepted = books.units(tables, workstation.chain, tally.service, ("accepted", "settled"))
        lines = sorted(f"{unit.key} {unit.cents}\n" for unit in accepted)
        made.append(
            Balance(
                tally,
                len(accepted),
                sum(unit.cents for unit in accepted),
                sha256("".join(lines).encode()).hexdigest(),
                tally.units.get("closed", 0),
                tally.cents.get("closed", 0),
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Overdue:
    """A unit that has stood unknown, or received and undecided, for longer than its service should need."""

    unit: UnitRow
    age_s: float
    limit_s: float


def overdue(workstation: Workstation, service: str | None = None) -> list[Overdue]:
    """The units beyond their service's age limit, the oldest first: somebody asks the centre's own people."""
    now, found = workstation.clock.now(), []
    limits = {
        (one.id, state): limit
        for one in workstation.configuration.services
        for state, limit in (
            (UnitState.UNKNOWN, one.unknown_limit_s),
            (UnitState.RECEIVED, one.received_limit_s),
        )
    }
    with workstation.tables() as tables:
        units = books.units(tables, workstation.chain, service, (UnitState.UNKNOWN, UnitState.RECEIVED))
    for unit in units:
        limit_s = limits.get((unit.service, unit.state))
        if unit.attempted_at is None or limit_s is None:
            continue
        age_s = (now - from_wire(unit.attempted_at)).total_seconds()
        if age_s > limit_s:
            found.append(Overdue(unit, age_s, limit_s))
    return sorted(found, key=lambda one: -one.age_s)


def last_audits(workstation: Workstation) -> dict[str, datetime]:
    """When each service was last asked what it holds, in the office's zone."""
    found: dict[str, datetime] = {}
    for row in audits(workstation):
        found.setdefault(row.service, from_wire(row.at).astimezone(workstation.office.zone))
    return found


def audits(workstation: Workstation, service: str | None = None) -> list[AuditRow]:
    """What was asked again of the centres, the newest first."""
    with workstation.tables() as tables:
        return audit_books.audits(tables, service)
