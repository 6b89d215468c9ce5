"""The most memory that any process takes while a whole outage is played without windows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.benchmarks.figures import Figure

LIMIT_MB = 300
REQUESTS = 3_000
_EVERY_S = 0.05


def measure(folder: Path) -> list[Figure]:
    """The peak resident set of the largest process of the tree, sampled, in MB of a million bytes."""
    command = [sys.executable, "-m", "counter_app", "practice", "--headless"]
    peak = peak_bytes([*command, "--requests", str(REQUESTS), "--out", str(folder / "out")], folder)
    return [Figure("practice memory", peak / 1e6, "MB", limit=LIMIT_MB)]


def peak_bytes(command: list[str], folder: Path) -> int:
    """The largest resident set that any process of a command's tree had; what it says goes to `folder`."""
    with (folder / "told.txt").open("wb") as told:
        process = psutil.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        try:
            peaks = _watch(process)
        finally:
            if process.poll() is None:
                process.kill()
            status = process.wait()
    if status != 0:
        raise RuntimeError(f"{command[3]} ended with {status}: {(folder / 'told.txt').read_text()[-2000:]}")
    return max(peaks.values())


def _watch(process: psutil.Popen) -> dict[int, int]:
    """The largest resident set seen of each process of the tree, in bytes, until its root ends."""
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for one in [process, *_children(process)]:
            try:
                peaks[one.pid] = max(peaks.get(one.pid, 0), _resident(one))
            except psutil.Error:
                continue
        time.sleep(_EVERY_S)
    return peaks


def _children(process: psutil.Popen) -> list[psutil.Process]:
    try:
        found: list[psutil.Process] = process.children(recursive=True)
    except psutil.Error:
        return []
    return found


def _resident(process: psutil.Process) -> int:
    """The operating system's own peak where it keeps one, else what there is now."""
    memory = process.memory_info()
    return int(getattr(memory, "peak_wset", memory.rss))
