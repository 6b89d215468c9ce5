"""A journal of a million entries: opened, proved, projected and written on; `make bench-million`, for it takes long.

`BENCH_ENTRIES` makes it smaller; `BENCH_FOLDER` keeps the filled journals there for another run.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

from counter_app.bootstrap import open_workstation
from counter_app.journal import store, verify
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds, p99
from tests.benchmarks.memory import peak_bytes
from tests.benchmarks.verify import fill, hash_rows

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
OPENING_S = 2.0
VERIFY_LIMIT = 1.5
RECORDING_LIMIT = 1.5
MEMORY_LIMIT = 1.5
REBUILD_LIMIT = 1.5
_KEPT = os.environ.get("BENCH_FOLDER")
_FEW = 10_000
_PAIRS = 600
_WARM_UP = 60


def measure(folder: Path) -> list[Figure]:
    """Opening in seconds; the proof beside a hashing loop; a grant's p99 and the memory beside a small journal's."""
    kept = Path(_KEPT) if _KEPT else folder
    for name, entries in (("many", ENTRIES), ("few", _FEW)):
        if not (kept / name).exists():
            with stage.workstation(kept / name) as workstation:
                fill(workstation, entries)
    many = kept / "many"
    return [_opening(many), _proof(many), _recording(many, folder / "empty"), _memory(kept), _rebuild(kept)]


def _opening(data: Path) -> Figure:
    took, workstation = milliseconds(lambda: stage.open_again(data))
    workstation.close()
    return Figure(f"opening {ENTRIES} entries", took / 1000, "s", limit=OPENING_S)


def _proof(data: Path) -> Figure:
    with closing(stage.open_again(data)) as workstation, workstation.reading() as connection:
        chain = next(row for row in store.chains(connection) if row.own)
        report = verify.Report()
        proof, proved = milliseconds(lambda: verify.verify_chain(connection, chain, report))
        loop, hashed = milliseconds(lambda: hash_rows(connection, chain.name))
    if report.findings or proved != hashed or proved < ENTRIES:
        raise RuntimeError(f"{proved} entries proved, {hashed} hashed, {report.findings}")
    return Figure(f"verify {ENTRIES} entries", proof / 1000, "s", floor=loop / 1000, limit=VERIFY_LIMIT)


def _recording(data: Path, beside: Path) -> Figure:
    with stage.workstation(beside) as empty, closing(stage.open_again(data)) as many:
        pairs = []
        for number in range(_WARM_UP + _PAIRS):
            line = stage.grant_line(number)
            late, _ = milliseconds(lambda line=line: stage.record_line(many, line))  # type: ignore[misc]
            early, _ = milliseconds(lambda line=line: stage.record_line(empty, line))  # type: ignore[misc]
            pairs.append((late, early))
    late_times, early_times = zip(*pairs[_WARM_UP:], strict=True)
    return Figure(
        f"grant p99 behind {ENTRIES} entries",
        p99(late_times),
        "ms",
        floor=p99(early_times),
        limit=RECORDING_LIMIT,
    )


def _memory(folder: Path) -> Figure:
    many, few = (_verified(folder / name) for name in ("many", "few"))
    return Figure(f"memory of verify, {ENTRIES} entries", many, "MB", floor=few, limit=MEMORY_LIMIT)


def _rebuild(kept: Path) -> Figure:
    """The projections' cost per entry, which may not grow with their number."""
    many, few = (_rebuilt_us(kept / name) for name in ("many", "few"))
    return Figure(f"projections of {ENTRIES} entries, each", many, "us", floor=few, limit=REBUILD_LIMIT)


def _rebuilt_us(data: Path) -> float:
    told: list[int] = []

    def rebuilt() -> None:
        open_workstation(
            data,
            stage.PASSPHRASE,
            write=True,
            rebuild=True,
            progress=lambda done, _: told.append(done),
        ).close()

    took, _ = milliseconds(rebuilt)
    opened, _ = milliseconds(lambda: stage.open_again(data).close())
    return (took - opened) * 1000 / told[-1]


def _verified(data: Path) -> float:
    file = data.parent / "passphrase"
    file.write_bytes(stage.PASSPHRASE)
    command = [sys.executable, "-m", "counter_app", "journal", "verify"]
    return peak_bytes([*command, "--data", str(data), "--passphrase-file", str(file)], data.parent) / 1e6
