"""The envelope and its slices: what each counter may grant, as far as it was heard, and budget on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from counter_app.clock import business_day, from_wire
from counter_app.domain.catalogue import Aid, AnyRule
from counter_app.domain.ids import counter_of
from counter_app.domain.money import Money
from counter_app.domain.rules import is_in_force
from counter_app.journal import store
from counter_app.projections import budget as books
from counter_app.projections.family import Tables
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class CounterSlice:
    """A chain's slice as its entries say; of a counter never heard of, as the office's configuration gives it.

    `heard_at`, in the office's zone, is `None` for this counter itself and where `is_heard` is false.
    """

    chain: str
    counter: str
    slice: Money
    used: Money
    left: Money
    is_own: bool
    is_heard: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Release:
    """Budget that another counter gave to this one and that is not applied yet."""

    entry_id: str
    giver: str
    amount: Money
    at: datetime | None


@dataclass(frozen=True, slots=True)
class AidLimits:
    """The rules of one aid that are in force today."""

    aid: Aid
    rules: tuple[AnyRule, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """The office's money for the days without a centre.

    `envelope` is the configured one with what decisions `raised` it by, as far as heard; `used` is what every
    counter heard of has reserved or paid, `travelling` what was given away and not taken yet, `unassigned` what no
    slice holds.
    """

    day: date
    envelope: Money
    raised: Money
    used: Money
    travelling: Money
    unassigned: Money
    counters: tuple[CounterSlice, ...]
    to_take: tuple[Release, ...]
    person_rules: tuple[AnyRule, ...]
    aids: tuple[AidLimits, ...]
    directive: str
    version: str

    @property
    def own(self) -> CounterSlice:
        """This counter's slice."""
        return next(one for one in self.counters if one.is_own)

    @property
    def to_carry(self) -> Money:
        """What the epochs of this counter before the present one had left, as far as their entries are known."""
        own = self.own
        before = [one for one in self.counters if one.counter == own.counter and not one.is_own]
        return Money(sum(max(0, one.left.cents) for one in before), own.left.currency)


def read_budget(workstation: Workstation) -> Budget:
    """Envelope, slices and rules from one snapshot of the journal."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            counters = _counters(workstation, tables, store.chains(connection))
            raised = books.raised_cents(tables)
            releases = []
            for entry_id, giver, cents in books.open_releases(tables, workstation.office.counter):
                entry = store.find(connection, entry_id, giver)
                at = None if entry is None else _local(workstation, entry.header["recorded_at"])
                releases.append(Release(entry_id, giver, _money(workstation, cents), at))
            travelling = sum(
                cents
                for counter in workstation.configuration.counters
                for _, _, cents in books.open_releases(tables, counter.id)
            )
        finally:
            connection.execute("ROLLBACK")
    configuration, limits = workstation.configuration, workstation.configuration.limits
    day = business_day(workstation.clock.now(), workstation.office.zone)
    envelope = limits.envelope_cents + raised
    assigned = sum(one.slice.cents for one in counters)
    return Budget(
        day=day,
        envelope=_money(workstation, envelope),
        raised=_money(workstation, raised),
        used=_money(workstation, sum(one.used.cents for one in counters)),
        travelling=_money(workstation, travelling),
        unassigned=_money(workstation, max(0, envelope - assigned - travelling)),
        counters=counters,
        to_take=tuple(releases),
        person_rules=tuple(rule for rule in limits.person_rules if is_in_force(rule, day)),
        aids=tuple(
            AidLimits(aid, tuple(rule for rule in aid.rules if is_in_force(rule, day)))
            for aid in configuration.aids
        ),
        directive=limits.directive,
        version=configuration.version,
    )


def _counters(
    workstation: Workstation, tables: Tables, chains: list[store.ChainRow]
) -> tuple[CounterSlice, ...]:
    """Own slice first, then every chain that was heard of, then counters that never were."""
    known = books.slices(tables)
    found = []
    for chain in sorted(chains, key=lambda row: (not row.own, row.name)):
        share = known.get(chain.name, books.Slice(0, 0))
        heard = None if chain.own else _local(workstation, chain.heard_at)
        found.append(_slice(workstation, chain.name, share, own=chain.own, heard=True, at=heard))
    heard_counters = {one.counter for one in found}
    for counter in workstation.configuration.counters:
        if counter.id not in heard_counters:
            share = books.Slice(counter.slice_cents, 0)
            found.append(_slice(workstation, counter.id, share, own=False, heard=False, at=None))
    return tuple(found)


def _slice(
    workstation: Workstation, chain: str, share: books.Slice, *, own: bool, heard: bool, at: datetime | None
) -> CounterSlice:
    return CounterSlice(
        chain=chain,
        counter=counter_of(chain),
        slice=_money(workstation, share.slice_cents),
        used=_money(workstation, share.used_cents),
        left=_money(workstation, share.left_cents),
        is_own=own,
        is_heard=heard,
        heard_at=at,
    )


def _money(workstation: Workstation, cents: int) -> Money:
    return Money(cents, workstation.configuration.office.currency)


def _local(workstation: Workstation, wire: str) -> datetime:
    return from_wire(wire).astimezone(workstation.office.zone)
