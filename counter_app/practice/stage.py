"""The folder in which an outage is played: empty, or cleared of an earlier play and of nothing else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from counter_app.domain.errors import BadInput, EnvironmentFailed

_MARK = "practice.txt"
_WORDS = "This folder was made by `counter-app practice`; its next play clears it.\n"


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


def _clear(out: Path) -> None:
    if not (out / _MARK).is_file():
        raise BadInput("practice_folder", path=str(out))
    for item in out.iterdir():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()
