"""Calendar months around a day: how much falls into the fullest window of N months that holds it.

A window of N months ends on some day E and holds every day after the same day N months before, up to E
itself: twelve months ending on 15 March 2026 begin on 16 March 2025. Where the month before is shorter, its
last day stands for the missing one: one month ending on 31 March begins on 1 March.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or that month's last day; never before the calendar's first day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if years < 1:
        return date.min
    last = 29 if month == 1 and _is_leap(years) else _LAST_DAY[month]
    return date(years, month + 1, min(day.day, last))


def fullest_window(day: date, months: int, dated: Sequence[tuple[date, int]]) -> int:
    """The largest sum of the amounts dated within one window of `months` that holds `day`.

    Facts arrive out of order (a paper form of yesterday is entered after the grant of today), so amounts
    after `day` count too: whoever keeps this sum plus the new amount at or below a ceiling for every new
    amount keeps every window below it, whatever the order of entry. Amounts are never negative.
    """
    if not dated:
        return 0
    since = months_before(day, months)
    behind = 0
    ahead: list[tuple[date, int]] = []
    before: list[tuple[date, int]] = []
    for when, amount in dated:
        if when > day:
            ahead.append((when, amount))
        elif when > since:
            behind += amount
            before.append((when, amount))
    if not ahead:
        return behind
    return max(behind, _fullest_ahead(day, months, before, ahead))


def _fullest_ahead(
    day: date, months: int, before: list[tuple[date, int]], ahead: list[tuple[date, int]]
) -> int:
    """The same for windows that end on a later amount: between two of them no window holds more."""
    fullest = 0
    for end, _ in ahead:
        since = months_before(end, months)
        if since < day:
            held = sum(amount for when, amount in before if when > since)
            held += sum(amount for when, amount in ahead if when <= end)
            fullest = max(fullest, held)
    return fullest


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
