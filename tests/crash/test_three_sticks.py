"""Three counters, a stick each, one machine that reaches the centre: nothing lost, twice or unexplained.

Bundles are imported twice and out of order; one is lost, taken back and found again; one counter's custody is returned
half-way. The centre has every fault that practice knows, of which one is that it takes what it has already.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from counter_app.bootstrap import create_workstation, open_workstation, reconcile
from counter_app.clock import PracticeClock
from counter_app.domain.catalogue import Counter
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.keys.wrap import PassphraseCost
from counter_app.practice.central import CentralSystem
from counter_app.practice.commands import Plan, commands
from counter_app.practice.deciders import decide_what_waits
from counter_app.practice.desk import Desk, parsed
from counter_app.practice.offices import sample_office
from counter_app.projections import delivery
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.taking import Taken, import_bundle
from counter_app.service.custody import give_back, take_back
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.proof import prove
from counter_app.service.reconciliation import balances, tallies
from counter_app.settings import read_configuration, sample_configuration, with_changes
from tests.crash.counter import ROOT
from tests.crash.courier import IT, WORDS

SAMPLE = "ccas"
CHEAP = PassphraseCost(passes=1, memory_kib=64, lanes=1)
SUPERVISOR = "hgarcia"
COUNTERS = ("A1", "A2", "A3")
ROUNDS = 40


class Stage:
    """The counters, the machine of IT, the centre, and the sticks between them."""

    def __init__(self, folder: Path, centre: CentralSystem, files: Path) -> None:
        self.folder = folder
        self.clock = PracticeClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        configuration = read_configuration(sample_configuration(SAMPLE), "office.toml").configuration
        self._raw = with_changes(
            sample_configuration(SAMPLE),
            counters=[Counter(id="IT")],
            addresses={s.id: centre.address for s in configuration.services if s.connector == "rest"},
            folders={s.id: str(files) for s in configuration.services if s.connector == "files"},
            timings={"deadline_s": 1.0, "settling_s": 0.5},
        )
        self.desks = {name: self._opened(name, place) for place, name in enumerate((*COUNTERS, "IT"))}
        self.sticks = folder / "sticks"
        self.share = folder / "share"
        self.sticks.mkdir()
        self.share.mkdir()

    def _opened(self, name: str, place: int) -> Desk:
        data = self.folder / name
        create_workstation(data, sample_office(SAMPLE, name, WORDS, self._raw), self.clock)
        keyring = open_keys(data, WORDS)
        write_keys(data, keyring, [new_slot(keyring, "first", WORDS, CHEAP)])
        workstation = open_workstation(data, WORDS, write=True, clock=self.clock)
        plan = Plan(days=False, incidents=False)
        lines = commands(SAMPLE, 5, counter_index=place, plan=plan, clock=self.clock)
        return Desk(workstation, parsed(lines), 0)

    def reopen(self, name: str) -> None:
        """The same workstation after others had it."""
        data = self.folder / name
        self.desks[name].workstation = open_workstation(data, WORDS, write=True, clock=self.clock)

    def serve(self, name: str, count: int) -> None:
        """So many lines are recorded at a counter."""
        for command in islice(self.desks[name].lines, count):
            self.desks[name].record(command)

    def bundle(self, name: str, to: str, stick: str, *, custody: bool = False) -> Path:
        """A bundle on a stick."""
        return export_bundle(
            self.desks[name].workstation, self.sticks / stick, IT, to=to, custody=custody
        ).path

    def take(self, name: str, stick: Path) -> Taken:
        """A bundle is imported, and then once more, which changes nothing."""
        workstation = self.desks[name].workstation
        done = import_bundle(workstation, stick, IT)
        with workstation.reading() as connection:
            before = connection.execute("SELECT max(arrival) FROM entry").fetchone()
        assert import_bundle(workstation, stick, IT).already
        with workstation.reading() as connection:
            assert connection.execute("SELECT max(arrival) FROM entry").fetchone() == before
        return done

    def deliver(self, name: str) -> None:
        """Couriers and people of one machine work until it has nothing unexplained that is its to send."""
        workstation = self.desks[name].workstation
        for _ in range(ROUNDS):
            reconcile(workstation, workstation.configuration.services, IT, random=Random(1))
            decided = decide_what_waits(workstation, IT)
            if not decided and not self.left(name):
                return
        raise AssertionError([tally.units for tally in tallies(workstation)])

    def left(self, name: str) -> int:
        """What a machine shows as unexplained."""
        return sum(tally.unexplained for tally in tallies(self.desks[name].workstation))

    def states(self, name: str) -> dict[tuple[str, str, str], str]:
        """The state of every unit that was recorded at a counter, as that counter knows it."""
        workstation = self.desks[name].workstation
        with workstation.tables() as tables:
            return {
                (unit.service, unit.entry_id, unit.part): unit.state.value
                for unit in delivery.units(tables, workstation.chain)
                if unit.chain == name
            }

    def close(self) -> None:
        for desk in self.desks.values():
            desk.workstation.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    files = tmp_path / "treasury"
    with CentralSystem(tmp_path / "centre.db", files, "all", 11) as centre:
        stage = Stage(tmp_path, centre, files)
        try:
            yield stage
        finally:
            stage.close()


def held_by_the_centre(stage: Stage) -> dict[tuple[str, str, str], list[int]]:
    """Service, entry and part of everything in the centre's own books, with the cents of each row."""
    found: dict[tuple[str, str, str], list[int]] = {}
    with contextlib.closing(sqlite3.connect(stage.folder / "centre.db")) as outsider:
        for service, entry_id, part, cents in outsider.execute(
            "SELECT service, entry_id, part, cents FROM business"
        ):
            found.setdefault((service, entry_id, part), []).append(cents)
    return found


