"""The navigation on the left: one entry a page, with its key; a narrow rail where there is little room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counter_app.text import Text
from ui.pages import PageSpec
from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.icons import paint_icon
from ui.theme.tokens import NAVIGATION, RAIL
from ui.widgets.labels import Icon, label, show_if

_RAIL_WORDS = 12
_RAIL_MORE = 14
_RAIL_WORDED = 40
_PILL, _RAIL_PILL = 20, 16


class _Entry(QAbstractButton):
    """One page in the navigation; `stepped` asks for the entry so many places on."""

    stepped = Signal(int)

    def __init__(self, spec: PageSpec, words: str, press: Callable[[], object]) -> None:
        super().__init__()
        self._icon, self._key = spec.icon, spec.key
        self._rail = False
        self._count = ""
        self.setText(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(words)
        self.setAccessibleDescription(spec.key)
        self.setToolTip(f"{words} ({spec.key})" if spec.key else words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked: press())
        self.toggled.connect(lambda here: press() if here else None)

    def nextCheckState(self) -> None:  # noqa: N802  (Qt's name)
        """A click only asks for the page; who shows it says where we are."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Arrows walk along the entries, Enter and the blank go to the page: an arrow alone leaves no page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mark(self, here: bool) -> None:
        """Whether this is the page shown. Where a screen reader toggles the entry instead, it asks for the page."""
        self.blockSignals(True)
        # Buttons that exclude one another never let the last mark go.
        self.setAutoExclusive(False)
        self.setChecked(here)
        self.setAutoExclusive(True)
        self.blockSignals(False)

    def show_count(self, count: int, said: str) -> None:
        """How much waits on that page, as `said` in words; nothing is shown of nothing."""
        self._count = str(count) if count else ""
        self.setAccessibleDescription(f"{self._key}, {said}" if count else self._key)
        self.update()

    def narrow(self, rail: bool) -> None:
        """Icon over word, or in one line."""
        self._rail = rail
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Fixed by the grid."""
        return (
            QSize(RAIL - 16, theme.density.row + _RAIL_MORE)
            if self._rail
            else QSize(NAVIGATION - 26, theme.density.row)
        )

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Ground where it is the page shown, icon, words, key, ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        place = self.rect().adjusted(1, 1, -1, -1)
        if here or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("nav_selected"))
            if not here:
                painter.setOpacity(0.5)
            painter.drawRoundedRect(place, 8, 8)
            painter.setOpacity(1.0)
        ink = "nav_on" if here else "nav_text"
        if self._rail:
            self._paint_rail(painter, ink)
        else:
            self._paint_line(painter, ink)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("nav_mark"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, 8, 8)

    def _paint_line(self, painter: QPainter, ink: str) -> None:
        paint_icon(painter, QRect(16, (self.height() - 20) // 2, 20, 20), self._icon, ink)
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.setPen(theme.colour("nav_muted"))
        key = QRect(self.width() - 44, 0, 34, self.height())
        painter.drawText(key, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)
        words = QRect(47, 0, self.width() - 47 - 36, self.height())
        if self._count:
            beside = painter.fontMetrics().horizontalAdvance(self._key) + 8
            pill = self._paint_count(painter, key.right() - beside, (self.height() - _PILL) // 2, _PILL)
            words.setRight(pill.left() - 6)
        painter.setPen(theme.colour(ink))
        size = 16
        while size > 13 and QFontMetrics(_words(size)).horizontalAdvance(self.text()) > words.width():
            size -= 1
        painter.setFont(_words(size))
        shown = QFontMetrics(_words(size)).elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_count(self, painter: QPainter, right: int, top: int, high: int) -> QRect:
        """The number on a pill that ends at `right`; returns its place."""
        letters = font(high - 7, QFont.Weight.DemiBold)
        wide = max(high, QFontMetrics(letters).horizontalAdvance(self._count) + high * 3 // 5)
        place = QRect(right - wide, top, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("nav_mark"))
        painter.drawRoundedRect(place, high / 2, high / 2)
        painter.setPen(theme.colour("nav"))
        painter.setFont(letters)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._count)
        return place

    def _paint_rail(self, painter: QPainter, ink: str) -> None:
        # Where the window is so low that words would be cut, a picture and its key say it.
        worded = self.height() >= _RAIL_WORDED
        top = (self.height() - (41 if worded else 20)) // 2
        paint_icon(painter, QRect(self.width() // 2 - 24, top, 20, 20), self._icon, ink)
        if self._count:
            self._paint_count(painter, self.width() // 2 - 16, top - 2, _RAIL_PILL)
        painter.setFont(font(_RAIL_WORDS, QFont.Weight.DemiBold))
        painter.setPen(theme.colour("nav_muted"))
        painter.drawText(QRect(self.width() // 2 + 4, top, 34, 20), Qt.AlignmentFlag.AlignVCenter, self._key)
        if not worded:
            return
        painter.setPen(theme.colour(ink))
        size = _RAIL_WORDS
        while size > 10 and QFontMetrics(_words(size)).horizontalAdvance(self.text()) > self.width() - 4:
            size -= 1
        letters = _words(size)
        painter.setFont(letters)
        shown = QFontMetrics(letters).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 2)
        painter.drawText(QRect(1, top + 23, self.width() - 2, 18), Qt.AlignmentFlag.AlignCenter, shown)


def _words(size: int) -> QFont:
    return font(size, QFont.Weight.DemiBold)


class Navigation(QWidget):
    """The pages of a role. `show_page` marks the one that is shown."""

    def __init__(
        self, text: Text, specs: Sequence[PageSpec], go: Callable[[str], object], *, sample: bool
    ) -> None:
        super().__init__()
        self._text = text
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(text("Pages"))
        column = QVBoxLayout(self)
        column.setContentsMargins(13, 14, 13, 14)
        column.setSpacing(7)
        self._column = column
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(Icon("lifebuoy", "nav_mark", 26), 0, Qt.AlignmentFlag.AlignLeft)
        self._product = label(text("Counter"))
        self._product.setProperty("role", "product")
        head.addWidget(self._product, 1)
        self._head = head
        column.addLayout(head)
        column.addSpacing(14)
        self._entries = {
            spec.id: _Entry(spec, text(spec.title), partial(go, spec.id))
            for spec in specs
            if spec.in_navigation
        }
        self._parents = {spec.id: spec.parents for spec in specs}
        for place, entry in enumerate(self._entries.values()):
            column.addWidget(entry)
            entry.stepped.connect(partial(self._step, place))
        column.addStretch(1)
        self._sample = label(text("Sample office: nothing here is real"), wrap=True)
        self._sample.setProperty("role", "nav_meta")
        show_if(self._sample, sample)
        self._is_sample = sample
        column.addWidget(self._sample)
        theme.changed.connect(self._take_density)
        self.narrow(False)

    def _step(self, place: int, by: int) -> None:
        entries = list(self._entries.values())
        entries[max(0, min(len(entries) - 1, place + by))].setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def marked(self) -> str:
        """The page whose entry is marked; empty where none is."""
        return next((page for page, entry in self._entries.items() if entry.isChecked()), "")

    def show_page(self, page_id: str) -> None:
        """Mark the page that is shown, or the one that leads to it; none where neither stands here.

        Where several lead to it, the one that was left for it keeps the mark.
        """
        here = page_id
        if page_id not in self._entries:
            parents = [page for page in self._parents.get(page_id, ()) if page in self._entries]
            here = self.marked if self.marked in parents else next(iter(parents), "")
        for page, entry in self._entries.items():
            entry.mark(page == here)

    def show_count(self, page_id: str, count: int) -> None:
        """Show beside a page how much waits there, if this role has it."""
        entry = self._entries.get(page_id)
        if entry is not None:
            entry.show_count(count, self._text.plural("{n} waits", "{n} wait", count))

    def _take_density(self) -> None:
        for entry in self._entries.values():
            entry.updateGeometry()

    def narrow(self, rail: bool) -> None:
        """Become a rail, or the full width."""
        self.setFixedWidth(RAIL if rail else NAVIGATION)
        margin = 8 if rail else 13
        self._column.setContentsMargins(margin, 10 if rail else 14, margin, 10)
        self._column.setSpacing(4 if rail else 7)
        self._head.setContentsMargins(27 if rail else 8, 0, 0, 0)
        show_if(self._product, not rail)
        show_if(self._sample, self._is_sample and not rail)
        for entry in self._entries.values():
            entry.narrow(rail)
