"""From the writing thread to the windows: commits of a tenth of a second become one signal."""

from __future__ import annotations

from threading import Lock

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from counter_app.service.changes import Change, Changes

_MERGE_MS = 100


class Bridge(QObject):
    """`changed` carries a `Change` on the main thread, after the commits that it tells of.

    `closed` comes before the workstation closes.
    """

    changed = Signal(object)
    closed = Signal()
    _noted = Signal()

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self._lock = Lock()
        self._waiting: Change | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_MERGE_MS)
        self._pause.timeout.connect(self._tell)
        self._noted.connect(self._pause.start, Qt.ConnectionType.QueuedConnection)
        self._end = changes.subscribe(self._note)

    def close(self) -> None:
        """Hear no more."""
        self._end()
        self._pause.stop()
        self.closed.emit()

    def _note(self, change: Change) -> None:
        """On the thread that committed: keep the change and go."""
        with self._lock:
            first = self._waiting is None
            self._waiting = change if self._waiting is None else self._waiting | change
        if first:
            self._noted.emit()

    def _tell(self) -> None:
        with self._lock:
            change, self._waiting = self._waiting, None
        if change is not None:
            self.changed.emit(change)
