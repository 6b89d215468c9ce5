"""The word PRACTICE across the stage, which keeps the mouse off it too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.current import theme
from ui.theme.fonts import font

_OPACITY = 0.10
_SLANT = -24.0


class Watermark(QWidget):
    """Lies over the whole stage; what is under it can be read and not clicked."""

    def __init__(self, words: str, stage: QWidget) -> None:
        super().__init__(stage)
        self._words = words

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """One large slanted word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_OPACITY)
        painter.setPen(theme.colour("bad"))
        painter.setFont(font(max(48, self.width() // (len(self._words) + 1)), QFont.Weight.DemiBold))
        painter.translate(self.rect().center())
        painter.rotate(_SLANT)
        reach = self.rect().translated(-self.rect().center())
        painter.drawText(reach, Qt.AlignmentFlag.AlignCenter, self._words)
