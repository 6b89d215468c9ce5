"""What was asked or paid twice while nobody could look it up: proposed as pairs, for a person to judge."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.projections import doubles as books
from counter_app.projections.doubles import PairRow, SettledMonth
from counter_app.projections.family import Tables
from counter_app.service.workstation import Workstation

MOST_DAYS = 120
"""Requests further apart than this are no repetition: files of nine weeks were out of reach in March 2021."""


@dataclass(frozen=True, slots=True)
class Doubles:
    """Requests that seem to be made again, the later one second, and months that two entries settled."""

    requests: list[PairRow]
    months: list[tuple[SettledMonth, SettledMonth]]


def doubles(workstation: Workstation) -> Doubles:
    """Everything of that kind among all counters that were heard here; nobody's names are needed for it."""
    with workstation.tables() as tables:
        return Doubles(books.pairs(tables, MOST_DAYS), books.settled_twice(tables))


def unjudged(tables: Tables) -> int:
    """How many of these pairs wait for a person's word; two payments that share several months are one."""
    payments = {(one.entry_id, other.entry_id) for one, other in books.settled_twice(tables)}
    return len(books.pairs(tables, MOST_DAYS)) + len(payments)
