"""Correcting what a wrong clock said: a new fact, from which the days of rights are reckoned anew."""

from __future__ import annotations

from datetime import timedelta

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import business_day, from_wire
from counter_app.domain.commands import CorrectClock
from counter_app.domain.errors import Refused
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections import clock
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part

_MOST = 5_000
"""Entries that one correction may speak of: it reads each of them inside its transaction."""
_OF_MACHINES = ("delivery_", "journal_", "configuration_", "clock_")


def correct_clock(context: Context, command: CorrectClock) -> Fact:
    """Say by how much the clock was wrong over a stretch of entries, and which of them that moves to another day.

    A fact whose time was told apart from the clock (a paper form) is where it was told to be.
    """
    colleague(context.configuration, command.approver, RECOVERY)
    head = store.head(context.connection, context.chain)
    if not command.first <= command.last <= head.seq or command.last - command.first >= _MOST:
        raise Refused("clock_range", first=command.first, last=command.last, head=head.seq, most=_MOST)
    if command.ahead_s == 0:
        raise Refused("clock_no_difference")
    facts = {
        "first": command.first,
        "last": command.last,
        "ahead_s": command.ahead_s,
        "approver": command.approver,
        "right_days": _right_days(context, command),
    }
    return Fact("clock_corrected", facts, private_part(context, reason=command.reason))


def _right_days(context: Context, command: CorrectClock) -> dict[str, list[int]]:
    """The places of the entries whose right opens on another day than was reckoned so far, by that day."""
    places = range(command.first, command.last + 1)
    known = clock.corrected_days(context.tables, context.chain, list(places))
    wrong_by = timedelta(seconds=command.ahead_s)
    moved: dict[str, list[int]] = {}
    for entry in store.entries(context.connection, context.chain, command.first - 1, command.last):
        header = entry.header
        if header["happened_at"] != header["recorded_at"] or header["kind"].startswith(_OF_MACHINES):
            continue
        day = business_day(from_wire(header["recorded_at"]) - wrong_by, context.office.zone).isoformat()
        if day != known.get(entry.seq, header["right_day"]):
            moved.setdefault(day, []).append(entry.seq)
    return moved
