"""What was asked or paid twice, for a person to judge: both entries side by side, and what the centres were told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from counter_app.clock import from_wire
from counter_app.domain.delivery import UnitState
from counter_app.domain.ids import counter_of
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import delivery, grants, names
from counter_app.projections import doubles as books
from counter_app.projections.family import Tables
from counter_app.projections.people import shared_references
from counter_app.service.access_log import note_person_of
from counter_app.service.citizen import GrantState, grant_state
from counter_app.service.doubles import MOST_DAYS
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

Kind = Literal["request", "months"]
Told = tuple[tuple[str, UnitState], ...]
"""Central services by id, and where the entry's message stands at each."""


@dataclass(frozen=True, slots=True)
class One:
    """One of both entries: a request, or a payment; `amount` is what was asked for or paid, where somebody said."""

    entry_id: str
    counter: str
    number: str
    day: date
    amount: Money | None
    told: Told


@dataclass(frozen=True, slots=True)
class Twice:
    """A pair of the same person and aid, the earlier one first; `months` (YYYY-MM) are those that both settled.

    `confirmed` says that the identity was seen both times. Without a name here `surname` is empty.
    """

    kind: Kind
    aid: str
    months: tuple[str, ...]
    first: One
    second: One
    confirmed: bool
    surname: str
    given_names: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells it from every other pair."""
        return f"{self.first.entry_id}/{self.second.entry_id}"

    @property
    def days(self) -> int:
        """How many days lie between both."""
        return (self.second.day - self.first.day).days


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request came to: a grant as it stands, or a refusal without an amount."""

    number: str
    amount: Money | None
    state: GrantState


@dataclass(frozen=True, slots=True)
class Both:
    """One field of both entries as recorded, and whether they agree; `None` where that says nothing."""

    name: str
    first: Any
    second: Any
    same: bool | None


@dataclass(frozen=True, slots=True)
class TwiceCase:
    """A pair opened with the names that are here.

    `shared` are the kinds of references that both carry, the strongest first: they are why it is proposed.
    `will_be_told` says that a central service hears of the later one only now, and so which one it repeats.
    `named` says of each entry whether its private part is here. `refunds` are grants under a contribution's own aid,
    since the later payment: money that went back.
    """

    twice: Twice
    shared: tuple[str, ...]
    fields: tuple[Both, ...]
    will_be_told: bool
    named: tuple[bool, bool]
    refunds: tuple[Answer, ...]


def asked_twice(workstation: Workstation) -> tuple[Twice, ...]:
    """The pairs that nobody judged yet: requests in the order of the later one's day, then payments."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            reading = _Reading(workstation, connection)
            return (*reading.requests(), *reading.payments())
        finally:
            connection.execute("ROLLBACK")


def open_twice(workstation: Workstation, twice: Twice) -> TwiceCase | None:
    """A pair as it stands now, with names, which is a look at that person; `None` where somebody judged it."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            reading = _Reading(workstation, connection)
            first, second = reading.entry(twice.first.entry_id), reading.entry(twice.second.entry_id)
            if books.judged(reading.tables, first.entry_id, second.entry_id):
                return None
            case = reading.case(twice, first, second)
        finally:
            connection.execute("ROLLBACK")
    note_person_of(workstation, first)
    return case


