"""The store of entries: fixed SQL for appending, reading and taking in foreign ranges.

Every function works inside the caller's transaction and on the caller's connection.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import structs

from counter_app.journal.chain import NO_PRIVATE, entry_hash, private_hash
from counter_app.journal.codec import Json, written
from counter_app.journal.entry import Entry
from counter_app.storage.database import Connection

_COLUMNS = "e.chain, e.seq, e.entry_id, e.content, e.private_hash, e.hash, p.salt, p.body, e.arrival"
_SELECT = f"SELECT {_COLUMNS} FROM entry e LEFT JOIN private p ON p.arrival = e.arrival "  # noqa: S608


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain and the number that its next receipt gets."""

    chain: str
    seq: int
    hash: bytes
    next_number: int


@dataclass(frozen=True, slots=True)
class ChainRow:
    """What is known of a chain: whose it is, its key, whether the office's configuration vouches for it."""

    name: str
    counter: str
    epoch: int
    own: bool
    public_key: bytes
    attested: bool
    seq: int
    hash: bytes
    heard_at: str


def add_chain(connection: Connection, row: ChainRow) -> None:
    """Make room for a chain; its first entry follows in the same transaction."""
    connection.execute(
        "INSERT INTO chain (name, counter, epoch, own, public_key, attested, seq, hash, next_number, heard_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        (
            row.name,
            row.counter,
            row.epoch,
            int(row.own),
            row.public_key,
            int(row.attested),
            row.seq,
            row.hash,
            row.heard_at,
        ),
    )


def chains(connection: Connection) -> list[ChainRow]:
    """Every chain, the own one first."""
    rows = connection.execute(
        "SELECT name, counter, epoch, own, public_key, attested, seq, hash, heard_at FROM chain"
        " ORDER BY own DESC, name"
    )
    return [
        ChainRow(str(r[0]), str(r[1]), int(r[2]), bool(r[3]), r[4], bool(r[5]), int(r[6]), r[7], str(r[8]))
        for r in rows
    ]


def head(connection: Connection, chain: str) -> Head:
    """The head of a chain that exists."""
    row = connection.execute("SELECT seq, hash, next_number FROM chain WHERE name = ?", (chain,)).fetchone()
    return Head(chain, row[0], row[1], row[2])


def last_place(connection: Connection, chain: str) -> int:
    """The place of the last entry of a chain, 0 where none is here."""
    row = connection.execute("SELECT coalesce(max(seq), 0) FROM entry WHERE chain = ?", (chain,)).fetchone()
    return int(row[0])


def append(
    connection: Connection,
    before: Head,
    entry_id: str,
    content: Json,
    private: Json,
    *,
    numbered: bool,
    at: str,
) -> Entry:
    """Append the entry that follows `before`; `content` is header and facts, complete."""
    stored, content = written(content)
    salt: bytes | None = None
    body: bytes | None = None
    digest = NO_PRIVATE
    if private:
        salt = secrets.token_bytes(32)
        body, private = written(private)
        digest = private_hash(salt, body)
    hashed = entry_hash(before.hash, stored, digest)
    seq = before.seq + 1
    cursor = connection.execute(
        "INSERT INTO entry (chain, seq, entry_id, content, private_hash, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (before.chain, seq, bytes.fromhex(entry_id.replace("-", "")), stored, digest, hashed),
    )
    arrival = int(cursor.lastrowid or 0)
    if body is not None:
        connection.execute(
            "INSERT INTO private (arrival, salt, body) VALUES (?, ?, ?)", (arrival, salt, body)
        )
    connection.execute(
        "UPDATE chain SET seq = ?, hash = ?, next_number = ?, heard_at = ? WHERE name = ?",
        (seq, hashed, before.next_number + int(numbered), at, before.chain),
    )
    entry = Entry(before.chain, seq, entry_id, stored, digest, hashed, salt, body, arrival)
    return entry.saying(content, private or None)


def take_in(connection: Connection, entry: Entry, at: str) -> Entry:
    """Keep a foreign entry verbatim, with its private part if it came along; the caller has checked that it joins."""
    cursor = connection.execute(
        "INSERT INTO entry (chain, seq, entry_id, content, private_hash, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.chain, entry.seq, UUID(entry.entry_id).bytes, entry.content, entry.private_hash, entry.hash),
    )
    connection.execute(
        "UPDATE chain SET seq = ?, hash = ?, heard_at = ? WHERE name = ?",
        (entry.seq, entry.hash, at, entry.chain),
    )
    kept = structs.replace(entry, arrival=int(cursor.lastrowid or 0))
    if entry.private_bytes is not None:
        _add_private(connection, kept)
    return kept


def add_late_private(connection: Connection, known: Entry, salt: bytes, body: bytes) -> Entry:
    """Add the private part that was not there when the entry arrived; the caller has checked that it is the one."""
    whole = structs.replace(known, salt=salt, private_bytes=body)
    _add_private(connection, whole)
    connection.execute("INSERT INTO late_private (arrival) VALUES (?)", (whole.arrival,))
    return whole


