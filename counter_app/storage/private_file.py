"""Small files for the eyes of the program's own account alone, where the system has such modes.

Windows has none: there the rights of the folder, which is the person's own, say who reads.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from counter_app.domain.errors import BadInput, EnvironmentFailed

_MODE: Final = 0o600
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that is on the disk when this returns, instead of one that may stand there; raises OSError."""
    # One that a crash left would keep its mode.
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, _NEW, _MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_new_private(path: Path, content: bytes) -> None:
    """Write a file that a person named and that must not stand there yet; on the disk when this returns.

    Raises `words_file_exists` and `file_unwritable`, and then leaves nothing of it behind.
    """
    try:
        file = os.fdopen(os.open(path, _NEW, _MODE), "wb")
    except FileExistsError as error:
        raise BadInput("words_file_exists", path=str(path)) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> EnvironmentFailed:
    return EnvironmentFailed("file_unwritable", path=str(path), problem=error.strerror or str(error))


def keep_private(path: Path) -> None:
    """Take a file away from other eyes, where the system lets us."""
    # On Windows the same call would only take away a mark "read only" that somebody set on purpose.
    if sys.platform != "win32":
        with suppress(OSError):
            path.chmod(_MODE)
