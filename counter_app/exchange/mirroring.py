"""Copies what is new of a journal into a mirror, a slice at a time, and finds where a mirror stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
from msgspec import Struct

from counter_app.domain.errors import JournalBroken
from counter_app.exchange.mirror_folder import (
    HEAD,
    LOG,
    drop_generation,
    generations,
    new_generation,
    put_file,
    read_head,
)
from counter_app.exchange.mirror_log import Frame, MirrorLog
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.keyfile import NAME as KEYS
from counter_app.storage.database import Connection

OFFICE = "office.toml"
SLICE = 200
"""Entries in one frame at most: some milliseconds of work."""
ADDED_TO = ("rendered_body", "access_log")
"""Tables beside the entries that are only ever added to, and that a restored workstation needs: their new rows."""
WHOLE = (
    "head_signature",
    "quarantined",
    "phone_key",
    "bundle_key",
    "peer_heard",
    "fork_seen",
    "centre_secret",
)
"""Small tables of which rows may go too: all rows, whenever one is another."""
_FORMAT = 1


class Kept(Struct, array_like=True, frozen=True):
    """An entry as a mirror keeps it, with its private part where there is one."""

    chain: str
    seq: int
    entry_id: str
    content: bytes
    private_hash: bytes
    hash: bytes
    salt: bytes | None
    private: bytes | None


class Position(Struct, frozen=True):
    """How far a mirror has come: the last arrival, entries in all, erasures up to there, heads, tables."""

    arrival: int = 0
    entries: int = 0
    erased: int = 0
    heads: dict[str, tuple[int, bytes]] = {}
    tables: dict[str, int] = {}
    late: int = 0


class KeptChain(Struct, array_like=True, frozen=True):
    """What the journal knew of a chain."""

    name: str
    counter: str
    epoch: int
    own: bool
    public_key: bytes
    attested: bool
    heard_at: str


class Part(Struct, frozen=True):
    """One frame's content. `tables` holds column names and rows; `erasures` pairs of (chain, place), target and order.

    `position` is where the mirror stands with this part.
    """

    entries: list[Kept]
    chains: list[KeptChain]
    position: Position
    tables: dict[str, tuple[list[str], list[list[Any]]]] = {}
    erasures: list[tuple[str, int, str, int]] = []


_read_part = msgspec.msgpack.Decoder(Part).decode
_write_part = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied: a reading connection to the journal, the own chain, and the raw keys and configuration."""

    connection: Connection
    chain: str
    database_key: bytes
    keys: bytes
    office: bytes


class Mirror:
    """One copy on one medium, found or begun; `keep_up` brings it a slice further."""

    def __init__(self, copy: Path, source: Source) -> None:
        self._copy = copy
        self._source = source
        self._log: MirrorLog | None = None
        self._next = 0
        self._end = 0
        self._generation = copy
        self.position = Position()
        self._find()

    def _find(self) -> None:
        """Stand behind the last whole frame of the newest generation that these keys open, or begin one."""
        present = generations(self._copy)
        if present:
            found = opened_log(present[-1], self._source.database_key)
            if found is not None:
                self._log, last = found
                self._generation = present[-1]
                self._next, self._end = last.number + 1, last.ends
                self.position = read_part(last).position
                self._check()
                if not self._holds_erased() and not self._lacks_late():
                    self._put_small_files()
                    return
            elif read_head(present[-1]) is None:
                # A generation that was begun and never got a frame.
                drop_generation(present[-1])
        self._begin()

    def _begin(self) -> None:
        self._generation = new_generation(self._copy)
        self._log = MirrorLog.begin(self._generation / LOG, self._source.database_key)
        self._next = self._end = 0
        self.position = Position()
        self._put_small_files()

    def _check(self) -> None:
        """Raise `mirror_knows_more` where the copy is ahead of the journal, `mirror_differs` where they part."""
        for chain, (seq, hashed) in self.position.heads.items():
            entry = store.at_place(self._source.connection, chain, seq)
            if entry is None:
                last = store.head(self._source.connection, self._source.chain).seq
                raise JournalBroken("mirror_knows_more", chain=chain, seq=seq, found=last)
            if entry.hash != hashed:
                raise JournalBroken("mirror_differs", chain=chain, seq=seq)

    def _holds_erased(self) -> bool:
        """Whether private parts were erased since they were copied."""
        erased = self._source.connection.execute(
            "SELECT count(*) FROM erasure WHERE arrival <= ?", (self.position.arrival,)
        ).fetchone()[0]
        return bool(erased != self.position.erased)

    def _lacks_late(self) -> bool:
        """Whether private parts came, in a bundle, to entries that were copied before."""
        return _late(self._source.connection, self.position.arrival) != self.position.late

    def _put_small_files(self) -> None:
        for name, content in ((KEYS, self._source.keys), (OFFICE, self._source.office)):
            path = self._generation / name
            if not path.exists() or path.read_bytes() != content:
                put_file(path, content)

    def keep_up(self, at: str) -> bool:
        """Copy one slice of what is new, durable when this returns; whether there was any.

        With the last slice older generations go. Raises `OSError` where the medium fails.
        """
        part = _next_part(self._source.connection, self.position)
        if part is None:
            if self._next > 0:
                for old in generations(self._copy)[:-1]:
                    drop_generation(old)
            return False
        assert self._log is not None  # `_find` has set it
        end = self._log.add(self._next, self._end, _write_part(part))
        head = {
            "format": _FORMAT,
            "log": self._log.id.hex(),
            "frame": self._next,
            "begins": self._end,
            "chain": self._source.chain,
            "seq": part.position.heads.get(self._source.chain, (0, b""))[0],
            "entries": part.position.entries,
            "at": at,
        }
        put_file(self._generation / HEAD, msgspec.json.encode(head) + b"\n")
        self._next, self._end, self.position = self._next + 1, end, part.position
        return True


