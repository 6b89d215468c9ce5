"""The lines of practice as they are written: who acts, the next entry id, paper forms, and the draw behind it all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from counter_app.access.roles import COUNTER_WORK, RECOVERY, SUPERVISION
from counter_app.domain.catalogue import Configuration, Role
from counter_app.practice.phrases import LANGUAGES, PHRASES, Phrases

T = TypeVar("T")
Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the lines tell of.

    Without `days` nothing opens or closes a day, without `incidents` nothing is said of outages: whoever plays the
    lines does that. Paper forms are dated on the ten working days from the Monday `paper_from` on, which must have
    passed where they are recorded. Vouchers are good until the end of `voucher_year`. `counter` is the workstation
    that will record the lines: only where it is known are parts of its slice released, for none may go to itself.
    """

    days: bool = True
    incidents: bool = True
    paper_from: date = date(2025, 11, 17)
    voucher_year: int = 2099
    counter: str | None = None


class Script:
    """Writes lines in order. The same sample, seed and counter give the same lines."""

    def __init__(
        self, sample: str, seed: int, counter_index: int, configuration: Configuration, plan: Plan
    ) -> None:
        self.plan = plan
        self.configuration = configuration
        self.counter_index = counter_index
        self.draw = Random(f"{sample}/{seed}/{counter_index}")
        self.written = 0
        self.lines: list[Line] = []
        self._ids = blake2b(f"{sample}/{seed}/{counter_index}/".encode(), digest_size=16)
        self._languages = LANGUAGES[sample]
        self._forms = 0
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._zone = ZoneInfo(configuration.office.time_zone)
        self.agents = self._with_role(("agent",)) or self._with_role(COUNTER_WORK)
        self.workers = self._with_role(COUNTER_WORK)
        self.supervisors = self._with_role(SUPERVISION)
        self.menders = self._with_role(RECOVERY)
        self.mandated = self._mandated()

    def write(self, command: str, agent: str, fields: Line, *, refer: bool = False) -> str:
        """Write a line, with its own entry id where others will refer to it, and return that id."""
        line: Line = {"command": command, "agent": agent}
        entry_id = ""
        if refer:
            entry_id = line["entry_id"] = self._entry_id()
        line.update(fields)
        if "person" in line and "note" not in line and self.draw.random() < 0.1:
            line["note"] = self.one_of(self.phrases.notes)
        self.lines.append(line)
        self.written += 1
        return entry_id

    def paper(self) -> Line:
        """What marks a paper form of the dark days: its number, when it was filled in, and that it happened."""
        self._forms += 1
        shift = self.below(10)
        day = self.plan.paper_from + timedelta(days=shift + 2 * (shift // 5))
        moment = datetime(day.year, day.month, day.day, 9, 0, tzinfo=self._zone)
        moment += timedelta(seconds=self.below(8 * 3600))
        return {
            "happened_at": moment.isoformat(),
            "already_happened": True,
            "form": f"P{self.counter_index:02d}-{self._forms:05d}",
        }

    def later(self, act: Callable[[], None]) -> None:
        """Let `act` write its lines some lines from now."""
        self._waiting.append((self.written + 4 + self.below(25), act))

    def go_on(self, *, everything: bool = False) -> None:
        """Let those write who have waited long enough, or everybody, until nobody waits."""
        while self._waiting and (everything or self._waiting[0][0] <= self.written):
            _, act = self._waiting.popleft()
            act()

    @property
    def phrases(self) -> Phrases:
        """The words of a colleague's language."""
        return PHRASES[self.one_of(self._languages)]

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return int(self.draw.random() * limit)

    def chance(self, share: float) -> bool:
        """True as often as `share` says."""
        return self.draw.random() < share

    def one_of(self, choices: Sequence[T]) -> T:
        """One of them, each as likely as any other."""
        return choices[int(self.draw.random() * len(choices))]

    def agent(self) -> str:
        """Whoever sits at the counter: mostly an agent, now and then a supervisor."""
        return self.one_of(self.workers if self.chance(0.1) else self.agents)

    def supervisor(self, other_than: str | None = None) -> str:
        """A supervisor who is not the one named."""
        return self.one_of([one for one in self.supervisors if one != other_than])

    def _entry_id(self) -> str:
        state = self._ids.copy()
        state.update(self.written.to_bytes(8, "big"))
        return str(UUID(bytes=state.digest(), version=4))

    def _with_role(self, roles: tuple[Role, ...]) -> list[str]:
        return [person.id for person in self.configuration.people if person.role in roles]

    def _mandated(self) -> list[str]:
        """Who may hand over cash on the paper days and ever after."""
        regie, first = self.configuration.regie, self.plan.paper_from
        named = [
            mandate.person for mandate in regie.mandates if mandate.since <= first and mandate.until is None
        ]
        return [one for one in (regie.regisseur, *named) if one in self.workers]
