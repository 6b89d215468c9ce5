"""Slices: whatever cut-off counters do, together they never grant more than was given out."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counter_app.domain.errors import Refused
from counter_app.projections import budget
from counter_app.service.exchange import exchange_by_folder
from tests.unit.counters import SUPERVISOR, Desk, Templates, person

SLICES = {"A1": 9_000, "A2": 12_000, "A3": 0}
COUNTERS = st.sampled_from(sorted(SLICES))
CENTS = st.integers(1, 9_000)
TEMPLATES: list[Templates] = []


class CutOffCounters(RuleBasedStateMachine):
    """Three counters that hear of one another only when somebody carries the folder around."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desks: dict[str, Desk] = {}
        self.people = 0
        self.raised = 0
        self.releases: list[tuple[str, str, int]] = []
        self.taken: list[str] = []
        self.grants: list[tuple[str, str]] = []

    @initialize()
    def open(self) -> None:
        (self.folder / "share").mkdir()
        for counter in SLICES:
            self.desks[counter] = Desk(TEMPLATES[0].copy(counter, self.folder / counter, slices=SLICES))

    def teardown(self) -> None:
        for desk in self.desks.values():
            assert desk.findings() == []
            desk.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(counter=COUNTERS, cents=st.sampled_from([500, 3000, 5000]), paper=st.booleans())
    def grant(self, counter: str, cents: int, paper: bool) -> None:
        self.people += 1
        told: dict[str, Any] = {"person": person(f"Nr {self.people}"), "cents": cents}
        desk, left = self.desks[counter], self.desks[counter].slice().left_cents
        if left < cents:
            assert (
                desk.code("grant_aid", aid="FR-SECURG", circumstances={"evidence": ["interview"]}, **told)
                == "over_slice"
            )
        else:
            self.grants.append((counter, desk.grant(**told)))

    @rule(counter=COUNTERS, to=COUNTERS, cents=CENTS)
    def release(self, counter: str, to: str, cents: int) -> None:
        desk, left = self.desks[counter], self.desks[counter].slice().left_cents
        told = {"approver": SUPERVISOR, "to": to, "cents": cents}
        if counter == to:
            assert desk.code("release_slice", **told) == "release_to_itself"
        elif cents > left:
            assert desk.code("release_slice", **told) == "over_slice"
        else:
            self.releases.append((desk.id("release_slice", **told), to, cents))

    @rule(counter=COUNTERS, which=st.integers(0, 50), upper=st.booleans())
    def take(self, counter: str, which: int, upper: bool) -> None:
        if not self.releases:
            return
        release, to, cents = self.releases[which % len(self.releases)]
        desk, before = self.desks[counter], self.desks[counter].slice().slice_cents
        heard = [entry_id for entry_id, _, _ in budget.open_releases(desk.tables(), counter)]
        told = release.upper() if upper else release
        if release in heard:
            assert (counter, release not in self.taken) == (to, True)
            desk.do("take_slice", release=told)
            self.taken.append(release)
            assert desk.slice().slice_cents == before + cents
        else:
            # Not heard of, meant for somebody else, or applied before.
            assert desk.code("take_slice", release=told) in ("unknown_release", "release_taken")

    @rule(counter=COUNTERS, cents=CENTS)
    def raise_envelope(self, counter: str, cents: int) -> None:
        self.desks[counter].do("raise_envelope", approver=SUPERVISOR, cents=cents, act="Decision 2026-12")
        self.raised += cents

    @rule(which=st.integers(0, 50))
    def cancel(self, which: int) -> None:
        if self.grants:
            counter, grant = self.grants[which % len(self.grants)]
            with contextlib.suppress(Refused):
                self.desks[counter].do("cancel_grant", grant=grant, reason="mistake")

    @rule(counter=COUNTERS)
    def carry_the_folder(self, counter: str) -> None:
        exchange_by_folder(self.desks[counter].workstation, self.folder / "share")

    @invariant()
    def nobody_grants_more_than_was_given_out(self) -> None:
        slices = [desk.slice() for desk in self.desks.values()]
        given = sum(SLICES.values()) + self.raised
        travelling = sum(cents for release, _, cents in self.releases if release not in self.taken)
        assert all(0 <= one.used_cents <= one.slice_cents for one in slices)
        assert sum(one.slice_cents for one in slices) + travelling == (given if self.desks else 0)


@pytest.fixture(autouse=True, scope="module")
def _templates(templates: Templates) -> None:
    TEMPLATES.append(templates)


class TestCutOffCounters(CutOffCounters.TestCase):
    settings = settings(max_examples=10, stateful_step_count=25)
