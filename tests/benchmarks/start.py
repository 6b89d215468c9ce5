"""From the start of the process to the first paint, beside a window of Qt's that holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.benchmarks import stage
from tests.benchmarks.figures import Figure

LIMIT = 1.8
_PAIRS = 15
_WARM_UP = 2
_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, told)

def told():
    print("{}", flush=True)
    application.quit()

application = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
sys.exit(application.exec())
"""
_OURS = "import sys; from counter_app.__main__ import main; sys.exit(main())"


def measure(folder: Path) -> list[Figure]:
    """Both by turns, each until it says that it has painted: the median of all pairs."""
    data = folder / "A1"
    with stage.workstation(data):
        pass
    ours = [sys.executable, "-c", _OURS, "--data", str(data), "--measure-start"]
    place = _place(folder / "compiled")
    pairs = []
    for _ in range(_PAIRS + _WARM_UP):
        empty = _painted([sys.executable, "-c", _BARE], place)
        pairs.append((empty, _painted(ours, place)))
    floor, found = (median(times) for times in zip(*pairs[_WARM_UP:], strict=True))
    return [Figure("start", found, "ms", floor=floor, limit=LIMIT)]


def _place(compiled: Path) -> dict[str, str]:
    """An environment that keeps bytecode, in a folder of its own which the first pair fills: a package holds its
    modules compiled, and what Python compiles anew at each start would be measured as if it were ours."""
    place = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    place.pop("PYTHONDONTWRITEBYTECODE", None)
    return place


def _painted(command: list[str], place: dict[str, str]) -> float:
    """Milliseconds until the line that follows the first paint."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=place) as process:
        assert process.stdout is not None  # a pipe was asked for
        line = process.stdout.readline()
        milliseconds = (time.perf_counter() - begun) * 1000
        process.stdout.read()
    if not line.startswith(b"{") or process.returncode != 0:
        raise RuntimeError(f"{command[-1]} did not paint: {line!r}")
    return milliseconds
