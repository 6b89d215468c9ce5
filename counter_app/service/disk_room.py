"""Whether the disk of the journal still has room: said before it is full, since a full one stops recording."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LEAST_FREE_MB = 500
"""Some weeks of a busy counter: a hundred thousand entries, and the work files of a rebuild."""
NEARLY_NONE_MB = 50
"""Some hours, no rebuild."""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """Megabytes that are free, and whether that is enough, little or nearly nothing."""

    free_mb: int
    state: Literal["enough", "little", "nearly_none"]


def disk_room(data: Path) -> DiskRoom:
    """The room on the disk of a workstation's folder."""
    free = shutil.disk_usage(data).free // 1_000_000
    if free < NEARLY_NONE_MB:
        return DiskRoom(free, "nearly_none")
    return DiskRoom(free, "little" if free < LEAST_FREE_MB else "enough")
