"""What holds for every test: no example fails for being slow on a busy machine, and nobody waits without need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("counter", settings.default, deadline=None)
settings.load_profile("counter")

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 2_000_000_000
# Those that take longest by the file, so that no process is left with one of them in the end.
_FIRST = ("window", "crash", "ui", "end2end", "contract")


def _work_in_memory() -> None:
    """Have the tests' folders in memory where it holds them: else half of a test is waiting for syncs of a disk.

    What syncs are for is looked at beneath the program, by `crash/faults.c`. Some machines run no program from there,
    which a few tests have to.
    """
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return
    runs_programs = not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    if runs_programs and shutil.disk_usage(_MEMORY).free >= _ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


_work_in_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, the order within a folder as it was."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return _FIRST.index(folder) if folder in _FIRST else len(_FIRST)

    items.sort(key=place)
