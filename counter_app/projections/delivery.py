"""Delivery units and where each stands: made in the entry's own transaction, moved by recorded facts alone.

Whoever asks for the units of a chain gets its own, wherever they are sent from, those of the epochs before it and those
that another counter entrusted to it. Only what it may send is due.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from counter_app.domain.delivery import BY_A_PERSON, FINISHED, UnitFact, UnitState, follows, moves
from counter_app.domain.ids import unit_key
from counter_app.journal.entry import Entry
from counter_app.projections.custody import shown
from counter_app.projections.family import Family, Tables


class UnitRow(msgspec.Struct, frozen=True, gc=False):
    """A unit as it stands; `cents` of the act, `depends_on` the entry that must have arrived before."""

    entry_id: str
    service: str
    part: str
    chain: str
    seq: int
    key: str
    kind: str
    aid: str | None
    cents: int
    depends_on: str | None
    state: UnitState
    number: str | None
    reason: str | None
    attempted_at: str | None


_COLUMNS = (
    "entry_id, service, part, chain, seq, is_main, kind, aid, cents, depends_on, state, number, reason,"
    " attempted_at, rekeyed"
)


def unit_columns(unit: str) -> str:
    """What `unit_of` reads, of a table of that name."""
    return ", ".join([f"{unit}{name.strip()}" for name in _COLUMNS.split(",")])


def unfinished_only(unit: str = "") -> str:
    """That a unit still needs a centre or a person; not as `NOT IN`, for which SQLite would make a table each time."""
    return " AND ".join([f"{unit}state != '{state}'" for state in sorted(FINISHED)])


def marks(values: Collection[object]) -> str:
    """A placeholder for each value."""
    return ", ".join("?" * len(values))


def unit_of(values: tuple[Any, ...]) -> UnitRow:
    """A unit as read; its key follows from what it is, and need not be written for every entry.

    Under another key, which a person allowed, it is the unit's key of that number.
    """
    entry_id, service, part, chain, seq, is_main, kind, aid, cents, depends_on, state, *told, rekeyed = values
    named = f"{part}/{rekeyed + 1}" if rekeyed else part
    key = unit_key(entry_id, service, named, main_service=bool(is_main) and not rekeyed)
    standing = _STATES[state]
    return UnitRow(entry_id, service, part, chain, seq, key, kind, aid, cents, depends_on, standing, *told)


_STATES = {state.value: state for state in UnitState}


_NEW_UNIT = (
    "INSERT INTO p_unit (entry_id, service, part, chain, seq, kind, aid, cents, is_main, depends_on, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING"
)


def _make(tables: Tables, entry: Entry) -> None:
    units = entry.facts.get("units")
    if not units:
        return
    facts, entry_id = entry.facts, entry.entry_id
    main = units[0]["service"]
    act = (entry.chain, entry.seq, entry.kind, facts.get("aid"), facts.get("cents") or 0)
    rows = []
    for unit in units:
        service, part = unit["service"], unit["part"]
        rows.append((entry_id, service, part, *act, int(service == main), unit.get("depends_on")))
    tables.run_many(_NEW_UNIT, rows)
    if tables.row(_TOLD_BEFORE, (entry_id, entry_id)):
        tables.run("DELETE FROM p_early WHERE entry_id = ?", (entry_id,))
        for service in dict.fromkeys(unit["service"] for unit in units):
            _refold(tables, service, {entry_id})


# Facts may travel faster than the entry that they are about, or be about one that two chains have.
_TOLD_BEFORE = (
    "SELECT 1 FROM p_early WHERE entry_id = ? UNION ALL"
    " SELECT 1 FROM p_unit WHERE entry_id = ? AND told_seq IS NOT NULL LIMIT 1"
)


def _attempted(tables: Tables, entry: Entry) -> None:
    fact = UnitFact.ATTEMPTED.value
    _take(tables, entry, [(one, part, fact, None, None) for one, part, _ in entry.facts["attempted"]])


def _answered(tables: Tables, entry: Entry) -> None:
    _take(
        tables,
        entry,
        [
            (one["entry_id"], one["part"], one["fact"], one.get("number"), one.get("reason"))
            for one in entry.facts["answers"]
        ],
    )


def _presumed(tables: Tables, entry: Entry) -> None:
    """After a restore: what may have been sent in an epoch before, or wants a person, since its names are gone."""
    _take(tables, entry, [(one, part, fact, None, None) for one, part, fact in entry.facts["presumed"]])


def _decided(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    number, reason = facts.get("centre_number"), facts["decision"]
    _take(tables, entry, [(facts["target"], facts["part"], facts["fact"], number, reason)])


def _undone(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    _take(tables, entry, [(facts["target"], facts["part"], UnitFact.UNDONE.value, None, None)])


_Told = tuple[str, str, str, str | None, str | None]
"""Entry id and part of a unit, a fact, the centre's number, the reason."""


