"""How far a long run is told on standard error: now and then, with what is still to come."""

from __future__ import annotations

import pytest

from counter_app.cli import teller
from counter_app.cli.console import Console
from counter_app.text import Text


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(teller.time, "monotonic", lambda: now[0])
    return now


def test_a_short_run_says_nothing(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    telling = teller.Teller(Console(Text("en"), as_json=False))
    clock[0] += 1.0
    telling.tell(500, 1000)
    assert capsys.readouterr().err == ""


def test_a_long_run_tells_what_is_left_and_an_estimate_that_begins_anew_with_the_count(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    telling = teller.Teller(Console(Text("en"), as_json=False))
    for later, done in ((10.0, 250), (1.0, 300), (20.0, 100), (2.0, 200)):
        clock[0] += later
        telling.tell(done, 1000)
    assert capsys.readouterr().err.splitlines() == [
        "250 of 1,000 entries; about 30 s more.",
        "200 of 1,000 entries; about 8 s more.",
    ]
