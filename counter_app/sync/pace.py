"""When a unit is due again: exponential back-off with full jitter, never before the centre's own wish."""

from __future__ import annotations

from random import Random

_BASE_S = 0.5
_LONGEST_S = 300.0


def back_off(attempts: int, random: Random, retry_after: float | None = None) -> float:
    """Seconds until the next try after `attempts` fruitless ones (1 or more).

    Full jitter spreads many counters that would otherwise return together; `retry_after` is what the centre
    asked for, in seconds, and is a floor.
    """
    ceiling = min(_LONGEST_S, _BASE_S * 2.0 ** min(attempts, 16))
    return max(retry_after or 0.0, random.uniform(0, ceiling))
