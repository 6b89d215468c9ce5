"""Ranges of chains in a shared folder: each workstation writes only below its own name.

    FOLDER/<office>/<chain>/<first>-<last>.range
    FOLDER/<office>/<chain>/suspects.list          the signed statements about suspect workstations that it knows

A file is written under a name of its own, synced, then renamed; a reader never sees half of one. Whoever can write
to the share can leave anything in it, so what is read is an ordinary file of a bounded size, and no link is followed.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from counter_app.domain.errors import EnvironmentFailed, Refused

_NAME = re.compile(r"(\d{9})-(\d{9})\.range")
_LIST = "suspects.list"
MOST_BYTES = 64 * 1024 * 1024
"""No honest range is larger; a larger file is refused unread."""
# A pipe must not hold the reader up, nor a link lead it astray; systems without these flags have neither here.
_SAFELY: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
_JUNCTION: Final = 0xA0000003
"""`IO_REPARSE_TAG_MOUNT_POINT`: how Windows marks a folder that is really another one."""


class SharedFolder:
    """One office's part of a shared folder; raises `exchange_link` where that part is a link to elsewhere."""

    def __init__(self, folder: Path, office: str) -> None:
        if not folder.is_dir():
            raise EnvironmentFailed("exchange_folder", path=str(folder))
        self._office = folder / office
        _refuse_link(self._office)

    def put(self, chain: str, first: int, last: int, raw: bytes) -> None:
        """Leave a range of the own chain, whole or not at all."""
        self._leave(chain, f"{first:09d}-{last:09d}.range", raw)

    def put_list(self, chain: str, raw: bytes) -> None:
        """Leave the own list of suspect workstations, unless it lies there already."""
        try:
            known = self.read(self._office / chain / _LIST)
        except Refused:
            known = None
        if known != raw:
            self._leave(chain, _LIST, raw)

    def lists(self) -> list[Path]:
        """The lists of suspect workstations that the counters left."""
        return [path for chain in self.chains() if (path := self._office / chain / _LIST).is_file()]

    def read(self, path: Path) -> bytes:
        """What an ordinary file holds.

        Raises `exchange_no_file` for a link, pipe, device or folder, `range_too_large` beyond `MOST_BYTES`, and
        `exchange_unreadable` where the system does not give it.
        """
        try:
            _refuse_link(path.parent)
            # Looked at before it is opened too: opening a device may already do something.
            if not stat.S_ISREG(path.lstat().st_mode):
                raise Refused("exchange_no_file", file=path.name)
            with os.fdopen(os.open(path, _SAFELY), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Refused("exchange_no_file", file=path.name)
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise _unreadable(path, error) from error
        if len(raw) > MOST_BYTES:
            raise Refused("range_too_large", file=path.name)
        return raw

    def _leave(self, chain: str, name: str, raw: bytes) -> None:
        place = self._office / chain
        _refuse_link(place)
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
        _refuse_link(place)
        if not place.is_dir():
            return []
        found = []
        try:
            for path in place.iterdir():
                match = _NAME.fullmatch(path.name)
                if match:
                    found.append((int(match[1]), int(match[2]), path))
        except OSError as error:
            raise _unreadable(place, error) from error
        return sorted(found)


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused("exchange_unreadable", file=path.name, problem=error.strerror or str(error))


def _refuse_link(folder: Path) -> None:
    """Raise `exchange_link` for a symbolic link or a Windows junction; what is not there is none."""
    try:
        told = folder.lstat()
    except OSError:
        return
    if stat.S_ISLNK(told.st_mode) or getattr(told, "st_reparse_tag", 0) == _JUNCTION:
        raise Refused("exchange_link", path=str(folder))
