"""Who has taken which unit of the work-list, and until when; kept beside the journal, as who holds what is no fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from counter_app.clock import from_wire, to_wire
from counter_app.storage.database import Connection


class UnitId(NamedTuple):
    """What names a unit."""

    entry_id: str
    service: str
    part: str = "main"


@dataclass(frozen=True, slots=True)
class Lease:
    """A unit in a colleague's hands; `looking` while they look whether the centre has it, before they type it."""

    agent: str
    until: datetime
    attempt: str
    looking: bool


def lease_of(connection: Connection, unit: UnitId) -> Lease | None:
    """Who has taken a unit, be it too long ago."""
    row = connection.execute(
        "SELECT agent, until, attempt, looking FROM work_lease WHERE entry_id = ? AND service = ? AND part = ?",
        unit,
    ).fetchone()
    return None if row is None else Lease(str(row[0]), from_wire(row[1]), str(row[2]), bool(row[3]))


def leases(connection: Connection, service: str) -> dict[UnitId, Lease]:
    """Everything of a service that somebody has taken."""
    rows = connection.execute(
        "SELECT entry_id, part, agent, until, attempt, looking FROM work_lease WHERE service = ?", (service,)
    ).fetchall()
    return {
        UnitId(str(entry_id), service, str(part)): Lease(
            str(agent), from_wire(until), str(attempt), bool(looking)
        )
        for entry_id, part, agent, until, attempt, looking in rows
    }


def keep(connection: Connection, unit: UnitId, lease: Lease) -> None:
    """Note who has a unit now."""
    connection.execute(
        "INSERT INTO work_lease (entry_id, service, part, agent, until, attempt, looking) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (entry_id, service, part) DO UPDATE SET agent = excluded.agent, until = excluded.until,"
        " attempt = excluded.attempt, looking = excluded.looking",
        (*unit, lease.agent, to_wire(lease.until), lease.attempt, int(lease.looking)),
    )


def end(connection: Connection, unit: UnitId) -> None:
    """Nobody has the unit any more."""
    connection.execute("DELETE FROM work_lease WHERE entry_id = ? AND service = ? AND part = ?", unit)
