"""Birth dates as registers hold them: whole, in part, by default, or impossible."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.births import BirthDate, birth_from, birth_of


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_day_of_the_calendar_is_read_whole_with_and_without_strokes(day: date) -> None:
    read = birth_of(f"{day.year:04d}{day.month:02d}{day.day:02d}")
    assert (read.year, read.month, read.day, read.told) == (day.year, day.month, day.day, "")
    assert birth_of(day.isoformat()) == read
    assert read.iso == day.isoformat()


@pytest.mark.parametrize(
    ("told", "iso", "keys"),
    [
        ("19800312", "1980-03-12", ("1980", "198003", "19800312", "0312")),
        ("19800300", "1980-03", ("1980", "198003")),
        ("19800000", "1980", ("1980",)),
        ("1980-03", "1980-03", ("1980", "198003")),
        ("1980", "1980", ("1980",)),
        ("00000000", "", ()),
        ("", "", ()),
        ("19800231", "1980-02", ("1980", "198002", "19800231")),
        ("19801315", "1980", ("1980", "19801315")),
        ("19800015", "1980", ("1980", "19800015")),
        ("00000312", "", ("00000312",)),
        ("99999999", "9999", ("9999", "99999999")),
        ("unknown", "", ()),
        ("12.3.1980", "", ("1231980",)),
    ],
)
def test_what_is_unknown_stays_unknown_and_what_is_impossible_is_still_found_as_told(
    told: str, iso: str, keys: tuple[str, ...]
) -> None:
    assert birth_of(told).iso == iso
    assert birth_of(told).keys == keys


def test_the_first_and_the_last_day_of_a_year_are_what_registers_write_for_unknown() -> None:
    assert birth_of("19800101").is_default
    assert birth_of("19801231").is_default
    assert not birth_of("19800102").is_default
    assert not birth_of("1980").is_default


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_no_figures_are_too_odd_to_be_read_and_their_key_is_among_their_keys(
    year: int, month: int, day: int
) -> None:
    birth = birth_from(year, month, day)
    assert not birth.key or birth.key in birth.keys
    assert birth == birth_of(f"{year:04d}{month:02d}{day:02d}")


def test_a_day_without_a_year_has_a_key_too() -> None:
    assert BirthDate(None, 3, 12).key == "0312"
    assert BirthDate(None, 3, 12).keys == ("0312",)
    assert BirthDate(None, 3, 12).iso == ""
