"""What is known of a person's birth: a date that is whole, known in part, or one that no calendar has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_PARTS = re.compile(r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2}))?)?")
_DEFAULT_DAYS = ((1, 1), (12, 31))


@dataclass(frozen=True, slots=True)
class BirthDate:
    """Year, month and day as far as they are known and possible.

    `told` are the figures as they were given, where no calendar has such a day: 31 February is a day that some
    register holds and some paper says.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    told: str = ""

    @property
    def iso(self) -> str:
        """`1980-03-12`, `1980-03`, `1980`, or nothing at all."""
        if self.year is None:
            return ""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    @property
    def is_default(self) -> bool:
        """Whether the day is 1 January or 31 December, which registers write where it is not known."""
        return (self.month, self.day) in _DEFAULT_DAYS

    @property
    def key(self) -> str:
        """The figures that say most of it: `19800312`, `198003`, `1980`, `0312`, or as told."""
        if self.told:
            return self.told
        if self.year is None and self.month is not None and self.day is not None:
            return f"{self.month:02d}{self.day:02d}"
        return self.iso.replace("-", "")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every `key` that finds this date: year, year and month, the whole, day and month, as told."""
        digits = self.iso.replace("-", "")
        found = [digits[:length] for length in (4, 6, 8) if len(digits) >= length]
        if self.month is not None and self.day is not None:
            found.append(f"{self.month:02d}{self.day:02d}")
        return tuple([*found, self.told] if self.told else found)


def birth_of(text: str) -> BirthDate:
    """Read `19800312`, `1980-03-12` or a first part of it, with zeros for what is not known."""
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return BirthDate(told="".join(c for c in text if c in "0123456789"))
    return birth_from(int(match[1]), int(match[2] or 0), int(match[3] or 0))


def birth_from(year: int, month: int = 0, day: int = 0) -> BirthDate:
    """A date of these figures; zero is unknown, the impossible too, and then told as it was given."""
    told = f"{year:04d}{month:02d}{day:02d}"
    if not year:
        return BirthDate(told=told if month or day else "")
    if not month:
        return BirthDate(year, told=told if day else "")
    if month > 12:
        return BirthDate(year, told=told)
    if not day:
        return BirthDate(year, month)
    try:
        date(year, month, day)
    except ValueError:
        return BirthDate(year, month, told=told)
    return BirthDate(year, month, day)
