"""What a handler sees while it decides: the books as they stand inside the transaction, and the office's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from counter_app.clock import business_day, from_wire
from counter_app.domain.catalogue import Aid, Configuration
from counter_app.domain.commands import AnyCommand, Person
from counter_app.domain.errors import BadInput, Refused
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.references import person_references
from counter_app.projections.family import Tables
from counter_app.storage.database import Connection

_AHEAD_S = 300


@dataclass(frozen=True, slots=True)
class Office:
    """What does not change while a workstation is open."""

    configuration: Configuration
    configuration_sha256: str
    counter: str
    chain: str
    reference_key: bytes
    zone: ZoneInfo


@dataclass(slots=True)
class Context:
    """One command's view: its transaction's connection, the time it was taken up, and what it found irregular.

    `pin_of` names the colleague whose PIN was checked for this command, if one was; `phone_of` the one whose answer
    over the telephone was.
    """

    connection: Connection
    tables: Tables
    office: Office
    now: datetime
    command: AnyCommand
    pin_of: str | None = None
    phone_of: str | None = None

    @property
    def configuration(self) -> Configuration:
        """The adopted configuration of the office."""
        return self.office.configuration

    @property
    def chain(self) -> str:
        """The own chain."""
        return self.office.chain

    @property
    def currency(self) -> str:
        """The office's currency."""
        return self.office.configuration.office.currency

    def happened_at(self) -> datetime:
        """When the fact happened, in UTC; of a day without a time its beginning.

        Raises `in_the_future` where that is still to come, `day_or_time` where both are told.
        """
        if self.command.happened_on is not None:
            return self._day_told(self.command.happened_on)
        if self.command.happened_at is None:
            return self.now
        try:
            told = from_wire(self.command.happened_at.upper())
        except BadInput as error:
            raise Refused("time_malformed", time=self.command.happened_at) from error
        if (told - self.now).total_seconds() > _AHEAD_S:
            raise Refused("in_the_future", time=self.command.happened_at)
        return told

    def _day_told(self, told: str) -> datetime:
        if self.command.happened_at is not None:
            raise Refused("day_or_time")
        try:
            day = date.fromisoformat(told)
        except ValueError as error:
            raise Refused("day_malformed", day=told) from error
        if day > self.today():
            raise Refused("in_the_future", time=told)
        return datetime.combine(day, time(), self.office.zone).astimezone(UTC)

    def right_day(self) -> date:
        """The business day that opens rights: the day on which the fact happened."""
        return business_day(self.happened_at(), self.office.zone)

    def today(self) -> date:
        """The business day of recording, to which cash belongs."""
        return business_day(self.now, self.office.zone)

    def aid(self, code: str) -> Aid:
        """The aid of that code; raises `unknown_aid`."""
        aid = self.configuration.aid(code)
        if aid is None:
            raise Refused("unknown_aid", aid=code)
        return aid

    def own_entry(self, entry_id: str, *kinds: str) -> Entry:
        """The entry of the own chain that a command refers to; raises `unknown_entry` or `wrong_kind`."""
        entry = store.find(self.connection, entry_id, self.chain)
        if entry is None:
            raise Refused("unknown_entry", entry_id=entry_id)
        if kinds and entry.kind not in kinds:
            raise Refused("wrong_kind", entry_id=entry_id, kind=entry.kind)
        return entry

    def references(self, person: Person) -> list[str]:
        """The keyed references of a person under the office's key."""
        return person_references(person, self.office.reference_key)