def _take(tables: Tables, entry: Entry, told: list[_Told]) -> None:
    """Keep the facts that one entry tells of units at one service, and move those units.

    What is not simply the next fact of a known unit is folded anew: later facts came already, or the entry tells
    of one unit twice.
    """
    service, at = entry.facts["service"], entry.header["recorded_at"]
    order = (int(entry.facts.get("term", 0)), entry.chain, entry.seq)
    facts = msgspec.json.encode(told).decode()
    tables.run(
        "INSERT INTO p_told (service, term, chain, seq, at, facts) VALUES (?, ?, ?, ?, ?, ?)",
        (service, *order, at, facts),
    )
    units = {one[:2] for one in told}
    if len(units) == len(told):
        for fact in dict.fromkeys(one[2] for one in told if one[2] not in _FOLDED):
            units.difference_update(tables.rows(_next_fact(fact), (at, *order, facts, service)))
    if units:
        _refold(tables, service, {entry_id for entry_id, _ in units})


# What looks back, or changes the key, is not said by a state alone.
_FOLDED = frozenset({UnitFact.UNDONE.value, UnitFact.REKEYED.value})


@cache
def _next_fact(word: str) -> str:
    """The statement that moves units by a fact that comes after all others; it returns those that it moved."""
    fact = UnitFact(word)
    moves = " ".join(f"WHEN '{state}' THEN '{follows(state, fact)}'" for state in UnitState)
    attempt = ", attempted_at = ?1" if fact is UnitFact.ATTEMPTED else ""
    return (
        f"UPDATE p_unit SET state = CASE state {moves} END, number = coalesce(nullif(j.value ->> 3, ''), number),"  # noqa: S608
        f" reason = j.value ->> 4, told_term = ?2, told_chain = ?3, told_seq = ?4{attempt} FROM json_each(?5) j"
        " WHERE entry_id = j.value ->> 0 AND part = j.value ->> 1 AND +service = ?6 AND (told_seq IS NULL"
        f" OR (told_term, told_chain, told_seq) < (?2, ?3, ?4)) AND j.value ->> 2 = '{fact}' RETURNING entry_id, part"
    )


def _refold(tables: Tables, service: str, entry_ids: set[str]) -> None:
    """The units of some entries at a service as all facts make them, in the order of custody and chain."""
    marks = ", ".join("?" * len(entry_ids))
    rows = tables.rows(
        f"SELECT entry_id, part, service = ? FROM p_unit WHERE entry_id IN ({marks})",  # noqa: S608
        (service, *entry_ids),
    )
    early = entry_ids - {str(entry_id) for entry_id, _, _ in rows}
    tables.run_many(
        "INSERT INTO p_early (entry_id) VALUES (?) ON CONFLICT DO NOTHING", [(one,) for one in early]
    )
    units = {(str(entry_id), str(part)): _Standing() for entry_id, part, here in rows if here}
    if not units:
        return
    for term, chain, seq, at, facts in tables.rows(
        "SELECT term, chain, seq, at, facts FROM p_told WHERE service = ? ORDER BY term, chain, seq",
        (service,),
    ):
        for told in _read_told(facts):
            if (unit := units.get(told[:2])) is not None:
                unit.take((term, chain, seq), at, told)
    tables.run_many(
        "UPDATE p_unit SET state = ?, number = ?, reason = ?, attempted_at = ?, rekeyed = ?, told_term = ?,"
        " told_chain = ?, told_seq = ? WHERE entry_id = ? AND part = ? AND service = ?",
        [(*unit.values(), *place, service) for place, unit in units.items()],
    )


