"""Cards, and the row of cards that stacks where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.tokens import GAP, GRID
from ui.widgets.labels import label, show_if


class Card(QFrame):
    """A white sheet with an optional title; `body` is where its content goes, `head` beside the title."""

    def __init__(self, title: str = "", sub: str = "", *, margin: int = 24) -> None:
        super().__init__()
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(margin, 20, margin, margin or 10)
        outer.setSpacing(GAP)
        self.title = label(title, "title", wrap=True)
        self.sub = label(sub, "meta", wrap=True)
        self.head = QHBoxLayout()
        self.head.setSpacing(GRID)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.sub)
        self.head.addLayout(words, 1)
        show_if(self.title, bool(title))
        show_if(self.sub, bool(sub))
        outer.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP)
        outer.addLayout(self.body, 1)
        if title:
            self.setAccessibleName(title)

    def retitle(self, title: str, sub: str = "") -> None:
        """Change title and what stands under it."""
        self.title.setText(title)
        self.sub.setText(sub)
        show_if(self.title, bool(title))
        show_if(self.sub, bool(sub))
        self.setAccessibleName(title)

    def add(self, *items: QWidget | QLayout) -> None:
        """Put widgets or layouts under one another."""
        for item in items:
            if isinstance(item, QWidget):
                self.body.addWidget(item)
            else:
                self.body.addLayout(item)


class Columns(QWidget):
    """Widgets side by side, stacked as soon as there is less than `threshold` px of width.

    `stretch` says how the width is parted. Stacked, each widget takes the height that it needs and the page
    scrolls; the first stands on top.
    """

    def __init__(self, *parts: QWidget, stretch: tuple[int, ...] = (), threshold: int = 860) -> None:
        super().__init__()
        self._threshold = threshold
        self._parts = parts
        self._stretch = stretch or (1,) * len(parts)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(20)
        for part, share in zip(parts, self._stretch, strict=True):
            self._row.addWidget(part, share)
            policy = part.sizePolicy()
            policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
            part.setSizePolicy(policy)

    @property
    def stacked(self) -> bool:
        """Whether the parts stand under one another now."""
        return self._row.direction() == QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As narrow as the widest part: there is always the way of stacking them."""
        widest = max(part.minimumSizeHint().width() for part in self._parts)
        return QSize(widest, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        """A part that grew may no longer fit beside the others."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._turn(self.width())
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Stack or unstack."""
        super().resizeEvent(event)
        self._turn(event.size().width())

    def _turn(self, width: int) -> None:
        shown = [part for part in self._parts if not part.isHidden()]
        needed = sum(part.minimumSizeHint().width() for part in shown) + 20 * (len(shown) - 1)
        stack = width < max(self._threshold, needed)
        if stack == self.stacked:
            return
        direction = QBoxLayout.Direction.TopToBottom if stack else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)
        for index, share in enumerate(self._stretch):
            last = index == len(self._parts) - 1
            self._row.setStretch(index, (1 if last else 0) if stack else share)
        self.updateGeometry()
