"""The business day: its float in the morning, its count and closing in the evening."""

from __future__ import annotations

from datetime import date

from counter_app.access.roles import COUNTER_WORK, SUPERVISION, colleague
from counter_app.domain.commands import CloseDay, OpenDay
from counter_app.domain.errors import Refused
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections import cash, delivery, grants, irregular
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part


def open_day(context: Context, command: OpenDay) -> Fact:
    """Open the day; a float that is not the book's balance is posted as a difference, never hidden."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    book = cash.balance(context.tables, context.chain, "drawer")
    facts = {
        "day": context.today().isoformat(),
        "float_cents": command.float_cents,
        "book_cents": book,
        "difference_cents": command.float_cents - book,
        "currency": context.currency,
    }
    return Fact("day_opened", facts, private_part(context))


def close_day(context: Context, command: CloseDay) -> Fact:
    """Close a day with the count by denomination, and list what is unsent, waiting, irregular or unsigned.

    An entry recorded on the day after this reopens it, and the daily log says so.
    """
    colleague(context.configuration, command.approver, SUPERVISION)
    day = _day(command, context.today())
    tables, chain = context.tables, context.chain
    counted = sum(int(cents) * pieces for cents, pieces in command.counted.items())
    book = cash.balance(tables, chain, "drawer")
    head = store.head(context.connection, chain)
    facts = {
        "day": day,
        "approver": command.approver,
        "counted": {cents: pieces for cents, pieces in sorted(command.counted.items()) if pieces},
        "counted_cents": counted,
        "book_cents": book,
        "difference_cents": counted - book,
        "currency": context.currency,
        "head_seq": head.seq,
        "head_hash": head.hash.hex(),
        "unsent": delivery.unfinished(tables, chain),
        "pending": len(grants.pending_grants(tables, chain)),
        "irregular_open": len({entry for entry, _ in irregular.open_irregularities(tables, chain)}),
        "acquits_missing": grants.unsigned(tables, chain, day),
    }
    return Fact("day_closed", facts, private_part(context))


def _day(command: CloseDay, today: date) -> str:
    if command.day is None:
        return today.isoformat()
    try:
        day = date.fromisoformat(command.day)
    except ValueError as error:
        raise Refused("day_malformed", day=command.day) from error
    if day > today:
        raise Refused("in_the_future", time=command.day)
    return day.isoformat()
