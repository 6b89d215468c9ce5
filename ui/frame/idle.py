"""Notices that nobody is there any more."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_PRESENT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
_LOOK_MS = 1000


class IdleWatch(QObject):
    """`idled` comes once when no key, movement or touch was seen for so many seconds; `wake` starts over."""

    idled = Signal()

    def __init__(self, seconds: float, parent: QObject) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(min(_LOOK_MS, max(10, int(seconds * 250))))
        self._timer.timeout.connect(self._look)
        # A filter on windows sees each key and movement once; one on the application would see every event.
        self._watched: list[QWindow] = []
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)
            self._watch(application.focusWindow())

    def wake(self) -> None:
        """Somebody has just come."""
        self._last = time.monotonic()
        self._timer.start()

    def rest(self) -> None:
        """Nobody need be watched now."""
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Note that somebody is there; nothing is ever taken out."""
        if event.type() in _PRESENT:
            self._last = time.monotonic()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.destroyed.connect(lambda: self._forget(window))
            window.installEventFilter(self)

    def _forget(self, window: QWindow) -> None:
        self._watched = [each for each in self._watched if each is not window]

    def _look(self) -> None:
        if time.monotonic() - self._last >= self._seconds:
            self._timer.stop()
            self.idled.emit()
