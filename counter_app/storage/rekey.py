"""Putting an encrypted database under another key: one transaction, so that a crash leaves it under one of the two."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed, JournalBroken
from counter_app.storage.database import damaged_pages, open_database, translated

_ROOM = 2
"""How often the file must fit beside itself: every page goes through the write-ahead log, and some more."""


def opens(path: Path, key: bytes) -> bool:
    """Whether this key decrypts the database; what else is wrong with the disk is raised."""
    try:
        with closing(open_database(path, key).conn):
            return True
    except JournalBroken:
        return False


def replace_key(path: Path, old: bytes, new: bytes) -> None:
    """Encrypt every page of the database anew; the caller holds the writer's lock and has no writer open.

    Raises `disk_full` before anything is touched where the disk has no room for it, `key_not_replaced` where the
    disk said no: then the old key is still the one.
    """
    size = path.stat().st_size
    if shutil.disk_usage(path.parent).free < _ROOM * size:
        raise EnvironmentFailed("disk_full", path=str(path))
    with translated(path), closing(open_database(path, old, write=True).conn) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Within the write-ahead log this is one transaction; but the pragma never says that it failed.
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        if not opens(path, new):
            raise EnvironmentFailed("key_not_replaced", path=str(path))
        # Before it the page authentication would be checked against pages of both keys.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with translated(path), closing(open_database(path, new).conn) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        damaged = damaged_pages(connection)
        connection.execute("ROLLBACK")
    if damaged:
        raise JournalBroken("pages_damaged", count=len(damaged), first=damaged[0])
