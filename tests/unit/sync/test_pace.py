"""Back-off: longer with each fruitless try, spread over the whole span, never before the centre's wish."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from counter_app.sync.pace import back_off


@given(st.integers(1, 10**6), st.integers(), st.none() | st.floats(0, 10**6))
def test_the_wait_lies_between_the_centres_wish_and_the_ceiling(
    attempts: int, seed: int, wish: float | None
) -> None:
    wait = back_off(attempts, Random(seed), wish)
    ceiling = min(300.0, 0.5 * 2.0 ** min(attempts, 16))
    assert (wish or 0.0) <= wait <= (wish or 0.0) + ceiling


def test_many_counters_that_failed_together_come_back_spread_out() -> None:
    waits = [back_off(8, Random(seed)) for seed in range(400)]
    assert min(waits) < 10
    assert max(waits) > 118
    thirds = [sum(low <= wait < low + 128 / 3 for wait in waits) for low in (0, 128 / 3, 256 / 3)]
    assert min(thirds) > 90
