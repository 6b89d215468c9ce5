"""The business day: its float in the morning, its count and closing in the evening."""

from __future__ import annotations

from datetime import date

from counter_app.access.roles import COUNTER_WORK, SUPERVISION, colleague
from counter_app.domain.commands import CloseDay, OpenDay
from counter_app.domain.denominations import denominations, is_denomination
from counter_app.domain.errors import Refused
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections import cash, daybook, delivery, grants, irregular
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.persons import private_part


def open_day(context: Context, command: OpenDay) -> Fact:
    """Open the day, once; a float that is not the book's balance is posted as a difference, never hidden.

    Nobody finds more in a drawer than its books and the advance of the régie come to: that is a slip of the pen.
    """
    colleague(context.configuration, command.agent, COUNTER_WORK)
    book = cash.balance(context.tables, context.chain, "drawer")
    breaches = Breaches(context)
    _check_closed(context, breaches)
    advance = context.configuration.regie.advance_cents
    if advance and command.float_cents - max(0, book) > advance:
        asked, held, limit = (
            Money(cents, context.currency) for cents in (command.float_cents, book, advance)
        )
        breaches.add("float", "float_too_high", asked=asked, book=held, limit=limit)
    facts = {
        "day": context.today().isoformat(),
        "float_cents": command.float_cents,
        "book_cents": book,
        "difference_cents": command.float_cents - book,
        "currency": context.currency,
        "irregular": breaches.rules or None,
    }
    return Fact("day_opened", facts, private_part(context))


def close_day(context: Context, command: CloseDay) -> Fact:
    """Close a day with the count by denomination, and list what is unsent, waiting, irregular or unsigned.

    An entry recorded on the day after this reopens it, and the daily log says so.
    """
    colleague(context.configuration, command.approver, SUPERVISION)
    day = _day(command, context.today())
    tables, chain = context.tables, context.chain
    breaches = Breaches(context)
    if day != context.today().isoformat() and not daybook.entries_of_day(tables, chain, day):
        breaches.add("day_empty", "day_without_entries", day=day)
    _check_count(context, breaches, command)
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
        "irregular": breaches.rules or None,
    }
    return Fact("day_closed", facts, private_part(context))


def _check_closed(context: Context, breaches: Breaches) -> None:
    """A day that was opened is opened again only behind a closing."""
    today = context.today().isoformat()
    opened = [
        seq
        for seq, kind in daybook.entries_of_day(context.tables, context.chain, today)
        if kind == "day_opened"
    ]
    if not opened:
        return
    if any(closing > opened[-1] for closing in daybook.closings(context.tables, context.chain, today)):
        return
    entry = store.at_place(context.connection, context.chain, opened[-1])
    if entry is not None:
        counted = Money(entry.facts["float_cents"], context.currency)
        breaches.add("opened", "day_opened_already", day=today, float=counted)


def _check_count(context: Context, breaches: Breaches, command: CloseDay) -> None:
    """What was counted are notes and coins that there are."""
    for cents, pieces in command.counted.items():
        if pieces and not is_denomination(context.currency, int(cents)):
            example = str(denominations(context.currency)[0][-1])
            breaches.add(
                "denomination",
                "no_denomination",
                pieces=cents,
                currency=context.currency,
                example=example,
            )


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