@dataclass(slots=True)
class _Standing:
    """What facts in order make of a unit."""

    state: UnitState = UnitState.WAITING
    number: str | None = None
    reason: str | None = None
    attempted_at: str | None = None
    rekeyed: int = 0
    order: tuple[int, str, int] | tuple[None, None, None] = (None, None, None)
    before: tuple[UnitState, str | None, str | None, int] | None = None

    def take(self, order: tuple[int, str, int], at: str, told: _Told) -> None:
        """Take in the next fact."""
        _, _, word, number, reason = told
        fact, self.order = UnitFact(word), order
        if fact is UnitFact.UNDONE:
            self._undo()
            return
        self.before = None
        if fact in BY_A_PERSON:
            self.before = (self.state, self.number, self.reason, self.rekeyed)
        if fact is UnitFact.REKEYED and moves(self.state, fact):
            self.rekeyed += 1
        self.state = follows(self.state, fact)
        self.number, self.reason = number or self.number, reason
        if fact is UnitFact.ATTEMPTED:
            self.attempted_at = at

    def _undo(self) -> None:
        """Take a person's last word away; nothing where something was told of the unit since."""
        if self.before is not None:
            self.state, self.number, self.reason, self.rekeyed = self.before
            self.before = None

    def values(self) -> tuple[object, ...]:
        """As they are kept."""
        return (self.state.value, self.number, self.reason, self.attempted_at, self.rekeyed, *self.order)


_read_told = msgspec.json.Decoder(list[_Told]).decode


