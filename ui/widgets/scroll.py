"""A sheet that fills the window, and scrolls only where its content can shrink no further."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class Sheet(QWidget):
    """Has no layout on purpose: Qt would take the preferred height of wrapped text for the least one."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        content.setParent(self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """What the content needs at least at this width."""
        layout = self._content.layout()
        if layout is None:
            return self._content.minimumSizeHint()
        least = layout.minimumSize()
        if layout.hasHeightForWidth():
            return QSize(least.width(), layout.minimumHeightForWidth(max(self.width(), least.width())))
        return least

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """The least will do: the scroll area gives what there is."""
        return self.minimumSizeHint()

    def event(self, event: QEvent) -> bool:
        """The content has changed its needs."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Give everything to the content; another width may need another height."""
        self._content.setGeometry(self.rect())
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def scrolling(content: QWidget) -> QScrollArea:
    """`content` in an area that scrolls down and never across."""
    area = QScrollArea()
    area.setObjectName("pages")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(Sheet(content))
    return area