def _next_part(connection: Connection, position: Position) -> Part | None:
    """What a mirror that stands at `position` gets next, from one snapshot; `None` where it has everything."""
    connection.execute("BEGIN")
    try:
        entries = store.arrivals(connection, position.arrival, SLICE)
        there = _tables(connection)
        tables = {
            name: _rows(connection, name, position.tables.get(name, 0)) for name in ADDED_TO if name in there
        }
        tables |= {name: _all_rows(connection, name) for name in WHOLE if name in there}
        tables = {name: found for name, found in tables.items() if found[0] != position.tables.get(name, 0)}
        if not entries and not tables:
            return None
        last = entries[-1].arrival if entries else position.arrival
        heads = {**position.heads, **{one.chain: (one.seq, one.hash) for one in entries}}
        row = connection.execute("SELECT count(*) FROM erasure WHERE arrival <= ?", (last,)).fetchone()
        return Part(
            entries=[kept_entry(entry) for entry in entries],
            chains=kept_chains(connection),
            position=Position(
                arrival=last,
                entries=position.entries + len(entries),
                erased=int(row[0]),
                heads=heads,
                tables={**position.tables, **{name: found[0] for name, found in tables.items()}},
                late=_late(connection, last),
            ),
            tables={name: (columns, rows) for name, (_, columns, rows) in tables.items()},
            erasures=erasures(connection, position.arrival, last),
        )
    finally:
        connection.execute("ROLLBACK")


def _late(connection: Connection, arrival: int) -> int:
    """How many private parts came later than their entries, up to one; an older journal has none."""
    if "late_private" not in _tables(connection):
        return 0
    row = connection.execute("SELECT count(*) FROM late_private WHERE arrival <= ?", (arrival,)).fetchone()
    return int(row[0])


def _tables(connection: Connection) -> set[str]:
    """The tables that this journal has: an older one that nobody opened to write since has fewer."""
    return {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _rows(connection: Connection, table: str, after: int) -> tuple[int, list[str], list[list[Any]]]:
    """The next rows of a table: the last row's number, the columns, the rows."""
    cursor = connection.execute(
        f"SELECT rowid AS place, * FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?",  # noqa: S608
        (after, SLICE),
    )
    columns = [str(column[0]) for column in cursor.description][1:]
    rows = cursor.fetchall()
    return (int(rows[-1][0]) if rows else after), columns, [list(row[1:]) for row in rows]


def _all_rows(connection: Connection, table: str) -> tuple[int, list[str], list[list[Any]]]:
    """All rows of a small table, and a number that tells whether they are others."""
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608
    columns = [str(column[0]) for column in cursor.description]
    rows = [list(row) for row in cursor]
    return crc32(_write_part(rows)) if rows else 0, columns, rows


def erasures(connection: Connection, after: int, upto: int) -> list[tuple[str, int, str, int]]:
    """The private parts of these arrivals that were erased: each by its place, and the place of the order."""
    rows = connection.execute(
        "SELECT t.chain, t.seq, o.chain, o.seq FROM erasure e JOIN entry t ON t.arrival = e.arrival"
        " JOIN entry o ON o.arrival = e.ordered_by WHERE e.arrival > ? AND e.arrival <= ?",
        (after, upto),
    )
    return [(str(a), int(b), str(c), int(d)) for a, b, c, d in rows]


def kept_entry(entry: Entry) -> Kept:
    """An entry as a mirror keeps it."""
    return Kept(
        entry.chain,
        entry.seq,
        entry.entry_id,
        entry.content,
        entry.private_hash,
        entry.hash,
        entry.salt,
        entry.private_bytes,
    )


def kept_chains(connection: Connection) -> list[KeptChain]:
    """What the journal knows of its chains."""
    return [
        KeptChain(c.name, c.counter, c.epoch, c.own, c.public_key, c.attested, c.heard_at)
        for c in store.chains(connection)
    ]


def table_part(connection: Connection, table: str) -> Part:
    """All rows of one of the tables beside the entries."""
    if table not in _tables(connection):
        return Part([], [], Position())
    _, columns, rows = _all_rows(connection, table)
    return Part([], [], Position(), {table: (columns, rows)})


def entry_of(kept: Kept) -> Entry:
    """The entry that was kept."""
    return Entry(
        kept.chain,
        kept.seq,
        kept.entry_id,
        kept.content,
        kept.private_hash,
        kept.hash,
        kept.salt,
        kept.private,
    )


def read_part(frame: Frame) -> Part:
    """What a frame holds."""
    return _read_part(frame.content)


def parts(generation: Path, database_key: bytes) -> Iterator[Part]:
    """Everything that a generation holds, in the order in which it was copied."""
    log = MirrorLog.found(generation / LOG, database_key)
    if log is not None:
        for frame in log.frames():
            yield read_part(frame)


def opened_log(generation: Path, database_key: bytes) -> tuple[MirrorLog, Frame] | None:
    """The log of a generation and its last whole frame; `None` where this key opens none.

    The head file says where that was; what was added behind it since is found, and where the head is missing or
    wrong the whole log is read.
    """
    path = generation / LOG
    if not path.exists():
        return None
    log = MirrorLog.found(path, database_key)
    if log is None:
        return None
    head = read_head(generation) or {}
    number, begins = head.get("frame"), head.get("begins")
    places = [(0, 0)]
    if head.get("log") == log.id.hex() and isinstance(number, int) and isinstance(begins, int):
        places.insert(0, (number, max(0, begins)))
    for number, begins in places:
        last = None
        for frame in log.frames(number, begins):
            last = frame
        if last is not None:
            return log, last
    return None
