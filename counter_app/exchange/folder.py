"""Ranges of chains in a shared folder: each workstation writes only below its own name.

    FOLDER/<office>/<chain>/<first>-<last>.range
    FOLDER/<office>/<chain>/suspects.list          the signed statements about suspect workstations that it knows

A file is written under a name of its own, synced, then renamed; a reader never sees half of one.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed

_NAME = re.compile(r"(\d{9})-(\d{9})\.range")
_LIST = "suspects.list"
MOST_BYTES = 64 * 1024 * 1024
"""No honest range is larger; a larger file is refused unread."""


class SharedFolder:
    """One office's part of a shared folder."""

    def __init__(self, folder: Path, office: str) -> None:
        if not folder.is_dir():
            raise EnvironmentFailed("exchange_folder", path=str(folder))
        self._office = folder / office

    def put(self, chain: str, first: int, last: int, raw: bytes) -> None:
        """Leave a range of the own chain, whole or not at all."""
        self._leave(chain, f"{first:09d}-{last:09d}.range", raw)

    def put_list(self, chain: str, raw: bytes) -> None:
        """Leave the own list of suspect workstations, unless it lies there already."""
        place = self._office / chain / _LIST
        if not place.is_file() or place.read_bytes() != raw:
            self._leave(chain, _LIST, raw)

    def lists(self) -> list[Path]:
        """The lists of suspect workstations that the counters left."""
        return [path for chain in self.chains() if (path := self._office / chain / _LIST).is_file()]

    def _leave(self, chain: str, name: str, raw: bytes) -> None:
        place = self._office / chain
        place.mkdir(parents=True, exist_ok=True)
        part = place / f".{secrets.token_hex(8)}.part"
        try:
            with part.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place / name)
        finally:
            part.unlink(missing_ok=True)

    def last_seq(self, chain: str) -> int:
        """The last place of a chain that the folder holds; 0 where it holds none."""
        return max((last for _, last, _ in self.ranges(chain)), default=0)

    def chains(self) -> list[str]:
        """The chains that have left something here."""
        if not self._office.is_dir():
            return []
        return sorted(place.name for place in self._office.iterdir() if place.is_dir())

    def ranges(self, chain: str) -> list[tuple[int, int, Path]]:
        """First place, last place and file of every range of a chain, in order."""
        place = self._office / chain
        if not place.is_dir():
            return []
        found = []
        for path in place.iterdir():
            match = _NAME.fullmatch(path.name)
            if match:
                found.append((int(match[1]), int(match[2]), path))
        return sorted(found)
