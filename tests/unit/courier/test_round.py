"""A round goes through the ranks of the recovery order, and nothing in one rank keeps the next from its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from counter_app.courier.courier import Trip
from counter_app.courier.round import Errand, run_round


def errand(name: str, said: list[str], work: Callable[[], None] = lambda: None) -> tuple[str, Errand]:
    def run() -> Trip:
        said.append(f"{name} begins")
        work()
        said.append(f"{name} ends")
        return Trip(finished=True)

    return name, run


def test_the_next_rank_begins_once_all_of_the_one_before_have_ended() -> None:
    said: list[str] = []
    ranks = [
        [errand("file", said)],
        [errand("treasury", said), errand("transport", said)],
        [errand("meals", said)],
    ]
    trips = run_round(ranks, threading.Event())
    assert set(trips) == {"file", "treasury", "transport", "meals"}
    assert said[:2] == ["file begins", "file ends"]
    assert said[-2:] == ["meals begins", "meals ends"]


def test_those_of_one_rank_go_together() -> None:
    said: list[str] = []
    both = threading.Barrier(2, timeout=30)
    rank = [
        errand("file", said, lambda: both.wait() and None),
        errand("other", said, lambda: both.wait() and None),
    ]
    assert set(run_round([rank], threading.Event())) == {"file", "other"}


def test_a_fault_of_ours_ends_one_errand_and_is_raised_once_the_others_are_done() -> None:
    said: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_round([[errand("file", said, fail)], [errand("treasury", said)]], threading.Event())
    assert said == ["file begins", "treasury begins", "treasury ends"]
