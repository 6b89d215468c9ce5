"""The line at the bottom: who sits here, the printer, when the journal was written and copied, and two keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.tokens import META
from ui.widgets.labels import Icon, label


class _Part(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon(icon, "muted", 18))
        self.words = label("")
        row.addWidget(self.words)


class _Hint(QAbstractButton):
    """A key and what it does, which can be clicked too."""

    def __init__(self, key: str, words: str, press: Callable[[], object]) -> None:
        super().__init__()
        self.setText(f"{key} {words}")
        self.setAccessibleName(f"{words} ({key})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked: press())

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        return QSize(QFontMetrics(font(META)).horizontalAdvance(self.text()) + 16, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        letters = font(META, QFont.Weight.Medium if self.underMouse() else QFont.Weight.Normal)
        painter.setFont(letters)
        painter.setPen(theme.colour("text" if self.underMouse() else "muted"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)


class StatusBar(QWidget):
    """`who`, `copy`, `printer` and `saved` are set in words; the least important goes first where it is narrow."""

    def __init__(self, hints: tuple[tuple[str, str, Callable[[], object]], ...]) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 1, 12, 1)
        row.setSpacing(28)
        self._parts = {name: _Part(icon) for name, icon in _ICONS.items()}
        for part in self._parts.values():
            row.addWidget(part)
        row.addStretch(1)
        keys = QHBoxLayout()
        keys.setSpacing(4)
        self._hints = [_Hint(*hint) for hint in hints]
        for hint in self._hints:
            keys.addWidget(hint)
        row.addLayout(keys)
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        self.setFixedHeight(theme.density.status)

    def put(self, name: str, words: str) -> None:
        """Set `who`, `copy`, `printer` or `saved`."""
        self._parts[name].words.setText(words)
        self._fit()

    def words(self, name: str) -> str:
        """What is said there."""
        return self._parts[name].words.text()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Let go of what does not fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 40 - sum(hint.sizeHint().width() + 4 for hint in self._hints)
        for name in ("who", "copy", "saved", "printer"):
            part = self._parts[name]
            wide = QFontMetrics(font(META)).horizontalAdvance(part.words.text()) + 26 + 30
            room -= wide
            part.setVisible(bool(part.words.text()) and room >= 0)


_ICONS = {"who": "user-circle", "printer": "printer", "saved": "database", "copy": "device-usb"}
