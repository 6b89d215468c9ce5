"""Delivery units and where each stands: made in the entry's own transaction, moved by recorded facts alone."""

from __future__ import annotations

from dataclasses import dataclass

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


def _make(tables: Tables, entry: Entry) -> None:
    units = entry.facts.get("units")
    if not units:
        return
    facts = entry.facts
    main = units[0]["service"]
    for unit in units:
        service, part = unit["service"], unit["part"]
        tables.run(
            "INSERT INTO p_unit (entry_id, service, part, chain, seq, key, kind, aid, cents, depends_on, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING",
            (
                entry.entry_id,
                service,
                part,
                entry.chain,
                entry.seq,
                unit_key(entry.entry_id, service, part, main_service=service == main),
                entry.kind,
                facts.get("aid"),
                facts.get("cents") or 0,
                unit.get("depends_on"),
            ),
        )
        if tables.row("SELECT 1 FROM p_unit_fact WHERE entry_id = ?", (entry.entry_id,)):
            _refold(tables, entry.entry_id, service, part)


def _attempted(tables: Tables, entry: Entry) -> None:
    service, at = entry.facts["service"], entry.header["recorded_at"]
    for index, (entry_id, part, body_sha256) in enumerate(entry.facts["attempted"]):
        _take(
            tables, entry, index, (entry_id, service, part), UnitFact.ATTEMPTED, at, body_sha256, None, None
        )


def _answered(tables: Tables, entry: Entry) -> None:
    service, at = entry.facts["service"], entry.header["recorded_at"]
    for index, answer in enumerate(entry.facts["answers"]):
        place = (answer["entry_id"], service, answer["part"])
        fact = UnitFact(answer["fact"])
        _take(tables, entry, index, place, fact, at, None, answer.get("number"), answer.get("reason"))


def _decided(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    place = (facts["target"], facts["service"], facts["part"])
    at = entry.header["recorded_at"]
    number = facts.get("centre_number")
    _take(tables, entry, 0, place, UnitFact(facts["fact"]), at, None, number, facts["decision"])


def _take(
    tables: Tables,
    entry: Entry,
    index: int,
    place: tuple[str, str, str],
    fact: UnitFact,
    at: str,
    body_sha256: str | None,
    number: str | None,
    reason: str | None,
) -> None:
    order = (int(entry.facts.get("term", 0)), entry.chain, entry.seq, index)
    tables.run(
        "INSERT INTO p_unit_fact (entry_id, service, part, term, chain, seq, place, fact, at, body_sha256, number,"
        " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, *order, fact.value, at, body_sha256, number, reason),
    )
    _refold(tables, *place)


def _refold(tables: Tables, entry_id: str, service: str, part: str) -> None:
    """The state as all facts of the unit make it, in the order of custody and chain."""
    state, number, reason, attempted_at, body = UnitState.WAITING, None, None, None, None
    for fact, at, sha, told, why in tables.rows(
        "SELECT fact, at, body_sha256, number, reason FROM p_unit_fact"
        " WHERE entry_id = ? AND service = ? AND part = ? ORDER BY term, chain, seq, place",
        (entry_id, service, part),
    ):
        state = follows(state, UnitFact(fact))
        if fact == UnitFact.ATTEMPTED:
            attempted_at, body = at, sha
        number, reason = told or number, why
    tables.run(
        "UPDATE p_unit SET state = ?, number = ?, reason = ?, attempted_at = ?, body_sha256 = ?"
        " WHERE entry_id = ? AND service = ? AND part = ?",
        (state.value, number, reason, attempted_at, body, entry_id, service, part),
    )


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


def next_due(tables: Tables, chain: str, service: str) -> str | None:
    """When the first unit that was put off is due again; `None` where none will be by itself."""
    row = tables.row(
        "SELECT min(s.next_due) FROM schedule s JOIN p_unit u ON u.entry_id = s.entry_id AND u.service = s.service"
        " AND u.part = s.part WHERE u.chain = ? AND u.service = ? AND u.state IN ('waiting', 'unknown', 'received')"
        " AND (u.depends_on IS NULL OR NOT EXISTS (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on"
        "  AND d.service = u.service AND d.chain = u.chain AND d.state NOT IN ('accepted', 'settled', 'closed')))",
        (chain, service),
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
