"""The faults of the practice centre: which exist, and a seeded draw of when each one strikes."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

REQUEST_FAULTS = ("down", "retry-after", "hang", "drip", "reset", "lost-answer")
"""Strike a whole sending request."""
ASKING_FAULTS = ("reset", "retry-after")
"""The mild ones, which also strike questions."""
UNIT_FAULTS = ("rejection", "late-ack", "wrong-echo")
"""Strike one unit, the same one at every attempt."""
STANDING_FAULTS = ("duplicate",)
"""Hold the whole time."""
LATER_FAULTS = ("lost-accepted",)
"""Strike what was accepted, once the answer is out: nobody notices before the centre is asked again."""
ALL = frozenset(REQUEST_FAULTS + UNIT_FAULTS + STANDING_FAULTS)
"""What `all` stands for; later faults are named besides."""
KNOWN = ALL | frozenset(LATER_FAULTS)

_EACH_REQUEST = 0.06
_ALL_REQUESTS = 0.25
_EACH_QUESTION = 0.05
_EACH_UNIT = 0.02
_EACH_ACCEPTED = 0.06
_BURSTS = (2, 3, 4)
_MEAN_BURST = sum(_BURSTS) / len(_BURSTS)
_COMMITTED = {"down": False, "retry-after": False, "drip": True, "lost-answer": True}


@dataclass(frozen=True, slots=True)
class Mishap:
    """What befalls one sending request; `committed` says whether the centre keeps its units all the same."""

    name: str
    committed: bool


def parse(names: str) -> frozenset[str]:
    """The faults of a comma list, of `none` or of `all`; ValueError names those that don't exist."""
    given = {name.strip() for name in names.split(",") if name.strip()}
    if given <= {"none"}:
        return frozenset()
    return (ALL if "all" in given else frozenset()) | _known(given - {"all"})


def _known(names: Iterable[str]) -> frozenset[str]:
    unknown = sorted(set(names) - KNOWN)
    if unknown:
        known = ", ".join(["none", "all", *sorted(KNOWN)])
        raise ValueError(f"no such fault: {', '.join(unknown)}; there are: {known}")
    return frozenset(names)


class Faults:
    """The draw. Units depend on seed, fault and key alone; requests also on the order in which they come.

    The first requests meet every chosen request fault once, each followed by a clean request, so that a short
    practice has seen them all; afterwards each comes with at most 6 %, all together with at most 25 %.
    `struck` counts how often each fault of requests and of units came.
    """

    def __init__(self, chosen: Iterable[str], seed: int) -> None:
        self.chosen = _known(chosen)
        self.seed = seed
        self.struck: Counter[str] = Counter()
        self._draw = random.Random(f"{seed} requests")
        self._sending = [name for name in REQUEST_FAULTS if name in self.chosen]
        self._asking = [name for name in ASKING_FAULTS if name in self.chosen]
        self._opening: list[str | None] = []
        for name in self._draw.sample(self._sending, len(self._sending)):
            # Taken from the end: the fault, then the clean request.
            self._opening += [None, name]
        self._down_left = 0

    @property
    def deduplicate(self) -> bool:
        """Whether a key that comes again is recognised."""
        return "duplicate" not in self.chosen

    def for_sending(self) -> Mishap | None:
        """What befalls the next sending request; None leaves it alone."""
        name = self._next()
        if name is None:
            return None
        self.struck[name] += 1
        committed = _COMMITTED[name] if name in _COMMITTED else self._draw.random() < 0.5
        return Mishap(name, committed)

    def _next(self) -> str | None:
        if self._down_left:
            self._down_left -= 1
            return "down"
        name = self._opening.pop() if self._opening else self._drawn()
        if name == "down":
            self._down_left = self._draw.choice(_BURSTS) - 1
        return name

    def _drawn(self) -> str | None:
        if not self._sending:
            return None
        each = min(_EACH_REQUEST, _ALL_REQUESTS / len(self._sending))
        lot = self._draw.random()
        for name in self._sending:
            # A burst takes several requests, so it starts as much more rarely.
            lot -= each / _MEAN_BURST if name == "down" else each
            if lot < 0:
                return name
        return None

    def for_asking(self) -> str | None:
        """The mild fault that befalls the next question; None leaves it alone."""
        if not self._asking or self._draw.random() >= _EACH_QUESTION:
            return None
        name = self._draw.choice(self._asking)
        self.struck[name] += 1
        return name

    def strikes(self, fault: str, key: str) -> bool:
        """Whether the unit FAULT befalls this KEY: the same answer every time, for 2 % of the keys."""
        struck = fault in self.chosen and self.share(fault, key) < _EACH_UNIT
        self.struck[fault] += struck
        return struck

    def loses(self, key: str) -> bool:
        """Whether the accepted unit of this KEY is lost behind everybody's back: 6 % of the keys."""
        lost = "lost-accepted" in self.chosen and self.share("lost-accepted", key) < _EACH_ACCEPTED
        self.struck["lost-accepted"] += lost
        return lost

    def share(self, purpose: str, key: str) -> float:
        """A number in [0, 1) that depends on seed, PURPOSE and KEY alone."""
        lot = hashlib.sha256(f"{self.seed}\0{purpose}\0{key}".encode()).digest()
        return int.from_bytes(lot[:8], "big") / 2**64
