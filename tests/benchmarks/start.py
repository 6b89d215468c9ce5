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
    pairs = []
    for _ in range(_PAIRS + _WARM_UP):
        bare = _painted([sys.executable, "-c", _BARE])
        pairs.append((bare, _painted([sys.executable, "-c", _OURS, "--data", str(data), "--measure-start"])))
    bare, ours = (median(times) for times in zip(*pairs[_WARM_UP:], strict=True))
    return [Figure("start", ours, "ms", floor=bare, limit=LIMIT)]


def _painted(command: list[str]) -> float:
    """Milliseconds until the line that follows the first paint."""
    place = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=place) as process:
        assert process.stdout is not None  # a pipe was asked for
        line = process.stdout.readline()
        milliseconds = (time.perf_counter() - begun) * 1000
        process.stdout.read()
    if not line.startswith(b"{") or process.returncode != 0:
        raise RuntimeError(f"{command[-1]} did not paint: {line!r}")
    return milliseconds
