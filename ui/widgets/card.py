"""Cards, and the row of cards that stacks where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import GRID
from ui.widgets.labels import label, show_if

_BARE_SIDE = 12
_SIDE_BY_SIDE = 740


class Card(QFrame):
    """A white sheet with an optional title; `body` is where its content goes, `head` beside the title.

    A bare one leaves no room at its sides: a table reaches from edge to edge.
    """

    def __init__(self, title: str = "", sub: str = "", *, bare: bool = False) -> None:
        super().__init__()
        self.setObjectName("card")
        self._bare = bare
        self._outer = QVBoxLayout(self)
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
        self._outer.addLayout(self.head)
        self.body = QVBoxLayout()
        self._outer.addLayout(self.body, 1)
        theme.changed.connect(self.take_density)
        Card.take_density(self)
        if title:
            self.setAccessibleName(title)

    def take_density(self) -> None:
        """As much air as there is room for."""
        size = theme.density
        side = 0 if self._bare else size.card
        # A table alone needs no air above its heading.
        top = 0 if self._bare and self.title.isHidden() and self.head.count() == 1 else size.head
        self._outer.setContentsMargins(side, top, side, side or size.gap // 2)
        self._outer.setSpacing(size.gap if not self._bare else size.gap * 3 // 4)
        self.body.setSpacing(size.gap)
        self.head.setContentsMargins(_BARE_SIDE if self._bare else 0, 0, _BARE_SIDE if self._bare else 0, 0)

    def foot(self, *items: QWidget | None) -> QHBoxLayout:
        """A row of buttons at the end of a card; `None` parts those on the left from those on the right."""
        row = QHBoxLayout()
        side = _BARE_SIDE if self._bare else 0
        row.setContentsMargins(side, 0, side, max(0, side - 4))
        row.setSpacing(GRID)
        for item in items:
            if item is None:
                row.addStretch(1)
            else:
                row.addWidget(item)
        self.body.addLayout(row)
        return row

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
        theme.changed.connect(self._take_density)
        for part, share in zip(parts, self._stretch, strict=True):
            self._row.addWidget(part, share)
            policy = part.sizePolicy()
            policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
            part.setSizePolicy(policy)
        self._take_density()

    def _take_density(self) -> None:
        self._row.setSpacing(theme.density.gap + 4)
        self._turn(self.width())

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
        gap = self._row.spacing()
        needed = sum(part.minimumSizeHint().width() for part in shown) + gap * (len(shown) - 1)
        # Where the window is low, cards under one another would not fit: they stand beside each other longer.
        threshold = self._threshold if theme.density is ROOMY else min(self._threshold, _SIDE_BY_SIDE)
        stack = width < max(threshold, needed)
        if stack == self.stacked:
            return
        direction = QBoxLayout.Direction.TopToBottom if stack else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)
        for index, share in enumerate(self._stretch):
            last = index == len(self._parts) - 1
            self._row.setStretch(index, (1 if last else 0) if stack else share)
        self.updateGeometry()
