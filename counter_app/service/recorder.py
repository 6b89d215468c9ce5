"""A person's command becomes an entry: recognised if it came before, decided by its handler, appended."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import msgspec

from counter_app.access.commands import MAY_RECORD
from counter_app.access.roles import colleague
from counter_app.clock import business_day, to_wire
from counter_app.domain.commands import AnyCommand
from counter_app.domain.errors import Refused
from counter_app.domain.filled import check_filled
from counter_app.domain.ids import check_entry_id
from counter_app.journal import store
from counter_app.journal.codec import canonical_struct
from counter_app.projections.custody import successor_of
from counter_app.service.context import Context
from counter_app.service.handlers import HANDLERS
from counter_app.service.outcome import Outcome
from counter_app.service.session import Session


def command_hash(command: AnyCommand) -> str:
    """SHA-256 of the canonical command: decides whether a repeated entry id is the same command."""
    return sha256(canonical_struct(command)).hexdigest()


def _told_on_paper(command: AnyCommand) -> dict[str, str]:
    """What a paper says of any fact: who did it, and that it names the day alone."""
    told = {}
    if command.done_by is not None:
        told["done_by"] = command.done_by
    if command.happened_on is not None:
        told["time_known"] = "day"
    return told


def record(
    session: Session,
    command: AnyCommand,
    channel: str,
    pin_of: str | None = None,
    phone_of: str | None = None,
) -> Outcome:
    """Record one command inside the session's transaction.

    Fed again under the same entry id it answers *already*; other content under that id is refused with
    `entry_id_reused`. Raises `Refused` where a rule says no.
    """
    as_told = command_hash(command)
    entry_id = check_entry_id(command.entry_id) if command.entry_id else None
    # An id in capitals is the same id. What was recorded before this was known carries the hash of the line as told.
    hashed = command_hash(msgspec.structs.replace(command, entry_id=entry_id)) if entry_id else as_told
    if entry_id is not None:
        # What an epoch before confirmed is confirmed: a file that is fed again after a restore records nothing twice.
        found = store.find(session.connection, entry_id, counter=session.office.counter)
        if found is not None:
            if found.header["command_hash"] not in (hashed, as_told):
                raise Refused("entry_id_reused", entry_id=entry_id)
            return Outcome(found, already=True)
    successor = successor_of(session.tables, session.office.chain)
    if successor != session.office.chain:
        raise Refused("epoch_succeeded", chain=session.office.chain, successor=successor)
    check_filled(command, business_day(session.now, session.office.zone))
    # Also where another signs, as at a closing: an entry names nobody who is not there or may not do it.
    colleague(session.office.configuration, command.agent, MAY_RECORD[type(command)])
    context = Context(
        session.connection, session.tables, session.office, session.now, command, pin_of, phone_of
    )
    # Before any rule of the day: a time that is none, or still to come, is what has to be mended first.
    is_told = command.happened_at is not None or command.happened_on is not None
    happened_at = to_wire(context.happened_at()) if is_told else None
    if command.done_by is not None and not command.already_happened:
        # Who acts now answers for it; only a paper tells of somebody else.
        raise Refused("done_by_now")
    fact = HANDLERS[type(command)](context, command)
    if happened_at is not None:
        fact = replace(fact, happened_at=happened_at)
    if command.done_by is not None or command.happened_on is not None:
        fact = replace(fact, facts=fact.facts | _told_on_paper(command))
    entry = session.append(
        fact,
        agent=command.agent,
        channel=channel,
        entry_id=entry_id or session.new_entry_id(),
        command_hash=hashed,
    )
    return Outcome(entry)
