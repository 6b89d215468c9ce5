"""One outage played for somebody who watches: the first counter is left to the window, the others play themselves.

The machinery is the drill's. Whoever plays calls the steps in their order, each off the main thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from random import Random

from counter_app.domain import commands as say
from counter_app.domain.catalogue import Person, Service
from counter_app.domain.denominations import denominations
from counter_app.journal import store
from counter_app.practice.central import CentralSystem
from counter_app.practice.desk import Desk
from counter_app.practice.drill import Drill, Play, Played
from counter_app.practice.people import COUNTERS, People
from counter_app.practice.stage import passing_folder, prepare
from counter_app.service.changes import Change
from counter_app.service.workstation import Workstation
from counter_app.text import Text

_RICH_CENTS = 500_000
_PINS = {"agent": "1111", "supervisor": "3333", "it": "5555"}
"""As the samples publish them: the first colleague of each role."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom the window serves: a made-up name, and the day of birth as eight digits, day first."""

    surname: str
    given_names: str
    born: str


@dataclass(frozen=True, slots=True)
class DayPlay:
    """What is played; without `out` in a temporary folder that is gone afterwards.

    `requests` are served besides those whom the window shows, shared among the counters.
    """

    text: Text
    out: Path | None = None
    seed: int = 1
    requests: int = 24
    counters: int = 1
    faults: str = "all"
    sample: str = "ccas"


class OneDay:
    """The stage of one play, away from every real journal. `close` ends the centre and every workstation."""

    def __init__(self, what: DayPlay) -> None:
        self.what = what
        self.out = Path()
        self._held = ExitStack()
        self._started = time.monotonic()
        self._drill: Drill | None = None

    # --- before the curtain

    def begin(self) -> Workstation:
        """Set the stage: the centre, dark; a workstation for each counter; returns the first one, open."""
        what = self.what
        self.out = self._held.enter_context(passing_folder()) if what.out is None else prepare(what.out)
        folder = self.out / "treasury-folder"
        centre = self._held.enter_context(
            CentralSystem(self.out / "centre.db", folder, what.faults, what.seed)
        )
        play = Play(self.out, what.seed, what.requests, what.counters, what.faults, what.sample, what.text)
        self._drill = Drill(play, centre, folder, _say_nothing)
        self._held.callback(self._drill.close)
        self._drill.open_counters()
        self._fill(self._own)
        for desk in self._drill.desks[1:]:
            self._drill.open_day(desk)
        return self._own.workstation

    def visitors(self, count: int) -> list[Visitor]:
        """People for the window to serve: the same ones for the same seed, and none of those who come elsewhere."""
        people = People(self.what.sample, Random(self.what.seed), self.what.seed, COUNTERS - 1)
        found: list[Visitor] = []
        while len(found) < count:
            citizen = people.adult()
            born, given = citizen.get("birth_date", ""), citizen.get("given_names")
            if given and len(born) == 10:
                year, month, day = born.split("-")
                found.append(Visitor(citizen["surname"], " ".join(given), f"{day}{month}{year}"))
        return found

    def person(self, role: str) -> tuple[str, str]:
        """Id and published PIN of the first colleague of a role."""
        return self._stage.person(role), _PINS[role]

    @property
    def colleagues(self) -> tuple[Person, ...]:
        """Those who may sign in, in the order of the configuration."""
        return self._own.workstation.configuration.people

    # --- the day

    def go_to(self, hour: int, minute: int, *, next_day: bool = False) -> datetime:
        """Move the clock on to that hour, if it is still to come; returns it in the office's time zone."""
        moment = self._stage.at(self._stage.days[-1 if next_day else 0], time_of_day(hour, minute))
        if self._stage.clock.now() < moment:
            self._stage.clock.jump_to(moment)
        return moment

    def serve(self) -> int:
        """The citizens whom the window does not show, at every counter; returns how many."""
        for desk in self._stage.desks:
            while desk.served < desk.share:
                self._stage.serve_one(desk)
        return sum(desk.served for desk in self._stage.desks)

    def drawer_cents(self) -> int:
        """What the books say lies in the drawer of the window's counter."""
        return self._stage.drawer(self._own)

    @property
    def pieces(self) -> tuple[int, ...]:
        """The notes and coins of the office's currency in cents, as a closing asks for them."""
        notes, coins = denominations(self._stage.currency)
        return (*notes, *coins)

    def evening(self) -> None:
        """The window has closed its day: the others close theirs, and the papers are kept."""
        stage, own = self._stage, self._own
        for desk in stage.desks[1:]:
            stage.close_day(desk, stage.days[0])
        stage.keep_log(own, stage.days[0])
        stage.keep_receipts(own)
        stage.exchange()

    # --- the recovery

    @property
    def services(self) -> list[Service]:
        """The central systems, in the order in which they come back."""
        return self._stage.services

    def come_back(self) -> None:
        """Every central service answers again."""
        for service in self._stage.services:
            self._stage.come_back(service)

    def settle(self) -> int:
        """All counters send and decide until nothing is left; returns how many units are not explained."""
        self._stage.reconcile_all([service.id for service in self._stage.services])
        self._stage.settle()
        return self._stage.unfinished()

    def confirm(self) -> None:
        """Note what the window's journal holds now: each of these entries has to be there at the end."""
        own = self._own
        with own.workstation.reading() as connection:
            known = {entry.entry_id for entry in store.entries(connection, own.workstation.chain)}
        own.confirmed += sorted(known - set(own.confirmed))

    def finish(self) -> Played:
        """Hold every journal against the centre's own store; the papers stay in `out`."""
        stage = self._stage
        reckoning = stage.reckon(self.out / "centre.db")
        seconds = round(time.monotonic() - self._started, 3)
        return Played(reckoning, stage.currency, stage.documents, seconds)

    def close(self) -> None:
        """End everything that was begun; safe to call twice."""
        self._held.close()

    @property
    def _stage(self) -> Drill:
        if self._drill is None:
            raise RuntimeError("the stage is not set")
        return self._drill

    @property
    def _own(self) -> Desk:
        return self._stage.desks[0]

    def _fill(self, desk: Desk) -> None:
        """The other citizens' lines know nothing of what the window grants: there is enough for both."""
        supervisor = self._stage.person("supervisor")
        desk.record(
            say.RaiseEnvelope(agent=supervisor, approver=supervisor, cents=_RICH_CENTS, act="PRACTICE")
        )


class Heard:
    """The kinds of entries that a workstation has just recorded, each waited for once."""

    def __init__(self, workstation: Workstation) -> None:
        self._kinds: set[str] = set()
        self.end: Callable[[], None] = workstation.writer.changes.subscribe(self._note)

    def took(self, kind: str) -> bool:
        """Whether such an entry was recorded since this was last asked with that answer."""
        if kind not in self._kinds:
            return False
        self._kinds.discard(kind)
        return True

    def _note(self, change: Change) -> None:
        self._kinds |= change.kinds


def _say_nothing(*_words: object, **_parameters: object) -> None:
    """The window has captions of its own."""
