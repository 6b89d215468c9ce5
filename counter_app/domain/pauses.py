"""Planned pauses: when a central service is left alone, told in the office's own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from counter_app.domain.row import Row

_EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}
_SOON = timedelta(seconds=1)
_MOST_IN_A_ROW = 100


class Pause(Row, frozen=True, kw_only=True):
    """From `since` to before `until`, on the office's clock, nothing is sent to a service and nothing asked.

    `every` day or week it comes again from the first time on; `why` is for people (a notice, a telephone call).
    """

    since: datetime
    until: datetime
    every: Literal["once", "day", "week"] = "once"
    why: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it ends after it began, before it comes again, and is told without an offset."""
        if self.since.tzinfo is not None or self.until.tzinfo is not None:
            return False
        length = self.until - self.since
        return timedelta(0) < length < _EVERY.get(self.every, timedelta.max)


def paused_until(
    pauses: Sequence[Pause], now: datetime, zone: tzinfo, lasting_s: float = 0.0
) -> datetime | None:
    """When whoever begins `now` something of so many seconds may begin instead; `None` where now is as good.

    Nothing begun lasts into a pause. In the hour that a clock shows twice, the pause holds both times.
    """
    moment, until = now, None
    for _ in range(_MOST_IN_A_ROW):
        ends = [_end(pause, moment, zone, lasting_s) for pause in pauses]
        latest = max((end for end in ends if end is not None), default=None)
        if latest is None:
            break
        moment = until = max(latest, moment + _SOON)
    return until


def next_pause(
    pauses: Sequence[Pause], now: datetime, zone: tzinfo
) -> tuple[datetime, datetime, Pause] | None:
    """The pause that holds now or comes next: when it begins and ends, and what it is."""
    here = now.astimezone(zone).replace(tzinfo=None)
    found = []
    for pause in pauses:
        begin = _occurrence(pause, here)
        length = pause.until - pause.since
        if begin is None or begin + length <= here:
            step = _EVERY.get(pause.every)
            begin = pause.since if begin is None else None if step is None else begin + step
        if begin is not None:
            found.append((_aware(begin, zone), _aware(begin + length, zone), pause))
    return min(found, key=lambda one: one[0], default=None)


def _end(pause: Pause, moment: datetime, zone: tzinfo, lasting_s: float) -> datetime | None:
    """The end of the occurrence that a span from `moment` on touches."""
    here = moment.astimezone(zone).replace(tzinfo=None)
    begin = _occurrence(pause, here + timedelta(seconds=lasting_s))
    end = None if begin is None else begin + (pause.until - pause.since)
    return _aware(end, zone) if end is not None and end > here else None


def _occurrence(pause: Pause, here: datetime) -> datetime | None:
    """The last beginning at or before a time of the office's clock."""
    if here < pause.since:
        return None
    step = _EVERY.get(pause.every)
    return pause.since if step is None else pause.since + (here - pause.since) // step * step


def _aware(told: datetime, zone: tzinfo) -> datetime:
    return told.replace(tzinfo=zone).astimezone(UTC)
