"""One encrypted SQLite file: opening it, its pragmas, and transactions whose faults have names.

The driver is sqlcipher3 with sqlite-utils on top. The standard library's module must never be what
sqlite-utils wraps, for its exceptions are other classes: hence the aliases set before it is imported.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlcipher3
from sqlcipher3 import dbapi2

from counter_app.domain.errors import AppError, EnvironmentFailed, JournalBroken

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

from sqlite_utils import Database  # noqa: E402  (after the aliases, see above)

if TYPE_CHECKING:
    # The driver follows the standard library's interface and has no types of its own.
    from sqlite3 import Connection
else:
    Connection = dbapi2.Connection

__all__ = [
    "JOURNAL",
    "Connection",
    "damaged_pages",
    "immediate",
    "open_database",
    "scratch_connection",
    "translated",
]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
JOURNAL = "journal.db"
"""The journal's name in the folder of its workstation."""
_PLAIN_HEADER = b"SQLite format 3\x00"
_BUSY_MS = 10_000
_WRITERS_CACHE_KIB = 32 * 1024
_CHECKPOINT_PAGES = 2000
_ROOM_FOR_INDEX = 64 * 1024
_PAGE_BYTES = 2048
"""Half of SQLCipher's usual: an entry changes a few bytes on many pages, and each is encrypted as a whole."""


def open_database(path: Path, key: bytes, *, write: bool = False) -> Database:
    """Open the encrypted database at `path` with the raw 32-byte `key`.

    A reader is `query_only` and belongs to the calling thread; a writer may be handed on to another one, which
    then is the only one to use it. Raises `JournalBroken` where the
    file cannot be decrypted with this key or is not encrypted, `EnvironmentFailed` where the disk says no.
    """
    if not write and not path.exists():
        raise EnvironmentFailed("journal_missing", path=str(path))
    with translated(path):
        if path.exists():
            with path.open("rb") as file:
                header = file.read(16)
            if header == _PLAIN_HEADER:
                raise JournalBroken("journal_not_encrypted", path=str(path))
            if len(header) < len(_PLAIN_HEADER) and not write:
                # SQLite takes an empty file, and what is left of one, for a new database.
                raise JournalBroken("journal_unreadable", path=str(path), problem=f"{len(header)} bytes")
        try:
            connection = _opened(str(path), key, write=write)
        except dbapi2.OperationalError as error:
            if write or not _is_at_rest(path):
                if _has_no_room(path):
                    # Where the log's index finds no room, SQLite only says that the disk failed.
                    raise EnvironmentFailed("disk_full", path=str(path)) from error
                raise
            # The disk has no room for the log's index, or cannot be written: then nobody writes beside us either.
            connection = _opened(f"{path.absolute().as_uri()}?immutable=1", key, write=False)
    return Database(connection, execute_plugins=False)


def _opened(where: str, key: bytes, *, write: bool) -> Connection:
    connection: Connection = dbapi2.connect(
        where,
        isolation_level=None,
        cached_statements=512,
        check_same_thread=not write,
        uri=where.startswith("file:"),
    )
    try:
        _prepare(connection, key, write=write)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_FOR_INDEX
    except OSError:
        return False


def _is_at_rest(path: Path) -> bool:
    """Whether the file is the whole database: no write-ahead log stands beside it that it has to be read with."""
    log = Path(f"{path}-wal")
    return path.exists() and not (log.exists() and log.stat().st_size)


def _prepare(connection: Connection, key: bytes, *, write: bool) -> None:
    # What is wrong with a file is told in our own words, never by the library on standard error.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size = {_PAGE_BYTES}")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise EnvironmentFailed("no_encryption")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    if write:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA cache_size = -{_WRITERS_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    else:
        connection.execute("PRAGMA query_only = ON")


