"""Delivery units and where each stands: made in the entry's own transaction, moved by recorded facts alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from counter_app.domain.delivery import FINISHED, UnitFact, UnitState, follows
from counter_app.domain.ids import unit_key
from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


@dataclass(frozen=True, slots=True)
class UnitRow:
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
    body_sha256: str | None


_COLUMNS = (
    "entry_id, service, part, chain, seq, key, kind, aid, cents, depends_on, state, number, reason,"
    " attempted_at, body_sha256"
)


def _unit(values: tuple[object, ...]) -> UnitRow:
    return UnitRow(*values[:10], UnitState(str(values[10])), *values[11:])  # type: ignore[arg-type, call-arg]


_NEW_UNIT = (
    "INSERT INTO p_unit (entry_id, service, part, chain, seq, kind, aid, cents, key, depends_on, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING"
)


def _make(tables: Tables, entry: Entry) -> None:
    units = entry.facts.get("units")
    if not units:
        return
    facts, entry_id = entry.facts, entry.entry_id
    main = units[0]["service"]
    act = (entry.chain, entry.seq, entry.kind, facts.get("aid"), facts.get("cents") or 0)
    for unit in units:
        service, part = unit["service"], unit["part"]
        key = unit_key(entry_id, service, part, main_service=service == main)
        tables.run(_NEW_UNIT, (entry_id, service, part, *act, key, unit.get("depends_on")))
    if tables.row("SELECT 1 FROM p_unit_fact WHERE entry_id = ? LIMIT 1", (entry_id,)):
        for service in dict.fromkeys(unit["service"] for unit in units):
            _refold(tables, service, [entry_id])


def _attempted(tables: Tables, entry: Entry) -> None:
    at = entry.header["recorded_at"]
    _take(
        tables,
        entry,
        [
            (entry_id, part, UnitFact.ATTEMPTED.value, at, body_sha256, None, None)
            for entry_id, part, body_sha256 in entry.facts["attempted"]
        ],
    )


def _answered(tables: Tables, entry: Entry) -> None:
    at = entry.header["recorded_at"]
    _take(
        tables,
        entry,
        [
            (told["entry_id"], told["part"], told["fact"], at, None, told.get("number"), told.get("reason"))
            for told in entry.facts["answers"]
        ],
    )


def _decided(tables: Tables, entry: Entry) -> None:
    facts, at = entry.facts, entry.header["recorded_at"]
    number, reason = facts.get("centre_number"), facts["decision"]
    _take(tables, entry, [(facts["target"], facts["part"], facts["fact"], at, None, number, reason)])


_Told = tuple[str, str, str, str, str | None, str | None, str | None]
"""Entry id and part of a unit, a fact and its time, the body's hash, the centre's number, the reason."""


def _take(tables: Tables, entry: Entry, told: list[_Told]) -> None:
    """Keep the facts that one entry tells of units at one service, and see where those units stand now."""
    service = entry.facts["service"]
    order = (service, int(entry.facts.get("term", 0)), entry.chain, entry.seq)
    tables.run_many(
        "INSERT INTO p_unit_fact (entry_id, part, fact, at, body_sha256, number, reason, service, term, chain, seq,"
        " place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*one, *order, place) for place, one in enumerate(told)],
    )
    _refold(tables, service, [one[0] for one in told])


def _refold(tables: Tables, service: str, entry_ids: list[str]) -> None:
    """The states of the units of entries at a service, as all facts make them, in the order of custody and chain."""
    marks = ", ".join("?" * len(entry_ids))
    facts = tables.rows(
        "SELECT entry_id, part, fact, at, body_sha256, number, reason FROM p_unit_fact"  # noqa: S608
        f" WHERE entry_id IN ({marks}) AND service = ? ORDER BY entry_id, part, term, chain, seq, place",
        (*entry_ids, service),
    )
    tables.run_many(
        "UPDATE p_unit SET state = ?, number = ?, reason = ?, attempted_at = ?, body_sha256 = ?"
        " WHERE entry_id = ? AND part = ? AND service = ?",
        [
            (*_fold([row[2:] for row in told]), *unit, service)
            for unit, told in groupby(facts, key=itemgetter(0, 1))
        ],
    )


def _fold(facts: list[tuple[Any, ...]]) -> tuple[str, str | None, str | None, str | None, str | None]:
    """State, number, reason, last attempt and its body after facts in order."""
    state, number, reason, attempted_at, body = UnitState.WAITING, None, None, None, None
    for fact, at, sha, told, why in facts:
        state = follows(state, UnitFact(fact))
        if fact == UnitFact.ATTEMPTED:
            attempted_at, body = at, sha
        number, reason = told or number, why
    return state.value, number, reason, attempted_at, body


FAMILY = Family(
    name="delivery",
    version=1,
    schema=(
        (
            "CREATE TABLE p_unit (entry_id TEXT NOT NULL, service TEXT NOT NULL, part TEXT NOT NULL,"
            " chain TEXT NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, aid TEXT,"
            " cents INTEGER NOT NULL, depends_on TEXT, state TEXT NOT NULL, number TEXT, reason TEXT,"
            " attempted_at TEXT, body_sha256 TEXT, PRIMARY KEY (entry_id, service, part, chain)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_unit_queue ON p_unit (service, state, chain, seq)",
        (
            "CREATE TABLE p_unit_fact (entry_id TEXT NOT NULL, service TEXT NOT NULL, part TEXT NOT NULL,"
            " term INTEGER NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL, place INTEGER NOT NULL,"
            " fact TEXT NOT NULL, at TEXT NOT NULL, body_sha256 TEXT, number TEXT, reason TEXT,"
            " PRIMARY KEY (entry_id, service, part, term, chain, seq, place)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"delivery_attempted": _attempted, "delivery_answered": _answered, "unit_decided": _decided},
    every=_make,
)


def unit_row(tables: Tables, chain: str, entry_id: str, service: str, part: str) -> UnitRow | None:
    """One unit of a chain."""
    row = tables.row(
        f"SELECT {_COLUMNS} FROM p_unit WHERE entry_id = ? AND service = ? AND part = ? AND chain = ?",  # noqa: S608
        (entry_id, service, part, chain),
    )
    return None if row is None else _unit(row)


def unit_states(
    tables: Tables, chain: str, service: str, entry_ids: Collection[str]
) -> dict[tuple[str, str], UnitState]:
    """The states of the units that some entries of a chain have at a service, by entry id and part."""
    marks = ", ".join("?" * len(entry_ids))
    rows = tables.rows(
        f"SELECT entry_id, part, state FROM p_unit WHERE entry_id IN ({marks}) AND service = ? AND chain = ?",  # noqa: S608
        (*entry_ids, service, chain),
    )
    return {(str(entry_id), str(part)): UnitState(state) for entry_id, part, state in rows}


def units(
    tables: Tables, chain: str, service: str | None = None, states: tuple[str, ...] = ()
) -> list[UnitRow]:
    """The units of a chain, in order, of one service and in some states where given."""
    marks = ", ".join("?" * len(states))
    rows = tables.rows(
        f"SELECT {_COLUMNS} FROM p_unit WHERE chain = ? AND (? IS NULL OR service = ?)"  # noqa: S608
        + (f" AND state IN ({marks})" if states else "")
        + " ORDER BY seq, service, part",
        (chain, service, service, *states),
    )
    return [_unit(row) for row in rows]


def due(
    tables: Tables, chain: str, service: str, states: tuple[UnitState, ...], now: str, most: int
) -> list[UnitRow]:
    """Up to `most` units of a service in one of `states` whose time has come, in the order of recording.

    A unit waits while the entry that it depends on is not accepted, settled or closed at the same service.
    """
    marks = ", ".join("?" * len(states))
    done = ", ".join(f"'{state.value}'" for state in sorted(FINISHED))
    columns = ", ".join(f"u.{name.strip()}" for name in _COLUMNS.split(","))
    rows = tables.rows(
        f"SELECT {columns} FROM p_unit u LEFT JOIN schedule s ON s.entry_id = u.entry_id"  # noqa: S608
        " AND s.service = u.service AND s.part = u.part"
        f" WHERE u.service = ? AND u.state IN ({marks}) AND u.chain = ?"
        " AND (s.next_due IS NULL OR s.next_due <= ?) AND (u.depends_on IS NULL OR NOT EXISTS"
        "  (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on AND d.service = u.service"
        f"  AND d.chain = u.chain AND d.state NOT IN ({done}))) ORDER BY u.seq LIMIT ?",
        (service, *(state.value for state in states), chain, now, most),
    )
    return [_unit(row) for row in rows]


def next_due(tables: Tables, chain: str, service: str, states: tuple[UnitState, ...]) -> str | None:
    """When the first unit in one of `states` that was put off is due; `None` where none will be by itself."""
    marks = ", ".join("?" * len(states))
    row = tables.row(
        "SELECT min(s.next_due) FROM schedule s JOIN p_unit u ON u.entry_id = s.entry_id AND u.service = s.service"  # noqa: S608
        f" AND u.part = s.part WHERE u.chain = ? AND u.service = ? AND u.state IN ({marks})"
        " AND (u.depends_on IS NULL OR NOT EXISTS (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on"
        "  AND d.service = u.service AND d.chain = u.chain AND d.state NOT IN ('accepted', 'settled', 'closed')))",
        (chain, service, *(state.value for state in states)),
    )
    return None if row is None or row[0] is None else str(row[0])


def attempts(tables: Tables, entry_id: str, service: str, part: str) -> int:
    """How often a unit was tried or asked about in vain."""
    row = tables.row(
        "SELECT attempts FROM schedule WHERE entry_id = ? AND service = ? AND part = ?",
        (entry_id, service, part),
    )
    return 0 if row is None else int(row[0])


def unit_counts(tables: Tables, chain: str | None = None) -> list[tuple[str, str, int, int]]:
    """Service, state, number of units and their cents, in the order of services."""
    rows = tables.rows(
        "SELECT service, state, count(*), sum(cents) FROM p_unit WHERE (? IS NULL OR chain = ?)"
        " GROUP BY service, state ORDER BY service, state",
        (chain, chain),
    )
    return [(str(service), str(state), int(n), int(cents)) for service, state, n, cents in rows]


def unfinished(tables: Tables, chain: str) -> int:
    """How many units of a chain still need a centre or a person."""
    done = ", ".join(f"'{state.value}'" for state in sorted(FINISHED))
    row = tables.row(f"SELECT count(*) FROM p_unit WHERE chain = ? AND state NOT IN ({done})", (chain,))  # noqa: S608
    return 0 if row is None else int(row[0])
