"""The log of a mirror: whatever interrupts it, the frames before are whole, and none is taken for another."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from counter_app.exchange.mirror_log import BLOCK, MirrorLog

KEY = bytes(range(32))


def filled(path: Path, count: int) -> tuple[MirrorLog, list[int]]:
    """A log of so many frames, and where each begins; one more place is where the next would."""
    log, places = MirrorLog.begin(path, KEY), [0]
    for number in range(count):
        places.append(log.add(number, places[-1], f"frame {number} ".encode() * (number * 300 + 1)))
    return log, places


def contents(path: Path, key: bytes = KEY) -> list[bytes]:
    log = MirrorLog.found(path, key)
    return [] if log is None else [frame.content for frame in log.frames()]


def test_frames_come_back_in_order_and_each_begins_on_a_block_of_its_own(tmp_path: Path) -> None:
    log, places = filled(tmp_path / "log", 5)
    frames = list(log.frames())
    assert [frame.number for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.begins for frame in frames] == places[:-1]
    assert all(place % BLOCK == 0 for place in places)
    assert contents(tmp_path / "log")[3].startswith(b"frame 3 frame 3")


def test_a_log_cut_anywhere_keeps_every_frame_before_the_cut(tmp_path: Path) -> None:
    path, random = tmp_path / "log", Random(5)
    _, places = filled(path, 6)
    whole, all_frames = path.read_bytes(), contents(path)
    for cut in [*places, *(random.randrange(len(whole)) for _ in range(60))]:
        path.write_bytes(whole[:cut])
        kept = contents(path)
        assert kept == all_frames[: len(kept)]
        assert len(kept) >= sum(place <= cut for place in places[1:])


def test_a_frame_that_was_begun_and_not_finished_gives_way_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log, places = filled(path, 3)
    with path.open("ab") as file:
        file.write(b"half a frame" * 1000)
    log.add(3, places[-1], b"after the interruption")
    assert contents(path)[3:] == [b"after the interruption"]


def test_any_flipped_byte_of_a_frame_ends_the_log_before_it(tmp_path: Path) -> None:
    path, random = tmp_path / "log", Random(6)
    _, places = filled(path, 4)
    whole, all_frames = path.read_bytes(), contents(path)
    for _ in range(60):
        place = random.randrange(len(whole))
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << random.randrange(8)]) + whole[place + 1 :]
        )
        kept = contents(path)
        assert kept == all_frames[: len(kept)]
        frame = sum(begin <= place for begin in places[1:])
        # What fills a block up behind a frame says nothing.
        assert len(kept) in (frame, len(all_frames))


def test_frames_of_two_logs_or_in_another_order_are_not_taken(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    _, places = filled(first, 3)
    filled(second, 3)
    ours, theirs = first.read_bytes(), second.read_bytes()
    first.write_bytes(ours[: places[1]] + theirs[places[1] :])
    assert len(contents(first)) == 1
    first.write_bytes(ours[: places[1]] + ours[places[2] :])
    assert len(contents(first)) == 1


@pytest.mark.parametrize("key", [bytes(32), KEY[::-1]])
def test_without_the_database_key_nothing_is_read(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "log"
    filled(path, 2)
    assert contents(path, key) == []
    assert b"frame" not in path.read_bytes()
