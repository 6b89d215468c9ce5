"""Slices of the envelope: who may raise, release and take them (what they bound stands in test_slices.py)."""

from __future__ import annotations

from typing import Any

import pytest

from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.projections import budget
from tests.unit.counters import AGENT, AUDITOR, IT, SUPERVISOR, Desk

RELEASE: dict[str, Any] = {"approver": SUPERVISOR, "to": "A2", "cents": 1000}


def test_a_decision_of_the_authority_raises_this_slice_and_the_envelope(desk: Desk) -> None:
    desk.do("raise_envelope", approver=SUPERVISOR, cents=500, act="Decision 2026-12")
    assert desk.slice().slice_cents == 750_500
    assert budget.raised_cents(desk.tables()) == 500
    assert desk.code("raise_envelope", approver=AGENT, cents=500, act="mine") == "not_allowed"


def test_a_release_leaves_at_once_whether_or_not_it_is_ever_taken(desk: Desk) -> None:
    release = desk.id("release_slice", **RELEASE)
    assert desk.slice().slice_cents == 749_000
    assert budget.open_releases(desk.tables(), "A2") == [(release, "A1", 1000)]
    assert budget.release_for(desk.tables(), release, "A2") == ("A1", 1000)
    assert budget.release_for(desk.tables(), release, "A3") is None
    assert desk.code("take_slice", release=release) == "unknown_release"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "A1"}, "release_to_itself"),
        ({"to": "Z9"}, "unknown_counter"),
        ({"approver": AGENT}, "not_allowed"),
        ({"cents": 750_001}, "over_slice"),
    ],
)
def test_a_release_goes_to_another_counter_from_what_is_left(
    desk: Desk, change: dict[str, Any], code: str
) -> None:
    assert desk.code("release_slice", **{**RELEASE, **change}) == code


def test_what_is_reserved_cannot_be_released(desk: Desk) -> None:
    desk.grant(5000)
    refusal = desk.refusal("release_slice", **{**RELEASE, "cents": 745_001})
    assert refusal.params == {"asked": Money(745_001), "left": Money(745_000)}


def test_a_counter_id_that_is_none_is_wrong_input(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.do("release_slice", **{**RELEASE, "to": "a2"})
    assert caught.value.code == "counter_id_malformed"


def test_an_auditor_takes_nothing(desk: Desk) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    assert desk.code("take_slice", release=nothing, agent=AUDITOR) == "not_allowed"
    assert desk.code("take_slice", release=nothing, agent=IT) == "unknown_release"
