"""Planned pauses: when they hold, when the next one comes, and what an office's clock does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.pauses import Pause, next_pause, paused_until

PARIS = ZoneInfo("Europe/Paris")
NOTICE = Pause(since=datetime(2023, 8, 11, 15, 30), until=datetime(2023, 8, 11, 17), why="notice of 9 August")
NIGHTLY = Pause(since=datetime(2026, 3, 1, 22), until=datetime(2026, 3, 2, 5), every="day")
SUNDAYS = Pause(since=datetime(2026, 3, 1, 0), until=datetime(2026, 3, 2, 0), every="week")


def paris(*told: int) -> datetime:
    return datetime(*told, tzinfo=PARIS)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (paris(2023, 8, 11, 15, 29, 59), None),
        (paris(2023, 8, 11, 15, 30), paris(2023, 8, 11, 17)),
        (paris(2023, 8, 11, 16, 59, 59), paris(2023, 8, 11, 17)),
        (paris(2023, 8, 11, 17), None),
        # In the office's own time, whatever the machine's.
        (datetime(2023, 8, 11, 13, 30, tzinfo=UTC), paris(2023, 8, 11, 17)),
    ],
)
def test_a_pause_holds_from_its_beginning_to_before_its_end(moment: datetime, until: datetime | None) -> None:
    assert paused_until([NOTICE], moment, PARIS) == until


def test_what_would_last_into_a_pause_does_not_begin() -> None:
    before = paris(2023, 8, 11, 15, 29, 50)
    assert paused_until([NOTICE], before, PARIS, 9) is None
    assert paused_until([NOTICE], before, PARIS, 10) == paris(2023, 8, 11, 17)


def test_a_nightly_pause_comes_every_night_from_the_first_on() -> None:
    assert paused_until([NIGHTLY], paris(2026, 2, 28, 23), PARIS) is None
    for day in (2, 3, 200):
        morning = paris(2026, 3, 1, 2) + timedelta(days=day)
        assert paused_until([NIGHTLY], morning, PARIS) == morning.replace(hour=5)
        assert paused_until([NIGHTLY], morning.replace(hour=12), PARIS) is None


def test_pauses_that_follow_each_other_are_one() -> None:
    # Saturday night runs into Sunday, and Sunday into its own night.
    saturday = paris(2026, 3, 7, 23)
    assert paused_until([NIGHTLY, SUNDAYS], saturday, PARIS) == paris(2026, 3, 9, 5)


def test_in_the_hour_that_a_clock_shows_twice_the_pause_holds_both_times() -> None:
    pause = Pause(since=datetime(2026, 10, 25, 2), until=datetime(2026, 10, 25, 2, 30))
    first, second = (datetime(2026, 10, 25, hour, 15, tzinfo=UTC) for hour in (0, 1))
    assert paused_until([pause], first, PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    until = paused_until([pause], second, PARIS)
    assert until is not None
    assert until > second


def test_the_next_pause_is_the_one_that_holds_or_comes_first() -> None:
    now = paris(2026, 3, 5, 12)
    assert next_pause([], now, PARIS) is None
    assert next_pause([NOTICE], now, PARIS) is None
    assert next_pause([NOTICE], paris(2023, 8, 10, 9), PARIS) == (
        paris(2023, 8, 11, 15, 30),
        paris(2023, 8, 11, 17),
        NOTICE,
    )
    found = next_pause([SUNDAYS, NIGHTLY, NOTICE], now, PARIS)
    assert found is not None
    assert (found[0], found[2]) == (paris(2026, 3, 5, 22), NIGHTLY)
    found = next_pause([SUNDAYS], paris(2026, 3, 8, 9), PARIS)
    assert found == (paris(2026, 3, 8, 0), paris(2026, 3, 9, 0), SUNDAYS)


@pytest.mark.parametrize(
    "changed",
    [
        {"until": NIGHTLY.since},
        {"until": NIGHTLY.since + timedelta(days=1, minutes=1)},
        {"since": NIGHTLY.since.replace(tzinfo=UTC), "until": NIGHTLY.until.replace(tzinfo=UTC)},
    ],
)
def test_what_cannot_be_is_told(changed: dict[str, Any]) -> None:
    told = {"since": NIGHTLY.since, "until": NIGHTLY.until, "every": "day"} | changed
    assert not Pause(**told).is_possible
    assert NIGHTLY.is_possible


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.lists(st.sampled_from([NIGHTLY, SUNDAYS, NOTICE]), max_size=3),
    st.floats(0, 3600),
)
def test_whoever_waits_until_then_may_begin(moment: datetime, pauses: list[Pause], lasting_s: float) -> None:
    until = paused_until(pauses, moment, PARIS, lasting_s)
    if until is not None:
        assert until > moment
        assert paused_until(pauses, until, PARIS, lasting_s) is None
