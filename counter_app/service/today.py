"""A business day's list: what a counter recorded, each line with how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from counter_app.clock import business_day, from_wire
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import daybook, grants, irregular
from counter_app.projections.family import Tables
from counter_app.service.workstation import Workstation

State = Literal["recorded", "pending", "granted", "paid", "returned", "refused", "cancelled"]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One act: `at` in the office's zone, `surname` empty where the private part is not here.

    `to_the_day` where its paper said the day alone, which then begins `at`.
    """

    entry_id: str
    at: datetime
    number: str
    kind: str
    surname: str
    given_names: tuple[str, ...]
    aid: str
    amount: Money | None
    state: State
    irregular: bool
    agent: str
    to_the_day: bool = False


@dataclass(frozen=True, slots=True)
class DayList:
    """The acts of a day, latest first, and what was granted on it and stands."""

    day: date
    lines: tuple[DayLine, ...]
    granted: Money


def day_list(workstation: Workstation, day: date | None = None) -> DayList:
    """The list of a business day, today's where none is given; machines' delivery facts are no acts of people."""
    zone = workstation.office.zone
    day = day or business_day(workstation.clock.now(), zone)
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            broken = {entry_id for entry_id, _ in irregular.open_irregularities(tables, workstation.chain)}
            entries = [
                entry
                for seq, kind in reversed(daybook.entries_of_day(tables, workstation.chain, day.isoformat()))
                if not kind.startswith(("delivery_", "journal_", "configuration_"))
                and (entry := store.at_place(connection, workstation.chain, seq)) is not None
            ]
            lines = tuple(_line(workstation, tables, entry, entry.entry_id in broken) for entry in entries)
        finally:
            connection.execute("ROLLBACK")
    currency = workstation.configuration.office.currency
    cents = sum(
        line.amount.cents
        for line in lines
        if line.kind == "aid_granted" and line.state in ("granted", "paid") and line.amount is not None
    )
    return DayList(day, lines, Money(cents, currency))


def _line(workstation: Workstation, tables: Tables, entry: Entry, broken: bool) -> DayLine:
    facts = entry.facts
    person = (entry.private or {}).get("person") or {}
    cents = facts.get("cents", facts.get("asked_cents"))
    currency = str(facts.get("currency") or workstation.configuration.office.currency)
    return DayLine(
        entry_id=entry.entry_id,
        at=from_wire(entry.header["happened_at"]).astimezone(workstation.office.zone),
        number=str(facts.get("number") or ""),
        kind=entry.kind,
        surname=str(person.get("surname", "")),
        given_names=tuple(person.get("given_names", ())),
        aid=str(facts.get("aid") or ""),
        amount=None if cents is None else Money(int(cents), currency),
        state=state_of(tables, entry),
        irregular=broken,
        agent=str(entry.header["agent"]),
        to_the_day=facts.get("time_known") == "day",
    )


def state_of(tables: Tables, entry: Entry) -> State:
    """How an act stands now, with what was recorded since."""
    if entry.kind == "aid_refused":
        return "refused"
    grant = None
    if entry.kind == "aid_granted":
        grant = grants.grant_row(tables, entry.entry_id, entry.chain)
    if grant is None:
        return "recorded"
    if grant.decision == "granted":
        return {"paid": "paid", "returned": "returned"}.get(grant.payment, "granted")  # type: ignore[return-value]
    return grant.decision  # type: ignore[return-value]
