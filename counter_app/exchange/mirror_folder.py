"""Where mirrors lie on a medium: a mark that tells media apart, a folder for each chain, generations in it.

    MEDIUM/counter-app-mirror/medium.toml            a random id: another stick under the same name is another medium
    MEDIUM/counter-app-mirror/A3-1f2e3d4c/           one workstation in one epoch
        epochs                                       the epochs that were opened from this copy
        000001/                                      a generation: keys.toml, office.toml, journal.mirror, head.json

A generation is only added to. Where something must go from the copy (an erased private part, a database key that was
changed) the next generation is begun beside it, and the one before goes when the new one is complete.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from counter_app.domain.errors import EnvironmentFailed

FOLDER = "counter-app-mirror"
LOG = "journal.mirror"
HEAD = "head.json"
_MARK = "medium.toml"
_EPOCHS = "epochs"
_GENERATION = re.compile(r"\d{6}")
_CHAIN = re.compile(r"[A-Z0-9]{1,4}[a-z]?-[0-9a-f]{8}")


def medium_id(place: Path) -> str | None:
    """The id of the medium at `place`, `None` where none is there that was ever marked."""
    try:
        table = tomllib.loads((place / FOLDER / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = table.get("id")
    return found if isinstance(found, str) else None


def mark_medium(place: Path) -> str:
    """The id of the medium at `place`, which gets one where it has none.

    Raises `mirror_no_folder` where `place` is no folder, `OSError` where it cannot be written.
    """
    if not place.is_dir():
        raise EnvironmentFailed("mirror_no_folder", path=str(place))
    known = medium_id(place)
    if known is not None:
        return known
    fresh = secrets.token_hex(8)
    (place / FOLDER).mkdir(exist_ok=True)
    put_file(place / FOLDER / _MARK, f'id = "{fresh}"\n'.encode())
    return fresh


def copy_folder(place: Path, chain: str, workstation: str) -> Path:
    """The folder of one chain of one workstation on a medium."""
    return place / FOLDER / f"{chain}-{workstation[:8]}"


def copies_at(place: Path) -> list[Path]:
    """The folders of copies at or below `place`: a medium, its folder of mirrors, or one copy itself."""
    if _CHAIN.fullmatch(place.name) and generations(place):
        return [place]
    for folder in (place / FOLDER, place):
        if folder.is_dir():
            found = sorted(one for one in folder.iterdir() if _CHAIN.fullmatch(one.name) and generations(one))
            if found:
                return found
    return []


def chain_of(copy: Path) -> tuple[str, str]:
    """Chain and beginning of the workstation's id of a copy's folder."""
    chain, _, workstation = copy.name.rpartition("-")
    return chain, workstation


def generations(copy: Path) -> list[Path]:
    """The generations of a copy, the oldest first."""
    if not copy.is_dir():
        return []
    return sorted(one for one in copy.iterdir() if _GENERATION.fullmatch(one.name) and one.is_dir())


def new_generation(copy: Path) -> Path:
    """An empty folder for the next generation."""
    present = generations(copy)
    number = 1 + (int(present[-1].name) if present else 0)
    folder = copy / f"{number:06d}"
    # Never the medium's own folder: where the stick is gone, that would be a copy on the journal's own disk.
    copy.mkdir(exist_ok=True)
    folder.mkdir()
    return folder


def drop_generation(folder: Path) -> None:
    """Remove a generation; its head first, so that what is left of it is not taken for a copy."""
    (folder / HEAD).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def put_file(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all, durable when this returns."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make names durable, where the system has a way to ask for it: Windows has none."""
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return
    # Some shares refuse to sync a folder; the content is on them all the same.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | flag)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_head(generation: Path) -> dict[str, Any] | None:
    """What the head file of a generation says, `None` where there is none that can be read."""
    try:
        head = json.loads((generation / HEAD).read_bytes())
    except (OSError, ValueError):
        return None
    return head if isinstance(head, dict) else None


def note_epoch(copy: Path, chain: str) -> None:
    """Note on the medium that an epoch was opened from it, so that the next restore opens another one."""
    put_file(copy / _EPOCHS, "".join(f"{one}\n" for one in [*noted_epochs(copy), chain]).encode())


def noted_epochs(copy: Path) -> list[str]:
    """The chains of the epochs that were opened from this copy."""
    try:
        return (copy / _EPOCHS).read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return []
