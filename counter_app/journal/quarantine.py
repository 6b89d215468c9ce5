"""Entries of a suspect workstation, kept verbatim outside its chain and outside every table, until they are released.

Every function works inside the caller's transaction and on the caller's connection.
"""

from __future__ import annotations

from uuid import UUID

from counter_app.journal.entry import Entry
from counter_app.storage.database import Connection

_COLUMNS = "chain, seq, entry_id, content, private_hash, hash"


def hold(connection: Connection, entry: Entry, at: str) -> None:
    """Keep an entry apart; the caller has checked that it joins what is known of its chain."""
    connection.execute(
        f"INSERT INTO quarantined ({_COLUMNS}, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            entry.chain,
            entry.seq,
            UUID(entry.entry_id).bytes,
            entry.content,
            entry.private_hash,
            entry.hash,
            at,
        ),
    )


def held(connection: Connection, chain: str, upto: int | None = None, most: int = -1) -> list[Entry]:
    """What is kept apart of a chain, in order, up to and with `upto`, at most so many (all where below 0).

    A journal that was last written by an older version keeps nothing apart.
    """
    table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'quarantined'"
    if connection.execute(table).fetchone() is None:
        return []
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM quarantined WHERE chain = ? AND seq <= ? ORDER BY seq LIMIT ?",  # noqa: S608
        (chain, 2**62 if upto is None else upto, most),
    )
    return [Entry(str(r[0]), int(r[1]), str(UUID(bytes=r[2])), r[3], r[4], r[5]) for r in rows]


def last_held(connection: Connection, chain: str) -> Entry | None:
    """The last entry that is kept apart of a chain."""
    row = connection.execute("SELECT max(seq) FROM quarantined WHERE chain = ?", (chain,)).fetchone()
    return None if row[0] is None else held_at(connection, chain, int(row[0]))


def held_at(connection: Connection, chain: str, seq: int) -> Entry | None:
    """The entry that is kept apart at one place of a chain."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM quarantined WHERE chain = ? AND seq = ?",  # noqa: S608
        (chain, seq),
    ).fetchone()
    if found is None:
        return None
    return Entry(str(found[0]), int(found[1]), str(UUID(bytes=found[2])), found[3], found[4], found[5])


def let_go(connection: Connection, chain: str, upto: int) -> None:
    """Forget here what now stands in the chain itself."""
    connection.execute("DELETE FROM quarantined WHERE chain = ? AND seq <= ?", (chain, upto))
