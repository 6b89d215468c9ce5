"""The thread that copies: within seconds, without anybody waiting for it, and again when a stick is back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from counter_app.service.mirror import keeper
from counter_app.service.mirror.media import add_medium, read_states, remove_medium
from counter_app.service.mirror.now import copy_now
from counter_app.service.mirror.status import copy_statuses
from tests.unit.counters import Desk

_PATIENCE_S = 30


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LOOK_S", 0.05)
    monkeypatch.setattr(keeper, "_GATHER_S", 0.05)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    place = tmp_path / "stick"
    place.mkdir()
    return place


def await_that(what: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_current(desk: Desk) -> bool:
    return all(one.state == "current" for one in copy_statuses(desk.workstation))


def test_a_medium_named_while_the_counter_is_open_is_kept_up_from_then_on(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    medium = add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    desk.grant()
    await_that(lambda: is_current(desk))
    assert read_states(desk.data)[medium.id].entries == desk.seq


def test_a_stick_that_is_pulled_out_is_missed_and_taken_up_again(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    medium = add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    stick.rename(stick.with_name("pocket"))
    desk.grant()
    await_that(lambda: read_states(desk.data)[medium.id].problem == "mirror_absent")
    assert copy_statuses(desk.workstation, look=False)[0].state == "absent"
    stick.with_name("pocket").rename(stick)
    await_that(lambda: is_current(desk))
    assert read_states(desk.data)[medium.id].entries == desk.seq


def test_what_is_recorded_last_is_copied_before_the_program_ends(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    medium = add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    for _ in range(3):
        desk.grant()
    seq = desk.seq
    desk.close()
    assert read_states(desk.data)[medium.id].entries == seq


def test_a_medium_taken_off_the_list_is_copied_to_no_longer(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    before = {path: path.stat().st_size for path in stick.rglob("*.mirror")}
    remove_medium(desk.workstation, stick)
    await_that(lambda: not desk.workstation.at_close[0].__self__._wakes)  # type: ignore[attr-defined]
    desk.grant()
    desk.close()
    assert {path: path.stat().st_size for path in stick.rglob("*.mirror")} == before


def test_copying_now_beside_an_open_counter_waits_for_its_thread(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    desk.grant()
    copy_now(desk.workstation)
    assert is_current(desk)


def test_recording_goes_on_while_the_medium_is_gone_for_good(
    open_desk: Callable[..., Desk], stick: Path
) -> None:
    desk = open_desk()
    add_medium(desk.workstation, stick)
    await_that(lambda: is_current(desk))
    shutil.rmtree(stick)
    before = desk.seq
    for _ in range(5):
        desk.do("replenish_cash", cents=100, document="BX 14")
    assert desk.seq == before + 5
    assert desk.findings() == []
