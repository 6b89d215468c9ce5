"""Finds keys in a folder of JSON-lines files and reads a file again only when it has changed."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from counter_app.connectors.answers import UnreadableError, read_object

FILE_MAX = 64 * 1024 * 1024
"""Bytes of one file; a longer one is not read, so that no file can fill the memory."""

_KEY = re.compile(rb'"key"\s*:\s*"([^"\\]{1,200})"')

Stamp = tuple[int, int]
"""Size and time of change, in bytes and nanoseconds."""


class Seen(NamedTuple):
    """One file as a listing shows it; the path is text, as a listing of thousands is made at every poll."""

    path: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    start: int
    length: int


class LineIndex:
    """Where each key stands. It keeps places, not lines: thousands of files then cost little memory.

    A key may stand deeper in a line, in a record, too; so a place is a candidate, and `lines` looks again.
    """

    def __init__(self) -> None:
        self._files: dict[str, Seen] = {}
        self._keys: dict[str, frozenset[bytes]] = {}
        self._places: dict[bytes, list[_Place]] = {}

    def refresh(self, listing: Mapping[str, Seen], until: float) -> None:
        """Follow `listing`; new and changed files are read, newest first, until the monotonic time `until`.

        What is left over, or can't be opened now, is read at the next refresh.
        """
        for name in self._files.keys() - listing.keys():
            self._forget(name)
        changed: list[tuple[int, str]] = []
        for name, seen in listing.items():
            known = self._files.get(name)
            if known == seen:
                continue
            if known is not None and known.stamp == seen.stamp:
                self._files[name] = seen
            else:
                changed.append((seen.stamp[1], name))
        for _changed_at, name in sorted(changed, reverse=True):
            if time.monotonic() >= until:
                break
            self._read(name, listing[name])
            # Lets a window repaint between two files of thousands.
            time.sleep(0)

    def lines(self, keys: Iterable[str]) -> dict[str, list[tuple[Stamp, dict[str, object]]]]:
        """Every readable line whose own `key` is one of `keys`, with the stamp of its file.

        Half lines are passed over. Each file is opened once, however many of its lines are wanted.
        """
        wanted: dict[str, list[tuple[_Place, str]]] = {}
        for key in keys:
            for place in self._places.get(key.encode(), ()):
                wanted.setdefault(place.name, []).append((place, key))
        found: dict[str, list[tuple[Stamp, dict[str, object]]]] = {}
        for name, places in wanted.items():
            seen = self._files[name]
            for key, line in _read_lines(Path(seen.path), places):
                found.setdefault(key, []).append((seen.stamp, line))
        return found

    def _read(self, name: str, seen: Seen) -> None:
        self._forget(name)
        if seen.stamp[0] > FILE_MAX:
            return
        try:
            data = Path(seen.path).read_bytes()
        except OSError:
            return
        keys: set[bytes] = set()
        start = 0
        for line in data.split(b"\n"):
            place = _Place(name, start, len(line))
            start += len(line) + 1
            for key in set(_KEY.findall(line)):
                self._places.setdefault(key, []).append(place)
                keys.add(key)
        self._files[name] = seen
        self._keys[name] = frozenset(keys)

    def _forget(self, name: str) -> None:
        if self._files.pop(name, None) is None:
            return
        for key in self._keys.pop(name):
            left = [place for place in self._places[key] if place.name != name]
            if left:
                self._places[key] = left
            else:
                del self._places[key]


def _read_lines(path: Path, places: list[tuple[_Place, str]]) -> Iterator[tuple[str, dict[str, object]]]:
    with contextlib.suppress(OSError), path.open("rb") as file:
        for place, key in sorted(places, key=lambda wanted: wanted[0].start):
            file.seek(place.start)
            with contextlib.suppress(UnreadableError):
                line = read_object(file.read(place.length))
                if line.get("key") == key:
                    yield key, line
