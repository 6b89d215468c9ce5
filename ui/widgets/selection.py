"""The cursor goes where a screen reader selects: to Qt, selecting from outside moves no cursor."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractItemView


class CursorFollows(QObject):
    """Lives with a view of one selected row; keys and the mouse move both, and are left alone."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        # Queued: by then a key has moved the cursor as well.
        view.selectionModel().selectionChanged.connect(self._follow, Qt.ConnectionType.QueuedConnection)

    def _follow(self) -> None:
        selected = self._view.selectionModel().selectedIndexes()
        if selected and selected[0].row() != self._view.currentIndex().row():
            self._view.setCurrentIndex(selected[0])
