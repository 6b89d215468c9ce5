"""One encrypted file: who may open it, how, and what the disk's faults are called."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counter_app.domain.errors import AppError, EnvironmentFailed, JournalBroken
from counter_app.storage.database import (
    Connection,
    damaged_pages,
    dbapi2,
    immediate,
    open_database,
    scratch_connection,
    translated,
)

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An encrypted database with one table of one row."""
    path = tmp_path / "a.db"
    with closing(opened(path, write=True)) as connection:
        connection.execute("CREATE TABLE kept (word TEXT) STRICT")
        connection.execute("INSERT INTO kept VALUES ('Étrépagny')")
    return path


@pytest.fixture
def writer(file: Path) -> Iterator[Connection]:
    with closing(opened(file, write=True)) as connection:
        yield connection


def opened(path: Path, key: bytes = KEY, *, write: bool = False) -> Connection:
    connection: Connection = open_database(path, key, write=write).conn
    return connection


def failure(path: Path, key: bytes = KEY, *, write: bool = False) -> AppError:
    with pytest.raises(AppError) as caught:
        opened(path, key, write=write)
    return caught.value


def test_what_is_written_is_read_with_the_key_and_stands_nowhere_in_clear(file: Path) -> None:
    with closing(opened(file)) as reader:
        assert reader.execute("SELECT word FROM kept").fetchall() == [("Étrépagny",)]
        assert damaged_pages(reader) == []
    raw = file.read_bytes()
    assert "Étrépagny".encode() not in raw
    assert b"CREATE TABLE" not in raw
    assert not raw.startswith(b"SQLite format 3")


def test_the_log_beside_it_is_encrypted_too(file: Path, writer: Connection) -> None:
    writer.execute("INSERT INTO kept VALUES ('Grandcamp-Maisy')")
    log = file.with_name("a.db-wal").read_bytes()
    assert log
    assert b"Grandcamp" not in log


def test_a_wrong_key_cannot_open_it(file: Path) -> None:
    for write in (False, True):
        error = failure(file, secrets.token_bytes(32), write=write)
        assert (error.code, error.exit_status) == ("journal_unreadable", 4)


def test_plain_sqlite_is_refused_though_the_driver_would_be_silent(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE entry (word TEXT)")
    for write in (False, True):
        error = failure(path, write=write)
        assert (error.code, error.exit_status) == ("journal_not_encrypted", 4)


def test_a_reader_of_nothing_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    error = failure(path)
    assert (error.code, error.exit_status) == ("journal_missing", 3)
    assert not path.exists()


def test_a_reader_cannot_write(file: Path) -> None:
    with closing(opened(file)) as reader, pytest.raises(EnvironmentFailed) as caught, translated(file):
        reader.execute("INSERT INTO kept VALUES ('no')")
    assert caught.value.code == "disk_read_only"


def test_a_writer_keeps_everything_at_every_commit_and_erases_what_is_deleted(writer: Connection) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    assert {name: writer.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


# --- transactions


def test_a_transaction_that_fails_leaves_nothing(writer: Connection) -> None:
    def change_my_mind() -> None:
        with immediate(writer):
            writer.execute("INSERT INTO kept VALUES ('gone')")
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        change_my_mind()
    assert not writer.in_transaction
    assert writer.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_a_second_writer_of_the_same_file_is_told_that_it_is_busy(file: Path, writer: Connection) -> None:
    with closing(opened(file, write=True)) as second:
        second.execute("PRAGMA busy_timeout = 0")
        with (
            immediate(writer),
            pytest.raises(EnvironmentFailed) as caught,
            translated(file),
            immediate(second),
        ):
            pass
    assert (caught.value.code, caught.value.params) == ("journal_busy", {"path": str(file)})


def test_a_scratch_database_is_gone_when_it_is_closed() -> None:
    with closing(scratch_connection()) as scratch:
        scratch.execute("CREATE TABLE t (a)")
        assert scratch.execute("SELECT count(*) FROM t").fetchone() == (0,)


# --- faults of the disk


def test_a_full_disk_is_named_and_loses_nothing_confirmed(file: Path, writer: Connection) -> None:
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(EnvironmentFailed) as caught, translated(file), immediate(writer):
        writer.executemany("INSERT INTO kept VALUES (?)", [("x" * 4000,)] * 100)
    assert (caught.value.code, caught.value.params) == ("disk_full", {"path": str(file)})
    assert writer.execute("SELECT count(*) FROM kept").fetchone() == (1,)


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="whoever may do everything may write here too"
)
def test_a_file_without_the_right_to_write_is_named(file: Path) -> None:
    file.chmod(0o400)
    file.parent.chmod(0o500)
    try:
        assert failure(file, write=True).code in ("disk_read_only", "disk_cannot_open")
    finally:
        file.parent.chmod(0o700)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    for write in (False, True):
        error = failure(tmp_path, write=write)
        assert (error.code, error.exit_status) == ("disk_failed", 3)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = failure(tmp_path / "none" / "a.db", write=True)
    assert (error.code, error.exit_status) == ("disk_cannot_open", 3)


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        ("database or disk is full", "disk_full", EnvironmentFailed),
        ("attempt to write a readonly database", "disk_read_only", EnvironmentFailed),
        ("database is locked", "journal_busy", EnvironmentFailed),
        ("unable to open database file", "disk_cannot_open", EnvironmentFailed),
        ("disk I/O error", "disk_failed", EnvironmentFailed),
        ("database disk image is malformed", "journal_unreadable", JournalBroken),
        ("file is not a database", "journal_unreadable", JournalBroken),
    ],
)
def test_the_drivers_faults_have_names_of_ours_and_keep_their_cause(
    words: str, code: str, kind: type[AppError]
) -> None:
    cause = dbapi2.OperationalError(words)
    with pytest.raises(kind) as caught, translated(Path("a.db")):
        raise cause
    assert caught.value.code == code
    assert caught.value.__cause__ is cause