class _Translated:
    __slots__ = ("_path",)

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is None or not isinstance(error, dbapi2.DatabaseError | OSError):
            return
        if isinstance(error, BrokenPipeError):
            # Whoever read what is printed from here has gone: no disk has pipes.
            return
        where = "" if self._path is None else str(self._path)
        if isinstance(error, OSError):
            if error.errno in _NO_ROOM:
                raise EnvironmentFailed("disk_full", path=where) from error
            if error.errno == errno.EROFS:
                raise EnvironmentFailed("disk_read_only", path=where) from error
            problem = error.strerror or str(error)
            raise EnvironmentFailed("disk_failed", path=where, problem=problem) from error
        named = _named(error, where)
        if named is not None:
            raise named from error


def translated(path: Path | None = None) -> _Translated:
    """Turn the driver's and the operating system's faults into errors of ours, with their cause."""
    return _Translated(path)


def _named(error: dbapi2.DatabaseError, path: str) -> AppError | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    text = str(error)
    if name.startswith("SQLITE_FULL") or "disk is full" in text:
        return EnvironmentFailed("disk_full", path=path)
    if name.startswith("SQLITE_READONLY") or "readonly" in text:
        return EnvironmentFailed("disk_read_only", path=path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "locked" in text:
        return EnvironmentFailed("journal_busy", path=path)
    if name.startswith("SQLITE_CANTOPEN") or "unable to open" in text:
        return EnvironmentFailed("disk_cannot_open", path=path)
    if (
        name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        or "malformed" in text
        or "not a database" in text
    ):
        return JournalBroken("journal_unreadable", path=path, problem=text)
    if isinstance(error, dbapi2.OperationalError) and ("I/O" in text or name.startswith("SQLITE_IOERR")):
        return EnvironmentFailed("disk_failed", path=path, problem=text)
    if name.startswith("SQLITE_IOERR"):
        return EnvironmentFailed("disk_failed", path=path, problem=text)
    if isinstance(error, dbapi2.IntegrityError):
        # Rules are asked before a row is written: only tables that a disk mixed up from two moments can say no.
        return JournalBroken("books_differ", problem=text)
    return None


class _Immediate:
    """The block of one transaction: a class, since a generator costs a person more than the lock does."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, _: object, __: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def immediate(connection: Connection) -> _Immediate:
    """A writing transaction: the lock is taken first, so that what was read in it is still true at commit."""
    return _Immediate(connection)


def scratch_connection() -> Connection:
    """A database in memory that is gone when it is closed."""
    memory: Connection = dbapi2.connect(":memory:", isolation_level=None, cached_statements=512)
    return memory


def damaged_pages(connection: Connection) -> list[str]:
    """What the page authentication finds in the file: one line for each damaged page, none where all are whole.

    To be called inside a reading transaction, which keeps the write-ahead log as it is. A page that stands in the log
    is left out: a checkpoint may be copying it just now, or has left a hole for it, and nobody reads it in the file.
    """
    found = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    if not found:
        return []
    logged = _logged_pages(connection)
    return [line for line in found if not logged.intersection(map(int, re.findall(r"page (\d+)", line)))]


def _logged_pages(connection: Connection) -> set[int]:
    """The pages that have a frame of the present run in the write-ahead log (sqlite.org/fileformat2.html, 4.1)."""
    path = next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    pages: set[int] = set()
    with suppress(FileNotFoundError), Path(f"{path}-wal").open("rb") as log:
        header = log.read(32)
        page_bytes, salts = int.from_bytes(header[8:12], "big"), header[16:24]
        while len(frame := log.read(24)) == 24 and frame[8:16] == salts:
            pages.add(int.from_bytes(frame[:4], "big"))
            log.seek(page_bytes, os.SEEK_CUR)
    return pages


def lacks_tables(error: BaseException) -> bool:
    """Whether a statement failed because the tables that it names are not, or not yet, in this database."""
    return isinstance(error, dbapi2.OperationalError) and str(error).startswith(
        ("no such table", "no such column")
    )
