"""A receipt number leads to its entry however many entries without number stand around it, and no other word does."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.ids import receipt_number
from counter_app.journal import store
from counter_app.journal.chain import BEFORE_FIRST, NO_PRIVATE
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Entry
from counter_app.journal.numbered import entry_of_number
from counter_app.storage.database import Connection, scratch_connection
from counter_app.storage.migrations import migrate
from tests.unit.counters import Desk, person


def with_chains(chains: dict[str, list[bool]]) -> Connection:
    """A journal of chains whose entries have a number or have none."""
    connection = scratch_connection()
    migrate(connection, "2026-03-02T08:00:00.000Z")
    for name, numbered in chains.items():
        store.add_chain(
            connection,
            store.ChainRow(name, name, 1, False, b"", True, 0, BEFORE_FIRST, "2026-03-02T08:00:00.000Z"),
        )
        for seq, has_number in enumerate(numbered, 1):
            facts = {"number": receipt_number(name, sum(numbered[:seq]))} if has_number else {}
            content = canonical({"header": {"kind": "aid_granted"}, "facts": facts})
            entry = Entry(name, seq, str(uuid4()), content, NO_PRIVATE, BEFORE_FIRST)
            store.take_in(connection, entry, "2026-03-02T08:00:00.000Z")
    return connection


@given(st.lists(st.lists(st.booleans(), max_size=12) | st.lists(st.just(False), max_size=40)))
def test_every_number_of_a_chain_is_found_and_none_that_it_never_gave(runs: list[list[bool]]) -> None:
    numbered = [has_number for run in runs for has_number in run]
    connection = with_chains({"A1": numbered, "A1b": [True, False]})
    try:
        places = [seq for seq, has_number in enumerate(numbered, 1) if has_number]
        found = [entry_of_number(connection, receipt_number("A1", n)) for n in range(len(places) + 2)]
        assert [None if one is None else (one.chain, one.seq) for one in found] == [
            None,
            *(("A1", seq) for seq in places),
            None,
        ]
        other = entry_of_number(connection, "A1b-0001")
        assert other is not None
        assert (other.chain, other.seq) == ("A1b", 1)
    finally:
        connection.close()


@pytest.mark.parametrize(
    "number",
    ["", "-", "A1", "0001", "A1-", "A1-1", "A1-00001", "A1-٠٠٠١", "A9-0001", "a1-0001", "A1-" + 5000 * "1"],
)
def test_what_is_no_number_of_a_chain_finds_nothing(desk: Desk, number: str) -> None:
    desk.id("record_request", person=person(), aid="FR-CAP")
    with desk.workstation.reading() as connection:
        assert entry_of_number(connection, "A1-0001") is not None
        assert entry_of_number(connection, number) is None
