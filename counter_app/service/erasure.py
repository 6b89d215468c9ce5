"""Erasing what the counter no longer needs of persons: only what the central systems proved to have, and later still.

An entry names the targets and the reason; in the same transaction their private parts go, with the names that find
them, the messages that were sent about them, and drafts of that age. Facts, numbers, amounts and hashes stay, so that
the chain and the books verify as before. What is erased cannot be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from uuid import uuid4

from counter_app.access.roles import RECOVERY, SUPERVISION, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.domain.ids import counter_of
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import delivery, grants, names
from counter_app.projections.family import Tables
from counter_app.service import bodies
from counter_app.service.lanes import Lane
from counter_app.service.mirror.status import copy_statuses
from counter_app.service.persons import one_person
from counter_app.service.restoring.place import ASIDE
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection, open_database, translated
from counter_app.storage.migrations import drop_copies
from counter_app.text import Text

ERASED = "journal_payload_erased"
_PROVED = (UnitState.ACCEPTED, UnitState.SETTLED, UnitState.CLOSED)
_AT_ONCE = 200

Why = Literal["too_young", "not_proved", "still_open"]
"""Why a private part stays: its time is not over, a central system has not shown it, or its act goes on here."""


def kept_words(text: Text, why: Why, count: int) -> str:
    """How many private parts stay, and why."""
    if why == "too_young":
        return text.plural(
            "{n} entry stays: its time is not over.", "{n} entries stay: their time is not over.", count
        )
    if why == "not_proved":
        return text.plural(
            "{n} entry stays: a central system has not shown that it has it.",
            "{n} entries stay: a central system has not shown that it has them.",
            count,
        )
    return text.plural(
        "{n} entry stays: its grant or request is still open here.",
        "{n} entries stay: their grant or request is still open here.",
        count,
    )


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, or would be: entries, drafts, what stays and why, and copies that nobody can reach now."""

    entries: int
    drafts: int
    kept: dict[Why, int]
    out_of_reach: tuple[str, ...]


def retention(workstation: Workstation, agent: str, *, dry_run: bool = False) -> Erasure:
    """Erase every private part whose retention is over; with `dry_run` only say what that would be."""
    colleague(workstation.configuration, agent, RECOVERY)
    days = workstation.configuration.retention.personal_days
    floor = workstation.clock.now() - timedelta(days=days)
    with workstation.reading() as connection:
        judge = _Judge(connection, floor)
        judged = [(entry, judge.why_kept(entry)) for entry in _with_private(connection)]
        drafts = _old_drafts(connection, floor)
    facts: dict[str, object] = {"rule": "retention", "days": days, "reason": f"retention of {days} days"}
    if not dry_run:
        _erase(workstation, [entry for entry, why in judged if why is None], floor, facts, agent)
        workstation.writer.do(lambda session: _drop_drafts(session, floor))
        flush(workstation)
    return _told(workstation, judged, drafts)


def erase_person(
    workstation: Workstation, entry_id: str, reason: str, agent: str, *, dry_run: bool = False
) -> Erasure:
    """Erase what is held on the person of an entry, as far as central systems proved to have it.

    Raises `reason_missing`, and `unknown_person` for an entry that is not here.
    """
    colleague(workstation.configuration, agent, SUPERVISION)
    if not reason.strip():
        raise BadInput("reason_missing")
    now = workstation.clock.now()
    with workstation.reading() as connection:
        found = one_person(connection, entry_id=entry_id).entries
        if not found:
            raise BadInput("unknown_person")
        judge = _Judge(connection, now)
        held = [entry for entry in found.values() if entry.private_bytes is not None]
        judged = [(entry, judge.why_kept(entry)) for entry in held]
    if not dry_run:
        facts: dict[str, object] = {"rule": "person", "reason": reason.strip()}
        _erase(workstation, [entry for entry, why in judged if why is None], now, facts, agent)
        flush(workstation)
    return _told(workstation, judged, 0)


def _told(workstation: Workstation, judged: list[tuple[Entry, Why | None]], drafts: int) -> Erasure:
    kept: dict[Why, int] = {}
    for _, why in judged:
        if why is not None:
            kept[why] = kept.get(why, 0) + 1
    away = [str(one.path) for one in copy_statuses(workstation) if one.state in ("absent", "failed")]
    # What a restore put aside is evidence of a bad day: a person removes it.
    away += sorted(str(path) for path in workstation.data.glob(f"{ASIDE}*"))
    return Erasure(sum(why is None for _, why in judged), drafts, kept, tuple(away))


def _with_private(connection: Connection) -> Iterator[Entry]:
    for chain in store.chains(connection):
        for entry in store.entries(connection, chain.name):
            if entry.private_bytes is not None and _is_about_somebody(entry):
                yield entry


def _is_about_somebody(entry: Entry) -> bool:
    """An act on a person, a decision on one, or what a central system said; not the words of an outage or a day."""
    facts, kind = entry.facts, entry.kind
    return "person" in facts or "target" in facts or kind == "pair_judged" or kind.startswith("delivery_")


