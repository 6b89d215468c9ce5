"""What keeps due units back: the canary, the centre's wish, a pause, an entry that fails by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact
from counter_app.domain.pauses import Pause
from counter_app.sync.port import Cause
from counter_app.sync.restraint import Restraint, UnitId

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
UNITS = [(f"e{number}", "main") for number in range(200)]


def restraint(*, canary: bool = False, **more: Any) -> Restraint:
    service = Service(id="aid-file", names={}, connector="rest", deadline_s=10.0, **more)
    return Restraint(service, 100, Random(1), canary=canary)


def answer(
    on: Restraint,
    facts: Mapping[UnitId, UnitFact | None],
    *,
    broken: Sequence[UnitId] = (),
    cause: Cause = Cause.NONE,
    asked: bool = False,
    retry_after: float | None = None,
    seconds: float = 0.1,
) -> None:
    on.learn(NOW, facts, broken, asked=asked, cause=cause, retry_after=retry_after, seconds=seconds)


def sent(on: Restraint, fact: UnitFact | None, due: Sequence[UnitId] = UNITS, **more: Any) -> int:
    """Send what may go of the due units; returns how many that were."""
    choice = on.choose(due)
    answer(on, dict.fromkeys(choice.units, fact), **more)
    return len(choice.units)


def test_a_canary_goes_alone_and_then_more_and_more_follow() -> None:
    on = restraint(canary=True)
    assert [sent(on, UnitFact.ACCEPTED) for _ in range(5)] == [1, 40, 100, 100, 100]


def test_nothing_follows_a_canary_that_was_only_received() -> None:
    on = restraint(canary=True)
    assert sent(on, UnitFact.RECEIVED) == 1
    held = on.held_by_canary()
    assert held is not None
    assert (held.reason, held.until) == ("canary", None)
    assert on.choose(UNITS).units == ()
    # Asked later, the centre has decided.
    answer(on, {UNITS[0]: UnitFact.ACCEPTED}, asked=True)
    assert on.held_by_canary() is None
    assert sent(on, UnitFact.ACCEPTED, UNITS[1:]) > 1


@pytest.mark.parametrize("fact", [UnitFact.REJECTED, UnitFact.DISPUTED])
def test_of_three_canaries_that_the_centre_would_not_have_no_fourth_is_sent(fact: UnitFact) -> None:
    on = restraint(canary=True)
    assert [sent(on, fact, UNITS[number:]) for number in range(4)] == [1, 1, 1, 0]
    assert on.held_by_canary() is not None


def test_a_canary_that_never_left_or_was_never_there_is_followed_by_another() -> None:
    on = restraint(canary=True)
    assert sent(on, UnitFact.NOT_SENT, cause=Cause.REFUSED) == 1
    assert sent(on, None, cause=Cause.DEADLINE) == 1
    assert on.held_by_canary() is not None
    answer(on, {UNITS[0]: UnitFact.ABSENT}, asked=True)
    assert on.choose(UNITS).units == (UNITS[1],)


def test_slow_answers_and_failures_narrow_what_goes_at_once() -> None:
    on = restraint()
    assert [sent(on, UnitFact.ACCEPTED, seconds=seconds) for seconds in (6, 6, 3, 1, 1)] == [
        100,
        25,
        6,
        6,
        24,
    ]
    assert sent(on, None, cause=Cause.SERVER_ERROR) == 96
    assert sent(on, UnitFact.ACCEPTED) == 24


def test_the_centres_wish_holds_the_whole_service() -> None:
    on = restraint()
    sent(on, None, cause=Cause.BUSY, retry_after=60.0)
    held = on.held(NOW, PARIS)
    assert held is not None
    assert held.reason == "busy"
    assert held.until is not None
    assert timedelta(seconds=60) <= held.until - NOW <= timedelta(seconds=76)
    assert on.held(held.until, PARIS) is None
    on.forget_wish()
    assert on.held(NOW, PARIS) is None


def test_after_a_failure_it_waits_a_while_and_after_success_it_does_not() -> None:
    on = restraint()
    sent(on, None, cause=Cause.RESET)
    assert on.held(NOW, PARIS) is not None
    sent(on, UnitFact.ACCEPTED)
    assert on.held(NOW, PARIS) is None


def test_no_exchange_begins_that_could_last_into_a_pause_and_not_all_return_at_its_very_end() -> None:
    begin, end = datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11)
    on = restraint(pauses=(Pause(since=begin, until=end),))
    nine = datetime(2026, 3, 2, 10, tzinfo=PARIS)
    assert on.held(nine - timedelta(seconds=12), PARIS) is None
    held = on.held(nine - timedelta(seconds=10), PARIS)
    assert held is not None
    assert held.reason == "pause"
    assert held.until is not None
    late = held.until - datetime(2026, 3, 2, 11, tzinfo=PARIS)
    assert timedelta(0) < late <= timedelta(seconds=30)
    # The same hour for as long as it waits.
    again = on.held(nine + timedelta(minutes=59), PARIS)
    assert again == held
    assert on.held(held.until, PARIS) is None


def test_a_unit_that_fails_by_itself_goes_last_and_alone_and_is_set_aside_after_three_times() -> None:
    on, bad, good = restraint(), UNITS[3], [unit for unit in UNITS if unit != UNITS[3]]
    # The centre answers for all others of the batch.
    verdicts: dict[UnitId, UnitFact | None] = dict.fromkeys(UNITS[:100], UnitFact.ACCEPTED)
    answer(on, verdicts | {bad: None}, broken=[bad], cause=Cause.UNREADABLE)
    assert on.held(NOW, PARIS) is None
    assert bad not in on.choose([bad, *good]).units
    assert sent(on, UnitFact.ACCEPTED, good) == 100
    for _ in range(2):
        assert on.choose([bad]).units == (bad,)
        answer(on, {bad: None}, cause=Cause.SERVER_ERROR)
    choice = on.choose([bad])
    assert (choice.units, choice.aside) == ((), (bad,))


def test_where_nothing_arrives_the_centre_is_to_blame_and_nothing_is_set_aside() -> None:
    on = restraint()
    for _ in range(8):
        choice = on.choose(UNITS[:1])
        assert choice.aside == ()
        answer(on, {UNITS[0]: None}, cause=Cause.SERVER_ERROR)
