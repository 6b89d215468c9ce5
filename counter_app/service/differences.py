"""The units that need a person, and each of them opened: what the journal sent against what the centre showed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from counter_app.clock import from_wire
from counter_app.domain.commands import Person
from counter_app.domain.delivery import UnitFact, UnitState, absence_was_read, moves
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import decisions, grants, names
from counter_app.projections import delivery as books
from counter_app.projections.decisions import DecisionRow, HandedRow, Place
from counter_app.projections.delivery import FactRow, UnitRow
from counter_app.projections.delivery_told import SHOWING, centre_said
from counter_app.projections.family import Tables
from counter_app.service.access_log import note_person_of
from counter_app.service.bodies import kept
from counter_app.service.handlers.corrections import CORRECTABLE
from counter_app.service.money_out import money_out
from counter_app.service.reconciliation import NEEDS_SOMEBODY
from counter_app.service.unit_words import Decision
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.sync.body import MATCHED, render_body

_DECISIONS: dict[UnitState, tuple[Decision, ...]] = {
    UnitState.SET_ASIDE: ("take_up",),
    UnitState.UNKNOWN: ("accept", "close", "replay"),
    UnitState.LOST: ("replay", "new_key", "accept", "close"),
    UnitState.REJECTED: ("close", "accept", "link", "correct", "keep_both"),
    UnitState.DISPUTED: ("accept", "link", "correct", "keep_both", "close"),
}
_OF_MONEY: tuple[Decision, ...] = ("waive", "recover")


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit that needs a person; `surname` is empty where the act names nobody. Times in the office's zone.

    `with_whom` is the colleague whom it was handed to.
    """

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
    with_whom: str

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
class LaterFact:
    """A later entry about the same act: a correction, a cancellation, money that came back."""

    entry_id: str
    kind: str
    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody decided or handed over: the word or the colleague's id, who, when, and why."""

    word: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DifferenceCase:
    """A unit opened: both sides field by field, the centre's own words, its history, what may be decided.

    `paid` is what the grant behind it has paid and nobody gave back or claimed. `held` says that the centre last showed
    a record of the act. `later` are the entries that say the act anew. `decided` is the decision that stands;
    `undoable` says that it can still be taken back here. `person` is whom the act is about, where a correction may be
    recorded here.
    """

    unit: Difference
    sides: tuple[Side, ...]
    words: str
    history: tuple[Told, ...]
    decisions: tuple[Decision, ...]
    paid: Money
    held: bool
    later: tuple[LaterFact, ...]
    decided: Past | None
    undoable: bool
    person: Person | None


def differences(workstation: Workstation) -> tuple[Difference, ...]:
    """The units that need a person, in the order of their acts."""
    return _read(workstation, NEEDS_SOMEBODY)


def decided_units(workstation: Workstation, most: int = 500) -> tuple[tuple[Difference, Past], ...]:
    """The units that people decided, the last decision first, with what was decided and why."""
    with workstation.tables() as tables:
        places = decisions.standing(tables)
    last = sorted(places.values(), key=lambda one: (one.at, one.chain, one.seq), reverse=True)[:most]
    found = []
    with workstation.reading() as connection:
        tables = Tables(connection)
        in_hand = decisions.handed(tables)
        for decision in last:
            unit = books.unit_row(tables, workstation.chain, *decision.place)
            entry = None if unit is None else store.at_place(connection, unit.chain, unit.seq)
            if unit is not None and entry is not None:
                shown = _difference(workstation, unit, entry, in_hand)
                found.append((shown, _past(workstation, connection, decision.decision, decision)))
    return tuple(found)


def _read(workstation: Workstation, states: tuple[str, ...]) -> tuple[Difference, ...]:
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            units = books.units(tables, workstation.chain, None, states)
            in_hand = decisions.handed(tables)
            entries = {
                (chain, seq): entry
                for chain in {unit.chain for unit in units}
                for seq, entry in store.at_places(
                    connection, chain, [unit.seq for unit in units if unit.chain == chain]
                ).items()
            }
        finally:
            connection.execute("ROLLBACK")
    return tuple(_difference(workstation, unit, entries[unit.chain, unit.seq], in_hand) for unit in units)


def open_difference(workstation: Workstation, found: Difference) -> DifferenceCase | None:
    """One unit as it stands now, with both sides; `None` where it does not exist."""
    return open_unit(workstation, (found.entry_id, found.service, found.part))