FAMILY = Family(
    name="delivery",
    version=2,
    schema=(
        (
            "CREATE TABLE p_unit (entry_id TEXT NOT NULL, service TEXT NOT NULL, part TEXT NOT NULL,"
            " chain TEXT NOT NULL, seq INTEGER NOT NULL, is_main INTEGER NOT NULL, kind TEXT NOT NULL, aid TEXT,"
            " cents INTEGER NOT NULL, depends_on TEXT, state TEXT NOT NULL, number TEXT, reason TEXT,"
            " attempted_at TEXT, rekeyed INTEGER NOT NULL DEFAULT 0,"
            " told_term INTEGER, told_chain TEXT, told_seq INTEGER,"
            " PRIMARY KEY (entry_id, service, part, chain)) STRICT, WITHOUT ROWID"
        ),
        f"CREATE INDEX i_unit_queue ON p_unit (chain, service, state, seq) WHERE {unfinished_only()}",
        (
            "CREATE TABLE p_told (service TEXT NOT NULL, term INTEGER NOT NULL, chain TEXT NOT NULL,"
            " seq INTEGER NOT NULL, at TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (service, term, chain, seq))"
            " STRICT, WITHOUT ROWID"
        ),
        "CREATE TABLE p_early (entry_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    ),
    kinds={
        "delivery_attempted": _attempted,
        "delivery_answered": _answered,
        "delivery_presumed": _presumed,
        "unit_decided": _decided,
        "decision_undone": _undone,
    },
    every=_make,
)


def unit_row(tables: Tables, chain: str, entry_id: str, service: str, part: str) -> UnitRow | None:
    """One unit of a chain."""
    here, values = shown(tables, chain, "p_unit.")
    row = tables.row(
        f"SELECT {_COLUMNS} FROM p_unit WHERE entry_id = ? AND service = ? AND part = ? AND {here}",  # noqa: S608
        (entry_id, service, part, *values),
    )
    return None if row is None else unit_of(row)


def unit_anywhere(tables: Tables, chain: str, entry_id: str, service: str, part: str) -> UnitRow | None:
    """One unit of an entry of a chain, whoever sends or shows it."""
    row = tables.row(
        f"SELECT {_COLUMNS} FROM p_unit WHERE entry_id = ? AND service = ? AND part = ? AND chain = ?",  # noqa: S608
        (entry_id, service, part, chain),
    )
    return None if row is None else unit_of(row)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact told of a unit, and the entry that tells it."""

    fact: UnitFact
    at: str
    number: str | None
    reason: str | None
    chain: str
    seq: int


def history(tables: Tables, entry_id: str, service: str, part: str) -> list[FactRow]:
    """Everything recorded of a unit, in the order in which it counts."""
    rows = tables.rows(
        "SELECT at, chain, seq, facts FROM p_told WHERE service = ? AND instr(facts, ?) > 0 ORDER BY term, chain, seq",
        (service, entry_id),
    )
    return [
        FactRow(UnitFact(fact), at, number, reason, chain, seq)
        for at, chain, seq, facts in rows
        for told_id, told_part, fact, number, reason in _read_told(facts)
        if (told_id, told_part) == (entry_id, part)
    ]


def last_told(tables: Tables) -> dict[tuple[str, str, str], str]:
    """When something was last told of each unit (entry id, service, part), in one pass over all that was told."""
    found: dict[tuple[str, str, str], str] = {}
    for service, at, facts in tables.rows("SELECT service, at, facts FROM p_told"):
        for entry_id, part, *_ in _read_told(facts):
            unit = (entry_id, service, part)
            found[unit] = max(at, found.get(unit, ""))
    return found


def unit_states(
    tables: Tables, chain: str, service: str, entry_ids: Collection[str], but: UnitState
) -> dict[tuple[str, str], UnitState]:
    """The units that some entries of a chain have at a service, by entry id and part, `but` for those in one state."""
    here, values = shown(tables, chain, "p_unit.")
    rows = tables.rows(
        f"SELECT entry_id, part, state FROM p_unit WHERE entry_id IN ({marks(entry_ids)}) AND service = ?"  # noqa: S608
        f" AND {here} AND state != ?",
        (*entry_ids, service, *values, but.value),
    )
    return {(str(entry_id), str(part)): UnitState(state) for entry_id, part, state in rows}


def units(
    tables: Tables, chain: str, service: str | None = None, states: tuple[str, ...] = ()
) -> list[UnitRow]:
    """The units of a chain, in order, of one service and in some states where given."""
    here, values = shown(tables, chain, "p_unit.")
    rows = tables.rows(
        f"SELECT {_COLUMNS} FROM p_unit WHERE {here} AND (? IS NULL OR service = ?)"  # noqa: S608
        + (f" AND state IN ({marks(states)})" if states else "")
        + " ORDER BY chain, seq, service, part",
        (*values, service, service, *states),
    )
    return [unit_of(row) for row in rows]


def unit_counts(tables: Tables, chain: str | None = None) -> list[tuple[str, str, int, int]]:
    """Service, state, number of units and their cents, in the order of services."""
    here, values = ("1", ()) if chain is None else shown(tables, chain, "p_unit.")
    rows = tables.rows(
        f"SELECT service, state, count(*), sum(cents) FROM p_unit WHERE {here}"  # noqa: S608
        " GROUP BY service, state ORDER BY service, state",
        values,
    )
    return [(str(service), str(state), int(n), int(cents)) for service, state, n, cents in rows]


def unfinished(tables: Tables, chain: str) -> int:
    """How many units of a chain still need a centre or a person."""
    here, values = shown(tables, chain, "p_unit.")
    row = tables.row(
        f"SELECT count(*) FROM p_unit WHERE {here} AND {unfinished_only()}",  # noqa: S608
        values,
    )
    return 0 if row is None else int(row[0])
