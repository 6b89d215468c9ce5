"""The reckoning after a drill: what was recorded, what the centre holds, and whether both say the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from counter_app.domain.delivery import UnitState
from counter_app.journal import store
from counter_app.projections import delivery, grants
from counter_app.service.reconciliation import UNEXPLAINED
from counter_app.service.workstation import Workstation

_ANSWERED = frozenset(
    {UnitState.ACCEPTED, UnitState.SETTLED, UnitState.REJECTED, UnitState.DISPUTED, UnitState.CLOSED}
)


@dataclass(slots=True)
class Reckoning:
    """The figures of the last line of `practice`, as the command-line contract defines them."""

    recorded: int = 0
    granted_cents: int = 0
    posted: int = 0
    duplicates_at_centre: int = 0
    lost: int = 0
    unexplained: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing unexplained."""
        return not (self.lost or self.duplicates_at_centre or self.unexplained)


def reckon(
    workstations: Iterable[Workstation], confirmed: dict[str, list[str]], centre_store: Path
) -> Reckoning:
    """Hold every confirmed entry and every unit against the journals and against the centre's own store.

    `confirmed` lists, by chain, the ids of the entries that a recording had confirmed.
    """
    found = Reckoning()
    with closing(sqlite3.connect(f"file:{centre_store.as_posix()}?mode=ro", uri=True)) as centre:
        held = {
            (str(service), str(entry_id), str(part)): int(rows)
            for service, entry_id, part, rows in centre.execute(
                "SELECT service, entry_id, part, count(*) FROM business GROUP BY service, entry_id, part"
            )
        }
    found.duplicates_at_centre = sum(max(0, rows - 1) for rows in held.values())
    for workstation in workstations:
        _reckon_one(workstation, confirmed.get(workstation.chain, []), held, found)
    return found


def _reckon_one(
    workstation: Workstation,
    confirmed: list[str],
    held: dict[tuple[str, str, str], int],
    found: Reckoning,
) -> None:
    with workstation.reading() as connection:
        found.lost += sum(
            store.find(connection, entry_id, workstation.chain) is None for entry_id in confirmed
        )
    with workstation.tables() as tables:
        units = delivery.units(tables, workstation.chain)
        found.granted_cents += grants.granted_cents(tables, workstation.chain)
    found.recorded += len({unit.entry_id for unit in units})
    for unit in units:
        found.posted += unit.state in _ANSWERED
        found.unexplained += unit.state in UNEXPLAINED
        if unit.state in (UnitState.ACCEPTED, UnitState.SETTLED):
            found.lost += (unit.service, unit.entry_id, unit.part) not in held
