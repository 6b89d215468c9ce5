"""How two birth dates agree, where parts may be unknown, mistyped, swapped or impossible."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counter_app.domain.births import birth_of


class BirthFit(StrEnum):
    """How two birth dates agree."""

    SAME = "same"
    SWAPPED = "day_and_month_swapped"
    FIGURE = "one_figure"
    MONTH = "same_month"
    YEAR = "same_year_rest_unknown"
    YEAR_SLIP = "year_slip"
    SAME_YEAR = "same_year"
    GENERATION = "generation_apart"
    OTHER = "other"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Born:
    """A birth date prepared once for many comparisons; `figures` are the key of `BirthDate`, empty where none is known.

    `is_default` marks 1 January and 31 December, which registers write for a day that is not known.
    """

    year: int | None
    month: int | None
    figures: str
    is_default: bool


def born(text: str) -> Born:
    """What a register tells of a birth (`counter_app.domain.births.birth_of`)."""
    told = birth_of(text)
    return Born(told.year, told.month, told.key, told.is_default)


_WHOLE = 8
_SLIPS = (1, 10)
_GENERATION_YEARS = 15


def birth_fit(one: Born, other: Born) -> BirthFit:
    """How they agree; the same answer whichever comes first.

    A date that no calendar has is compared by the figures that were told.
    """
    left, right = one.figures, other.figures
    if not left or not right:
        return BirthFit.MISSING
    if left == right and len(left) == _WHOLE:
        return BirthFit.YEAR if one.is_default else BirthFit.SAME
    if one.year is None or other.year is None:
        return BirthFit.MISSING
    if one.year != other.year:
        return _other_year(one, other)
    if one.is_default or other.is_default:
        return BirthFit.YEAR
    if len(left) == len(right) == _WHOLE:
        if left[4:6] == right[6:] and left[6:] == right[4:6]:
            return BirthFit.SWAPPED
        return BirthFit.FIGURE if _one_figure(left, right) else BirthFit.SAME_YEAR
    if one.month is None or other.month is None:
        return BirthFit.YEAR
    return BirthFit.MONTH if one.month == other.month else BirthFit.SAME_YEAR


def _other_year(one: Born, other: Born) -> BirthFit:
    left, right = one.figures, other.figures
    apart = abs((one.year or 0) - (other.year or 0))
    if len(left) == len(right) == _WHOLE and left[4:] == right[4:] and not one.is_default:
        if apart in _SLIPS:
            return BirthFit.YEAR_SLIP
        if _one_figure(left, right):
            return BirthFit.FIGURE
    return BirthFit.GENERATION if apart >= _GENERATION_YEARS else BirthFit.OTHER


def _one_figure(left: str, right: str) -> bool:
    """Whether one figure differs, or two neighbours changed places, in dates of the same length."""
    different = [place for place in range(len(left)) if left[place] != right[place]]
    if len(different) == 2 and different[1] == different[0] + 1:
        first, second = different
        return left[first] == right[second] and left[second] == right[first]
    return len(different) == 1
