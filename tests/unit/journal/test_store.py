"""The store: entries are never changed, private parts go only by order, foreign entries are kept as they came."""

from __future__ import annotations

import pytest

from counter_app.journal import store
from counter_app.storage.database import Connection, dbapi2, open_database
from tests.unit.counters import Desk, person


@pytest.fixture
def connection(desk: Desk) -> Connection:
    """A writing connection to the closed journal of a desk with a few entries."""
    desk.fill_drawer()
    desk.do("record_request", person=person(), aid="FR-SECURG")
    key = desk.workstation.keyring.database
    desk.close()
    opened: Connection = open_database(desk.data / "journal.db", key, write=True).conn
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE entry SET content = x'00'", "an entry is never changed"),
        ("UPDATE entry SET seq = seq + 100", "an entry is never changed"),
        ("DELETE FROM entry", "an entry is never deleted"),
        ("UPDATE private SET body = x'00'", "a private part is never changed"),
        ("DELETE FROM private", "erased only by an entry that orders it"),
    ],
)
def test_triggers_stand_between_our_own_mistakes_and_the_journal(
    connection: Connection, statement: str, words: str
) -> None:
    with pytest.raises(dbapi2.DatabaseError, match=words):
        connection.execute(statement)


def test_a_private_part_goes_once_an_entry_orders_it_and_the_order_stays(connection: Connection) -> None:
    request = store.at_place(connection, "A1", 4)
    assert request is not None
    assert request.private is not None
    order = store.at_place(connection, "A1", 3)
    assert order is not None
    connection.execute(
        "INSERT INTO erasure (arrival, ordered_by) VALUES (?, ?)", (request.arrival, order.arrival)
    )
    connection.execute("DELETE FROM private WHERE arrival = ?", (request.arrival,))
    erased = store.at_place(connection, "A1", 4)
    assert erased is not None
    assert (erased.private, erased.hash) == (None, request.hash)
    for statement in ("UPDATE erasure SET ordered_by = 1", "DELETE FROM erasure"):
        with pytest.raises(dbapi2.DatabaseError, match="an order of erasure is never"):
            connection.execute(statement)


def test_one_place_and_one_id_hold_one_entry(connection: Connection) -> None:
    entry = store.at_place(connection, "A1", 3)
    assert entry is not None
    with pytest.raises(dbapi2.IntegrityError):
        store.take_in(connection, entry, "now")


def test_entries_are_read_in_order_and_by_range(desk: Desk) -> None:
    desk.fill_drawer()
    with desk.workstation.reading() as connection:
        assert [entry.seq for entry in store.entries(connection, "A1")] == [1, 2, 3]
        assert [entry.seq for entry in store.entries(connection, "A1", 1, 2)] == [2]
        assert list(store.entries(connection, "A9")) == []
        assert [entry.seq for entry in store.arrivals(connection, 1, 5)] == [2, 3]
        assert store.count(connection) == 3
        assert store.at_place(connection, "A1", 4) is None
        assert store.find(connection, "00000000-0000-4000-8000-000000000000") is None
        first = store.at_place(connection, "A1", 1)
        assert first is not None
        assert store.find(connection, first.entry_id.upper()) == first


def test_receipt_numbers_follow_one_another_and_a_refusal_takes_none(desk: Desk) -> None:
    numbers = [desk.do("replenish_cash", cents=5, document=str(n)).number for n in range(2)]
    desk.refusal("record_request", person=person(), aid="NOTHING")
    desk.do("open_day", float_cents=10)
    numbers.append(desk.do("record_request", person=person(), aid="FR-CAP").number)
    assert numbers == ["A1-0001", "A1-0002", "A1-0003"]
