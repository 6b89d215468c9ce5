"""Correcting what a wrong clock said: a new fact, from which the days of rights are reckoned anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import business_day, from_wire
from counter_app.domain.commands import CorrectClock
from counter_app.domain.errors import Refused
from counter_app.domain.findings import PastGrant
from counter_app.domain.limits import decide
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import clock, grants
from counter_app.service.context import Context
from counter_app.service.handlers.approvals import asked_again
from counter_app.service.handlers.persons import private_part

_MOST = 5_000
"""Entries that one correction may speak of: it reads each of them inside its transaction."""
_MAY_DIFFER = timedelta(minutes=5)
"""By how much a corrected time may pass the clock's own, or fall behind an entry before it."""
_UNBACKED_S = 48 * 3600
"""What two people may say of a clock on their word alone; beyond it the journal itself must show it."""
_AGREES_S = 600
_OF_MACHINES = ("delivery_", "journal_", "configuration_", "clock_")


def correct_clock(context: Context, command: CorrectClock) -> Fact:
    """Say by how much the clock was wrong over a stretch of entries, and which of them that moves to another day.

    A fact whose time was told apart from the clock (a paper form) is where it was told to be. Days of rights free
    ceilings: so no corrected time lies ahead of now or before the entries before it, and a difference of more than
    48 hours is only believed where a jump of the clock or a centre's time was recorded that shows it.

    Cash stays in the day under which it was counted. A grant counts once, on the day on which it happened; where it
    breaks a rule there that it did not break before, the correction is irregular until a supervisor settles it.
    """
    colleague(context.configuration, command.approver, RECOVERY)
    head = store.head(context.connection, context.chain)
    if not command.first <= command.last <= head.seq or command.last - command.first >= _MOST:
        raise Refused("clock_range", first=command.first, last=command.last, head=head.seq, most=_MOST)
    if command.ahead_s == 0:
        raise Refused("clock_no_difference")
    if command.approver == command.agent:
        raise Refused("clock_alone", person=command.agent)
    entries = list(store.entries(context.connection, context.chain, command.first - 1, command.last))
    _check_times(context, command, entries)
    if abs(command.ahead_s) > _UNBACKED_S and not _is_shown(context, command):
        raise Refused("clock_not_shown", hours=_UNBACKED_S // 3600)
    moved = _right_days(context, command, entries)
    facts = {
        "first": command.first,
        "last": command.last,
        "ahead_s": command.ahead_s,
        "approver": command.approver,
        "right_days": moved,
        "irregular": _newly_broken(context, entries, moved),
    }
    return Fact("clock_corrected", facts, private_part(context, reason=command.reason))


def _check_times(context: Context, command: CorrectClock, entries: Sequence[Entry]) -> None:
    """Refuse a correction after which an entry would be still to come, or be older than what stands before it."""
    wrong_by = timedelta(seconds=command.ahead_s)
    times = [from_wire(entry.header["recorded_at"]) - wrong_by for entry in entries]
    if max(times) > context.now + _MAY_DIFFER:
        raise Refused("clock_to_come", last=command.last)
    if command.first > 1 and min(times) < _right_time(context, command.first - 1) - _MAY_DIFFER:
        raise Refused("clock_before", first=command.first, before=command.first - 1)


def _right_time(context: Context, place: int) -> datetime:
    """When an entry was recorded, as its latest correction has it."""
    entry = store.at_place(context.connection, context.chain, place)
    assert entry is not None  # places below a head are without gap
    made = clock.corrections(context.tables, context.chain)
    ahead = [one.ahead_s for one in made if one.first <= place <= one.last]
    return from_wire(entry.header["recorded_at"]) - timedelta(seconds=ahead[-1] if ahead else 0)


def _is_shown(context: Context, command: CorrectClock) -> bool:
    """Whether a jump at either side of these entries, or a centre's time, says the same of the clock.

    Over a restart a jump says by how much the clock went back at least.
    """
    ahead = command.ahead_s
    for jump in clock.jumps(context.tables, context.chain):
        # Before the entries the jump made the clock wrong; behind them it put it right.
        if jump.seq <= command.first:
            said = jump.by_s
        elif jump.seq > command.last:
            said = -jump.by_s
        else:
            continue
        more = ahead - said if said > 0 else said - ahead
        if more >= -_AGREES_S and (jump.restarted or more <= _AGREES_S) and (said > 0) == (ahead > 0):
            return True
    return any(
        abs(told.ahead_s + ahead) <= _AGREES_S for told in clock.centre_times(context.tables, context.chain)
    )


def _right_days(context: Context, command: CorrectClock, entries: Sequence[Entry]) -> dict[str, list[int]]:
    """The places of the entries whose right opens on another day than was reckoned so far, by that day."""
    places = range(command.first, command.last + 1)
    known = clock.corrected_days(context.tables, context.chain, list(places))
    wrong_by = timedelta(seconds=command.ahead_s)
    moved: dict[str, list[int]] = {}
    for entry in entries:
        header = entry.header
        if header["happened_at"] != header["recorded_at"] or header["kind"].startswith(_OF_MACHINES):
            continue
        day = business_day(from_wire(header["recorded_at"]) - wrong_by, context.office.zone).isoformat()
        if day != known.get(entry.seq, header["right_day"]):
            moved.setdefault(day, []).append(entry.seq)
    return moved


def _newly_broken(
    context: Context, entries: Sequence[Entry], moved: Mapping[str, Sequence[int]]
) -> list[str]:
    """The rules that grants break on their new day and did not break on the one that they were counted on so far."""
    days = {place: date.fromisoformat(day) for day, places in moved.items() for place in places}
    grants_moved = [entry for entry in entries if entry.seq in days and entry.kind == "aid_granted"]
    days_of = {entry.entry_id: days[entry.seq] for entry in grants_moved}
    found: dict[str, None] = {}
    for entry in grants_moved:
        before = _broken_by(context, entry, {})
        found.update(
            dict.fromkeys(rule for rule in _broken_by(context, entry, days_of) if rule not in before)
        )
    return list(found)


def _broken_by(context: Context, entry: Entry, days: Mapping[str, date]) -> list[str]:
    """The rules that a grant breaks where it and others happened on these days, the rest as they are known."""
    grant = grants.grant_row(context.tables, entry.entry_id, entry.chain)
    if grant is None or not grants.counts(grant):
        return []
    known = grants.past_grants(context.tables, entry.facts["person"]["references"])
    others = [
        PastGrant(aid, cents, quantity, days.get(entry_id) or date.fromisoformat(day))
        for entry_id, aid, cents, quantity, day in known
        if entry_id != entry.entry_id
    ]
    asked = asked_again(context, grant, entry)
    asked = msgspec.structs.replace(asked, day=days.get(entry.entry_id, asked.day))
    return [finding.rule for finding in decide(asked, others, context.configuration).refused]
