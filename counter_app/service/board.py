"""The board of counters: how far each was heard, who may send what, what waits, and who is cut off from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from counter_app.clock import from_wire
from counter_app.domain.delivery import UnitState
from counter_app.domain.money import Money
from counter_app.journal import quarantine, store
from counter_app.projections import custody, delivery_queue, suspects
from counter_app.projections.family import Tables
from counter_app.service.forks import ForkRow, forks_seen
from counter_app.service.heard import PeerRow, peers
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

_ALONE = (UnitState.REJECTED, UnitState.DISPUTED, UnitState.LOST, UnitState.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Custody:
    """A range of a chain and the counter that may send its units, with those that still need somebody."""

    chain: str
    first: int
    last: int
    holder: str
    units: int


@dataclass(frozen=True, slots=True)
class PeerHeard:
    """What a counter said that it holds of another's chain, `behind` so many entries of those known here."""

    chain: str
    seq: int
    heard_at: datetime
    told_at: datetime
    behind: int


@dataclass(frozen=True, slots=True)
class CounterLine:
    """One chain of one counter as far as it is known here; times in the office's zone.

    `missing` entries are held by some other counter and not here. `waiting`, `unknown` and `for_somebody` count its
    units as last heard, whoever sends them.
    """

    counter: str
    chain: str
    own: bool
    suspect: bool
    seq: int
    last_recorded_at: datetime | None
    received_at: datetime | None
    missing: int
    quarantined: int
    waiting: int
    waiting_amount: Money
    unknown: int
    for_somebody: int
    custody: tuple[Custody, ...]
    heard: tuple[PeerHeard, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """Two histories of a chain were met: nothing but two copies of one workstation makes that."""

    chain: str
    seq: int
    seen_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Board:
    """Every counter, the own one first; those of the configuration that were never heard have no entry yet."""

    lines: tuple[CounterLine, ...]
    forks: tuple[Fork, ...]


def board(workstation: Workstation) -> Board:
    """The board from one snapshot of the journal."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            made = _Making(workstation, connection)
            known = store.chains(connection)
            lines = [made.line(row) for row in known]
            named = {row.counter for row in known}
            silent = [one.id for one in workstation.configuration.counters if one.id not in named]
            lines += [made.silent(counter) for counter in silent]
            forks = tuple(made.fork(row) for row in forks_seen(connection))
        finally:
            connection.execute("ROLLBACK")
    return Board(tuple(lines), forks)


class _Making:
    def __init__(self, workstation: Workstation, connection: Connection) -> None:
        self._workstation = workstation
        self._connection = connection
        self._tables = Tables(connection)
        self._peers = peers(connection)
        self._heads = {row.name: row.seq for row in store.chains(connection)}

    def line(self, row: store.ChainRow) -> CounterLine:
        """A chain that was heard."""
        last = store.at_place(self._connection, row.name, row.seq)
        counts = delivery_queue.states_of(self._tables, row.name)
        waiting = counts.get(UnitState.WAITING, (0, 0))
        return CounterLine(
            counter=row.counter,
            chain=row.name,
            own=row.own,
            suspect=suspects.suspected_since(self._tables, self._workstation.chain, row.name) is not None,
            seq=row.seq,
            last_recorded_at=None if last is None else self._time(last.header["recorded_at"]),
            received_at=self._time(row.heard_at),
            missing=self._missing(row.name, row.seq),
            quarantined=len(quarantine.held(self._connection, row.name)),
            waiting=waiting[0],
            waiting_amount=self._money(waiting[1]),
            unknown=sum(counts.get(state, (0, 0))[0] for state in (UnitState.UNKNOWN, UnitState.RECEIVED)),
            for_somebody=sum(counts.get(state, (0, 0))[0] for state in _ALONE),
            custody=tuple(self._custody(row.name)),
            heard=tuple(self._heard(one for one in self._peers if one.counter == row.counter)),
        )

    def silent(self, counter: str) -> CounterLine:
        """A counter of the configuration of which nothing was heard."""
        nothing = self._money(0)
        return CounterLine(
            counter,
            counter,
            False,
            False,
            0,
            None,
            None,
            self._missing(counter, 0),
            0,
            0,
            nothing,
            0,
            0,
            (),
            (),
        )

    def fork(self, row: ForkRow) -> Fork:
        """A fork that was met."""
        return Fork(row.chain, row.seq, self._time(row.seen_at), row.place)

    def _missing(self, chain: str, seq: int) -> int:
        return max(0, *[one.seq - seq for one in self._peers if one.chain == chain], 0)

    def _custody(self, chain: str) -> Iterable[Custody]:
        for part in custody.ranges_of(self._tables, chain):
            units = delivery_queue.open_units(self._tables, chain, part.first, part.last)
            last = min(part.last, self._heads[chain])
            if last >= part.first:
                yield Custody(chain, part.first, last, part.holder, units)

    def _heard(self, rows: Iterable[PeerRow]) -> Iterable[PeerHeard]:
        for row in rows:
            behind = max(0, self._heads.get(row.chain, row.seq) - row.seq)
            yield PeerHeard(row.chain, row.seq, self._time(row.heard_at), self._time(row.told_at), behind)

    def _time(self, told: str) -> datetime:
        return from_wire(told).astimezone(self._workstation.office.zone)

    def _money(self, cents: int) -> Money:
        return Money(cents, self._workstation.configuration.office.currency)
