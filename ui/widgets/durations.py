"""How long something lasts, in words."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from counter_app.text import Text

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


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
