"""The folder in which an outage is played: empty, or cleared of an earlier play and of nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from counter_app.domain.errors import BadInput, EnvironmentFailed

_MARK = "practice.txt"
_WORDS = "This folder was made by `counter-app practice`; its next play clears it.\n"
_PASSING = "counter-app-play-"
_LOCK = "play.lock"
# A folder is a moment older than the lock in it.
_YOUNG_S = 60


def prepare(out: Path | None) -> Path:
    """Make the folder ready and return it; a new temporary one where none is named.

    Only a folder that an earlier play marked is cleared; any other that holds something raises
    `practice_folder`.
    """
    try:
        if out is None:
            out = Path(tempfile.mkdtemp(prefix="counter-app-practice-"))
        elif out.exists() and any(out.iterdir()):
            _clear(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / _MARK).write_text(_WORDS, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed("disk_failed", path=str(out), problem=error.strerror or str(error)) from error
    return out.resolve()


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A temporary folder that is gone afterwards; those that plays left behind when they were killed go first."""
    _clear_left_behind(Path(tempfile.gettempdir()))
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PASSING)).resolve()
        lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        lock.acquire()
    except OSError as error:
        raise EnvironmentFailed(
            "disk_failed", path=tempfile.gettempdir(), problem=error.strerror or str(error)
        ) from error
    try:
        yield folder
    finally:
        # Windows removes no file that is open.
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _clear_left_behind(place: Path) -> None:
    """Remove plays whose process has ended: nobody holds their lock. Only what this person owns is touched."""
    for folder in place.glob(f"{_PASSING}*"):
        with suppress(OSError, Timeout):
            about = folder.lstat()
            # Windows has no such number, and a temporary folder of each person's own.
            person = getattr(os, "getuid", lambda: 0)()
            if folder.is_symlink() or about.st_uid != person or time.time() - about.st_mtime < _YOUNG_S:
                continue
            with FileLock(folder / _LOCK, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)


def _clear(out: Path) -> None:
    if not (out / _MARK).is_file():
        raise BadInput("practice_folder", path=str(out))
    for item in out.iterdir():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()
