"""Half-typed forms, kept in the encrypted journal's file beside the entries until they are recorded or thrown away.

A draft is no entry: it has no number, moves no money and leaves with the act that it became.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from counter_app.clock import from_wire, to_wire
from counter_app.domain.commands import AnyCommand, parse_command
from counter_app.journal.codec import canonical, read
from counter_app.service.lanes import Lane
from counter_app.service.outcome import Outcome
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was typed last: whose it is, when it was saved (office's zone), and what stood in it."""

    id: str
    agent: str
    saved_at: datetime
    body: dict[str, Any] = field(default_factory=dict)


def save_draft(workstation: Workstation, draft_id: str, agent: str, body: dict[str, Any]) -> None:
    """Keep what stands in a form, in the place of what was kept of it before; returns when it is durable."""

    def job(session: Session) -> None:
        session.connection.execute(
            "INSERT INTO draft (id, agent, saved_at, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET saved_at = excluded.saved_at, body = excluded.body",
            (draft_id, agent, to_wire(session.now), canonical(body)),
        )

    workstation.writer.do(job, Lane.PEOPLE)


def discard_draft(workstation: Workstation, draft_id: str) -> None:
    """Forget a draft; one that is not there is forgotten already."""
    workstation.writer.do(lambda session: _forget(session, draft_id), Lane.PEOPLE)


def record_draft(workstation: Workstation, command: AnyCommand, channel: str, draft_id: str) -> Outcome:
    """Record what a draft became and forget the draft, both or neither.

    Raises `command_malformed` where a field holds what no command may, `Refused` where a rule says no.
    """
    command = parse_command(msgspec.json.encode(command))

    def job(session: Session) -> Outcome:
        outcome = record(session, command, channel)
        _forget(session, draft_id)
        return outcome

    return workstation.writer.do(job, Lane.PEOPLE)


def drafts_of(workstation: Workstation, agent: str) -> list[Draft]:
    """The drafts that a colleague left, latest first."""
    with workstation.reading() as connection:
        rows = connection.execute(
            "SELECT id, agent, saved_at, body FROM draft WHERE agent = ? ORDER BY saved_at DESC, id", (agent,)
        ).fetchall()
    zone = workstation.office.zone
    return [Draft(str(r[0]), str(r[1]), from_wire(r[2]).astimezone(zone), read(r[3])) for r in rows]


def count_drafts(workstation: Workstation) -> int:
    """How many drafts of all colleagues wait, for whoever closes the day."""
    with workstation.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM draft").fetchone()[0])


def _forget(session: Session, draft_id: str) -> None:
    session.connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
