"""Receipts that a restored journal lacks: which of them were entered again from their paper, and which are missing.

Nobody knows how many a counter gave after its copy was made. What is known comes out of the journal alone: the number
from which on receipts may be lost, those that were entered again, and so each one between them. Numbers have no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.domain.ids import receipt_number
from counter_app.journal import store
from counter_app.projections.custody import epochs_of
from counter_app.projections.family import Tables
from counter_app.projections.irregular import forms_from
from counter_app.projections.lost_numbers import Opened, opened_by, settled_upto
from counter_app.storage.database import Connection

_MOST = 5_000
"""How many receipts one search is about: a number further on is a slip of whoever typed it."""


@dataclass(frozen=True, slots=True)
class Reentered:
    """A lost receipt that was entered again, and the number and kind of the entry that its paper became.

    `is_twice` where its own entry was heard of after all, from another counter: then the journal holds it twice.
    """

    figure: int
    number: str
    entry_number: str
    kind: str
    is_twice: bool


@dataclass(frozen=True, slots=True)
class NumberSearch:
    """What is known of the receipts of `before` that its copy lacks, all in the order of their numbers.

    `missing` were given, for a later one was entered again, and wait for their paper. From `next` on nobody knows.
    `given_up` were not found when a supervisor ended the search; `is_ended` says that it is still so.
    """

    before: str
    first_figure: int
    missing: tuple[str, ...]
    entered: tuple[Reentered, ...]
    given_up: tuple[str, ...]
    next: str
    is_ended: bool

    @property
    def first(self) -> str:
        """The first number that may be lost."""
        return receipt_number(self.before, self.first_figure)

    def may_hold(self, figure: int) -> bool:
        """Whether a number may have been given after the copy was made."""
        return self.first_figure <= figure < self.first_figure + _MOST


def figure_of(number: str, chain: str) -> int | None:
    """The figure of a receipt number of that chain, however many zeros it is written with; `None` where it is none."""
    prefix, _, figures = number.strip().rpartition("-")
    if prefix != chain or not (figures.isascii() and figures.isdigit() and len(figures) <= 9):
        return None
    return int(figures)


def searches_in(connection: Connection, tables: Tables, chain: str) -> tuple[NumberSearch, ...]:
    """The searches of the counter of a chain, one for each time it was restored; the latest last."""
    found = {one.before: one for one in opened_by(tables, epochs_of(tables, chain))}
    return tuple([_search(connection, tables, one) for one in found.values()])


def _search(connection: Connection, tables: Tables, opened: Opened) -> NumberSearch:
    before, first = opened.before, figure_of(opened.first_missing, opened.before) or 1
    entered = {
        figure: (chain, seq)
        for form, chain, seq in forms_from(tables, f"{before}-")
        if (figure := figure_of(form, before)) is not None and first <= figure < first + _MOST
    }
    # What was heard of since from elsewhere is not lost.
    heard = {
        figure
        for entry in store.entries(connection, before, opened.seq)
        if (figure := figure_of(str(entry.facts.get("number", "")), before)) is not None
    }
    told = settled_upto(tables, before)
    ended = first - 1 if told is None else (figure_of(told, before) or first - 1)
    known = max([ended, *entered, *heard])
    open_ones = [
        figure for figure in range(first, known + 1) if figure not in entered and figure not in heard
    ]
    return NumberSearch(
        before=before,
        first_figure=first,
        missing=tuple([receipt_number(before, figure) for figure in open_ones if figure > ended]),
        entered=tuple([_entered(connection, before, one, *entered[one], heard) for one in sorted(entered)]),
        given_up=tuple([receipt_number(before, figure) for figure in open_ones if figure <= ended]),
        next=receipt_number(before, known + 1),
        is_ended=told is not None and known <= ended,
    )


def _entered(
    connection: Connection, before: str, figure: int, chain: str, seq: int, heard: set[int]
) -> Reentered:
    entry = store.at_place(connection, chain, seq)
    assert entry is not None  # a projection's row stands for an entry
    # A payment has no number of its own: it goes under that of its grant.
    told = entry.facts.get("number") or entry.facts.get("grant_number") or ""
    return Reentered(figure, receipt_number(before, figure), str(told), entry.kind, figure in heard)
