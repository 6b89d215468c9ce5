"""What a long outage costs a person: a grant behind 20,000 entries beside the same grant on an empty journal."""

from __future__ import annotations

from pathlib import Path

from counter_app.domain.commands import parse_command
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds, p50

ENTRIES = 20_000
_AT_ONCE = 200
_PAIRS = 200
_WARM_UP = 30


def measure(folder: Path) -> list[Figure]:
    """The p50 of both, alternated: two workstations that differ in what they hold."""
    with stage.workstation(folder / "old") as old, stage.workstation(folder / "new") as new:
        for start in range(0, ENTRIES, _AT_ONCE):
            _grant_many(old, start)
        pairs = [_pair(old, new, ENTRIES + number) for number in range(_WARM_UP + _PAIRS)][_WARM_UP:]
    late, early = zip(*pairs, strict=True)
    return [Figure(f"grant behind {ENTRIES} entries", p50(late), "ms", floor=p50(early))]


def _grant_many(workstation: Workstation, start: int) -> None:
    commands = [parse_command(stage.grant_line(number)) for number in range(start, start + _AT_ONCE)]

    def job(session: Session) -> None:
        for command in commands:
            record(session, command, "command_line")

    workstation.writer.do(job)


def _pair(old: Workstation, new: Workstation, number: int) -> tuple[float, float]:
    line = stage.grant_line(number)
    late, _ = milliseconds(lambda: stage.record_line(old, line))
    early, _ = milliseconds(lambda: stage.record_line(new, line))
    return late, early
