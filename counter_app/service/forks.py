"""Forks that were seen: two entries at one place of a chain, which nothing but two copies of a workstation makes."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.clock import to_wire
from counter_app.domain.errors import AppError
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection


@dataclass(frozen=True, slots=True)
class ForkRow:
    """Where another history of a chain was met, when, and in which file."""

    chain: str
    seq: int
    seen_at: str
    place: str


def note_fork(workstation: Workstation, error: AppError, place: str) -> None:
    """Keep that a fork was met; what was heard first stays."""
    chain, seq = str(error.params["chain"]), int(str(error.params["seq"]))

    def job(session: Session) -> None:
        session.connection.execute(
            "INSERT INTO fork_seen (chain, seq, seen_at, place) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chain, seq, to_wire(session.now), place),
        )

    workstation.writer.do(job, Lane.MACHINES)


def forks_seen(connection: Connection) -> list[ForkRow]:
    """Every fork that was met here."""
    rows = connection.execute("SELECT chain, seq, seen_at, place FROM fork_seen ORDER BY chain, seq")
    return [ForkRow(*row) for row in rows]
