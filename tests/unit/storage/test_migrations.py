"""Migrations: each applied once and whole, and a newer journal refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.errors import EnvironmentFailed
from counter_app.storage import migrations
from counter_app.storage.database import Connection, dbapi2, open_database
from counter_app.storage.migrations import (
    applied_migrations,
    copies_before,
    known_migrations,
    migrate,
    refuse_newer,
)
from tests.unit.counters import PASSPHRASE, Desk


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_database(tmp_path / "a.db", bytes(32), write=True).conn) as opened:
        yield opened


def test_a_new_file_gets_every_migration_once(connection: Connection) -> None:
    names = [name for name, _ in known_migrations()]
    assert names
    assert names == sorted(names)
    assert applied_migrations(connection) == []
    assert migrate(connection, "2026-03-02T08:00:00.000Z") == names
    assert migrate(connection, "2026-03-03T08:00:00.000Z") == []
    assert applied_migrations(connection) == names
    times = connection.execute("SELECT DISTINCT applied_at FROM migration").fetchall()
    assert times == [("2026-03-02T08:00:00.000Z",)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(connection, "then")
    more = [
        *known_migrations(),
        ("9998_half", "CREATE TABLE half (a TEXT) STRICT;\n\nCREATE TABLE entry (b TEXT);"),
    ]
    monkeypatch.setattr(migrations, "known_migrations", lambda: more)
    with pytest.raises(dbapi2.OperationalError, match="already exists"):
        migrate(connection, "now")
    assert "9998_half" not in applied_migrations(connection)
    assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None


def test_a_journal_of_a_newer_program_is_refused_whoever_opens_it(desk: Desk) -> None:
    desk.close()
    key = desk.workstation.keyring.database
    with closing(open_database(desk.data / "journal.db", key, write=True).conn) as newer:
        newer.execute("INSERT INTO migration (name, applied_at) VALUES ('9999_later', 'then')")
        calls: list[Callable[[], object]] = [
            lambda: refuse_newer(newer),
            lambda: migrate(newer, "now"),
            lambda: open_workstation(desk.data, PASSPHRASE),
            lambda: open_workstation(desk.data, PASSPHRASE, write=True),
        ]
        for call in calls:
            with pytest.raises(EnvironmentFailed) as caught:
                call()
            assert (caught.value.code, caught.value.exit_status) == ("journal_newer", 3)
            assert caught.value.params == {"migration": "9999_later"}


def test_an_older_journal_is_copied_before_it_is_brought_up_to_date(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.do("replenish_cash", cents=5000, document="BX 1")
    desk.close()
    journal, key = desk.data / "journal.db", desk.workstation.keyring.database
    assert copies_before(journal) == []
    more = [*known_migrations(), ("9998_more", "CREATE TABLE more (a TEXT) STRICT;")]
    monkeypatch.setattr(migrations, "known_migrations", lambda: more)
    desk.reopen()
    desk.close()
    (copy,) = copies_before(journal)
    with closing(open_database(copy, key).conn) as before, closing(open_database(journal, key).conn) as after:
        assert applied_migrations(after) == [*applied_migrations(before), "9998_more"]
        entries = "SELECT chain, seq, hash FROM entry ORDER BY arrival"
        assert before.execute(entries).fetchall() == after.execute(entries).fetchall() != []
    desk.reopen()
    assert copies_before(journal) == [copy]


def test_a_journal_that_cannot_be_copied_is_not_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.close()
    (desk.data / "journal-before-9998_more.part").mkdir()
    more = [*known_migrations(), ("9998_more", "CREATE TABLE more (a TEXT) STRICT;")]
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "known_migrations", lambda: more)
        with pytest.raises(EnvironmentFailed) as caught:
            desk.reopen()
    assert caught.value.code == "disk_failed"
    desk.reopen()
    with desk.workstation.reading() as connection:
        assert "9998_more" not in applied_migrations(connection)