class _Reading:
    """One snapshot of the journal."""

    def __init__(self, workstation: Workstation, connection: Connection) -> None:
        self._zone = workstation.office.zone
        self._connection = connection
        self.tables = Tables(connection)

    def entry(self, entry_id: str) -> Entry:
        """An entry that a table of the journal named."""
        found = store.find(self._connection, entry_id)
        if found is None:
            raise LookupError(entry_id)
        return found

    def requests(self) -> Iterable[Twice]:
        """The proposed pairs of requests."""
        for pair in books.pairs(self.tables, MOST_DAYS):
            first, second = self.entry(pair.first), self.entry(pair.second)
            days = (date.fromisoformat(pair.first_day), date.fromisoformat(pair.second_day))
            yield self._twice("request", (), (first, second), days, confirmed=bool(pair.confirmed))

    def payments(self) -> Iterable[Twice]:
        """The pairs of payments that settled a month both; each once, with all months that it is about."""
        months: dict[tuple[str, str], list[str]] = {}
        for one, other in books.settled_twice(self.tables):
            months.setdefault((one.entry_id, other.entry_id), []).append(one.month)
        for (one_id, other_id), settled in months.items():
            both = sorted((self.entry(one_id), self.entry(other_id)), key=_order)
            confirmed = all(entry.facts["person"]["confirmed"] for entry in both)
            days = (_right_day(both[0]), _right_day(both[1]))
            yield self._twice("months", tuple(settled), (both[0], both[1]), days, confirmed=confirmed)

    def _twice(
        self,
        kind: Kind,
        months: tuple[str, ...],
        both: tuple[Entry, Entry],
        days: tuple[date, date],
        *,
        confirmed: bool,
    ) -> Twice:
        first, second = both
        person = self._person(first) or self._person(second) or {}
        return Twice(
            kind=kind,
            aid=str(first.facts["aid"]),
            months=months,
            first=self._one(first, days[0]),
            second=self._one(second, days[1]),
            confirmed=confirmed,
            surname=str(person.get("surname", "")),
            given_names=tuple(person.get("given_names") or ()),
        )

    def _one(self, entry: Entry, day: date) -> One:
        facts = entry.facts
        cents = facts.get("asked_cents" if entry.kind == "request_recorded" else "cents")
        told = []
        for unit in facts.get("units") or ():
            service, part = unit["service"], unit["part"]
            row = delivery.unit_anywhere(self.tables, entry.chain, entry.entry_id, service, part)
            if row is not None:
                told.append((service, row.state))
        return One(
            entry_id=entry.entry_id,
            counter=counter_of(entry.chain),
            number=str(facts.get("number") or ""),
            day=day,
            amount=None if cents is None else Money(int(cents), str(facts["currency"])),
            told=tuple(told),
        )

    def _said_last(self, entry: Entry) -> Entry:
        """The entry that says who the person of this one is: itself, or the last correction of it."""
        seq = names.correction_of(self.tables, entry.entry_id, entry.chain)
        corrected = None if seq is None else store.at_place(self._connection, entry.chain, seq)
        return corrected or entry

    def _person(self, entry: Entry) -> dict[str, Any] | None:
        """Who the person of an entry is, where that is here."""
        told = (self._said_last(entry).private or {}).get("person")
        return told if isinstance(told, dict) else None

    def case(self, twice: Twice, first: Entry, second: Entry) -> TwiceCase:
        """Both sides of a pair, read anew."""
        ones = self._one(first, twice.first.day), self._one(second, twice.second.day)
        persons = self._person(first), self._person(second)
        fields = [*self._acts(first, second, ones)]
        if twice.kind == "request":
            fields.append(Both("answer", self._answers(first), self._answers(second), None))
        fields.append(Both("told", ones[0].told, ones[1].told, None))
        fields += [*_personal(*persons), *self._circumstances(first, second)]
        references = shared_references(
            self.tables, (first.entry_id, first.chain), (second.entry_id, second.chain)
        )
        return TwiceCase(
            twice=twice,
            shared=tuple(dict.fromkeys(reference.partition(":")[0] for reference in references)),
            fields=tuple(fields),
            will_be_told=twice.kind == "request" and self._will_be_told(second),
            named=(persons[0] is not None, persons[1] is not None),
            refunds=self._refunds(references, twice) if twice.kind == "months" else (),
        )

    def _acts(self, first: Entry, second: Entry, ones: tuple[One, One]) -> Iterable[Both]:
        yield Both("at", self._at(first), self._at(second), None)
        yield Both("receipt", ones[0].number, ones[1].number, None)
        yield _compared("amount", ones[0].amount, ones[1].amount)
        if first.kind == "money_received":
            yield _compared("months", _months(first), _months(second))

    def _circumstances(self, first: Entry, second: Entry) -> Iterable[Both]:
        yield Both("identity", self._identity(first), self._identity(second), None)
        if first.kind == "request_recorded":
            yield _compared("evidence", _evidence(first), _evidence(second))
        yield Both("agent", _by(first), _by(second), None)
        yield Both("counter", first.chain, second.chain, None)
        if first.facts.get("form") or second.facts.get("form"):
            yield Both("form", first.facts.get("form"), second.facts.get("form"), None)

    def _identity(self, entry: Entry) -> str:
        return str(self._said_last(entry).facts["person"]["identity"])

    def _at(self, entry: Entry) -> date:
        """The moment, or the day alone where a paper names no more."""
        if entry.facts.get("time_known") == "day":
            return _right_day(entry)
        return from_wire(entry.header["happened_at"]).astimezone(self._zone)

    def _answers(self, request: Entry) -> tuple[Answer, ...]:
        found = []
        for entry_id in grants.answers_to(self.tables, request.entry_id):
            row = grants.grant_row(self.tables, entry_id, request.chain)
            if row is not None:
                found.append(_answer(row))
                continue
            refusal = self.entry(entry_id)
            found.append(Answer(str(refusal.facts.get("number") or ""), None, "refused"))
        return tuple(found)

    def _refunds(self, references: list[str], twice: Twice) -> tuple[Answer, ...]:
        """Money out for an aid that takes money in is a refund; what is cancelled or refused went nowhere."""
        return tuple(
            [
                _answer(row)
                for row in grants.grants_for(self.tables, references, twice.aid)
                if row.right_day >= twice.second.day.isoformat() and row.decision in ("granted", "pending")
            ]
        )

    def _will_be_told(self, entry: Entry) -> bool:
        """Whether some message about it was never on its way: only then it is written anew, with the repetition."""
        for unit in entry.facts.get("units") or ():
            service, part = unit["service"], unit["part"]
            row = delivery.unit_anywhere(self.tables, entry.chain, entry.entry_id, service, part)
            if row is not None and row.state is UnitState.WAITING and row.attempted_at is None:
                return True
        return False


