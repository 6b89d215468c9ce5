"""The one large search field, with a moment of calm before it asks."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from ui.theme.icons import paint_icon
from ui.widgets.fields import LineEdit

_CALM_MS = 120


class SearchBox(LineEdit):
    """`asked` comes with what stands here once typing pauses; Enter asks at once and sends `entered`.

    `stepped` comes with +1 or -1 for the arrows, so that the list of answers can be walked without leaving.
    """

    asked = Signal(str)
    entered = Signal(str)
    stepped = Signal(int)

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__(placeholder=placeholder)
        self.setProperty("role", "search")
        self.setAccessibleName(name)
        self.setAccessibleDescription(placeholder)
        self.setClearButtonEnabled(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_CALM_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.value()))
        # Not `textEdited`: what a screen reader writes here is no typing to Qt.
        self.textChanged.connect(lambda _typed: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter asks at once, arrows walk the answers, Escape empties."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pause.stop()
            self.entered.emit(self.value())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.asked.emit("")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The field and its glass."""
        super().paintEvent(event)
        role = "accent" if self.hasFocus() else "muted"
        paint_icon(QPainter(self), QRect(15, (self.height() - 22) // 2, 22, 22), "search", role)
