"""The queue of a service: what is due, when the next will be, how long it is, and what went to be sent elsewhere."""

from __future__ import annotations

from counter_app.domain.delivery import UnitState
from counter_app.domain.ids import counter_of
from counter_app.projections.custody import Holding, holdings, sent_from_here, shown
from counter_app.projections.delivery import UnitRow, marks, unfinished_only, unit_columns, unit_of
from counter_app.projections.family import Tables

_TO_DO = (UnitState.WAITING, UnitState.UNKNOWN, UnitState.RECEIVED)


def due(
    tables: Tables, chain: str, service: str, states: tuple[UnitState, ...], now: str, most: int
) -> list[UnitRow]:
    """Up to `most` units of a service in one of `states` whose time has come, in the order of recording.

    All of one range, for a batch tells its facts under one term. A unit waits while the entry that it depends on is not
    accepted, settled or closed at the same service, and one that was entrusted while its names did not arrive.
    """
    columns = unit_columns("u.")
    for part in holdings(tables, chain):
        nameless = "" if counter_of(part.chain) == counter_of(chain) else _NOT_NAMELESS
        rows = tables.rows(
            f"SELECT {columns} FROM p_unit u LEFT JOIN schedule s ON s.entry_id = u.entry_id"  # noqa: S608
            " AND s.service = u.service AND s.part = u.part"
            f" WHERE u.service = ? AND u.state IN ({marks(states)}) AND {unfinished_only('u.')}"
            f" AND u.chain = ? AND u.seq BETWEEN ? AND ? {nameless}"
            " AND (s.next_due IS NULL OR s.next_due <= ?) AND (u.depends_on IS NULL OR NOT EXISTS"
            "  (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on AND d.service = u.service"
            f"  AND +d.chain = u.chain AND {unfinished_only('d.')})) ORDER BY u.seq LIMIT ?",
            (service, *(state.value for state in states), part.chain, part.first, part.last, now, most),
        )
        if rows:
            return [unit_of(row) for row in rows]
    return []


# A message without its names is not the one that was recorded; nothing was private where the hash is that of nothing.
_NOT_NAMELESS = (
    "AND NOT EXISTS (SELECT 1 FROM entry e LEFT JOIN private p ON p.arrival = e.arrival WHERE e.chain = u.chain"
    " AND e.seq = u.seq AND p.arrival IS NULL"
    " AND e.private_hash != x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')"
)


def next_due(tables: Tables, chain: str, service: str, states: tuple[UnitState, ...]) -> str | None:
    """When the first unit in one of `states` that was put off is due; `None` where none will be by itself."""
    here, values = sent_from_here(tables, chain, "u.")
    row = tables.row(
        "SELECT min(s.next_due) FROM schedule s JOIN p_unit u ON u.entry_id = s.entry_id AND u.service = s.service"  # noqa: S608
        f" AND u.part = s.part WHERE {here} AND u.service = ? AND u.state IN ({marks(states)})"
        " AND (u.depends_on IS NULL OR NOT EXISTS (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on"
        "  AND d.service = u.service AND +d.chain = u.chain AND d.state NOT IN ('accepted', 'settled', 'closed')))",
        (*values, service, *(state.value for state in states)),
    )
    return None if row is None or row[0] is None else str(row[0])


def attempts(tables: Tables, entry_id: str, service: str, part: str) -> int:
    """How often a unit was tried or asked about in vain."""
    row = tables.row(
        "SELECT attempts FROM schedule WHERE entry_id = ? AND service = ? AND part = ?",
        (entry_id, service, part),
    )
    return 0 if row is None else int(row[0])


def open_units(tables: Tables, chain: str, first: int, last: int) -> int:
    """How many units of a range of a chain still need a centre or a person, whoever sends them."""
    row = tables.row(
        f"SELECT count(*) FROM p_unit WHERE chain = ? AND seq BETWEEN ? AND ? AND {unfinished_only()}",  # noqa: S608
        (chain, first, last),
    )
    return 0 if row is None else int(row[0])


def waiting_in(tables: Tables, part: Holding) -> list[UnitRow]:
    """The waiting units of a range, in order."""
    rows = tables.rows(
        f"SELECT {unit_columns('')} FROM p_unit WHERE chain = ? AND seq BETWEEN ? AND ?"  # noqa: S608
        f" AND state = 'waiting' AND {unfinished_only()} ORDER BY seq, service, part",
        (part.chain, part.first, part.last),
    )
    return [unit_of(row) for row in rows]


def to_do(tables: Tables, chain: str, service: str) -> int:
    """How many units a chain still has to send to a service or to ask it about."""
    here, values = sent_from_here(tables, chain, "u.")
    states = ", ".join(f"'{state}'" for state in _TO_DO)
    row = tables.row(
        f"SELECT count(*) FROM p_unit u WHERE {here} AND u.service = ? AND u.state IN ({states})",  # noqa: S608
        (*values, service),
    )
    return 0 if row is None else int(row[0])


def states_of(tables: Tables, chain: str) -> dict[str, tuple[int, int]]:
    """How many units a chain has in each state, with the cents of their acts, whoever sends them."""
    rows = tables.rows(
        "SELECT state, count(*), sum(cents) FROM p_unit WHERE chain = ? GROUP BY state", (chain,)
    )
    return {str(state): (int(count), int(cents)) for state, count, cents in rows}


def entrusted_elsewhere(tables: Tables, chain: str) -> dict[str, tuple[int, int]]:
    """By service, how many waiting units of a chain another counter was given to send, with the cents of their acts."""
    mine, mine_values = shown(tables, chain, "u.")
    here, here_values = sent_from_here(tables, chain, "u.")
    rows = tables.rows(
        "SELECT u.service, count(*), sum(u.cents) FROM p_unit u"  # noqa: S608
        f" WHERE {mine} AND u.state = 'waiting' AND NOT {here} GROUP BY u.service",
        (*mine_values, *here_values),
    )
    return {str(service): (int(count), int(cents)) for service, count, cents in rows}
