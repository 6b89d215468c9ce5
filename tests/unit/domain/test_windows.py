"""Windows of calendar months, checked against a definition by brute force."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.windows import fullest_window, months_before

DAYS = st.dates(date(2023, 12, 1), date(2025, 3, 31))


def back(day: date, months: int) -> date:
    """The same day some months before, one month at a time from the end of each."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def brute_force(day: date, months: int, dated: list[tuple[date, int]]) -> int:
    """Every window that holds the day, one for each of its possible last days."""
    fullest = 0
    for ahead in range(31 * months + 3):
        end = day + timedelta(days=ahead)
        start = back(end, months)
        if start < day:
            fullest = max(fullest, sum(amount for when, amount in dated if start < when <= end))
    return fullest


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 15), 12, date(2025, 3, 15)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2023, 3, 31), 1, date(2023, 2, 28)),
        (date(2000, 3, 30), 1, date(2000, 2, 29)),
        (date(1900, 3, 30), 1, date(1900, 2, 28)),
        (date(1, 3, 1), 12, date.min),
    ],
)
def test_the_same_day_months_before_is_the_last_of_a_shorter_month(
    day: date, months: int, before: date
) -> None:
    assert months_before(day, months) == before


def test_the_same_day_a_year_before_lies_outside_and_the_next_one_inside() -> None:
    day = date(2026, 3, 15)
    assert fullest_window(day, 12, [(date(2025, 3, 15), 7)]) == 0
    assert fullest_window(day, 12, [(date(2025, 3, 16), 7)]) == 7
    assert fullest_window(day, 12, [(day, 7)]) == 7


def test_amounts_after_the_day_count_where_one_window_holds_both() -> None:
    day = date(2026, 3, 15)
    assert fullest_window(day, 12, [(date(2027, 3, 14), 7)]) == 7
    assert fullest_window(day, 12, [(date(2027, 3, 15), 7)]) == 0


def test_amounts_before_and_after_count_together_only_where_one_window_holds_them_all() -> None:
    day = date(2026, 3, 15)
    near = [(date(2026, 1, 1), 5), (date(2026, 6, 1), 6)]
    assert fullest_window(day, 12, near) == 11
    far = [(date(2025, 6, 1), 5), (date(2026, 9, 1), 6)]
    assert fullest_window(day, 12, far) == 6


@given(
    day=DAYS,
    months=st.integers(1, 4),
    dated=st.lists(st.tuples(DAYS, st.integers(0, 9)), max_size=6),
)
def test_the_fullest_window_is_the_one_found_by_brute_force(
    day: date, months: int, dated: list[tuple[date, int]]
) -> None:
    assert fullest_window(day, months, dated) == brute_force(day, months, dated)
