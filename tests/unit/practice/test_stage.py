"""The folder of a play that keeps nothing: gone with the play, or at the next one where the play was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from counter_app.practice.stage import passing_folder

_PLAY = """
import sys, time
from pathlib import Path
from counter_app.practice.central import CentralSystem
from counter_app.practice.stage import passing_folder
with passing_folder() as folder:
    centre = CentralSystem(folder / "centre.db", folder / "files", "none", 1)
    print(folder, centre._process.pid, flush=True)
    time.sleep(600)
"""
_HOUR_S = 3600


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, for this process and those that it starts."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> None:
    """As if it had been made an hour ago."""
    then = time.time() - _HOUR_S
    os.utime(folder, (then, then))


def ended(process: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(process).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_passing_folder_is_gone_afterwards(place: Path) -> None:
    with passing_folder() as folder:
        assert folder.is_dir()
        (folder / "paper.pdf").write_bytes(b"%PDF")
    assert list(place.iterdir()) == []


def test_a_killed_play_takes_its_centre_along_and_its_folder_goes_with_the_next_one(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _PLAY], stdout=subprocess.PIPE, text=True) as play:
        assert play.stdout is not None
        told = play.stdout.readline().rsplit(maxsplit=1)
        folder, centre = Path(told[0]), int(told[1])
        assert not ended(centre)
        play.kill()
    deadline = time.monotonic() + 30
    while not ended(centre):
        assert time.monotonic() < deadline, "the centre goes on without its play"
        time.sleep(0.05)
    assert (folder / "centre.db").exists()
    aged(folder)
    with passing_folder():
        assert not folder.exists()


def test_a_play_that_goes_on_keeps_its_folder_however_old(place: Path) -> None:
    with passing_folder() as first:
        aged(first)
        with passing_folder():
            assert first.is_dir()


def test_what_was_only_just_made_and_what_merely_looks_like_it_are_left_alone(place: Path) -> None:
    young, other = place / "counter-app-play-new", place / "counter-app-practice-kept"
    elsewhere, link = place / "elsewhere", place / "counter-app-play-link"
    for folder in (young, other, elsewhere):
        folder.mkdir()
    link.symlink_to(elsewhere)
    aged(other)
    aged(elsewhere)
    with passing_folder():
        pass
    assert {path.name for path in place.iterdir()} == {young.name, other.name, elsewhere.name, link.name}
