"""When a unit is due again, and how many go at once: what a centre can bear is learned from its answers."""

from __future__ import annotations

from random import Random

_BASE_S = 0.5
_LONGEST_S = 300.0
_SPREAD = 0.25
_FIRST_PART = 10
_STEP = 4
_QUICK = 0.25
_SLOW = 0.5


def back_off(attempts: int, random: Random, retry_after: float | None = None) -> float:
    """Seconds until the next try after `attempts` fruitless ones (1 or more).

    Full jitter spreads many counters that would otherwise return together; `retry_after` is what the centre
    asked for, in seconds, and is a floor: all counters were told the same, so they are spread above it.
    """
    ceiling = min(_LONGEST_S, _BASE_S * 2.0 ** min(attempts, 16))
    if retry_after is None or retry_after <= 0:
        return random.uniform(0, ceiling)
    return retry_after + random.uniform(0, min(ceiling, 1.0 + retry_after * _SPREAD))


class Window:
    """How many units go at once, as the centre bears it: `size` is never above `most` nor below one.

    After a restart it begins low. Quick clean answers widen it, slow ones and failures narrow it.
    """

    def __init__(self, most: int, deadline_s: float, *, gently: bool) -> None:
        self._most = most
        self._deadline_s = deadline_s
        self.size = max(1, most // _FIRST_PART) if gently else most

    def took(self, seconds: float, *, clean: bool) -> None:
        """Learn from one exchange: how long it took, and whether the centre answered for every unit."""
        if not clean or seconds > self._deadline_s * _SLOW:
            self.size = max(1, self.size // _STEP)
        elif seconds < self._deadline_s * _QUICK:
            self.size = min(self._most, self.size * _STEP)
