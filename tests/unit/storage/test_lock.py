"""The writer's lock: one at a time over all processes, its holder named, freed however the holder ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.errors import EnvironmentFailed
from counter_app.storage.lock import WriterLock
from counter_app.text import Text
from tests.unit.counters import PASSPHRASE, Desk

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from counter_app.storage.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
lock.acquire("counter-app window", "2026-03-02T08:00:00.000Z")
print("held", flush=True)
sys.stdin.read()
"""
Holder = subprocess.Popen[str]


@pytest.fixture
def hold() -> Iterator[Callable[[Path], Holder]]:
    """Starts processes that take the lock of a folder and keep it until their input ends."""
    holders: list[Holder] = []

    def start(data: Path) -> Holder:
        pipe = subprocess.PIPE
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(data)], stdin=pipe, stdout=pipe, text=True, cwd=ROOT
        )
        holders.append(holder)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        return holder

    yield start
    for holder in holders:
        holder.kill()
        holder.communicate()


def refused(call: Callable[[], object]) -> EnvironmentFailed:
    with pytest.raises(EnvironmentFailed) as caught:
        call()
    return caught.value


def test_a_second_writer_is_refused_and_told_who_holds_it(desk: Desk, hold: Callable[[Path], Holder]) -> None:
    desk.close()
    holder = hold(desk.data)
    error = refused(lambda: open_workstation(desk.data, PASSPHRASE, write=True))
    assert (error.code, error.exit_status) == ("another_writer", 3)
    assert error.params["program"] == "counter-app window"
    assert error.params["process"] == str(holder.pid)
    assert error.params["since"] == datetime(2026, 3, 2, 8, tzinfo=UTC)
    said = Text("en").error(error)
    assert said.startswith("counter-app window is writing here already, on ")
    assert f"(process {holder.pid})" in said


def test_readers_run_beside_a_writer(desk: Desk, hold: Callable[[Path], Holder]) -> None:
    desk.close()
    hold(desk.data)
    reader = open_workstation(desk.data, PASSPHRASE)
    with reader.reading() as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (2,)
    reader.close()


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_the_lock_is_free_again_however_its_holder_ends(
    desk: Desk, hold: Callable[[Path], Holder], end: str
) -> None:
    desk.close()
    holder = hold(desk.data)
    getattr(holder, end)()
    assert holder.wait(30) in (-signal.SIGTERM, 1) or end == "kill"
    writer = open_workstation(desk.data, PASSPHRASE, write=True)
    writer.close()


def test_two_windows_of_one_process_are_two_writers(desk: Desk) -> None:
    error = refused(lambda: open_workstation(desk.data, PASSPHRASE, write=True))
    assert error.params["process"] == str(psutil.Process().pid)
    desk.reopen()


def test_a_lock_given_back_can_be_taken_again(tmp_path: Path) -> None:
    first, second = WriterLock(tmp_path), WriterLock(tmp_path)
    first.acquire("one", "then")
    assert refused(lambda: second.acquire("two", "now")).code == "another_writer"
    first.release()
    second.acquire("two", "now")
    assert refused(lambda: first.acquire("one", "later")).params["program"] == "two"
    second.release()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"program": 1}', "\x00\x01"])
def test_a_holder_whose_name_cannot_be_read_still_holds(tmp_path: Path, content: str) -> None:
    first = WriterLock(tmp_path)
    unnamed = dict.fromkeys(("program", "machine", "process", "since"), "?")
    first.acquire("one", "then")
    (tmp_path / "journal.holder").write_text(content)
    assert refused(lambda: WriterLock(tmp_path).acquire("two", "now")).params == unnamed
    first.release()


def test_a_workstation_that_cannot_be_brought_up_leaves_the_lock_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.close()

    def fail(*_: object, **__: object) -> None:
        raise EnvironmentFailed("disk_full", path="x")

    with monkeypatch.context() as patch:
        patch.setattr("counter_app.bootstrap.migrate", fail)
        assert refused(lambda: open_workstation(desk.data, PASSPHRASE, write=True)).code == "disk_full"
    open_workstation(desk.data, PASSPHRASE, write=True).close()
