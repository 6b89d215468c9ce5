"""The store of the centre, opened directly."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from counter_app.practice.centre.store import Store, Verdict
from counter_app.practice.centre.units import Unit, read_unit

LATE = Verdict("received", due=1000.0)


def accept(unit: Unit) -> Verdict:
    return Verdict("accepted")


def count(path: Path, what: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as outsider:
        return outsider.execute(f"SELECT count(*) FROM {what}").fetchone()[0]  # noqa: S608 the test's own words


def test_a_received_unit_becomes_accepted_when_it_is_due_even_in_a_store_opened_again(tmp_path, body):
    path = tmp_path / "centre.db"
    store = Store(path)
    store.take("aid", [read_unit("k", body())], lambda _: LATE)
    assert store.settle(999.9) == 0
    store.close()
    store = Store(path)
    assert count(path, "business") == 0
    assert store.settle(1000.0) == 1
    assert count(path, "business") == 1
    assert store.look_up("aid", ["k"])[0].number == "CC-000001"
    store.close()


def test_a_store_opened_again_knows_the_keys_and_goes_on_numbering(tmp_path, body):
    for n in (1, 2):
        store = Store(tmp_path / "centre.db")
        known, new = store.take("aid", [read_unit("k0", body(0)), read_unit(f"k{n}", body(n))], accept)
        assert (known.number, known.fresh) == ("CC-000001", n == 1)
        assert new.number == f"CC-00000{n + 1}"
        store.close()


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(tmp_path, body):
    path = tmp_path / "centre.db"
    store = Store(path)

    def fail_on_the_second(unit: Unit) -> Verdict:
        if unit.key == "k2":
            raise OSError("disk")
        return Verdict("accepted")

    units = [read_unit(f"k{n}", body(n)) for n in (1, 2)]
    with pytest.raises(OSError, match="disk"):
        store.take("aid", units, fail_on_the_second)
    assert count(path, "unit") == 0
    assert [one.number for one in store.take("aid", units, accept)] == ["CC-000001", "CC-000002"]
    store.close()


def test_without_deduplication_the_same_key_in_one_batch_makes_two_rows(tmp_path, body):
    path = tmp_path / "centre.db"
    store = Store(path, deduplicate=False)
    unit = read_unit("k", body())
    assert [one.fresh for one in store.take("aid", [unit, unit], accept)] == [True, True]
    assert count(path, "business WHERE key = 'k'") == 2
    store.close()


def test_a_file_that_is_no_store_is_not_overwritten(tmp_path):
    path = tmp_path / "centre.db"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Store(path)
    assert path.read_bytes().startswith(b"something else")
