"""Ranges of chains in a shared folder: each workstation writes only below its own name.

    FOLDER/<office>/<chain>/<first>-<last>.range
    FOLDER/<office>/<chain>/suspects.list          the signed statements about suspect workstations that it knows
    FOLDER/<office>/<chain>/heard.list             what it holds of the others, signed

A file is written under a name of its own, synced, then renamed; a reader never sees half of one. Whoever can write
to the share can leave anything in it, so what is read is an ordinary file of a bounded size, and no link is followed.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed, Refused
from counter_app.exchange.untrusted_file import open_untrusted, refuse_link, unreadable

_NAME = re.compile(r"(\d{9})-(\d{9})\.range")
SUSPECTS, HEARD = "suspects.list", "heard.list"
MOST_BYTES = 64 * 1024 * 1024
"""No honest range is larger; a larger file is refused unread."""


class SharedFolder:
    """One office's part of a shared folder; raises `exchange_link` where that part is a link to elsewhere."""

    def __init__(self, folder: Path, office: str) -> None:
        if not folder.is_dir():
            raise EnvironmentFailed("exchange_folder", path=str(folder))
        self._office = folder / office
        refuse_link(self._office)

    def put(self, chain: str, first: int, last: int, raw: bytes) -> None:
        """Leave a range of the own chain, whole or not at all."""
        self._leave(chain, f"{first:09d}-{last:09d}.range", raw)

    def put_list(self, chain: str, name: str, raw: bytes) -> None:
        """Leave a list of the own chain, unless it lies there already."""
        try:
            known = self.read(self._office / chain / name)
        except Refused:
            known = None
        if known != raw:
            self._leave(chain, name, raw)

    def lists(self, name: str) -> list[tuple[str, Path]]:
        """The lists of that name that the counters left, each with its chain."""
        found = [(chain, self._office / chain / name) for chain in self.chains()]
        return [(chain, path) for chain, path in found if path.is_file()]

    def read(self, path: Path) -> bytes:
        """What an ordinary file holds.

        Raises `exchange_no_file` for a link, pipe, device or folder, `range_too_large` beyond `MOST_BYTES`, and
        `exchange_unreadable` where the system does not give it.
        """
        file, _ = open_untrusted(path)
        try:
            with file:
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise unreadable(path, error) from error
        if len(raw) > MOST_BYTES:
            raise Refused("range_too_large", file=path.name)
        return raw

    def _leave(self, chain: str, name: str, raw: bytes) -> None:
        place = self._office / chain
        refuse_link(place)
        place.mkdir(parents=True, exist_ok=True)
        if (place / name).is_dir() and not (place / name).is_symlink():
            raise Refused("exchange_no_file", file=name)
        part = place / f".{secrets.token_hex(8)}.part"
        try:
            with part.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place / name)
        finally:
            part.unlink(missing_ok=True)

    def chains(self) -> list[str]:
        """The chains that have left something here."""
        if not self._office.is_dir():
            return []
        return sorted(place.name for place in self._office.iterdir() if place.is_dir())

    def ranges(self, chain: str) -> list[tuple[int, int, Path]]:
        """First place, last place and path of whatever is named like a range of a chain, in order.

        Raises `exchange_link` where the chain's folder is a link, `exchange_unreadable` where it is not shown.
        """
        place = self._office / chain
        refuse_link(place)
        if not place.is_dir():
            return []
        found = []
        try:
            for path in place.iterdir():
                match = _NAME.fullmatch(path.name)
                if match:
                    found.append((int(match[1]), int(match[2]), path))
        except OSError as error:
            raise unreadable(place, error) from error
        return sorted(found)
