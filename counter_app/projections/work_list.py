"""The units that a person carries to a centre by hand."""

from __future__ import annotations

from counter_app.domain.delivery import UnitState
from counter_app.projections.custody import sent_from_here
from counter_app.projections.delivery import UnitRow, unit_columns, unit_of
from counter_app.projections.family import Tables

OPEN = (UnitState.WAITING, UnitState.UNKNOWN, UnitState.RECEIVED)
"""States in which somebody has to type a unit over, or to look whether the centre has it."""


def by_hand(tables: Tables, chain: str, service: str) -> list[UnitRow]:
    """The open units of a service that this machine sends and that wait for no other entry, in order."""
    here, values = sent_from_here(tables, chain, "u.")
    states = ", ".join(f"'{state}'" for state in OPEN)
    rows = tables.rows(
        f"SELECT {unit_columns('u.')} FROM p_unit u WHERE {here} AND u.service = ? AND u.state IN ({states})"  # noqa: S608
        f" AND {_FREE} ORDER BY u.chain, u.seq, u.part",
        (*values, service),
    )
    return [unit_of(row) for row in rows]


_FREE = (
    "(u.depends_on IS NULL OR NOT EXISTS (SELECT 1 FROM p_unit d WHERE d.entry_id = u.depends_on"
    " AND d.service = u.service AND +d.chain = u.chain AND d.state NOT IN ('accepted', 'settled', 'closed')))"
)


def waits_for_another(tables: Tables, unit: UnitRow) -> bool:
    """Whether the entry that a unit depends on has not arrived yet."""
    if unit.depends_on is None:
        return False
    row = tables.row(
        "SELECT 1 FROM p_unit WHERE entry_id = ? AND service = ? AND chain = ?"
        " AND state NOT IN ('accepted', 'settled', 'closed')",
        (unit.depends_on, unit.service, unit.chain),
    )
    return row is not None


def told_number(tables: Tables, service: str, number: str) -> str | None:
    """An entry that a centre is said to hold under a number already, if there is one."""
    row = tables.row("SELECT entry_id FROM p_unit WHERE service = ? AND number = ?", (service, number))
    return None if row is None else str(row[0])
