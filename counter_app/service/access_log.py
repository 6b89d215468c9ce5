"""Who looked at whose record: noted beside the journal's entries, never changed, and read by supervisors and auditors.

A look is no entry: it leaves the machine with no copy and no exchange, and goes at the end of its retention. The same
person looking at the same record again within a quarter of an hour is one look. A look that the disk will not note is
told to the technical log, and shown: a full disk must not keep a citizen waiting.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Role
from counter_app.domain.errors import AppError
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.journal.numbered import entry_of_number
from counter_app.logs import Plain
from counter_app.projections import people
from counter_app.projections.family import Tables
from counter_app.service.lanes import Lane
from counter_app.service.persons import one_person
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection, immediate, open_database, translated

Act = Literal["person_opened", "entries_shown", "receipt_printed", "person_exported", "access_log_shown"]

_LOG = logging.getLogger("counter_app.access_log")
_READERS: tuple[Role, ...] = ("supervisor", "auditor")
_ONE_LOOK_S = 900.0
_REFERENCE = ":"
_INSERT = "INSERT INTO access_log (at, agent, channel, act, chain, about) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when (office's zone), by whom and through what, and at what.

    `agent` is empty where the command line did not say; `about` is an entry id, a receipt number, a keyed reference
    or an id of the register; `receipt` is the latest number of the same person here, empty where there is none.
    """

    at: datetime
    agent: str
    channel: str
    act: str
    about: str
    receipt: str = ""


def note_look(workstation: Workstation, act: Act, about: str) -> None:
    """Note that whoever sits there looks at this; returns when it is noted, or could not be."""
    agent = workstation.looker
    channel = "window" if agent else "command_line"
    seen, now = (agent, act, about), time.monotonic()
    if now - workstation.looks.get(seen, -_ONE_LOOK_S) < _ONE_LOOK_S:
        return
    row = (to_wire(workstation.clock.now()), agent, channel, act, workstation.chain, about)
    try:
        if workstation.open_writer is not None:
            workstation.writer.do(lambda session: _insert(session.connection, row), Lane.MACHINES)
        else:
            _insert_beside(workstation, row)
    except AppError as error:
        _LOG.warning("a look was not noted: %s", Plain(error.code))
        return
    workstation.looks[seen] = now


def note_person_of(workstation: Workstation, entry: Entry) -> None:
    """Note a look at the person whom an entry is about."""
    references = (entry.facts.get("person") or {}).get("references") or []
    note_look(workstation, "person_opened", next(iter(references), entry.entry_id))


def _insert(connection: Connection, row: tuple[str, ...]) -> None:
    connection.execute(_INSERT, row)


def _insert_beside(workstation: Workstation, row: tuple[str, ...]) -> None:
    """From a reading program, perhaps beside an open window: one row, no entry, under the database's own lock.

    A journal that no newer program has opened to write has no place for it yet.
    """
    with workstation.reading() as connection:
        if not _has_log(connection):
            return
    path = workstation.journal
    with (
        translated(path),
        closing(open_database(path, workstation.keyring.database, write=True).conn) as connection,
        immediate(connection),
    ):
        _insert(connection, row)


def _has_log(connection: Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'access_log'").fetchone()
    return found is not None


def looks(workstation: Workstation, reader: str, *, about: str | None = None, most: int = 1000) -> list[Look]:
    """The latest looks for a supervisor or an auditor, which is a look too.

    `about` limits them to an entry id (then to its person), a receipt number, a reference or an id of the register.

    Raises `not_allowed` for other roles.
    """
    colleague(workstation.configuration, reader, _READERS)
    note_look(workstation, "access_log_shown", about or "")
    with workstation.reading() as connection:
        if not _has_log(connection):
            return []
        names = [] if about is None else [about, *_references(connection, about)]
        wanted = "" if about is None else f"WHERE about IN ({', '.join('?' * len(names))})"
        rows = connection.execute(
            f"SELECT at, agent, channel, act, about FROM access_log {wanted} ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*names, most),
        ).fetchall()
        numbers = {seen: _receipt(connection, seen) for seen in {str(row[4]) for row in rows}}
    zone = workstation.office.zone
    return [
        Look(from_wire(at).astimezone(zone), agent, channel, act, seen, numbers[seen])
        for at, agent, channel, act, seen in rows
    ]


def _references(connection: Connection, about: str) -> list[str]:
    """Under which references the person of an entry, or of a receipt, was looked at."""
    entry_id = about
    if not _is_entry_id(about):
        entry = entry_of_number(connection, about)
        if entry is None:
            return []
        entry_id = entry.entry_id
    return [entry_id, *one_person(connection, entry_id=entry_id).references]


def _receipt(connection: Connection, about: str) -> str:
    if _is_entry_id(about):
        ids = [about]
    elif _REFERENCE in about:
        ids = people.entries_about(Tables(connection), [about])
    else:
        return about if entry_of_number(connection, about) is not None else ""
    for entry_id in reversed(ids):
        entry = store.find(connection, entry_id)
        if entry is not None and (number := entry.facts.get("number") or entry.facts.get("grant_number")):
            return str(number)
    return ""


def _is_entry_id(about: str) -> bool:
    try:
        UUID(about)
    except ValueError:
        return False
    return True


def old_looks(workstation: Workstation, days: int) -> int:
    """How many looks are past their retention."""
    floor = to_wire(workstation.clock.now() - timedelta(days=days))
    with workstation.reading() as connection:
        if not _has_log(connection):
            return 0
        return int(connection.execute("SELECT count(*) FROM access_log WHERE at < ?", (floor,)).fetchone()[0])


def forget_old_looks(workstation: Workstation, agent: str, days: int) -> int:
    """Remove the looks whose retention is over, and return how many those were."""
    colleague(workstation.configuration, agent, RECOVERY)

    def job(session: Session) -> int:
        floor = to_wire(session.now - timedelta(days=days))
        connection = session.connection
        connection.execute(
            "INSERT INTO access_log_floor (one, kept_from) VALUES (1, ?1)"
            " ON CONFLICT (one) DO UPDATE SET kept_from = ?1",
            (floor,),
        )
        return int(connection.execute("DELETE FROM access_log WHERE at < ?", (floor,)).rowcount)

    return workstation.writer.do(job, Lane.MACHINES)
