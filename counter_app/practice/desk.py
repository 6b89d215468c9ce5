"""One counter on the stage of practice: its workstation, the lines that come to it, and what it has confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from counter_app.domain import commands as say
from counter_app.service.outcome import Outcome
from counter_app.service.workstation import Workstation


@dataclass(slots=True)
class Desk:
    """One counter on the stage; `confirmed` are the entries that a recording there has confirmed."""

    workstation: Workstation
    lines: Iterator[say.AnyCommand]
    share: int
    served: int = 0
    confirmed: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The counter's id."""
        return self.workstation.office.counter

    def record(self, command: say.AnyCommand) -> Outcome:
        """Record a command and note that it was confirmed."""
        outcome = self.workstation.record(command, "command_line")
        self.confirmed.append(outcome.entry.entry_id)
        return outcome


def parsed(lines: Iterator[dict[str, object]]) -> Iterator[say.AnyCommand]:
    """The commands of generated lines."""
    for line in lines:
        yield msgspec.convert(line, say.AnyCommand)
