"""What keeps units of one service back although they are due: a pause, the centre's wish, a canary, a bad entry.

None of these is a state of a unit: they are reasons, and gone with the program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random
from typing import Final, Literal

from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact
from counter_app.domain.pauses import paused_until
from counter_app.sync.pace import Window, back_off
from counter_app.sync.port import Cause

UnitId = tuple[str, str]
"""Entry id and part of a unit at the service."""
Reason = Literal["pause", "busy", "canary"]

FAILS_ALONE: Final = "fails_alone"
"""The reason of a unit that was set aside: it failed by itself, again and again, while others arrived."""
READY_S: Final = 1.0
"""How long a batch may lie ready before its first byte leaves."""

_MOST_CANARIES = 3
_MOST_FAILURES = 3
_OF_THE_UNIT = (Cause.SERVER_ERROR, Cause.UNREADABLE, Cause.DEADLINE)
_PARTS = 4
_PROOF = (UnitFact.ACCEPTED, UnitFact.SETTLED)
_NO_PROOF = (UnitFact.REJECTED, UnitFact.DISPUTED)
_ANSWERED = (*_PROOF, *_NO_PROOF, UnitFact.RECEIVED)
_LONGEST_JITTER_S = 30.0


@dataclass(frozen=True, slots=True)
class Held:
    """Why nothing of a service goes out now; `until` is `None` where no time ends it."""

    reason: Reason
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the due units goes next, and what is set aside instead."""

    units: tuple[UnitId, ...] = ()
    aside: tuple[UnitId, ...] = ()


class Restraint:
    """The restraint on one service during one run.

    With a `canary` the first unit goes alone and must be accepted before any other follows; of three that were not,
    no fourth is tried. A unit that fails by itself goes alone and last, and is set aside after three times.
    """

    def __init__(self, service: Service, most: int, random: Random, *, canary: bool) -> None:
        self.window = Window(most, service.deadline_s, gently=canary)
        self._service = service
        self._random = random
        self._proven = not canary
        self._canary: UnitId | None = None
        self._canaries = 0
        self._failures: Counter[UnitId] = Counter()
        self._at_most: dict[UnitId, int] = {}
        self._fruitless = 0
        self._clean = 0
        self._wish: datetime | None = None
        self._jitter: tuple[datetime, datetime] | None = None

    def held(self, now: datetime, zone: tzinfo) -> Held | None:
        """Why no exchange may begin now; none that begins lasts into a pause."""
        lasting_s = self._service.deadline_s + READY_S
        until = paused_until(self._service.pauses, now, zone, lasting_s)
        if until is not None:
            self._jitter = (until, until + self._spread(until - now))
            return Held("pause", self._jitter[1])
        if self._jitter is not None and now < self._jitter[1]:
            return Held("pause", self._jitter[1])
        if self._wish is not None and now < self._wish:
            return Held("busy", self._wish)
        return None

    def forget_wish(self) -> None:
        """Ask the centre again although it wished for peace: somebody comes back by hand."""
        self._wish = None

    def _spread(self, away: timedelta) -> timedelta:
        """Counters that waited for the same hour return one after the other; the same one, always at its moment."""
        if self._jitter is not None:
            return self._jitter[1] - self._jitter[0]
        most = min(_LONGEST_JITTER_S, away.total_seconds() / 10)
        return timedelta(seconds=self._random.uniform(0, most))

    def held_by_canary(self) -> Held | None:
        """Why nothing may be sent although questions may: no unit has been accepted yet."""
        if not self._proven and (self._canary is not None or self._canaries >= _MOST_CANARIES):
            return Held("canary", None)
        return None

    @property
    def wanted(self) -> int:
        """How many due units to look at: what goes at once, and those that go last."""
        return (self.window.size if self._proven else 1) + len(self._failures)

    def choose(self, due: Sequence[UnitId]) -> Choice:
        """The next to go of the units that are due, in their order."""
        if self.held_by_canary() is not None:
            return Choice()
        good = [unit for unit in due if unit not in self._failures]
        if not self._proven:
            chosen = (good or list(due))[:1]
            self._canary = chosen[0] if chosen else None
            return Choice(tuple(chosen))
        if good:
            return Choice(self._together(good))
        aside = [unit for unit in due if self._clean and self._failures[unit] >= _MOST_FAILURES]
        for unit in aside:
            del self._failures[unit]
        left = [unit for unit in due if unit not in aside]
        return Choice(tuple(left[:1]), tuple(aside))

    def _together(self, good: Sequence[UnitId]) -> tuple[UnitId, ...]:
        """As many of the first as the centre bears, and as none of them was among when a batch failed as a whole."""
        chosen: list[UnitId] = []
        size = self.window.size
        for unit in good:
            size = min(size, self._at_most.get(unit, size))
            if len(chosen) >= size:
                break
            chosen.append(unit)
        return tuple(chosen)

    def learn(
        self,
        now: datetime,
        verdicts: Mapping[UnitId, UnitFact | None],
        broken: Collection[UnitId],
        *,
        asked: bool,
        cause: Cause,
        retry_after: float | None,
        seconds: float,
    ) -> None:
        """Take in one exchange: what became of each unit, which alone got no answer, and how the centre was."""
        went_well = cause is Cause.NONE or 0 < len(broken) < len(verdicts)
        self._be_patient(now, went_well, retry_after)
        for unit in broken:
            self._failures[unit] += 1
        if not asked:
            self.window.took(seconds, clean=went_well)
            if cause in _OF_THE_UNIT and not went_well:
                self._divide(verdicts)
            self._clean += went_well
        for unit, fact in verdicts.items():
            if fact in _ANSWERED:
                self._at_most.pop(unit, None)
        if self._canary is not None and self._canary in verdicts:
            self._watch_canary(verdicts[self._canary])

    def _divide(self, units: Collection[UnitId]) -> None:
        """A batch failed as a whole: one of it may be to blame, so they go in smaller ones until it is alone."""
        if len(units) > 1:
            self._at_most.update(dict.fromkeys(units, max(1, len(units) // _PARTS)))
            return
        for unit in units:
            # While nothing else arrives either, the centre may be to blame: it only goes last.
            self._failures[unit] = self._failures[unit] + 1 if self._clean else 1

    def _watch_canary(self, fact: UnitFact | None) -> None:
        if fact in _PROOF:
            self._proven = True
        elif fact in _NO_PROOF:
            self._canaries += 1
            self._canary = None
        elif fact in (UnitFact.NOT_SENT, UnitFact.ABSENT):
            self._canary = None

    def _be_patient(self, now: datetime, went_well: bool, retry_after: float | None) -> None:
        self._fruitless = 0 if went_well else self._fruitless + 1
        if self._fruitless or retry_after:
            wait = back_off(max(1, self._fruitless), self._random, retry_after)
            self._wish = now + timedelta(seconds=wait)
        else:
            self._wish = None
