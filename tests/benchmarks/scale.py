"""What one entry costs to deliver and to audit among many, beside the same among a thousand; and the memory it takes.

Each size runs in a process of its own, against a centre of its own, so that its peak memory is its own too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

from counter_app.bootstrap import audit, reconcile
from counter_app.domain.commands import AnyCommand, parse_command
from counter_app.service.reconciliation import tallies
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure

ENTRIES = 100_000
LIMIT = 1.3
GROWTH_MB = 40.0
"""How much more memory the large one may take: caches of the database fill once, and no list grows with the entries."""
_SMALL = 1_000
_TURNS = 5
_AT_ONCE = 100
_SERVICE = "aid-file"


def measure(folder: Path) -> list[Figure]:
    """Milliseconds for each entry of `BENCH_ENTRIES` (100,000), and megabytes beyond those of a thousand."""
    large = int(os.environ.get("BENCH_ENTRIES", str(ENTRIES)))
    small = [_in_a_process(folder / f"small-{turn}", _SMALL) for turn in range(_TURNS)]
    many = _in_a_process(folder / "large", large)
    figures = []
    for name in ("deliver", "audit"):
        for what, unit in (("", "ms/entry"), (" work", "CPU ms/entry")):
            floor = median(one[name + what] for one in small) / _SMALL
            figures.append(
                Figure(f"scale {name}{what}", many[name + what] / large, unit, floor=floor, limit=LIMIT)
            )
    grown = many["peak_mb"] - median(one["peak_mb"] for one in small)
    return [*figures, Figure("scale memory", grown, "MB more", limit=GROWTH_MB)]


def _in_a_process(folder: Path, count: int) -> dict[str, float]:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.scale", str(folder), str(count)]
    told: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def _record(workstation: Workstation, count: int) -> None:
    """Requests of so many new people, a hundred in one transaction and no more of them in memory."""
    for start in range(0, count, _AT_ONCE):
        commands = [parse_command(stage.request_line(start + place)) for place in range(_AT_ONCE)]

        def job(session: Session, commands: list[AnyCommand] = commands) -> None:
            for command in commands:
                record(session, command, "command_line")

        workstation.writer.do(job)


def _one_size(folder: Path, count: int) -> dict[str, float]:
    """Milliseconds that all of them take, each step for itself, and the peak of this process."""
    with (
        stage.practice_centre(folder) as port,
        stage.workstation(folder / "A1", centre_port=port) as workstation,
    ):
        _record(workstation, count)
        services = [one for one in workstation.configuration.services if one.id == _SERVICE]
        took: dict[str, float] = {}
        if tallies(workstation, _SERVICE)[0].to_send != count:
            raise RuntimeError("not every unit waits")
        before = _peak_mb()
        with _timed(took, "deliver"):
            trip = reconcile(workstation, services, stage.IT)[_SERVICE]
        if trip.done != count:
            raise RuntimeError(f"{trip.done} units are done: {trip}")
        with _timed(took, "audit"):
            result = audit(workstation, services, stage.IT)[_SERVICE]
        if not result.clean or result.asked != count:
            raise RuntimeError(f"the audit is not clean: {result.standings}")
        return {**took, "peak_mb": _peak_mb(), "before_mb": before}


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    """Milliseconds by the clock on the wall, and those in which this process worked."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    took[name] = (time.perf_counter() - begun) * 1000
    took[f"{name} work"] = (time.process_time() - worked) * 1000


def _peak_mb() -> float:
    memory = psutil.Process().memory_info()
    if sys.platform == "linux":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return float(getattr(memory, "peak_wset", memory.rss)) / 1e6


if __name__ == "__main__":
    print(json.dumps(_one_size(Path(sys.argv[1]), int(sys.argv[2]))))
