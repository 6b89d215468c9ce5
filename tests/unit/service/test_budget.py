"""The envelope and its slices as a supervisor reads them: what is known, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counter_app.domain.money import Money
from counter_app.service.budget import read_budget
from counter_app.service.exchange import exchange_by_folder
from tests.unit.counters import SUPERVISOR, Desk


def test_the_own_slice_is_exact_and_counters_never_heard_of_are_said_so(desk: Desk) -> None:
    desk.grant(4000)
    budget = read_budget(desk.workstation)
    own = budget.own
    assert (own.slice, own.used, own.left) == (Money(750_000), Money(4000), Money(746_000))
    assert [(one.counter, one.is_heard) for one in budget.counters] == [
        ("A1", True),
        ("A2", False),
        ("A3", False),
    ]
    assert budget.used == Money(4000)
    assert budget.unassigned == Money(3_000_000 - 3 * 750_000)


def test_what_was_given_away_belongs_to_nobody_until_it_is_taken(desk: Desk) -> None:
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=50_000)
    budget = read_budget(desk.workstation)
    assert budget.own.slice == Money(700_000)
    assert budget.travelling == Money(50_000)
    assert budget.unassigned == Money(750_000)


def test_a_decision_of_the_authority_raises_envelope_and_slice(desk: Desk) -> None:
    desk.do("raise_envelope", approver=SUPERVISOR, cents=100_000, act="Arrêté 14")
    budget = read_budget(desk.workstation)
    assert (budget.envelope, budget.raised) == (Money(3_100_000), Money(100_000))
    assert budget.own.slice == Money(850_000)


def test_a_release_waits_at_the_taker_once_it_was_heard(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    giver, taker = open_desk("A1"), open_desk("A2")
    release = giver.id("release_slice", approver=SUPERVISOR, to="A2", cents=50_000)
    folder = tmp_path / "share"
    folder.mkdir()
    exchange_by_folder(giver.workstation, folder)
    exchange_by_folder(taker.workstation, folder)
    budget = read_budget(taker.workstation)
    assert [(one.entry_id, one.giver, one.amount) for one in budget.to_take] == [
        (release, "A1", Money(50_000))
    ]
    heard = next(one for one in budget.counters if one.counter == "A1")
    assert heard.is_heard
    assert heard.heard_at is not None
    assert heard.slice == Money(700_000)
    taker.do("take_slice", release=release)
    assert read_budget(taker.workstation).to_take == ()


def test_only_rules_of_the_day_are_shown_with_the_directive(desk: Desk) -> None:
    budget = read_budget(desk.workstation)
    assert [one.aid.code for one in budget.aids] == ["FR-CAP", "FR-SECURG"]
    assert {rule.id for rule in budget.aids[1].rules} >= {"grant", "year", "second_person"}
    assert budget.directive.startswith("Note de service 2024-07")
