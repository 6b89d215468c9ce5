"""Fifty workstations' bundles with all their entries, imported, planned and reconciled on one machine.

`BENCH_ENTRIES` (100,000) is the number of entries of all together. What another machine did, the making of the fifty
journals and of their bundles, is told beside it. One process does what IT does, and its memory is its own peak.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.domain.catalogue import Counter
from counter_app.practice.offices import sample_office
from counter_app.projections import delivery
from counter_app.reconciling import reconcile
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.taking import import_bundle
from counter_app.service.reconciliation import tallies
from counter_app.settings import read_configuration, sample_configuration, with_changes
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure

WORKSTATIONS = 50
_ENTRIES = 100_000
_SHARE = "share.json"


def measure(folder: Path) -> list[Figure]:
    """Seconds of each part, microseconds an entry, and the peak of the importing process in MB of a million bytes.

    The last bundles are held against the first by the processor time that this process used for them.
    """
    entries = int(os.environ.get("BENCH_ENTRIES", _ENTRIES))
    with stage.practice_centre(folder) as port:
        raw = _configuration(port)
        started = time.perf_counter()
        sticks = [_counter(folder, number, entries // WORKSTATIONS, raw) for number in range(WORKSTATIONS)]
        made_s = time.perf_counter() - started
        (folder / _SHARE).write_text(
            json.dumps({"raw": raw.decode(), "sticks": [str(one) for one in sticks]})
        )
        command = [sys.executable, "-m", "tests.benchmarks.counters", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    whole = told["import_s"] + told["plan_s"] + told["reconcile_s"]
    return [
        Figure("counters made", made_s, "s"),
        Figure("counters imported", told["import_s"], "s"),
        Figure("counters last bundle", told["last_s"], "s", floor=told["first_s"], limit=1.3),
        Figure("counters planned", told["plan_s"], "s"),
        Figure("counters reconciled", told["reconcile_s"], "s"),
        Figure("counters each", 1e6 * whole / told["entries"], "µs"),
        Figure("counters each, processor", 1e6 * told["processor_s"] / told["entries"], "µs"),
        Figure("counters memory", told["memory_mb"], "MB", limit=400),
    ]


def _configuration(port: int) -> bytes:
    raw = sample_configuration("paris")
    services = read_configuration(raw, "office.toml").configuration.services
    return with_changes(
        raw,
        counters=[Counter(id="IT")],
        addresses={service.id: f"http://127.0.0.1:{port}" for service in services},
    )


def _counter(folder: Path, number: int, entries: int, raw: bytes) -> Path:
    """One workstation with requests, and its stick; the workstation itself is not needed any more."""
    name, data = f"C{number:02d}", folder / f"C{number:02d}"
    create_workstation(data, sample_office("paris", name, stage.PASSPHRASE, raw))
    workstation = open_workstation(data, stage.PASSPHRASE, write=True)
    try:
        stage.record_requests(workstation, entries)
        stick = export_bundle(workstation, folder / f"{name}.bundle", stage.IT, to="IT", custody=True)
    finally:
        workstation.close()
    shutil.rmtree(data)
    return stick.path


def take_all(folder: Path) -> dict[str, Any]:
    """What IT does, in this process."""
    told = json.loads((folder / _SHARE).read_text())
    data = folder / "IT"
    create_workstation(data, sample_office("paris", "IT", stage.PASSPHRASE, told["raw"].encode()))
    workstation = open_workstation(data, stage.PASSPHRASE, write=True)
    worked_before = time.process_time()
    try:
        started, times = time.perf_counter(), []
        for stick in told["sticks"]:
            worked = time.process_time()
            import_bundle(workstation, Path(stick), stage.IT)
            times.append(time.process_time() - worked)
        import_s = time.perf_counter() - started
        started = time.perf_counter()
        planned = sum(tally.to_send for tally in tallies(workstation))
        plan_s = time.perf_counter() - started
        started = time.perf_counter()
        reconcile(workstation, workstation.configuration.services, stage.IT)
        reconcile_s = time.perf_counter() - started
        with workstation.tables() as tables:
            counts = delivery.unit_counts(tables, workstation.chain)
            entries = sum(row[0] for row in tables.rows("SELECT count(*) FROM entry"))
    finally:
        workstation.close()
    if {state for _, state, _, _ in counts} != {"accepted"} or sum(row[2] for row in counts) != planned:
        raise RuntimeError(f"planned {planned}, and came to {counts}")
    edge = max(1, len(times) // 10)
    return {
        "entries": entries,
        "import_s": import_s,
        "first_s": sum(times[:edge]) / edge,
        "last_s": sum(times[-edge:]) / edge,
        "processor_s": time.process_time() - worked_before,
        "plan_s": plan_s,
        "reconcile_s": reconcile_s,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(take_all(Path(sys.argv[1]))))
