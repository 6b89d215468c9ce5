"""Custody after a restore: the latest epoch has it, in whatever order the epochs are heard of."""

from __future__ import annotations

from itertools import permutations

import pytest

from counter_app.journal.entry import Entry
from counter_app.projections.custody import (
    FAMILY,
    WHOLE,
    epochs_of,
    holder_at,
    holdings,
    next_term,
    ranges_of,
    successor_of,
)
from counter_app.projections.family import Tables
from counter_app.storage.database import scratch_connection


def opened(chain: str, term: int, *before: str) -> Entry:
    entry = Entry(chain, 3, "0" * 8, b"", b"", b"")
    return entry.saying(
        {"header": {"kind": "epoch_opened"}, "facts": {"chains": [*before], "term": term}}, None
    )


EPOCHS = (opened("A3b", 1, "A3"), opened("A3c", 2, "A3", "A3b"), opened("B1b", 1, "B1"))


def books(*entries: Entry) -> Tables:
    connection = scratch_connection()
    for statement in FAMILY.schema:
        connection.execute(statement)
    tables = Tables(connection)
    for entry in entries:
        FAMILY.kinds[entry.kind](tables, entry)
    return tables


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_epoch_has_the_custody_of_all_before_it(order: tuple[int, ...]) -> None:
    tables = books(*(EPOCHS[place] for place in order))
    assert epochs_of(tables, "A3c") == ("A3c", "A3", "A3b")
    assert epochs_of(tables, "A3b") == epochs_of(tables, "A3") == ()
    assert epochs_of(tables, "B1b") == ("B1b", "B1")
    assert [successor_of(tables, chain) for chain in ("A3", "A3b", "A3c", "B1", "C1")] == [
        "A3c",
        "A3c",
        "A3c",
        "B1b",
        "C1",
    ]


def test_a_chain_that_nothing_was_restored_from_keeps_its_own() -> None:
    assert epochs_of(books(), "A3") == ("A3",)


# --- custody of ranges


def moved(kind: str, chain: str, seq: int, *ranges: list[object], to: str = "") -> Entry:
    entry = Entry(chain, seq, "0" * 8, b"", b"", b"")
    return entry.saying({"header": {"kind": kind}, "facts": {"ranges": list(ranges), "to": to}}, None)


def parts(tables: Tables, chain: str = "A1") -> list[tuple[int, int, str, int]]:
    return [(one.first, one.last, one.holder, one.term) for one in ranges_of(tables, chain)]


MOVES = (
    moved("custody_given", "A1", 60, ["A1", 59, 1], to="IT"),
    moved("custody_returned", "IT", 9, ["A1", 30, 2]),
    moved("custody_given", "A1", 90, ["A1", 89, 3], to="B2"),
    moved("custody_taken_back", "A1", 95, ["A1", 89, 4]),
    # Nobody but the counter of origin gives, and only who holds returns.
    moved("custody_given", "B2", 7, ["A1", 89, 5], to="B2"),
    moved("custody_returned", "IT", 20, ["A1", 89, 6]),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_terms_say_who_holds_what_in_whatever_order_it_is_heard(order: tuple[int, ...]) -> None:
    tables = books(*(MOVES[place] for place in order), *MOVES[4:])
    assert parts(tables) == [(1, 30, "A1", 4), (31, 59, "A1", 4), (60, 89, "A1", 4), (90, WHOLE, "A1", 0)]
    assert parts(books(*MOVES[:2])) == [(1, 30, "A1", 2), (31, 59, "IT", 1), (60, WHOLE, "A1", 0)]
    assert next_term(tables, "A1") == 7


def test_who_may_send_what() -> None:
    tables = books(*MOVES[:2])
    assert [(one.chain, one.first, one.last) for one in holdings(tables, "IT")] == [
        ("IT", 1, WHOLE),
        ("A1", 31, 59),
    ]
    assert [(one.first, one.last) for one in holdings(tables, "A1")] == [(1, 30), (60, WHOLE)]
    assert holder_at(tables, "A1", 31).holder == "IT"
    assert holder_at(tables, "A1", 60).holder == "A1"


def test_after_a_restore_the_new_epoch_holds_what_the_copy_knew_and_what_its_lost_tail_gave_is_void() -> None:
    entry = opened("A1b", 2, "A1")
    entry.facts.update(before="A1", seq=70)
    tables = books(MOVES[0], MOVES[2], entry)
    assert parts(tables) == [(1, 59, "IT", 1), (60, WHOLE, "A1", 2)]
    assert [(one.chain, one.first) for one in holdings(tables, "A1b")] == [("A1b", 1), ("A1", 60)]
    assert holdings(tables, "A1") == []
