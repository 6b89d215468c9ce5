"""A sheet over a dimmed page: it takes every key, closes on Escape or Enter, and gives the focus back where it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from counter_app.text import Text
from ui import shortcuts
from ui.theme.current import theme
from ui.widgets.announce import announce
from ui.widgets.buttons import Button
from ui.widgets.labels import label, rule
from ui.widgets.scroll import Sheet

_WIDE = 900
_SIDES = 2 * 24 + 14
_CLOSE = (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_SCROLLS = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class Overlay(QWidget):
    """A dimmed window with one sheet. A subclass makes what stands on it and calls `lay`."""

    def __init__(self, window: QWidget, text: Text, title: str) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        outer = QVBoxLayout(self)
        margin = theme.density.margin
        outer.setContentsMargins(margin, margin, margin, margin)
        self._sheet = QFrame()
        self._sheet.setObjectName("overlay")
        self._sheet.setMaximumWidth(_WIDE)
        outer.addStretch(1)
        outer.addWidget(self._sheet, 100)
        outer.addStretch(1)
        outer.setAlignment(self._sheet, Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(24, theme.density.edge, 24, theme.density.edge)
        head = QHBoxLayout()
        head.addWidget(label(title, "heading"), 1)
        self._close = Button(text("Close"), "secondary", icon="x", key="Esc", press=self.leave)
        head.addWidget(self._close)
        column.addLayout(head)
        column.addWidget(rule())
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll, 1)
        self.setAccessibleName(title)
        window.installEventFilter(self)
        self.hide()

    def lay(self, sheet: QWidget, spoken: str) -> None:
        """Lay a sheet with a layout over the window, and have its words read aloud."""
        sheet.setObjectName("keys")
        holder = Sheet(sheet)
        holder.setObjectName("keys")
        self._scroll.setWidget(holder)
        wide = min(_WIDE, self._window.width() - 2 * theme.density.margin)
        self._sheet.setMinimumWidth(wide)
        layout = sheet.layout()
        high = 0 if layout is None else layout.heightForWidth(wide - _SIDES)
        self._sheet.setMaximumHeight(high + self._head_height())
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._close.setFocus()
        announce(self, spoken)

    def leave(self) -> None:
        """Take the sheet away."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def _head_height(self) -> int:
        """Title, rule, and the air around them and the words."""
        return theme.density.control + 2 * theme.density.edge + 3 * 8 + 4

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Stay as large as the window; take every key of it but those that belong to no page."""
        kind = event.type()
        if kind is QEvent.Type.Resize and watched is self._window and self.isVisible():
            self.setGeometry(self._window.rect())
        elif isinstance(event, QKeyEvent) and self._covers(watched):
            if kind is QEvent.Type.ShortcutOverride:
                # Accepted, it goes to a widget as a plain key and to no shortcut.
                event.setAccepted(
                    not shortcuts.belongs_to(self.window(), QKeySequence(event.keyCombination()))
                )
                return True
            if kind is QEvent.Type.KeyPress:
                self.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _covers(self, watched: QObject) -> bool:
        """Whether this is open over that part of the window, wherever a late answer moved the focus to."""
        return (
            self.isVisible()
            and isinstance(watched, QWidget)
            and (watched is self._window or self._window.isAncestorOf(watched))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Escape, F1 and Enter close, the arrows and page keys scroll; nothing reaches the page below."""
        if event.key() in _CLOSE and not event.isAutoRepeat():
            self.leave()
        elif event.key() in _SCROLLS:
            self._scroll.verticalScrollBar().triggerAction(_SCROLLS[Qt.Key(event.key())])
        event.accept()

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802  (Qt's name)
        """The focus stays on the sheet."""
        self._close.setFocus()
        return True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Take the keys."""
        super().showEvent(event)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self._close.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  (Qt's name)
        """Give the keys back to the page."""
        super().hideEvent(event)
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Dim what is below."""
        QPainter(self).fillRect(self.rect(), QColor(5, 10, 20, 150))
