"""How a row of a table is drawn: words, amounts, badges, the bar at the cursor and the ring of the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.tokens import BODY
from ui.widgets.badge import HEIGHT, State, paint_badge

Style = Literal["plain", "strong", "muted", "figures"]
ROW_DATA: Final = Qt.ItemDataRole.UserRole + 1
PAD: Final = 12


class RowPainter(QStyledItemDelegate):
    """Draws the cells of a `Table`."""

    def __init__(self, styles: Sequence[Style], parent: QObject) -> None:
        super().__init__(parent)
        self._styles = list(styles)

    def sizeHint(  # noqa: N802  (Qt's name)
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Every row is equally high."""
        return QSize(super().sizeHint(option, index).width(), theme.density.row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        place: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(place, theme.colour("selected" if selected else "surface"))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), theme.colour("line"))
        if selected:
            self._paint_cursor(painter, place, index)
        shown = index.data(ROW_DATA)
        inner = place.adjusted(PAD, 0, -PAD, 0)
        if isinstance(shown, State):
            at = QPoint(inner.left() - 4, place.center().y() - HEIGHT // 2)
            paint_badge(painter, at, inner.width() + 8, shown)
        else:
            self._paint_words(painter, inner, index, str(shown))
        painter.restore()

    def _paint_words(
        self, painter: QPainter, place: QRect, index: QModelIndex | QPersistentModelIndex, words: str
    ) -> None:
        style = self._styles[index.column()]
        weight = QFont.Weight.DemiBold if style == "strong" else QFont.Weight.Normal
        letters = font(BODY, weight, figures=style == "figures")
        painter.setFont(letters)
        painter.setPen(theme.colour("muted" if style == "muted" else "text"))
        shown = QFontMetrics(letters).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)

    def _paint_cursor(
        self, painter: QPainter, place: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = self.parent()
        if not isinstance(view, QTableView):
            return
        shown = [column for column in range(len(self._styles)) if not view.isColumnHidden(column)]
        focused = view.hasFocus()
        ring = theme.colour("focus")
        if focused:
            painter.fillRect(QRect(place.left(), place.top(), place.width(), 2), ring)
            painter.fillRect(QRect(place.left(), place.bottom() - 1, place.width(), 2), ring)
            if shown and index.column() == shown[-1]:
                painter.fillRect(QRect(place.right() - 1, place.top(), 2, place.height()), ring)
        if shown and index.column() == shown[0]:
            colour = ring if focused else theme.colour("accent")
            painter.fillRect(QRect(place.left(), place.top(), 4, place.height()), colour)
