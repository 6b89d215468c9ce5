"""A finished paper on the screen, page by page, as wide as there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy

from ui.theme.current import theme

if TYPE_CHECKING:
    from counter_app.service.papers.pages import PageImage


class PaperView(QFrame):
    """One page. Page up, page down and the arrows ask for another by `turn`, with -1 or +1."""

    def __init__(self, name: str, turn: Callable[[int], object]) -> None:
        super().__init__()
        self._turn = turn
        self._image: QImage | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(280, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: PageImage, spoken: str) -> None:
        """Show a page; `spoken` says which."""
        # The image lives on bytes that it doesn't own: it is copied before they go.
        made = QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
        self._image = made.copy()
        self.setAccessibleDescription(spoken)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """A sheet across."""
        return QSize(640, 420)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Turn the pages."""
        key = event.key()
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Right):
            self._turn(1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Left):
            self._turn(-1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The sheet in the middle, a line around it, a ring where the focus is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is not None:
            size = self._image.size().scaled(self.size() - QSize(8, 8), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(
                (self.width() - size.width()) // 2,
                (self.height() - size.height()) // 2,
                size.width(),
                size.height(),
            )
            dots = self.devicePixelRatioF()
            wide, high = round(size.width() * dots), round(size.height() * dots)
            shown = self._image.scaled(
                wide,
                high,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            shown.setDevicePixelRatio(dots)
            painter.drawImage(place.topLeft(), shown)
            painter.setPen(QPen(theme.colour("field_border"), 1))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
