"""Taking in the register: a new copy is built beside the old one and takes its place when it is whole."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from counter_app.clock import to_wire
from counter_app.domain.births import birth_of
from counter_app.domain.errors import AppError, BadInput, Refused
from counter_app.domain.names import fold, joined
from counter_app.keys.keyring import Keyring
from counter_app.logs import Plain
from counter_app.register.source import BadLine, Record, Source
from counter_app.register.store import About, about, close_about, replacing
from counter_app.storage.database import Connection, translated
from counter_app.storage.lock import WriterLock

_LOG = logging.getLogger(__name__)
_EVERY = 500
_KEPT_BAD_LINES = 1000
_LOGGED_BAD_LINES = 100
_READING_SHARE = 0.85
"""How much of the whole work reading takes; the rest brings the index into order."""

_PERSON = (
    "INSERT OR IGNORE INTO person (place, id, given_name, surname, born, postcode, national_id, surname_key,"
    " given_key, postcode_key, id_key, national_key, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_WORDS = "INSERT INTO word (rowid, surname, given, born, postcode) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: a share between 0 and 1, people so far, and the seconds that may still be needed."""

    share: float
    people: int
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the new copy, the one before, and the lines left out, of which the first 1,000 are here."""

    about: About
    before: About | None
    bad_lines: tuple[BadLine, ...]
    seconds: float


@dataclass(slots=True)
class Watch:
    """Who looks on: told how far it is, and asked whether to stop."""

    progress: Callable[[Progress], None] | None = None
    stop: Callable[[], bool] | None = None


def import_register(
    data: Path,
    keyring: Keyring,
    file: Path,
    now: datetime,
    *,
    dated: date | None = None,
    watch: Watch | None = None,
) -> Imported:
    """Replace the copy in `data` by the people of a CSV file, of the day `dated` or else of the file's own.

    Bad lines are left out and told. The copy before stays in use until the new one is whole, and if anything
    goes wrong: `register_stopped` where the watch says stop, `register_mostly_bad` where more lines are bad than
    good, `file_unreadable`, `another_writer` beside another import, and what `Source` and the disk raise.
    """
    lock = WriterLock(data, "register")
    lock.acquire("register import", to_wire(now))
    try:
        try:
            before = about(data, keyring)
        except AppError:
            before = None
        return _Import(data, keyring, file, now, dated, watch or Watch()).run(before)
    finally:
        lock.release()


class _Import:
    """One run: what it has counted so far."""

    def __init__(
        self, data: Path, keyring: Keyring, file: Path, now: datetime, dated: date | None, watch: Watch
    ) -> None:
        self._data = data
        self._keyring = keyring
        self._file = file
        self._now = now
        self._dated = dated
        self._watch = watch
        self._begun = time.monotonic()
        self._people = 0
        self._bad = 0
        self._bad_lines: list[BadLine] = []
        self._folded: dict[str, str] = {}

    def run(self, before: About | None) -> Imported:
        """Read, build, replace."""
        try:
            opened = self._file.open("rb")
        except OSError as error:
            raise BadInput(
                "file_unreadable", path=str(self._file), problem=error.strerror or str(error)
            ) from error
        with opened, translated(self._file):
            stat = self._file.stat()
            dated = self._dated or datetime.fromtimestamp(stat.st_mtime, UTC).date()
            source = Source(opened, self._file.name)
            with replacing(self._data, self._keyring) as connection:
                self._take(connection, source, stat.st_size)
                said = About(self._now, min(dated, self._now.date()), self._people, self._bad)
                close_about(connection, said)
        seconds = time.monotonic() - self._begun
        _LOG.info("register: %d people, %d lines left out, %d s", self._people, self._bad, round(seconds))
        return Imported(said, before, tuple(self._bad_lines), seconds)

    def _take(self, connection: Connection, source: Source, size: int) -> None:
        for number, found in enumerate(source, 1):
            if isinstance(found, Record) and not self._insert(connection, found):
                found = BadLine(found.line, BadInput("register_line_id_twice", line=found.line))
            if isinstance(found, BadLine):
                self._leave_out(found)
            else:
                self._people += 1
            if number % _EVERY == 0:
                self._tell(source.read_bytes, size)
        if self._people == 0 and self._bad == 0:
            raise BadInput("register_empty", file=self._file.name)
        if self._bad > self._people:
            first = self._bad_lines[0].error
            raise BadInput("register_mostly_bad", bad=self._bad, good=self._people, first=first)
        self._tell(source.read_bytes, size)

    def _insert(self, connection: Connection, record: Record) -> bool:
        surname, given = self._fold(record.surname), self._fold(record.given_name)
        born, postcode = birth_of(record.date_of_birth), fold(record.postcode).replace(" ", "")
        place = self._people + 1
        cursor = connection.execute(
            _PERSON,
            (
                place,
                record.id,
                record.given_name,
                record.surname,
                record.date_of_birth,
                record.postcode,
                record.national_id,
                surname,
                given,
                postcode,
                number_key(record.id),
                number_key(record.national_id),
                json.dumps(record.more, ensure_ascii=False) if record.more else None,
            ),
        )
        if cursor.rowcount != 1:
            return False
        words = (_spelt(surname), _spelt(given), " ".join(born.keys), postcode)
        connection.execute(_WORDS, (place, *words))
        return True

    def _fold(self, name: str) -> str:
        """Names come again and again, and folding one costs as much as storing it."""
        folded = self._folded.get(name)
        if folded is None:
            if len(self._folded) > 100_000:
                self._folded.clear()
            folded = self._folded[name] = fold(name)
        return folded

    def _leave_out(self, bad: BadLine) -> None:
        self._bad += 1
        if len(self._bad_lines) < _KEPT_BAD_LINES:
            self._bad_lines.append(bad)
        if self._bad <= _LOGGED_BAD_LINES:
            _LOG.warning("register: line %d left out: %s", bad.line, Plain(bad.error.code))

    def _tell(self, done: int, size: int) -> None:
        if self._watch.stop is not None and self._watch.stop():
            raise Refused("register_stopped")
        if self._watch.progress is not None and done:
            share = _READING_SHARE * done / max(done, size)
            elapsed = time.monotonic() - self._begun
            self._watch.progress(Progress(share, self._people, elapsed * (1 - share) / share))


def number_key(number: str) -> str:
    """A number as it is looked for: folded, without blanks and signs."""
    return fold(number).replace(" ", "")


def _spelt(name: str) -> str:
    words = name.split()
    return " ".join([*words, *joined(words)])
