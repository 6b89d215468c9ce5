"""How long something lasts and when it was, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from counter_app.text import Text

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def moment(text: Text, at: datetime, now: datetime) -> str:
    """A time as told at a counter: `09:12` today, `yesterday 23:40`, else day and time."""
    days = (now.date() - at.date()).days
    if days == 0:
        return text.time(at)
    if days == 1:
        return text("yesterday {time}", time=text.time(at))
    return text.datetime(at)


def duration(text: Text, length: timedelta) -> str:
    """In one unit, rounded up: `30 seconds`, `2 minutes`, `3 hours`, `5 days`."""
    seconds = max(1, ceil(length.total_seconds()))
    if seconds < 2 * _MINUTE:
        return text.plural("{n} second", "{n} seconds", seconds)
    if seconds < 2 * _HOUR:
        return text.plural("{n} minute", "{n} minutes", ceil(seconds / _MINUTE))
    if seconds < 2 * _DAY:
        return text.plural("{n} hour", "{n} hours", ceil(seconds / _HOUR))
    return text.plural("{n} day", "{n} days", ceil(seconds / _DAY))
