"""The register as exported: a CSV file read line by line, in which a bad line costs nothing but itself.

UTF-8 with or without a mark, commas, semicolons or tabs, quotes as RFC 4180 has them. A value may hold line ends;
a quote that is never closed is held against its own line and not against those behind it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from counter_app.domain.errors import BadInput

NEEDED = ("id", "given_name", "surname", "date_of_birth")
KNOWN = (*NEEDED, "postcode", "national_id")
_LONGEST_LINE = 1_000_000
_LONGEST_NAME = 200
_MOST_LINES = 20
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ",;\t"
_SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""What Excel writes above the header to say how it parts columns."""


@dataclass(frozen=True, slots=True)
class Record:
    """One person as exported, blanks around values taken off; `line` is where the record begins."""

    line: int
    id: str
    given_name: str
    surname: str
    date_of_birth: str
    postcode: str
    national_id: str
    more: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A record that is left out, and why: an error that says what to do and quotes nothing of the line."""

    line: int
    error: BadInput


class Source:
    """The records of an open file, one after another; `read_bytes` says how far the reading has come.

    Raises `register_not_utf8`, `register_empty`, `register_header_broken` or `register_columns_missing` where there is
    nothing to begin with.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.read_bytes = 0
        self._file = file
        self._line = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._separator, self._columns = self._header(name)

    def __iter__(self) -> Iterator[Record | BadLine]:
        while (first := self._next()) is not None:
            line, raw = first
            if raw.strip():
                yield self._record(line, raw)

    def _header(self, name: str) -> tuple[str, list[str]]:
        first = self._next()
        raw = first[1].removeprefix(_BOM) if first else b""
        separator = None
        try:
            text = raw.decode().strip()
            if told := _SEP_LINE.fullmatch(text):
                separator = told[1]
                _, raw = self._next() or (0, b"")
                text = raw.decode().strip()
        except UnicodeDecodeError as error:
            raise BadInput("register_not_utf8", file=name) from error
        if "\0" in text:
            raise BadInput("register_not_utf8", file=name)
        if not text:
            raise BadInput("register_empty", file=name)
        separator = separator or max(_SEPARATORS, key=text.count)
        try:
            columns = [column.strip().casefold() for column in next(csv.reader([text], delimiter=separator))]
        except (csv.Error, ValueError, TypeError) as error:
            # Lines that end as on old Macintosh computers make one long line, which is no header.
            raise BadInput("register_header_broken", file=name) from error
        missing = [column for column in NEEDED if column not in columns]
        twice = [column for column in KNOWN if columns.count(column) > 1]
        if missing or twice:
            raise BadInput("register_columns_missing", file=name, columns=tuple(missing or twice))
        return separator, columns

    def _next(self) -> tuple[int, bytes] | None:
        """The next line of the file and its number; of one that is too long, only the beginning."""
        if self._waiting:
            return self._waiting.popleft()
        raw = self._file.readline(_LONGEST_LINE)
        self.read_bytes += len(raw)
        if not raw:
            return None
        rest = raw
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = self._file.readline(_LONGEST_LINE)
            self.read_bytes += len(rest)
        self._line += 1
        return self._line, raw

    def _record(self, line: int, raw: bytes) -> Record | BadLine:
        """The record that begins here: some lines, as long as a quote is open."""
        if len(raw) >= _LONGEST_LINE:
            return BadLine(line, BadInput("register_line_too_long", line=line))
        behind: list[tuple[int, bytes]] = []
        whole = raw
        while whole.count(b'"') % 2 and len(behind) < _MOST_LINES and (more := self._next()):
            behind.append(more)
            whole += more[1]
        found = self._parsed(line, whole)
        if isinstance(found, BadLine) and behind:
            self._waiting.extendleft(reversed(behind))
            return self._parsed(line, raw)
        return found

    def _parsed(self, line: int, raw: bytes) -> Record | BadLine:
        try:
            rows = list(csv.reader([raw.decode()], delimiter=self._separator, strict=True))
        except UnicodeDecodeError:
            return BadLine(line, BadInput("register_line_not_utf8", line=line))
        except csv.Error:
            return BadLine(line, BadInput("register_line_quotes", line=line))
        values = [value.strip() for value in rows[0]] if len(rows) == 1 else []
        if len(values) != len(self._columns):
            error = BadInput(
                "register_line_columns", line=line, found=len(values), expected=len(self._columns)
            )
            return BadLine(line, error)
        told = dict(zip(self._columns, values, strict=True))
        more = {name: value for name, value in told.items() if name not in KNOWN and value}
        known = [told.get(name, "") for name in KNOWN]
        record = Record(line, known[0], known[1], known[2], known[3], known[4], known[5], more)
        return _problem(record) or record


def _problem(record: Record) -> BadLine | None:
    code = None
    if not record.id:
        code = "register_line_no_id"
    elif not (record.surname or record.given_name):
        code = "register_line_no_name"
    elif max(len(value) for value in (record.id, record.surname, record.given_name)) > _LONGEST_NAME:
        code = "register_line_too_long"
    return BadLine(record.line, BadInput(code, line=record.line)) if code else None
