"""The units that need a person, and each of them opened: what the journal sent against what the centre showed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counter_app.clock import from_wire
from counter_app.domain.delivery import UnitFact, UnitState, moves
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import delivery as books
from counter_app.projections import grants
from counter_app.projections.delivery import FactRow, UnitRow
from counter_app.projections.family import Tables
from counter_app.service.access_log import note_person_of
from counter_app.service.bodies import kept
from counter_app.service.reconciliation import NEEDS_SOMEBODY
from counter_app.service.unit_words import Decision
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.sync.body import MATCHED, render_body

_DECISIONS: dict[UnitState, tuple[Decision, ...]] = {
    UnitState.SET_ASIDE: ("take_up",),
    UnitState.UNKNOWN: ("accept", "close", "replay"),
    UnitState.LOST: ("replay", "accept", "close"),
    UnitState.REJECTED: ("close", "accept"),
    UnitState.DISPUTED: ("accept", "close"),
}
_OF_MONEY: tuple[Decision, ...] = ("waive", "recover")


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit that needs a person; `surname` is empty where the act names nobody. Times in the office's zone."""

    entry_id: str
    service: str
    part: str
    seq: int
    kind: str
    aid: str
    amount: Money
    state: UnitState
    reason: str
    number: str
    attempted_at: datetime | None
    at: datetime
    receipt: str
    surname: str
    given_names: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells it from every other unit."""
        return f"{self.entry_id}/{self.service}/{self.part}"


@dataclass(frozen=True, slots=True)
class Side:
    """One field as it was sent and as the centre showed it; `shown` counts only where `told`."""

    name: str
    sent: Any
    shown: Any
    told: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One fact recorded of the unit, when, and the centre's reason and number with it."""

    fact: UnitFact
    at: datetime
    reason: str
    number: str


@dataclass(frozen=True, slots=True)
class DifferenceCase:
    """A unit opened: both sides field by field, the centre's own words, its history, what may be decided.

    `paid` is what the grant behind it has paid and nobody gave back or claimed.
    """

    unit: Difference
    sides: tuple[Side, ...]
    words: str
    history: tuple[Told, ...]
    decisions: tuple[Decision, ...]
    paid: Money


def differences(workstation: Workstation) -> tuple[Difference, ...]:
    """The units that need a person, in the order of their acts."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            units = books.units(Tables(connection), workstation.chain, None, NEEDS_SOMEBODY)
            entries = {
                (chain, seq): entry
                for chain in {unit.chain for unit in units}
                for seq, entry in store.at_places(
                    connection, chain, [unit.seq for unit in units if unit.chain == chain]
                ).items()
            }
        finally:
            connection.execute("ROLLBACK")
    return tuple(_difference(workstation, unit, entries[unit.chain, unit.seq]) for unit in units)


def open_difference(workstation: Workstation, found: Difference) -> DifferenceCase | None:
    """One unit as it stands now, with both sides; `None` where it does not exist."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            place = (found.entry_id, found.service, found.part)
            unit = books.unit_row(tables, workstation.chain, *place)
            entry = None if unit is None else store.at_place(connection, unit.chain, unit.seq)
            if unit is None or entry is None:
                return None
            case = _case(workstation, connection, unit, entry)
        finally:
            connection.execute("ROLLBACK")
    note_person_of(workstation, entry)
    return case


def _case(workstation: Workstation, connection: Connection, unit: UnitRow, entry: Entry) -> DifferenceCase:
    tables = Tables(connection)
    facts = books.history(tables, unit.entry_id, unit.service, unit.part)
    words, shown = _told_privately(connection, unit, facts)
    paid = _still_out(tables, unit.chain, entry)
    zone = workstation.office.zone
    return DifferenceCase(
        unit=_difference(workstation, unit, entry),
        sides=_sides(json.loads(_body(connection, unit, entry)), shown, unit.reason or ""),
        words=words,
        history=tuple(
            Told(fact.fact, from_wire(fact.at).astimezone(zone), fact.reason or "", fact.number or "")
            for fact in facts
        ),
        decisions=_possible(unit.state, paid),
        paid=Money(paid, workstation.configuration.office.currency),
    )


def _possible(state: UnitState, paid_cents: int) -> tuple[Decision, ...]:
    """What the state allows; money is waived or claimed only where some is out."""
    closing = _OF_MONEY if paid_cents > 0 and moves(state, UnitFact.DECIDED) else ()
    return (*_DECISIONS.get(state, ()), *closing)


def _still_out(tables: Tables, chain: str, entry: Entry) -> int:
    grant = grants.grant_row(tables, str(entry.facts.get("grant", entry.entry_id)), chain)
    if grant is None:
        return 0
    claimed = grants.claimed_cents(tables, grant.entry_id, chain)
    return max(0, grant.paid_cents - grant.returned_cents - claimed)


def _body(connection: Connection, unit: UnitRow, entry: Entry) -> bytes:
    """What was sent, else what would be."""
    sent = kept(connection, unit.service, [unit]).get((unit.entry_id, unit.part))
    return render_body(entry, unit.part) if sent is None else sent


def _told_privately(
    connection: Connection, unit: UnitRow, facts: list[FactRow]
) -> tuple[str, dict[str, Any] | None]:
    """The centre's last words on the unit and the last record of it that it showed."""
    place, words, shown = f"{unit.entry_id}/{unit.part}", "", ""
    for fact in facts:
        entry = store.at_place(connection, fact.chain, fact.seq)
        if entry is None or entry.kind != "delivery_answered":
            continue
        private = entry.private or {}
        words = private.get("words", {}).get(place) or words
        shown = private.get("shown", {}).get(place) or shown
    record = json.loads(shown) if shown else None
    return words, record if isinstance(record, dict) else None


def _sides(sent: dict[str, Any], shown: dict[str, Any] | None, reason: str) -> tuple[Side, ...]:
    """The matched fields; where no record was kept, the reason still names those that differ."""
    named = reason.removeprefix("differs:").split(",") if reason.startswith("differs:") else []
    sides = []
    for name in MATCHED:
        if name in ("entry_id", "part"):
            continue
        told = shown is not None and name in shown
        theirs = shown[name] if shown is not None and told else None
        sides.append(Side(name, sent.get(name), theirs, told, name in named))
    return tuple(sides)


def _difference(workstation: Workstation, unit: UnitRow, entry: Entry) -> Difference:
    zone = workstation.office.zone
    person = (entry.private or {}).get("person") or {}
    return Difference(
        entry_id=unit.entry_id,
        service=unit.service,
        part=unit.part,
        seq=unit.seq,
        kind=unit.kind,
        aid=unit.aid or "",
        amount=Money(unit.cents, workstation.configuration.office.currency),
        state=unit.state,
        reason=unit.reason or "",
        number=unit.number or "",
        attempted_at=None if unit.attempted_at is None else from_wire(unit.attempted_at).astimezone(zone),
        at=from_wire(entry.header["happened_at"]).astimezone(zone),
        receipt=str(entry.facts.get("number") or ""),
        surname=str(person.get("surname", "")),
        given_names=tuple(person.get("given_names", ())),
    )
