"""Files for one pair of eyes: new, whole, closed to others, or not there at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.storage.private_file import write_new_private


def test_a_new_file_holds_all_of_it_and_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "words"
    write_new_private(path, b"six words\n")
    assert path.read_bytes() == b"six words\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_stands_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_bytes(b"older")
    with pytest.raises(BadInput, match="words_file_exists"):
        write_new_private(path, b"newer")
    assert path.read_bytes() == b"older"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="file_unwritable"):
        write_new_private(tmp_path / "nowhere" / "words", b"six words")


def test_of_what_could_not_be_synced_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "words"
    with pytest.raises(EnvironmentFailed, match="file_unwritable"):
        write_new_private(path, b"six words")
    assert not path.exists()
