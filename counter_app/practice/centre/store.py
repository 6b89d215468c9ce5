"""The centre's own store: one plain SQLite file, one row a unit, the view `business` for whoever checks."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .units import Unit, other_person

SCHEMA = """
CREATE TABLE IF NOT EXISTS unit (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'accepted', 'rejected')),
    entry_id TEXT,
    part TEXT,
    aid TEXT,
    cents INTEGER,
    currency TEXT,
    record TEXT NOT NULL,
    number TEXT,
    reason TEXT,
    words TEXT,
    received_at TEXT NOT NULL,
    due REAL,
    accepted_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS unit_by_key ON unit (service, key);
CREATE INDEX IF NOT EXISTS unit_by_number ON unit (service, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS unit_received ON unit (due) WHERE state = 'received';
CREATE TABLE IF NOT EXISTS closed_service (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS deposit (
    stem TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('imported', 'received', 'settled'))
) STRICT;
CREATE TABLE IF NOT EXISTS lost_unit (
    service TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (service, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visit (at REAL NOT NULL, service TEXT NOT NULL, what TEXT NOT NULL) STRICT;
CREATE VIEW IF NOT EXISTS business AS
    SELECT service, entry_id, part, aid, cents, currency, key, number, record, accepted_at
    FROM unit WHERE state = 'accepted';
"""

_INSERT = """
INSERT INTO unit (id, service, key, state, entry_id, part, aid, cents, currency, record,
                  number, reason, words, received_at, due, accepted_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the centre decides about a new unit; a received one becomes accepted at `due` (Unix time)."""

    state: str
    reason: str | None = None
    words: str | None = None
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the centre says about one key; `fresh` when its row was made by this very request."""

    key: str
    status: str
    record: dict[str, Any] | None = None
    number: str | None = None
    reason: str | None = None
    words: str | None = None
    fresh: bool = False

    def as_json(self) -> dict[str, Any]:
        """The object that goes over the wire, without the fields that say nothing."""
        fields = {
            "key": self.key,
            "status": self.status,
            "number": self.number,
            "record": self.record,
            "reason": self.reason,
            "words": self.words,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Restored:
    """What an old copy did to the accepted units of a service, by key; `reissued` are among the `lost`."""

    lost: tuple[str, ...]
    forgotten: tuple[str, ...]
    reissued: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    state: str
    text: str
    number: str | None
    reason: str | None
    words: str | None

    def outcome(self, key: str) -> Outcome:
        return Outcome(key, self.state, json.loads(self.text), self.number, self.reason, self.words)


class Store:
    """The one writer of the file; it belongs to the thread that opens it.

    Without `deduplicate` a key that comes again makes another row. Raises sqlite3.Error where the file can't
    be opened or written.
    """

    def __init__(self, path: Path, *, deduplicate: bool = True) -> None:
        self.deduplicate = deduplicate
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        try:
            # Enough for a practice: a crash of the process loses nothing, a power cut may.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(SCHEMA)
            self._closed = {name for (name,) in self._db.execute("SELECT name FROM closed_service")}
            self._to_lose: list[tuple[str, str]] = []
            (self._last_id,) = self._db.execute("SELECT coalesce(max(id), 0) FROM unit").fetchone()
            (self._received,) = self._db.execute(
                "SELECT count(*) FROM unit WHERE state = 'received'"
            ).fetchone()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Leaves one file behind, without a write-ahead log beside it unless somebody else still reads."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    def is_open(self, service: str) -> bool:
        """Whether the service answers; one never named before does."""
        return service not in self._closed

    def set_open(self, service: str, is_open: bool) -> None:
        """Opens or closes a service, also for the next start."""
        if is_open:
            self._db.execute("DELETE FROM closed_service WHERE name = ?", (service,))
            self._closed.discard(service)
        else:
            self._db.execute("INSERT OR IGNORE INTO closed_service VALUES (?)", (service,))
            self._closed.add(service)

    def take(
        self,
        service: str,
        units: Sequence[Unit],
        judge: Callable[[Unit], Verdict],
        *,
        deposit: str | None = None,
    ) -> list[Outcome]:
        """Commits all units in one transaction, each once for its key; `judge` is asked about new ones only.

        A key that is held already answers again what it answered, or `conflict` where the content differs.
        With `deposit` the name of the imported file is kept in the same transaction.
        """
        received_at = _now()
        self._lose()
        with self._transaction():
            held = self._held(service, [unit.key for unit in units]) if self.deduplicate else {}
            outcomes: list[Outcome] = []
            rows: list[tuple[Any, ...]] = []
            for unit in units:
                if unit.key in held:
                    outcomes.append(_again(unit, held[unit.key]))
                    continue
                verdict = judge(unit)
                row_id = self._last_id + len(rows) + 1
                number = f"CC-{row_id:06d}" if verdict.state == "accepted" else None
                rows.append(_row(row_id, service, unit, verdict, number, received_at))
                new = _Held(verdict.state, unit.text, number, verdict.reason, verdict.words)
                if self.deduplicate:
                    held[unit.key] = new
                outcomes.append(
                    Outcome(unit.key, new.state, unit.record, new.number, new.reason, new.words, fresh=True)
                )
            self._db.executemany(_INSERT, rows)
            if deposit is not None:
                self._db.execute("INSERT OR REPLACE INTO deposit VALUES (?, 'imported')", (deposit,))
        self._last_id += len(rows)
        self._received += sum(one.fresh and one.status == "received" for one in outcomes)
        return outcomes

    def lose_later(self, service: str, keys: Sequence[str]) -> None:
        """Lose these units as soon as anything else happens here, each of them once in its life."""
        self._to_lose += [(service, key) for key in keys]

    def _lose(self) -> None:
        if not self._to_lose:
            return
        losing, self._to_lose = self._to_lose, []
        with self._transaction():
            for service, key in losing:
                if self._db.execute("INSERT OR IGNORE INTO lost_unit VALUES (?, ?)", (service, key)).rowcount:
                    self._db.execute(
                        "DELETE FROM unit WHERE service = ? AND key = ? AND state = 'accepted'",
                        (service, key),
                    )

    def restore(self, service: str, fate: Callable[[str], str]) -> Restored:
        """Change the accepted units as `fate` says of each key: kept, lost, reissued or forgotten."""
        self._lose()
        found: dict[str, list[str]] = {"kept": [], "lost": [], "reissued": [], "forgotten": []}
        with self._transaction():
            rows = self._db.execute(
                "SELECT id, key, number, record FROM unit WHERE service = ? AND state = 'accepted' ORDER BY id",
                (service,),
            ).fetchall()
            for row_id, key, number, record in rows:
                word = fate(key)
                found[word].append(key)
                if word == "forgotten":
                    self._db.execute("UPDATE unit SET key = 'forgotten ' || id WHERE id = ?", (row_id,))
                elif word != "kept":
                    self._db.execute("DELETE FROM unit WHERE id = ?", (row_id,))
                if word == "reissued":
                    self._last_id += 1
                    verdict, at = Verdict("accepted"), _now()
                    other = other_person(self._last_id, json.loads(record))
                    self._db.execute(_INSERT, _row(self._last_id, service, other, verdict, number, at))
        lost = (*found["lost"], *found["reissued"])
        return Restored(lost, tuple(found["forgotten"]), tuple(found["reissued"]))

    def look_up_numbers(self, service: str, numbers: Sequence[str]) -> list[Outcome]:
        """What is held under each of the centre's own numbers, in the order asked; `absent` where nothing is."""
        self._lose()
        rows = self._db.execute(
            "SELECT number, key, state, record, number, reason, words FROM unit"
            " WHERE service = ? AND number IN (SELECT value FROM json_each(?)) ORDER BY id",
            (service, json.dumps(numbers)),
        )
        held = {number: _Held(*fields).outcome(key) for number, key, *fields in rows}
        return [held.get(number, Outcome("", "absent", number=number)) for number in numbers]

    def note_visit(self, service: str, what: str) -> None:
        """Note that somebody asked something of a service, with the time of day (Unix)."""
        self._db.execute("INSERT INTO visit VALUES (?, ?, ?)", (time.time(), service, what))

    def recall(self, service: str, units: Sequence[Unit]) -> list[Outcome]:
        """What `take` would answer for units that are all held already, without writing anything."""
        held = self._held(service, [unit.key for unit in units])
        return [
            _again(unit, held[unit.key]) if unit.key in held else Outcome(unit.key, "absent")
            for unit in units
        ]

    def look_up(self, service: str, keys: Sequence[str]) -> list[Outcome]:
        """What the centre holds under each key, in the order asked; `absent` where it holds nothing."""
        self._lose()
        held = self._held(service, keys)
        return [held[key].outcome(key) if key in held else Outcome(key, "absent") for key in keys]

    def settle(self, now: float) -> int:
        """Accepts the received units that are due at NOW (Unix time); returns how many."""
        self._lose()
        if not self._received:
            return 0
        settled = self._db.execute(
            "UPDATE unit SET state = 'accepted', number = printf('CC-%06d', id), accepted_at = ?, due = NULL"
            " WHERE state = 'received' AND due <= ?",
            (_now(), now),
        ).rowcount
        self._received -= settled
        return settled

    def deposit_state(self, stem: str) -> str | None:
        """How far the deposited file has come: imported, received (some units still are), settled, None."""
        row = self._db.execute("SELECT state FROM deposit WHERE stem = ?", (stem,)).fetchone()
        return None if row is None else str(row[0])

    def set_deposit(self, stem: str, state: str) -> None:
        """Notes how far the deposited file has come."""
        self._db.execute("UPDATE deposit SET state = ? WHERE stem = ?", (state, stem))

    def unsettled_deposits(self) -> list[str]:
        """The acknowledged files with units that were only received."""
        return [stem for (stem,) in self._db.execute("SELECT stem FROM deposit WHERE state = 'received'")]

    def _held(self, service: str, keys: Sequence[str]) -> dict[str, _Held]:
        # The first row of a key is the one that answers, also where duplicates were let in.
        rows = self._db.execute(
            "SELECT key, state, record, number, reason, words FROM unit"
            " WHERE service = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
            (service, json.dumps(keys)),
        )
        return {key: _Held(*fields) for key, *fields in rows}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.rollback()
            raise


def _again(unit: Unit, held: _Held) -> Outcome:
    outcome = held.outcome(unit.key)
    return outcome if unit.same_content(held.text) else replace(outcome, status="conflict")


def _row(
    row_id: int, service: str, unit: Unit, verdict: Verdict, number: str | None, received_at: str
) -> tuple[Any, ...]:
    fields = [unit.record.get(name) for name in ("entry_id", "part", "aid", "cents", "currency")]
    return (
        row_id,
        service,
        unit.key,
        verdict.state,
        # A record whose fields have the wrong types is kept as text alone.
        *(fields if unit.problem is None else [None] * len(fields)),
        unit.text,
        number,
        verdict.reason,
        verdict.words,
        received_at,
        verdict.due,
        received_at if verdict.state == "accepted" else None,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
