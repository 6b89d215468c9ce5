"""`register link` over 100,000 and 10,000 people: the seconds and the memory of the whole command, for information."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

import psutil

from counter_app.practice.register import write_register
from tests.benchmarks.figures import Figure

REGISTER, SOUGHT = 100_000, 10_000
_EVERY = REGISTER // SOUGHT


def measure(folder: Path) -> list[Figure]:
    """One run; memory is what the command and its children hold together at the most, looked at often."""
    list_a, list_b, out = folder / "a.csv", folder / "b.csv", folder / "out.csv"
    write_register(list_a, REGISTER, 5)
    _every_tenth_in_capitals(list_a, list_b)
    command = [sys.executable, "-m", "counter_app", "register", "link", *map(str, (list_a, list_b, out))]
    begun, most = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            most = max(most, _held(psutil.Process(running.pid)))
            time.sleep(0.1)
    if running.returncode:
        raise RuntimeError(f"register link ended with {running.returncode}")
    seconds = time.perf_counter() - begun
    return [
        Figure("link 100,000 x 10,000", seconds, "s", limit=60.0),
        Figure("link memory", most / 1e6, "MB", limit=1000.0),
    ]


def _held(process: psutil.Process) -> int:
    held = 0
    try:
        for one in (process, *process.children(recursive=True)):
            held += one.memory_info().rss
    except psutil.NoSuchProcess:
        return held
    return held


def _every_tenth_in_capitals(list_a: Path, list_b: Path) -> None:
    with (
        list_a.open(encoding="utf-8", newline="") as read,
        list_b.open("w", encoding="utf-8", newline="") as written,
    ):
        rows = csv.reader(read)
        writer = csv.writer(written)
        writer.writerow(next(rows))
        for number, row in enumerate(rows):
            if number % _EVERY == 0:
                writer.writerow([f"S{number}", row[1].upper(), row[2].upper(), *row[3:5], ""])
