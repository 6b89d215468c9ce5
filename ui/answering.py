"""Keeps the window answering while threads work beside it: when Python collects, and how long a thread may hold it."""

from __future__ import annotations

import gc
import sys
from typing import Final

from PySide6.QtCore import QObject, QTimer

_TURN_S: Final = 0.001
"""For so long another thread may go on when the window wants its turn; Python's own 5 ms add up to a visible wait
in a repaint, which asks for many turns."""
_TICK_MS: Final = 200
_MANY: Final = 700
_OLD_EVERY: Final = 10


class Answering(QObject):
    """From `start` to `stop` Python collects on the main thread alone, a little at a time, and fully in `tidy`.

    A full collection of all that a workstation loads takes 30 to 80 ms, and Python would begin it on any thread, in
    the middle of a word that is being typed.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._before = sys.getswitchinterval()
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._collect)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._tidy)

    def start(self) -> None:
        """What was made until now stays to the end: no collection looks at it again."""
        gc.disable()
        gc.freeze()
        sys.setswitchinterval(_TURN_S)
        self._timer.start()

    def tidy(self) -> None:
        """Nobody is typing now: collect everything, once the window has shown what it has to show."""
        self._soon.start()

    def stop(self) -> None:
        """As Python does it by itself."""
        self._timer.stop()
        self._soon.stop()
        sys.setswitchinterval(self._before)
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._ticks += 1
        if gc.get_count()[0] > _MANY:
            gc.collect(1 if self._ticks % _OLD_EVERY == 0 else 0)

    def _tidy(self) -> None:
        gc.collect()
        gc.freeze()
