"""The copy of the central register on this machine: one encrypted file that is only ever replaced whole.

`register.db` stands beside the journal under a random key of its own, which `register.key` holds wrapped by the
database key. A reader opens the file for one question and closes it again: an open file could not be replaced
on Windows, and nobody goes on reading a copy that is no longer there.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from counter_app.clock import from_wire, to_wire
from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken
from counter_app.keys.keyring import Keyring
from counter_app.keys.wrap import derived_key, unwrap, wrap
from counter_app.storage.database import Connection, open_database, translated

FILE = "register.db"
KEY = "register.key"
_NEW = "register.db.new"
_NEXT_KEY = "register.key.next"
_FORMAT = 1
_PATIENCE_S = 10.0

_SCHEMA = (
    (
        "CREATE TABLE about (format INTEGER NOT NULL, imported_at TEXT NOT NULL, dated TEXT NOT NULL,"
        " people INTEGER NOT NULL, left_out INTEGER NOT NULL) STRICT"
    ),
    (
        "CREATE TABLE person (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, surname TEXT NOT NULL,"
        " given_name TEXT NOT NULL, born TEXT NOT NULL, postcode TEXT NOT NULL, national_id TEXT NOT NULL,"
        " surname_key TEXT NOT NULL, given_key TEXT NOT NULL, postcode_key TEXT NOT NULL, id_key TEXT NOT NULL,"
        " national_key TEXT NOT NULL, more TEXT) STRICT"
    ),
    # Folded words are parted by blanks alone, so the plainest tokenizer never parts them otherwise. Columns are
    # told apart, places within them are not: a name is found by its words, whatever their order.
    (
        "CREATE VIRTUAL TABLE word USING fts5(surname, given, born, postcode, content='', columnsize=0,"
        " detail='column', tokenize='ascii', prefix='1 2 3')"
    ),
)
_FINISH = (
    "INSERT INTO word (word) VALUES ('optimize')",
    "CREATE INDEX person_id_key ON person (id_key)",
    "CREATE INDEX person_national_key ON person (national_key) WHERE national_key <> ''",
)


@dataclass(frozen=True, slots=True)
class About:
    """What a copy says of itself: when it was taken in, of which day it is, whom it holds, lines left out."""

    imported_at: datetime
    dated: date
    people: int
    left_out: int

    def age_days(self, today: date) -> int:
        """How old the register's content is; never negative."""
        return max(0, (today - self.dated).days)


def has_register(data: Path) -> bool:
    """Whether there is a copy in the workstation's folder."""
    return (data / FILE).exists()


@contextmanager
def reading(data: Path, keyring: Keyring) -> Iterator[Connection]:
    """The copy, open for one question.

    Raises `register_missing` where there is none, `register_unreadable` where this workstation cannot open it.
    """
    if not has_register(data):
        raise BadInput("register_missing")
    path = data / FILE
    try:
        with closing(open_database(path, _key(data, keyring)).conn) as connection, translated(path):
            yield connection
    except JournalBroken as error:
        raise EnvironmentFailed("register_unreadable", path=str(path)) from error


def read_about(connection: Connection) -> About:
    """What the copy says of itself; raises `register_newer` for a file of a later program."""
    row = connection.execute("SELECT format, imported_at, dated, people, left_out FROM about").fetchone()
    if row is None or row[0] > _FORMAT:
        raise EnvironmentFailed("register_newer")
    return About(from_wire(row[1]), date.fromisoformat(row[2]), int(row[3]), int(row[4]))


def about(data: Path, keyring: Keyring) -> About | None:
    """What the copy here says of itself, if there is one; raises as `reading` does."""
    if not has_register(data):
        return None
    with reading(data, keyring) as connection:
        return read_about(connection)


