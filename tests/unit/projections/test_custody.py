"""Custody after a restore: the latest epoch has it, in whatever order the epochs are heard of."""

from __future__ import annotations

from itertools import permutations

import pytest

from counter_app.journal.entry import Entry
from counter_app.projections.custody import FAMILY, holder_of, in_custody
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
    assert in_custody(tables, "A3c") == ("A3c", "A3", "A3b")
    assert in_custody(tables, "A3b") == in_custody(tables, "A3") == ()
    assert in_custody(tables, "B1b") == ("B1b", "B1")
    assert [holder_of(tables, chain) for chain in ("A3", "A3b", "A3c", "B1", "C1")] == [
        "A3c",
        "A3c",
        "A3c",
        "B1b",
        "C1",
    ]


def test_a_chain_that_nothing_was_restored_from_keeps_its_own() -> None:
    assert in_custody(books(), "A3") == ("A3",)