def test_sticks_twice_and_out_of_order_one_lost_and_found_one_returned(stage: Stage) -> None:
    play(stage, 15, stage.deliver)


@pytest.mark.long
def test_the_same_with_ten_thousand_entries_and_the_couriers_killed_twenty_times(stage: Stage) -> None:
    """`CRASH_ENTRIES` makes it smaller."""
    # Longer than what else is taken for a test that hangs.
    faulthandler.cancel_dump_traceback_later()
    lines = int(os.environ.get("CRASH_ENTRIES", "10000")) // 10 * 3
    kills, random = [20], Random(4)

    def deliver(name: str) -> None:
        if name == "IT" and kills:
            stage.desks["IT"].workstation.close()
            for _ in range(kills.pop()):
                _killed(stage, 0.5 + 4 * random.random())
            stage.reopen("IT")
        stage.deliver(name)

    play(stage, lines, deliver)


def _killed(stage: Stage, after_s: float) -> None:
    """The couriers of IT at work, killed after some seconds."""
    command = [sys.executable, "-m", "tests.crash.courier", str(stage.folder / "IT")]
    process = subprocess.Popen([*command, stage.clock.now().isoformat()], cwd=ROOT)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def play(stage: Stage, lines: int, deliver: Callable[[str], None]) -> None:
    for name in COUNTERS:
        stage.serve(name, lines)
    lost = stage.bundle("A2", "IT", "a2", custody=True)
    early = stage.bundle("A1", "IT", "a1-early", custody=True)
    third = stage.bundle("A3", "IT", "a3", custody=True)
    stage.serve("A1", lines // 3)
    late = stage.bundle("A1", "IT", "a1-late", custody=True)
    # The later one first: it holds the earlier one's entries too, for IT has not said yet that it has any.
    assert sum(stage.take("IT", late).taken.values()) > lines
    assert stage.take("IT", early).already
    stage.take("IT", third)
    # A3's line works again before anything was sent: IT gives its units back, and A3 hears of it by the folder.
    give_back(stage.desks["IT"].workstation, "A3", IT)
    for name in ("IT", "A3", "IT"):
        exchange_by_folder(stage.desks[name].workstation, stage.share)
    # A2's stick is lost: a supervisor takes back what was on it, and A2 asks about each unit before it sends it.
    units = take_back(stage.desks["A2"].workstation, "IT", "The stick was lost on the way.", SUPERVISOR)
    assert units > 0
    for name in ("A2", "A3", "IT"):
        deliver(name)
    # Two days later it is found, and somebody imports it after all.
    stage.clock.jump(timedelta(days=2).total_seconds())
    found = stage.take("IT", lost)
    assert found.presumed == units
    deliver("IT")
    back_home(stage)
    nothing_is_lost_twice_or_unexplained(stage)


def back_home(stage: Stage) -> None:
    """The verdicts travel to their counters of origin, by stick or by folder, again each more than once."""
    for name in ("A1", "A2"):
        stick = stage.bundle("IT", name, f"back-to-{name}")
        stage.take(name, stick)
    for name in (*COUNTERS, "IT", *COUNTERS, "IT"):
        exchange_by_folder(stage.desks[name].workstation, stage.share)


def nothing_is_lost_twice_or_unexplained(stage: Stage) -> None:
    held = held_by_the_centre(stage)
    everything: dict[tuple[str, str, str], str] = {}
    for name in COUNTERS:
        everything |= stage.states(name)
        assert stage.left(name) == 0
        assert prove(stage.desks[name].workstation, full=True).findings == []
    assert stage.left("IT") == 0
    assert prove(stage.desks["IT"].workstation, full=True).findings == []
    assert {place: rows for place, rows in held.items() if len(rows) != 1} == {}
    accepted = {place for place, state in everything.items() if state in ("accepted", "settled")}
    assert accepted - held.keys() == set()
    assert {everything[place] for place in everything.keys() - held.keys()} <= {"closed"}
    # Euros, as each counter balances them, against the centre's own books.
    ours = sum(
        balance.accepted_cents for name in COUNTERS for balance in balances(stage.desks[name].workstation)
    )
    assert ours == sum(held[place][0] for place in accepted)
