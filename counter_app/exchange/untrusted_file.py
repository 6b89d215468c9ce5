"""Opening what lies on a share or a stick, where anybody may have left anything: ordinary files of a bounded size."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from counter_app.domain.errors import Refused

# A pipe must not hold the reader up, nor a link lead it astray; systems without these flags have neither here.
_SAFELY: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
_JUNCTION: Final = 0xA0000003
"""`IO_REPARSE_TAG_MOUNT_POINT`: how Windows marks a folder that is really another one."""


def open_untrusted(path: Path) -> tuple[BinaryIO, int]:
    """An ordinary file and its length.

    Raises `exchange_link` where its folder is a link, `exchange_no_file` for a link, pipe, device or folder, and
    `exchange_unreadable` where the system does not give it.
    """
    try:
        refuse_link(path.parent)
        # Looked at before it is opened too: opening a device may already do something.
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Refused("exchange_no_file", file=path.name)
        file = os.fdopen(os.open(path, _SAFELY), "rb")
    except OSError as error:
        raise unreadable(path, error) from error
    told = os.fstat(file.fileno())
    if not stat.S_ISREG(told.st_mode):
        file.close()
        raise Refused("exchange_no_file", file=path.name)
    return file, told.st_size


def unreadable(path: Path, error: OSError) -> Refused:
    """What is said of a file or folder that the system does not show."""
    return Refused("exchange_unreadable", file=path.name, problem=error.strerror or str(error))


def refuse_link(folder: Path) -> None:
    """Raise `exchange_link` for a symbolic link or a Windows junction; what is not there is none."""
    try:
        told = folder.lstat()
    except OSError:
        return
    if stat.S_ISLNK(told.st_mode) or getattr(told, "st_reparse_tag", 0) == _JUNCTION:
        raise Refused("exchange_link", path=str(folder))
