"""The entry behind a receipt number: numbers rise along their chain, so that none needs an index of its own."""

from __future__ import annotations

from counter_app.domain.ids import receipt_number
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.storage.database import Connection

_MOST_FIGURES = 15


def entry_of_number(connection: Connection, number: str) -> Entry | None:
    """The entry that gave a receipt this number, by halving its chain; `None` where no chain heard here did.

    The nth number stands at the nth place or behind it. An entry without number is looked at once at most.
    """
    chain = number.rpartition("-")[0]
    sought = _figure(number)
    if sought is None or receipt_number(chain, sought) != number:
        return None
    first, last = sought, store.last_place(connection, chain)
    while first <= last:
        middle = (first + last) // 2
        entry = _numbered(connection, chain, middle, last)
        figure = None if entry is None else _figure(entry.facts["number"])
        if entry is None or figure is None or figure > sought:
            last = middle - 1
        elif figure < sought:
            first = entry.seq + 1
        else:
            return entry
    return None


def _numbered(connection: Connection, chain: str, first: int, last: int) -> Entry | None:
    """The first entry from one place of a chain to another that gave a receipt a number."""
    for entry in store.entries(connection, chain, first - 1, last):
        if _figure(entry.facts.get("number")) is not None:
            return entry
    return None


def _figure(number: object) -> int | None:
    figures = str(number).rpartition("-")[2]
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) <= _MOST_FIGURES else None
