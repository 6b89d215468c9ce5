"""The time as the counter sees it: the machine's clock, or a practice clock that can be moved forward."""

from __future__ import annotations

import re
import sys
import time
import uuid
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

from counter_app.domain.errors import BadInput

_LONGEST_NAP_S = 0.5
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Clock(Protocol):
    """What an entry needs to know about time."""

    def now(self) -> datetime:
        """The time of day, aware and in UTC; people and networks may set it forwards and backwards."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; two readings compare only under one `boot_id`."""
        ...

    def boot_id(self) -> str:
        """The same word for as long as readings of `monotonic` can be compared with one another."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The machine's time of day in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some point before this process, as the operating system counts them, asleep or awake.

        Linux stops its plain monotonic clock while the machine sleeps: a lid that was closed over lunch would
        look like a clock that somebody set.
        """
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    def boot_id(self) -> str:
        """The operating system's name for this start of the machine.

        Where the system gives none, every process counts as a start of its own: readings that could have
        been compared are then not compared, and none is ever compared wrongly.
        """
        return _boot_id()


class PracticeClock:
    """A clock that shows `start` when it is made, runs at real pace, and can be moved forward.

    `now` and `monotonic` move together, as on a machine that really waited. Safe to share between threads.
    """

    def __init__(self, start: datetime) -> None:
        self._start = _aware(start).astimezone(UTC)
        self._made_at = time.monotonic()
        self._skipped = 0.0
        self._lock = Lock()
        self._boot_id = str(uuid.uuid4())

    def now(self) -> datetime:
        """The practice time of day in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Practice seconds since this clock was made."""
        with self._lock:
            return self._elapsed()

    def boot_id(self) -> str:
        """A word of its own: practice readings never compare with the machine's."""
        return self._boot_id

    def jump(self, seconds: float) -> None:
        """Move forward by `seconds`; `ValueError` when they are negative."""
        if seconds < 0:
            raise ValueError(f"a practice clock cannot go back by {-seconds} s")
        with self._lock:
            self._skipped += seconds

    def jump_to(self, moment: datetime) -> None:
        """Move forward to `moment`; `ValueError` when it has passed already."""
        target = (_aware(moment) - self._start).total_seconds()
        with self._lock:
            ahead = target - self._elapsed()
            if ahead < 0:
                raise ValueError(f"{moment.isoformat()} has already passed on this practice clock")
            self._skipped += ahead

    def nap(self, seconds: float) -> None:
        """Wait as an impatient person would: the first half second really, for a centre's time is real."""
        real = min(seconds, _LONGEST_NAP_S)
        time.sleep(real)
        self.jump(max(0.0, seconds - real))

    def _elapsed(self) -> float:
        return time.monotonic() - self._made_at + self._skipped


def to_wire(moment: datetime) -> str:
    """`moment` as `YYYY-MM-DDTHH:MM:SS.mmmZ`, cut (not rounded) to milliseconds.

    Always the same length in UTC, so that the words sort as the times do.
    """
    utc = moment if moment.tzinfo is UTC else _aware(moment).astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_wire(text: str) -> datetime:
    """Read an RFC 3339 time with its offset and return it in UTC, else raise `time_malformed`.

    Stricter than ISO 8601: date, `T`, seconds and offset are all there. Digits beyond microseconds are
    dropped. Leap seconds are refused, as Python's calendar has none.
    """
    if not _RFC_3339.fullmatch(text):
        raise BadInput("time_malformed", time=text)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("time_malformed", time=text) from error


def business_day(moment: datetime, zone: tzinfo) -> date:
    """The day on the office's calendar at `moment`; `zone` is the office's, not this machine's."""
    return _business_day(_aware(moment), zone)


@lru_cache(maxsize=16)
def _business_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is not UTC and (moment.tzinfo is None or moment.utcoffset() is None):
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment


@cache
def _boot_id() -> str:
    return _linux_boot_id() or _windows_boot_id() or str(uuid.uuid4())


def _linux_boot_id() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip() or None
    except OSError:
        return None


def _windows_boot_id() -> str | None:
    if sys.platform != "win32":
        return None
    import winreg

    # Windows counts its starts for the prefetcher. The boot *time* would not do: it moves whenever
    # somebody sets the clock, and a set clock is what this word helps to discover.
    folder = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, folder) as key:
            count, _kind = winreg.QueryValueEx(key, "BootId")
    except OSError:
        return None
    return f"windows-{count}"