class _Judge:
    """Says of each entry whether its private part may go: `floor` is the last moment that is long enough ago."""

    def __init__(self, connection: Connection, floor: datetime) -> None:
        self._tables = Tables(connection)
        self._floor = floor
        self._told = delivery.last_told(self._tables)

    def why_kept(self, entry: Entry) -> Why | None:
        """What speaks against it, `None` where nothing does."""
        if from_wire(entry.header["recorded_at"]) > self._floor:
            return "too_young"
        for told in entry.facts.get("units") or ():
            service, part = told["service"], told["part"]
            unit = delivery.unit_anywhere(self._tables, entry.chain, entry.entry_id, service, part)
            if unit is None or unit.state not in _PROVED:
                return "not_proved"
            last = self._told.get((entry.entry_id, service, part))
            if last is not None and from_wire(last) > self._floor:
                return "too_young"
        return "still_open" if self._goes_on(entry) else None

    def _goes_on(self, entry: Entry) -> bool:
        """Whether somebody at this counter still needs to know whom the act is about."""
        if entry.kind == "request_recorded":
            return not grants.answered(self._tables, entry.entry_id)
        if entry.kind != "aid_granted":
            return False
        row = grants.grant_row(self._tables, entry.entry_id, entry.chain)
        return row is not None and (row.decision == "pending" or row.payment == "reserved")


def _erase(
    workstation: Workstation,
    entries: Sequence[Entry],
    floor: datetime,
    facts: dict[str, object],
    agent: str,
) -> None:
    """In slices, each its own order; what changed since it was judged is judged again and stays."""

    def job(session: Session, some: Sequence[Entry]) -> None:
        judge = _Judge(session.connection, floor)
        _erase_some(session, [entry for entry in some if judge.why_kept(entry) is None], facts, agent)

    for start in range(0, len(entries), _AT_ONCE):
        workstation.writer.do(partial(job, some=entries[start : start + _AT_ONCE]), Lane.MACHINES)


def _erase_some(session: Session, entries: Sequence[Entry], facts: dict[str, object], agent: str) -> None:
    if not entries:
        return
    targets: dict[str, list[int]] = {}
    for entry in entries:
        targets.setdefault(entry.chain, []).append(entry.seq)
    order = session.append(
        Fact(ERASED, {**facts, "targets": targets, "count": len(entries)}),
        agent=agent,
        channel="setup",
        entry_id=str(uuid4()),
        command_hash="",
    )
    _forget(session, entries, order)


def _forget(session: Session, entries: Sequence[Entry], order: Entry) -> None:
    connection = session.connection
    for entry in entries:
        connection.execute(
            "INSERT INTO erasure (arrival, ordered_by) VALUES (?, ?)", (entry.arrival, order.arrival)
        )
        connection.execute("DELETE FROM private WHERE arrival = ?", (entry.arrival,))
        names.forget(session.tables, entry)
    bodies.forget(connection, {entry.entry_id for entry in entries})


def erased_places(tables: Tables, connection: Connection, chain: str) -> set[int]:
    """The places of a chain whose private parts were ordered to be erased, as far as its counter was heard.

    Another counter's journal never learned them, or erased them with the order.
    """
    counter = counter_of(chain)
    places: set[int] = set()
    for one in store.chains(connection):
        if one.counter != counter:
            continue
        rows = tables.rows("SELECT seq FROM p_daybook WHERE chain = ? AND kind = ?", (one.name, ERASED))
        for order in store.at_places(connection, one.name, [int(row[0]) for row in rows]).values():
            places.update(order.facts["targets"].get(chain, ()))
    return places


def erase_ordered(session: Session, order: Entry) -> None:
    """Erase here, too, what the counter that it was recorded at ordered to be erased; part of the order's arrival."""
    connection = session.connection
    for chain, places in order.facts["targets"].items():
        if counter_of(chain) != counter_of(order.chain):
            continue
        for start in range(0, len(places), _AT_ONCE):
            held = store.at_places(connection, chain, places[start : start + _AT_ONCE]).values()
            _forget(session, [entry for entry in held if entry.private_bytes is not None], order)


def _old_drafts(connection: Connection, floor: datetime) -> int:
    row = connection.execute("SELECT count(*) FROM draft WHERE saved_at < ?", (to_wire(floor),)).fetchone()
    return int(row[0])


def _drop_drafts(session: Session, floor: datetime) -> None:
    session.connection.execute("DELETE FROM draft WHERE saved_at < ?", (to_wire(floor),))


def flush(workstation: Workstation) -> None:
    """Take what was erased out of the write-ahead log, and away the copies that an upgrade kept.

    A reader that is busy leaves the log to the next time.
    """
    path = workstation.journal
    with translated(path), closing(open_database(path, workstation.keyring.database, write=True).conn) as one:
        one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        drop_copies(path)
