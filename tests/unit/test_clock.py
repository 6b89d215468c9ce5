"""The clock promises ordered words, strict reading, and practice time that only moves forward."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.clock import Clock, PracticeClock, SystemClock, business_day, from_wire, to_wire
from counter_app.domain.errors import BadInput

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AWARE = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC) | st.timezones()
)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1))), "2026-03-02T08:30:00.000Z"),
        (datetime(2026, 3, 2, 9, 30, 1, 999_999, tzinfo=UTC), "2026-03-02T09:30:01.999Z"),
        (datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Brussels")), "2025-12-31T23:30:00.000Z"),
    ],
)
def test_a_time_is_written_in_utc_and_cut_to_milliseconds(moment: datetime, words: str) -> None:
    assert to_wire(moment) == words


@given(AWARE, AWARE)
def test_written_times_sort_as_the_times_do(one: datetime, other: datetime) -> None:
    if to_wire(one) < to_wire(other):
        assert one.astimezone(UTC) < other.astimezone(UTC)


@given(AWARE)
def test_a_written_time_reads_back_to_the_millisecond(moment: datetime) -> None:
    lost = moment.astimezone(UTC) - from_wire(to_wire(moment))
    assert timedelta(0) <= lost < timedelta(milliseconds=1)


def test_a_time_without_a_zone_is_a_mistake_of_ours_wherever_it_comes_in() -> None:
    naive = datetime(2026, 3, 2, 8, 0)
    with pytest.raises(ValueError, match="no time zone"):
        to_wire(naive)
    with pytest.raises(ValueError, match="no time zone"):
        business_day(naive, UTC)
    with pytest.raises(ValueError, match="no time zone"):
        PracticeClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        PracticeClock(MORNING).jump_to(naive)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T09:30:00+01:00", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00.25Z", datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T23:59:59.123456789-05:30", datetime(2026, 3, 2, 5, 29, 59, 123_456, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_offset_is_read_into_utc(text: str, moment: datetime) -> None:
    assert from_wire(text) == moment
    assert from_wire(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:30:00",
        "2026-03-02 09:30:00Z",
        "2026-03-02T09:30Z",
        "2026-03-02",
        "20260302T093000Z",
        "2026-W10-1T09:30:00Z",
        "2026-03-02T09:30:00+0100",
        "2026-03-02T09:30:00,5Z",
        "2026-02-30T09:30:00Z",
        "2026-03-02T24:30:00Z",
        "2026-03-02T23:59:60Z",
        "2026-03-02T09:30:00+25:00",
        "0001-01-01T00:00:00+02:00",
        "٢٠٢٦-03-02T09:30:00Z",
        "2026-03-02T09:30:00Z\n",
        "",
    ],
)
def test_anything_else_is_refused_and_named(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        from_wire(text)
    assert refusal.value.code == "time_malformed"
    assert refusal.value.params == {"time": text}


def test_the_business_day_is_the_offices_whatever_zone_the_time_came_in() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert business_day(late, ZoneInfo("Europe/Paris")) == date(2026, 3, 3)
    assert business_day(late.astimezone(ZoneInfo("Asia/Tokyo")), ZoneInfo("America/Cayenne")) == date(
        2026, 3, 2
    )


def test_the_machines_clock_is_in_utc_and_never_runs_backwards() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()


def test_two_processes_of_one_boot_agree_on_its_name() -> None:
    asked = "from counter_app.clock import SystemClock; print(SystemClock().boot_id())"
    other = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert SystemClock().boot_id() == other.stdout.strip() != ""


def test_a_practice_clock_starts_where_it_is_told_and_runs() -> None:
    clock: Clock = PracticeClock(MORNING.astimezone(ZoneInfo("Europe/Rome")))
    first = clock.now()
    assert MORNING <= first < MORNING + timedelta(minutes=1)
    while clock.now() == first:
        pass
    assert clock.now() > first


def test_a_jump_moves_the_time_of_day_and_the_monotonic_reading_together() -> None:
    clock = PracticeClock(MORNING)
    ticks = clock.monotonic()
    clock.jump(3600)
    clock.jump_to(MORNING + timedelta(hours=26))
    assert timedelta(0) <= clock.now() - (MORNING + timedelta(hours=26)) < timedelta(minutes=1)
    assert clock.monotonic() - ticks >= 26 * 3600 - 1


def test_a_practice_clock_never_goes_back() -> None:
    clock = PracticeClock(MORNING)
    with pytest.raises(ValueError, match="cannot go back by 5 s"):
        clock.jump(-5)
    with pytest.raises(ValueError, match="already passed"):
        clock.jump_to(MORNING - timedelta(seconds=1))
    assert clock.now() >= MORNING


def test_practice_readings_compare_with_no_other_clocks() -> None:
    one, other = PracticeClock(MORNING), PracticeClock(MORNING)
    assert len({one.boot_id(), other.boot_id(), SystemClock().boot_id()}) == 3
    assert one.boot_id() == one.boot_id()


def test_jumps_from_many_threads_all_count() -> None:
    clock = PracticeClock(MORNING)

    def jump_often() -> None:
        for _ in range(500):
            clock.jump(1)

    threads = [threading.Thread(target=jump_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() >= MORNING + timedelta(seconds=2000)


def test_a_nap_by_the_practice_clock_passes_whole_on_it_and_short_in_the_room() -> None:
    clock = PracticeClock(MORNING)
    began = clock.monotonic()
    clock.nap(0.01)
    clock.nap(600)
    assert clock.monotonic() - began >= 600