def _answer(row: grants.GrantRow) -> Answer:
    return Answer(str(row.number or ""), Money(row.cents, row.currency), grant_state(row))


def _personal(first: dict[str, Any] | None, second: dict[str, Any] | None) -> Iterable[Both]:
    """What both say of the person; nothing is compared where one side is not here."""
    one, other = first or {}, second or {}
    told = first is not None and second is not None
    for name, values in (
        ("person", (_name(one), _name(other))),
        ("birth_date", (one.get("birth_date"), other.get("birth_date"))),
        ("address", (one.get("address"), other.get("address"))),
    ):
        if any(values):
            yield Both(name, values[0], values[1], values[0] == values[1] if told else None)


def _name(person: dict[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    return (str(person["surname"]), tuple(person.get("given_names") or ())) if person else None


def _compared(name: str, first: Any, second: Any) -> Both:
    return Both(name, first, second, first == second if first and second else None)


def _months(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.facts.get("months") or ())


def _evidence(entry: Entry) -> tuple[str, ...]:
    return tuple((entry.facts.get("circumstances") or {}).get("evidence") or ())


def _by(entry: Entry) -> str:
    """Whom a paper names, else who recorded it."""
    return str(entry.facts.get("done_by") or entry.header["agent"])


def _right_day(entry: Entry) -> date:
    return date.fromisoformat(entry.header["right_day"])


def _order(entry: Entry) -> tuple[str, str, int]:
    return str(entry.header["right_day"]), entry.chain, entry.seq