def test_books_that_contradict_the_journal_are_named_with_the_way_out() -> None:
    with pytest.raises(JournalBroken) as caught, translated(Path("a.db")):
        raise dbapi2.IntegrityError("UNIQUE constraint failed: p_closing.seq")
    assert caught.value.code == "books_differ"


def test_a_fault_of_the_operating_system_is_named_with_its_problem() -> None:
    with pytest.raises(EnvironmentFailed) as caught, translated(Path("a.db")):
        raise PermissionError(13, "Permission denied")
    assert caught.value.params == {"path": "a.db", "problem": "Permission denied"}


def test_a_fault_of_ours_stays_what_it_is(writer: Connection) -> None:
    with pytest.raises(dbapi2.OperationalError, match="no such table"), translated(Path("a.db")):
        writer.execute("SELECT 1 FROM nowhere")


# --- pages


def test_a_hole_that_a_checkpoint_left_for_the_log_is_no_damage_and_a_flipped_bit_is(
    file: Path, writer: Connection
) -> None:
    writer.executemany("INSERT INTO kept VALUES (?)", [("a" * 1500,)] * 50)
    with closing(opened(file)) as holding, closing(opened(file)) as reader:
        holding.execute("BEGIN")
        holding.execute("SELECT count(*) FROM kept").fetchone()
        # The first pages have newer content behind what the reader holds, so the checkpoint goes past them.
        writer.execute("UPDATE kept SET word = ? WHERE rowid < 20", ("b" * 1500,))
        writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (51,)
        assert reader.execute("PRAGMA cipher_integrity_check").fetchall(), "there must be a hole to look at"
        assert damaged_pages(reader) == []
        reader.execute("ROLLBACK")
        holding.execute("ROLLBACK")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    with closing(opened(file)) as reader:
        assert len(damaged_pages(reader)) == 1


def test_pages_of_an_earlier_run_of_the_log_excuse_no_damage(file: Path, writer: Connection) -> None:
    writer.executemany("INSERT INTO kept VALUES (?)", [("a" * 1500,)] * 50)
    writer.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    writer.execute("INSERT INTO kept VALUES ('the log begins anew')")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    with file.open("r+b") as damaged:
        damaged.write(raw)
    with closing(opened(file)) as reader:
        assert len(damaged_pages(reader)) == 1