def _add_private(connection: Connection, entry: Entry) -> None:
    connection.execute(
        "INSERT INTO private (arrival, salt, body) VALUES (?, ?, ?)",
        (entry.arrival, entry.salt, entry.private_bytes),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    chain, seq, raw, content, digest, hashed, salt, body, arrival = row
    # As `str(UUID(bytes=raw))` does, at a third of the time: this is read for every entry.
    plain = raw.hex()
    entry_id = f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"
    return Entry(chain, seq, entry_id, content, digest, hashed, salt, body, arrival)


def counters_with(connection: Connection, entry_id: str) -> frozenset[str]:
    """The counters in whose chains an entry of that id stands; raises `ValueError` for what is no id."""
    rows = connection.execute(
        "SELECT c.counter FROM entry e JOIN chain c ON c.name = e.chain WHERE e.entry_id = ?",
        (UUID(entry_id).bytes,),
    )
    return frozenset(str(row[0]) for row in rows)


def find(
    connection: Connection, entry_id: str, chain: str | None = None, counter: str | None = None
) -> Entry | None:
    """The entry of that id, in `chain`, in the chains of `counter`, or in whichever has it; the own one first."""
    row = connection.execute(
        _SELECT
        + "JOIN chain c ON c.name = e.chain WHERE e.entry_id = ?1 AND (?2 IS NULL OR e.chain = ?2)"
        + " AND (?3 IS NULL OR c.counter = ?3) ORDER BY c.own DESC, e.chain LIMIT 1",
        (UUID(entry_id).bytes, chain, counter),
    ).fetchone()
    return None if row is None else _entry(row)


def at_place(connection: Connection, chain: str, seq: int) -> Entry | None:
    """The entry at one place of a chain."""
    row = connection.execute(_SELECT + "WHERE e.chain = ? AND e.seq = ?", (chain, seq)).fetchone()
    return None if row is None else _entry(row)


def at_places(connection: Connection, chain: str, seqs: list[int]) -> dict[int, Entry]:
    """The entries at some places of a chain, by place."""
    marks = ", ".join("?" * len(seqs))
    rows = connection.execute(_SELECT + f"WHERE e.chain = ? AND e.seq IN ({marks})", (chain, *seqs))
    return {row[1]: _entry(row) for row in rows}


def entries(connection: Connection, chain: str, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
    """The entries of a chain in order, behind `after`, up to and with `upto`."""
    last = 2**62 if upto is None else upto
    for row in connection.execute(
        _SELECT + "WHERE e.chain = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq", (chain, after, last)
    ):
        yield _entry(row)


def arrivals(connection: Connection, after: int, most: int) -> list[Entry]:
    """Up to `most` entries of all chains in order of arrival, behind `after`."""
    rows = connection.execute(_SELECT + "WHERE e.arrival > ? ORDER BY e.arrival LIMIT ?", (after, most))
    return [_entry(row) for row in rows]


def put_back(connection: Connection, entry: Entry) -> Entry:
    """Keep an entry of a copy verbatim, with its private part if there is one; the caller has checked that it joins."""
    return take_in(connection, entry, entry.header["recorded_at"])


def count_private(connection: Connection, chain: str, first: int, last: int) -> int:
    """How many entries of a range of a chain have their private part here."""
    row = connection.execute(
        "SELECT count(*) FROM entry e JOIN private p ON p.arrival = e.arrival"
        " WHERE e.chain = ? AND e.seq BETWEEN ? AND ?",
        (chain, first, last),
    ).fetchone()
    return int(row[0])


def count(connection: Connection) -> int:
    """How many entries all chains have together."""
    return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def sign_head(connection: Connection, chain: str, seq: int, hashed: bytes, signature: str) -> None:
    """Keep the workstation's signature over a head."""
    connection.execute(
        "INSERT OR IGNORE INTO head_signature (chain, seq, hash, signature) VALUES (?, ?, ?, ?)",
        (chain, seq, hashed, signature),
    )


def keep_newest_signature(
    connection: Connection, chain: str, seq: int, hashed: bytes, signature: str
) -> None:
    """Keep a foreign counter's signature over its newest head; those before it prove nothing more."""
    connection.execute("DELETE FROM head_signature WHERE chain = ? AND seq < ?", (chain, seq))
    sign_head(connection, chain, seq, hashed, signature)


def unsigned_heads(connection: Connection, chain: str, seqs: list[int]) -> list[tuple[int, bytes]]:
    """Seq and hash of those entries of a chain whose heads nobody signed yet."""
    signed = {seq for seq, _, _ in head_signatures(connection, chain)}
    found = at_places(connection, chain, [seq for seq in seqs if seq not in signed])
    return [(seq, entry.hash) for seq, entry in sorted(found.items())]


def head_signatures(connection: Connection, chain: str) -> list[tuple[int, bytes, str]]:
    """Seq, hash and signature of every signed head of a chain, in order."""
    rows = connection.execute(
        "SELECT seq, hash, signature FROM head_signature WHERE chain = ? ORDER BY seq", (chain,)
    )
    return [(int(r[0]), r[1], str(r[2])) for r in rows]