def open_unit(workstation: Workstation, place: Place) -> DifferenceCase | None:
    """The same by entry id, service and part, whatever state the unit is in."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            unit = books.unit_row(tables, workstation.chain, *place)
            entry = None if unit is None else store.at_place(connection, unit.chain, unit.seq)
            if unit is None or entry is None:
                return None
            case = _case(workstation, connection, unit, entry)
        finally:
            connection.execute("ROLLBACK")
    note_person_of(workstation, entry)
    return case


def decisions_for(workstation: Workstation, found: Difference) -> tuple[Decision, ...]:
    """What may be decided of a unit now."""
    with workstation.reading() as connection:
        tables = Tables(connection)
        unit = books.unit_row(tables, workstation.chain, found.entry_id, found.service, found.part)
        entry = None if unit is None else store.at_place(connection, unit.chain, unit.seq)
        if unit is None or entry is None:
            return ()
        return _possible(unit.state, money_out(tables, unit.chain, entry).out)


def paid_out(workstation: Workstation, found: Iterable[Difference]) -> int:
    """The cents behind some units that are paid and neither came back nor are claimed, each grant's once."""
    out: dict[str, int] = {}
    with workstation.reading() as connection:
        tables = Tables(connection)
        for one in found:
            unit = books.unit_row(tables, workstation.chain, one.entry_id, one.service, one.part)
            entry = None if unit is None else store.at_place(connection, unit.chain, unit.seq)
            if unit is not None and entry is not None:
                money = money_out(tables, unit.chain, entry)
                out[money.grant] = money.out
    return sum(out.values())


def _case(workstation: Workstation, connection: Connection, unit: UnitRow, entry: Entry) -> DifferenceCase:
    tables = Tables(connection)
    facts = books.history(tables, unit.entry_id, unit.service, unit.part)
    words, shown = _told_privately(connection, unit, facts)
    paid = money_out(tables, unit.chain, entry).out
    zone = workstation.office.zone
    place = (unit.entry_id, unit.service, unit.part)
    decision = decisions.standing_on(tables, (unit.entry_id,)).get(place)
    said = centre_said(tables, (unit.entry_id,)).get(place)
    last = facts[-1] if facts else None
    later = _later(workstation, connection, entry)
    return DifferenceCase(
        unit=_difference(workstation, unit, entry, decisions.handed(tables)),
        sides=_sides(json.loads(_body(connection, unit, entry)), shown, unit.reason or ""),
        words=words,
        history=tuple(
            Told(fact.fact, from_wire(fact.at).astimezone(zone), fact.reason or "", fact.number or "")
            for fact in facts
        ),
        decisions=tuple(
            word
            for word in _possible(unit.state, paid)
            if (word != "correct" or later)
            and (word != "new_key" or absence_was_read(fact.fact for fact in facts))
        ),
        paid=Money(paid, workstation.configuration.office.currency),
        held=said is not None and said.fact in SHOWING,
        later=later,
        person=_correctable(workstation, entry),
        decided=None if decision is None else _past(workstation, connection, decision.decision, decision),
        undoable=decision is not None
        and last is not None
        and (last.chain, last.seq) == (decision.chain, decision.seq)
        and decision.chain == workstation.chain,
    )


def _correctable(workstation: Workstation, entry: Entry) -> Person | None:
    """The person of an act of this counter's own chain, which alone records corrections of it."""
    told = (entry.private or {}).get("person")
    if told is None or entry.chain != workstation.chain or entry.kind not in CORRECTABLE:
        return None
    return msgspec.convert(told, Person)


def _past(workstation: Workstation, connection: Connection, word: str, said: DecisionRow | HandedRow) -> Past:
    entry = store.at_place(connection, said.chain, said.seq)
    reason = "" if entry is None else str((entry.private or {}).get("reason", ""))
    return Past(word, said.agent, from_wire(said.at).astimezone(workstation.office.zone), reason)


def _later(workstation: Workstation, connection: Connection, entry: Entry) -> tuple[LaterFact, ...]:
    """The entries of the act's own chain that say it anew, the latest first."""
    tables, zone = Tables(connection), workstation.office.zone
    places = set(grants.act_places(tables, str(entry.facts.get("grant", entry.entry_id)), entry.chain))
    corrected = names.correction_of(tables, entry.entry_id, entry.chain)
    if corrected is not None:
        places.add(corrected)
    found = store.at_places(connection, entry.chain, sorted(place for place in places if place > entry.seq))
    return tuple(
        LaterFact(
            one.entry_id,
            one.kind,
            str(one.facts.get("number") or ""),
            from_wire(one.header["recorded_at"]).astimezone(zone),
        )
        for _, one in sorted(found.items(), reverse=True)
        if one.kind in _SAYING_ANEW
    )


_SAYING_ANEW = ("entry_corrected", "grant_cancelled", "money_returned", "grant_paid", "approval_decided")


def _possible(state: UnitState, paid_cents: int) -> tuple[Decision, ...]:
    """What the state allows, the likeliest first; in place of closing, money that is out is waived or claimed."""
    words = _DECISIONS.get(state, ())
    if paid_cents > 0 and moves(state, UnitFact.DECIDED):
        return tuple(one for word in words for one in (_OF_MONEY if word == "close" else (word,)))
    return words


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


def _difference(
    workstation: Workstation, unit: UnitRow, entry: Entry, in_hand: Mapping[Place, HandedRow]
) -> Difference:
    handed = in_hand.get((unit.entry_id, unit.service, unit.part))
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
        with_whom="" if handed is None else handed.to,
    )
