"""The business day as a supervisor closes it: cash to the cent, what is still open, and the days before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from counter_app.clock import business_day, from_wire
from counter_app.domain.cash import postings
from counter_app.domain.commands import CloseDay
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import cash, daybook, delivery, grants, irregular, vouchers
from counter_app.projections.family import Tables
from counter_app.service.outcome import Outcome
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

DayState = Literal["open", "not_closed", "closed", "reopened"]

_DONE: Final = ("accepted", "settled", "closed")


@dataclass(frozen=True, slots=True)
class Cash:
    """The drawer of one day: `carried` from the day before, what moved, and the `book` balance that it makes.

    `counted_float` is what the day was opened with, `None` where it was not opened; `corrected` sums the
    differences that openings and closings revealed. `now` is the balance at this moment: a count of an earlier
    day is held against it too.
    """

    carried: Money
    counted_float: Money | None
    brought: Money
    received: Money
    paid: Money
    corrected: Money
    book: Money
    now: Money


@dataclass(frozen=True, slots=True)
class UnsentLine:
    """What of this counter still needs one service: waiting for it, and for a person's decision."""

    service: str
    waiting: int
    to_decide: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Unpaid:
    """The grants of this counter that stand and were not paid: how many, and what they come to."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class OpenFact:
    """An entry that somebody must look at, with the rules that it broke; times in the office's zone."""

    entry_id: str
    number: str
    at: datetime
    kind: str
    aid: str
    amount: Money | None
    surname: str
    given_names: tuple[str, ...]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherStock:
    """One series: how many of it are in each state, and the runs of numbers in hand."""

    series: str
    face: Money
    year: int
    issued: int
    spoiled: int
    returned: int
    in_hand: int
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A business day and how it stands; `difference` is that of its last closing."""

    day: date
    state: DayState
    acts: int
    closed_at: datetime | None
    closed_by: str
    difference: Money | None


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """Everything that a closing lists, of one day at this counter, from one snapshot."""

    day: date
    state: DayState
    opened_at: datetime | None
    acts: int
    granted: Money
    cash: Cash
    unsent: tuple[UnsentLine, ...]
    drafts: int
    pending: int
    unpaid: Unpaid
    irregular: tuple[OpenFact, ...]
    unsigned: tuple[OpenFact, ...]
    vouchers: tuple[VoucherStock, ...]
    days: tuple[DayRow, ...]

    @property
    def unsent_count(self) -> int:
        """How many messages some service still needs."""
        return sum(line.waiting + line.to_decide for line in self.unsent)

    @property
    def forgotten(self) -> tuple[date, ...]:
        """Earlier days that nobody closed, or that were reopened, the oldest first."""
        found = [row.day for row in self.days if row.day < self.day and row.state != "closed"]
        return tuple(sorted(found))


def day_so_far(workstation: Workstation, day: date | None = None) -> DaySoFar:
    """The day as it stands, today where none is given."""
    today = business_day(workstation.clock.now(), workstation.office.zone)
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            return _Reading(workstation, connection, today).day(day or today)
        finally:
            connection.execute("ROLLBACK")


def close_day(workstation: Workstation, command: CloseDay, channel: str = "window") -> Outcome:
    """Record the closing; the head that it makes is signed behind it. Raises `Refused`."""
    return workstation.record(command, channel)


class _Reading:
    """One snapshot being read."""

    def __init__(self, workstation: Workstation, connection: Connection, today: date) -> None:
        self._workstation = workstation
        self._connection = connection
        self._tables = Tables(connection)
        self._chain = workstation.chain
        self._today = today

    def day(self, day: date) -> DaySoFar:
        entries = [
            entry
            for seq, kind in daybook.entries_of_day(self._tables, self._chain, day.isoformat())
            if not kind.startswith(("delivery_", "journal_"))
            and (entry := store.at_place(self._connection, self._chain, seq)) is not None
        ]
        opened = next((entry for entry in entries if entry.kind == "day_opened"), None)
        rows = self._days()
        here = next((row for row in rows if row.day == day), None)
        return DaySoFar(
            day=day,
            state="open" if here is None else here.state,
            opened_at=None if opened is None else self._time(opened),
            acts=0 if here is None else here.acts,
            granted=self._granted(entries),
            cash=self._cash(day, entries, opened),
            unsent=self._unsent(),
            drafts=int(self._connection.execute("SELECT count(*) FROM draft").fetchone()[0]),
            pending=grants.pending_count(self._tables, self._chain),
            unpaid=Unpaid(
                grants.reserved_count(self._tables, self._chain),
                self._money(grants.unpaid_cents(self._tables, self._chain)),
            ),
            irregular=self._irregular(),
            unsigned=tuple(self._open(entry) for entry in entries if _is_unsigned(entry)),
            vouchers=self._vouchers(),
            days=rows,
        )

    def _cash(self, day: date, entries: list[Entry], opened: Entry | None) -> Cash:
        before = (day - timedelta(days=1)).isoformat()
        moved = dict.fromkeys(("brought", "received", "paid", "corrected"), 0)
        for entry in entries:
            for account, cents in postings(entry.kind, entry.facts):
                if account == "drawer":
                    moved[_column(entry.kind)] += cents
        return Cash(
            carried=self._money(cash.balance(self._tables, self._chain, "drawer", before)),
            counted_float=None if opened is None else self._money(opened.facts["float_cents"]),
            brought=self._money(moved["brought"]),
            received=self._money(moved["received"]),
            paid=self._money(-moved["paid"]),
            corrected=self._money(moved["corrected"]),
            book=self._money(cash.balance(self._tables, self._chain, "drawer", day.isoformat())),
            now=self._money(cash.balance(self._tables, self._chain, "drawer")),
        )

    def _granted(self, entries: list[Entry]) -> Money:
        cents = 0
        for entry in entries:
            row = grants.grant_row(self._tables, entry.entry_id, self._chain)
            if row is not None and row.decision == "granted":
                cents += row.cents
        return self._money(cents)

    def _unsent(self) -> tuple[UnsentLine, ...]:
        counted: dict[str, list[int]] = {}
        for service, state, count, cents in delivery.unit_counts(self._tables, self._chain):
            if state in _DONE:
                continue
            line = counted.setdefault(service, [0, 0, 0])
            line[0 if state in ("waiting", "received") else 1] += count
            line[2] += cents
        return tuple(UnsentLine(s, w, d, self._money(c)) for s, (w, d, c) in sorted(counted.items()))

    def _irregular(self) -> tuple[OpenFact, ...]:
        broken: dict[str, list[str]] = {}
        for entry_id, rule in irregular.open_irregularities(self._tables, self._chain):
            broken.setdefault(entry_id, []).append(rule)
        found = []
        for entry_id, rules in broken.items():
            entry = store.find(self._connection, entry_id, self._chain)
            if entry is not None:
                found.append(self._open(entry, tuple(rules)))
        return tuple(found)

    def _open(self, entry: Entry, rules: tuple[str, ...] = ()) -> OpenFact:
        facts, person = entry.facts, (entry.private or {}).get("person") or {}
        return OpenFact(
            entry_id=entry.entry_id,
            number=str(facts.get("number") or facts.get("grant_number") or f"#{entry.seq}"),
            at=self._time(entry),
            kind=entry.kind,
            aid=str(facts.get("aid") or ""),
            amount=self._money(int(facts["cents"])) if "cents" in facts else None,
            surname=str(person.get("surname", "")),
            given_names=tuple(person.get("given_names", ())),
            rules=rules,
        )

    def _vouchers(self) -> tuple[VoucherStock, ...]:
        runs: dict[tuple[str, int], dict[str, list[tuple[int, int]]]] = {}
        for series, state, face, first, last, _ in vouchers.voucher_runs(self._tables, self._chain):
            runs.setdefault((series, face), {}).setdefault(state, []).append((first, last))
        return tuple(
            VoucherStock(
                series=series,
                face=self._money(face),
                year=vouchers.year_of(self._tables, self._chain, series),
                issued=_count(states, "issued"),
                spoiled=_count(states, "spoiled"),
                returned=_count(states, "returned"),
                in_hand=_count(states, "in_hand"),
                runs=tuple(states.get("in_hand", ())),
            )
            for (series, face), states in runs.items()
        )

    def _days(self) -> tuple[DayRow, ...]:
        found = []
        for day, acts, closed, after in daybook.day_states(self._tables, self._chain):
            closing = store.at_place(self._connection, self._chain, closed) if closed else None
            state: DayState = "reopened" if after else "closed"
            if closing is None:
                state = "open" if day == self._today.isoformat() else "not_closed"
            found.append(
                DayRow(
                    day=date.fromisoformat(day),
                    state=state,
                    acts=acts,
                    closed_at=None if closing is None else self._time(closing),
                    closed_by="" if closing is None else str(closing.facts["approver"]),
                    difference=None
                    if closing is None
                    else self._money(int(closing.facts["difference_cents"])),
                )
            )
        return tuple(found)

    def _money(self, cents: int) -> Money:
        return Money(cents, self._workstation.configuration.office.currency)

    def _time(self, entry: Entry) -> datetime:
        return from_wire(entry.header["recorded_at"]).astimezone(self._workstation.office.zone)


def _column(kind: str) -> str:
    """Where a movement of the drawer stands in the day's account."""
    if kind == "cash_replenished":
        return "brought"
    if kind in ("day_opened", "day_closed"):
        return "corrected"
    return "received" if kind in ("money_received", "money_returned") else "paid"


def _is_unsigned(entry: Entry) -> bool:
    return bool((entry.facts.get("payment") or {}).get("acquit") == "missing")


def _count(states: dict[str, list[tuple[int, int]]], state: str) -> int:
    return sum(last - first + 1 for first, last in states.get(state, ()))