@contextmanager
def replacing(data: Path, keyring: Keyring) -> Iterator[Connection]:
    """A new, empty copy to be filled; it takes the old one's place when the block ends, and not if it fails.

    The caller holds the lock of the register. What a crash left half-made is begun anew.
    """
    path = data / _NEW
    _remove(path)
    try:
        with translated(path):
            key = _key_for_writing(data, keyring)
            with closing(open_database(path, key, write=True).conn) as connection:
                _unguarded(connection)
                connection.execute("BEGIN")
                for statement in _SCHEMA:
                    connection.execute(statement)
                yield connection
                for statement in _FINISH:
                    connection.execute(statement)
                connection.execute("COMMIT")
            _sync(path)
            _swap(path, data / FILE)
    finally:
        _remove(path)


def close_about(connection: Connection, said: About) -> None:
    """Write into a new copy what it says of itself."""
    connection.execute(
        "INSERT INTO about (format, imported_at, dated, people, left_out) VALUES (?, ?, ?, ?, ?)",
        (_FORMAT, to_wire(said.imported_at), said.dated.isoformat(), said.people, said.left_out),
    )


def _unguarded(connection: Connection) -> None:
    """Nobody reads the file before it is whole, and after a crash it is thrown away: it is synced once, at the end.

    Out of the write-ahead mode it is one single file, which can take another's place.
    """
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("PRAGMA cache_size = -65536")


def stage_key(data: Path, before: Keyring, after: Keyring) -> None:
    """Wrap the register's key for a new database key, beside the one in force; nothing where there is none."""
    with suppress(EnvironmentFailed):
        _write_key(data / _NEXT_KEY, _key(data, before), after)


def take_next_key(data: Path, keyring: Keyring) -> None:
    """Let the wrapped key that was staged take its place, where these keys open it."""
    if (data / _NEXT_KEY).exists() and _unwrapped(data / _NEXT_KEY, keyring) is not None:
        _swap(data / _NEXT_KEY, data / KEY)
    drop_next_key(data)


def drop_next_key(data: Path) -> None:
    """Forget a wrapped key that was staged."""
    (data / _NEXT_KEY).unlink(missing_ok=True)


def _key(data: Path, keyring: Keyring) -> bytes:
    """The copy's own key; between a new database key and its settling the one that was staged."""
    for path in (data / KEY, data / _NEXT_KEY):
        key = _unwrapped(path, keyring)
        if key is not None:
            return key
    raise EnvironmentFailed("register_unreadable", path=str(data / KEY))


def _unwrapped(path: Path, keyring: Keyring) -> bytes | None:
    try:
        lines = path.read_text(encoding="ascii").split()
        wrapped = bytes.fromhex(lines[1]) if lines[:1] == [str(_FORMAT)] else b""
    except (OSError, ValueError, IndexError):
        return None
    return unwrap(derived_key(keyring.database, "register"), wrapped, keyring.workstation)


def _key_for_writing(data: Path, keyring: Keyring) -> bytes:
    """The key of the copy that is here, or a fresh one where there is none that can be read."""
    with suppress(AppError):
        return _key(data, keyring)
    key = secrets.token_bytes(32)
    _write_key(data / KEY, key, keyring)
    return key


def _write_key(path: Path, key: bytes, keyring: Keyring) -> None:
    wrapped = wrap(derived_key(keyring.database, "register"), key, keyring.workstation)
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(f"{_FORMAT}\n{wrapped.hex()}\n", encoding="ascii", newline="\n")
    _sync(beside)
    _swap(beside, path)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(new: Path, old: Path) -> None:
    """Put `new` in the place of `old` at once; on Windows a reader may hold `old` for a moment."""
    patience = time.monotonic() + _PATIENCE_S
    while True:
        try:
            new.replace(old)
            return
        except PermissionError as error:
            if sys.platform != "win32":
                raise
            if time.monotonic() > patience:
                raise EnvironmentFailed("register_busy", path=str(old)) from error
            time.sleep(0.05)


def _remove(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm", "-journal"))):
        with suppress(OSError):
            name.unlink(missing_ok=True)
