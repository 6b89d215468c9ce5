"""Each entry exactly once at the centre, whatever happens on the way: must hold through faults, kills, a move, a pause.

`reconcile run` is killed at random moments while the practice centre strikes with every one of its faults. Meanwhile
the centre moves to another address, and a planned pause of every service falls into the middle. At the end each unit
stands at the centre exactly as often as the journal says, to the cent, nothing is unexplained, and the centre was
asked nothing during the pause. The short form sends 300 entries and kills 4 times; the long form 10,000 and 20 times.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.delivery import UnitState
from counter_app.practice.central import CentralSystem
from counter_app.practice.deciders import decide_what_waits
from counter_app.projections import delivery
from counter_app.settings import sample_configuration, with_changes
from tests.crash.counter import Said, cheap_counter
from tests.crash.lines import command_lines

IT = "bnguyen"
_ZONE = ZoneInfo("Europe/Paris")
_TIMINGS = {"deadline_s": 0.6, "settling_s": 0.4}
_HELD = (UnitState.ACCEPTED, UnitState.SETTLED)
_ROUNDS = 80
_NOTICE_S = 4.0
_PATIENCE_S = 60.0

Row = tuple[str, str, str, int]
"""Service, entry, part and cents of one act at a centre."""


class Campaign:
    """One counter, one centre that may move, and the kills."""

    def __init__(self, folder: Path, entries: int, pause: timedelta, seed: int) -> None:
        self.random = Random(seed)
        self.counter = cheap_counter(folder / "A1")
        self.pause: tuple[datetime, ...] = ()
        self._folder = folder
        self._length = pause
        self._seed = seed
        self._centre = self._start()
        self._adopt(paused=False)
        said = self._run("journal", "record", "-", "--json", stdin=b"".join(command_lines(entries, seed)))
        assert said.status == 0, said.err

    def _start(self) -> CentralSystem:
        return CentralSystem(self._folder / "centre.db", self._folder / "treasury", "all", self._seed)

    def end(self) -> None:
        """End the centre."""
        self._centre.stop()

    def _run(self, *words: str, stdin: bytes = b"") -> Said:
        return self.counter.run(*words, stdin=stdin)

    def _adopt(self, *, paused: bool) -> None:
        """Adopt where the centre is now and, in the middle of it all, that it will pause soon."""
        raw = with_changes(
            sample_configuration("ccas"),
            addresses={"aid-file": self._centre.address},
            folders={"treasury": str(self._folder / "treasury")},
            timings=_TIMINGS,
        )
        if paused:
            begin = datetime.now(_ZONE).replace(tzinfo=None) + timedelta(seconds=_NOTICE_S)
            self.pause = (begin, begin + self._length)
            told = f"pauses = [{{ since = {begin.isoformat()}, until = {self.pause[1].isoformat()} }}]\n"
            for order in (1, 2):
                raw = raw.replace(b"order = %d\n" % order, b"order = %d\n" % order + told.encode(), 1)
        file = self._folder / "office.toml"
        file.write_bytes(raw)
        said = self._run("office", "adopt", str(file), "--agent", IT)
        assert said.status == 0, said.err

    def move(self) -> None:
        """The centre answers at another address, and has announced a pause; nothing that waits is touched."""
        before = self.waiting()
        self._centre.stop()
        self._centre = self._start()
        self._adopt(paused=True)
        assert self.waiting() == before

    def waiting(self) -> int:
        """How many units have no answer of the centre yet."""
        said = self.counter.run_here("reconcile", "status", "--json")
        states = Tally[str]()
        for service in said.rows[0]["services"]:
            states.update(service["units"])
        return states["waiting"] + states["unknown"] + states["received"]

    def kill_once(self, most: int) -> None:
        """Reconcile, and kill it after some exchanges, or in the pause: while it asks, sends, records or waits."""
        wanted = self.exchanges() + self.random.randrange(1, most)
        with self.counter.start("reconcile", "run", "--wait", "60") as process:
            until = time.monotonic() + _PATIENCE_S
            while self.exchanges() < wanted and process.poll() is None and time.monotonic() < until:
                if self.is_paused:
                    until = min(until, time.monotonic() + 1.5)
                time.sleep(0.02)
            time.sleep(self.random.uniform(0, 0.1))
            process.kill()
            process.communicate()

    @property
    def is_paused(self) -> bool:
        """Whether the pause that was announced is near, or has begun."""
        return bool(self.pause) and datetime.now(_ZONE).replace(tzinfo=None) < self.pause[1]

    def exchanges(self) -> int:
        """How often the centre was asked something so far."""
        return int(str(self.look("SELECT count(*) FROM visit")[0][0]))

    def finish(self) -> None:
        """IT and the office's people go on until nothing is left to do."""
        for _ in range(_ROUNDS):
            self._decide()
            said = self._run("reconcile", "run", "--wait", "60", "--json")
            assert said.status in (0, 1), said.err
            if said.status == 0:
                return
        raise AssertionError(said.out)

    def _decide(self) -> None:
        words = self.counter.passphrase.read_bytes().rstrip()
        workstation = open_workstation(self.counter.data, words, write=True)
        try:
            decide_what_waits(workstation, IT)
        finally:
            workstation.close()

    def told(self) -> Tally[Row]:
        """What the journal says that the centre holds."""
        words = self.counter.passphrase.read_bytes().rstrip()
        workstation = open_workstation(self.counter.data, words)
        try:
            with workstation.tables() as tables:
                units = delivery.units(tables, workstation.chain)
        finally:
            workstation.close()
        held = [
            unit
            for unit in units
            if unit.state in _HELD or (unit.state is UnitState.CLOSED and unit.reason == "accept")
        ]
        assert len(held) > 0.8 * len(units)
        return Tally((unit.service, unit.entry_id, unit.part, unit.cents) for unit in held)

    def look(self, query: str) -> list[tuple[object, ...]]:
        """What an outsider reads in the centre's own store."""
        with closing(sqlite3.connect(self._folder / "centre.db")) as outsider:
            return outsider.execute(query).fetchall()

    def check(self) -> None:
        """Everything once, every cent, nothing unexplained, nobody disturbed in the pause, the journal whole."""
        business: Tally[Row] = Tally(self.look("SELECT service, entry_id, part, cents FROM business"))  # type: ignore[arg-type]
        assert max(business.values()) == 1, "something stands twice at the centre"
        assert business == self.told()
        begin, end = (moment.replace(tzinfo=_ZONE).timestamp() for moment in self.pause)
        visits = [float(str(row[0])) for row in self.look("SELECT at FROM visit ORDER BY at")]
        assert [at for at in visits if begin <= at < end] == []
        assert visits[0] < begin
        assert visits[-1] >= end
        assert self._run("reconcile", "report").status == 0
        said = self._run("journal", "verify", "--full", "--json")
        assert (said.status, said.rows[0]["ok"]) == (0, True), said.err


def _campaign(campaign: Campaign, kills: int, most: int) -> None:
    for turn in range(kills):
        if turn == kills // 2:
            campaign.move()
        campaign.kill_once(most)
    # Whoever comes in the pause waits, or goes away again; neither asks anything.
    assert campaign.counter.run("reconcile", "run", "--wait", "0").status == 1
    campaign.finish()
    campaign.check()


@pytest.fixture
def campaign(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Campaign]:
    """So many entries, and a pause of so many seconds."""
    entries, seconds = request.param
    made = Campaign(tmp_path, entries, timedelta(seconds=seconds), seed=11)
    yield made
    made.end()


@pytest.mark.parametrize("campaign", [(300, 5)], indirect=True)
def test_every_entry_arrives_once_through_faults_kills_a_move_and_a_pause(campaign: Campaign) -> None:
    _campaign(campaign, kills=4, most=4)


@pytest.mark.long
@pytest.mark.parametrize("campaign", [(10_000, 40)], indirect=True)
def test_ten_thousand_entries_arrive_once_through_twenty_kills(campaign: Campaign) -> None:
    _campaign(campaign, kills=20, most=12)
