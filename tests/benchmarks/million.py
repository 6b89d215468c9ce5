"""A journal of a million entries: opened, proved and written on; `make bench-million`, for filling it takes minutes.

`BENCH_ENTRIES` makes it smaller.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

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
_FEW = 10_000
_PAIRS = 600
_WARM_UP = 60


def measure(folder: Path) -> list[Figure]:
    """Opening in seconds; the proof beside a hashing loop; a grant's p99 and the memory beside a small journal's."""
    for name, entries in (("many", ENTRIES), ("few", _FEW)):
        with stage.workstation(folder / name) as workstation:
            fill(workstation, entries)
    return [_opening(folder / "many"), _proof(folder / "many"), _recording(folder), _memory(folder)]


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


def _recording(folder: Path) -> Figure:
    with stage.workstation(folder / "empty") as empty, closing(stage.open_again(folder / "many")) as many:
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


def _verified(data: Path) -> float:
    file = data.parent / "passphrase"
    file.write_bytes(stage.PASSPHRASE)
    command = [sys.executable, "-m", "counter_app", "journal", "verify"]
    return peak_bytes([*command, "--data", str(data), "--passphrase-file", str(file)], data.parent) / 1e6
