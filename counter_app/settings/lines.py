"""The line of every key of a TOML file, which the parsers of TOML do not tell.

It reads only as much of the grammar as places need, and leaves judging to tomllib: in a file that tomllib
refuses, the keys up to the fault still have their lines.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from counter_app.settings.problem import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?!"")(?:[^"\\\n]|\\.)*"'
    r"|'(?!'')[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
# Python refuses to read longer whole numbers.
_LONGEST_SCALAR = 4000


class _Fault(Exception):
    """The text is no TOML from here on."""


class KeyLines:
    """The keys of `text` up to its first fault; lines are counted from 1."""

    def __init__(self, text: str) -> None:
        self._sequence: list[tuple[int, Path]] = []
        self._lines: dict[Path, int] = {}
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._rows: dict[Path, int] = {}
        self._at = 0
        try:
            self._document()
        except (_Fault, RecursionError):
            return

    def line(self, path: Path) -> int:
        """The line of that key, or of the innermost table that would hold it; 1 where there is none."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def begun(self, line: int | None = None, column: int = 1) -> tuple[int, Path] | None:
        """The line and the key begun last before that place, or before the fault that ended the reading."""
        offset = len(self._text) if line is None else self._starts[min(line, len(self._starts)) - 1] + column
        begun = [(at, path) for at, path in self._sequence if at < offset]
        if not begun:
            return None
        at, path = begun[-1]
        return self._line_at(at), path

    def _document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self._at
        row = self._text.startswith("[[", start)
        self._at += 2 if row else 1
        parts = self._key()
        self._expect("]]" if row else "]")
        path: Path = ()
        for place, part in enumerate(parts, start=1):
            path = (*path, part)
            self._note(path, start)
            if row and place == len(parts):
                self._rows[path] = self._rows.get(path, -1) + 1
            if path in self._rows:
                path = (*path, self._rows[path])
        self._note(path, start)
        self._sequence.append((start, path))
        return path

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._sequence.append((start, path))
        self._expect("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        text = self._text
        if text.startswith("[", self._at):
            self._items(path)
        elif text.startswith("{", self._at):
            self._at += 1
            while not self._closed("}"):
                self._pair(path)
                self._comma("}")
        elif text.startswith(('"', "'"), self._at):
            self._take(_STRING)
        elif len(self._take(_SCALAR)) > _LONGEST_SCALAR:
            raise _Fault

    def _items(self, path: Path) -> None:
        self._at += 1
        place = 0
        while not self._closed("]"):
            self._note((*path, place), self._at)
            self._value((*path, place))
            self._comma("]")
            place += 1

    def _closed(self, end: str) -> bool:
        self._skip(_BLANK)
        if not self._text.startswith(end, self._at):
            return False
        self._at += len(end)
        return True

    def _comma(self, end: str) -> None:
        self._skip(_BLANK)
        if not self._text.startswith(end, self._at):
            self._expect(",")

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self._text.startswith(('"', "'"), self._at)
            part = self._take(_STRING if quoted else _BARE_KEY)
            parts.append(_unquoted(part) if quoted else part)
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise _Fault
        self._at = found.end()
        return found.group()

    def _skip(self, pattern: re.Pattern[str]) -> int:
        self._take(pattern)
        return self._at

    def _expect(self, word: str) -> None:
        self._skip(_SPACE)
        if not self._text.startswith(word, self._at):
            raise _Fault
        self._at += len(word)

    def _note(self, path: Path, offset: int) -> None:
        self._lines.setdefault(path, self._line_at(offset))

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)


def _unquoted(quoted: str) -> str:
    try:
        return str(tomllib.loads(f"key = {quoted}")["key"])
    except tomllib.TOMLDecodeError as error:
        raise _Fault from error
