"""A play for the window: its visitors, its clock and its command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counter_app.cli.main import run
from counter_app.practice.drill import Played
from counter_app.practice.one_day import DayPlay, OneDay
from counter_app.practice.reckoning import Reckoning
from counter_app.text import Text


def day(seed: int) -> OneDay:
    return OneDay(DayPlay(Text("en"), seed=seed))


def test_the_same_seed_brings_the_same_visitors() -> None:
    assert day(4).visitors(5) == day(4).visitors(5)
    assert day(4).visitors(5) != day(5).visitors(5)


def test_visitors_have_whole_names_and_birthdays_to_type() -> None:
    for visitor in day(1).visitors(20):
        assert visitor.surname
        assert visitor.given_names
        assert len(visitor.born) == 8
        assert visitor.born.isdecimal()


class Window:
    """Stands where the window is opened: takes the play and gives the result that it was made with."""

    def __init__(self, reckoning: Reckoning | None) -> None:
        self.reckoning = reckoning
        self.shown: list[DayPlay] = []

    def __call__(self, _arguments: object, play: DayPlay, told: object) -> int:
        self.shown.append(play)
        if self.reckoning is not None:
            told(Played(self.reckoning, "EUR", ["log.pdf"], 1.0))  # type: ignore[operator]
        return 0


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")


@pytest.mark.usefixtures("display")
def test_where_there_is_a_display_the_window_plays_and_the_result_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = Window(Reckoning(recorded=3))
    words = ["practice", "--out", str(tmp_path / "play"), "--seed", "9", "--requests", "5", "--json"]
    assert run([*words, "--lang", "fr"], window) == 0
    (shown,) = window.shown
    assert (shown.seed, shown.requests, shown.counters, shown.text.language) == (9, 5, 3, "fr")
    told = json.loads(capsys.readouterr().out)
    assert (told["recorded"], told["lost"], told["unexplained"]) == (3, 0, 0)
    assert told["documents"] == [str(tmp_path / "play" / "log.pdf")]


@pytest.mark.usefixtures("display")
@pytest.mark.parametrize("reckoning", [None, Reckoning(unexplained=1)])
def test_a_play_that_was_stopped_or_left_something_open_says_so_by_its_status(
    tmp_path: Path, reckoning: Reckoning | None
) -> None:
    assert run(["practice", "--out", str(tmp_path / "play"), "--json"], Window(reckoning)) == 1
