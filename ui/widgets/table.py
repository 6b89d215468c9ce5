"""Tables of rows: a read-only model over any dataclass, each equally high, walked by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.tokens import BODY, META
from ui.widgets.badge import State, badge_width
from ui.widgets.selection import CursorFollows
from ui.widgets.table_rows import PAD, ROW_DATA, RowPainter, Style

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_NO_LIMIT = (1 << 24) - 1
"""Qt's QWIDGETSIZE_MAX."""
_NARROWEST = 60


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its title, what it shows of a row, and how it behaves where there is little room.

    `show` gives words, or a `State` for a badge. `spoken` replaces them for a screen reader. Columns with the
    highest `drop` are hidden first; those with 0 never are. A column with `stretch` takes the room that is left
    and is elided, down to `least` px, before any other is hidden.
    """

    title: str
    show: Callable[[R], str | State]
    style: Style = "plain"
    right: bool = False
    stretch: int = 0
    least: int = 120
    drop: int = 0
    spoken: Callable[[R], str] | None = None


class Rows(QAbstractTableModel, Generic[R]):
    """Rows for reading. `key` names a row, so that the cursor stays on it when the rows are replaced."""

    def __init__(self, columns: Sequence[Column[R]], key: Callable[[R], str]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.key = key
        self._rows: list[R] = []

    def replace(self, rows: Sequence[R]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_at(self, row: int) -> R | None:
        """A row by its place."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def place_of(self, key: str) -> int:
        """Where the row of that key is, -1 where it is not."""
        return next((place for place, row in enumerate(self._rows) if self.key(row) == key), -1)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802  (Qt's name)
        """How many rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802  (Qt's name)
        """How many columns."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, tip, spoken words and alignment of a cell."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == ROW_DATA:
            return column.show(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            shown = column.show(row)
            return shown.words if isinstance(shown, State) else shown
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if column.spoken is not None:
                return column.spoken(row)
            shown = column.show(row)
            return shown.words if isinstance(shown, State) else shown
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        return None

    def headerData(  # noqa: N802  (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        return _aligned(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _letters(column: Column[Any]) -> QFontMetrics:
    """How wide the words of a column are at most: figures are all equally wide in some."""
    weight = QFont.Weight.DemiBold if column.style == "strong" else QFont.Weight.Normal
    return QFontMetrics(font(BODY, weight, figures=True))


def _aligned(column: Column[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class Table(QTableView, Generic[R]):
    """A table of `Rows`. Enter or a double click opens a row; Tab leaves the table.

    `moved` tells of another row at the cursor, `fitted` that the columns are as wide as they will be.
    """

    opened = Signal(object)
    moved = Signal(object)
    fitted = Signal()

    def __init__(self, name: str, rows: Rows[R]) -> None:
        super().__init__()
        self.rows = rows
        self.setModel(rows)
        self.setAccessibleName(name)
        self.setItemDelegate(RowPainter([column.style for column in rows.columns], self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._least, self._exact = 3, 0
        self.doubleClicked.connect(lambda _index: self._open())
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self.moved.emit(self.current()))
        theme.changed.connect(self._take_density)
        CursorFollows(self)
        self._take_density()

    def hold(self, *, least: int = 3, exactly: int = 0) -> None:
        """How many rows are seen: at least so many, or exactly so many, whatever the density."""
        self._least, self._exact = least, exactly
        self._take_density()

    def _take_density(self) -> None:
        size = theme.density
        self.verticalHeader().setDefaultSectionSize(size.row)
        self.horizontalHeader().setFixedHeight(size.table_head)
        self.setMinimumHeight(size.table_head + (self._exact or self._least) * size.row + 2)
        self.setMaximumHeight(self.minimumHeight() if self._exact else _NO_LIMIT)
        self.viewport().update()

    def show_rows(self, rows: Sequence[R]) -> None:
        """Replace the rows; the cursor stays on the row that it was on, or goes to the first."""
        before = self.current()
        self.rows.replace(rows)
        place = -1 if before is None else self.rows.place_of(self.rows.key(before))
        if self.rows.rowCount():
            self.selectRow(max(0, place))
        self._fit()

    def current(self) -> R | None:
        """The row at the cursor."""
        return self.rows.row_at(self.currentIndex().row())

    def cuts(self, place: int) -> bool:
        """Whether the words of the row at the cursor are not whole in that column."""
        row, column = self.current(), self.rows.columns[place]
        shown = "" if row is None else column.show(row)
        if isinstance(shown, State):
            return False
        hidden = self.isColumnHidden(place)
        room = -1 if hidden else self.columnWidth(place) - 2 * PAD
        return bool(shown) and _letters(column).horizontalAdvance(shown) > room

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Fit the columns into the room there is."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter opens the row, Home and End go to the first and the last."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rows.rowCount():
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else self.rows.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        row = self.current()
        if row is not None:
            self.opened.emit(row)

    def _fit(self) -> None:
        room = self.viewport().width()
        if room < 80:
            return
        wanted = [self._wanted(place) for place in range(len(self.rows.columns))]
        shown = self._kept(wanted, room)
        for place in range(len(wanted)):
            self.setColumnHidden(place, place not in shown)
        for place, width in self._shared(wanted, shown, room).items():
            self.setColumnWidth(place, width)
        self.fitted.emit()

    def _shared(self, wanted: list[int], shown: list[int], room: int) -> dict[int, int]:
        """Widths that fill the room: first the least of each, then what each wants, then what is over."""
        columns = self.rows.columns
        stretching = [place for place in shown if columns[place].stretch]
        widths = {place: wanted[place] for place in shown}
        for place in stretching:
            widths[place] = min(wanted[place], columns[place].least)
        for wishes in (True, False):
            spare = room - sum(widths.values())
            total = sum(columns[place].stretch for place in stretching)
            for place in stretching if spare > 0 else ():
                share = spare * columns[place].stretch // total
                most = max(0, wanted[place] - widths[place])
                widths[place] += min(share, most) if wishes else share
        if shown and not stretching:
            widths[shown[0]] += max(0, room - sum(widths.values()))
        if stretching and (over := sum(widths.values()) - room) > 0:
            # Less than the least is still elided, where what is wider than the table would be cut.
            widest = max(stretching, key=lambda place: widths[place])
            widths[widest] = max(_NARROWEST, widths[widest] - over)
        return widths

    def _kept(self, wanted: list[int], room: int) -> list[int]:
        """The columns that stay: the least important go until the others fit, the stretching ones shrunk."""
        columns = self.rows.columns
        shown = list(range(len(columns)))

        def needed() -> int:
            return sum(
                min(wanted[place], columns[place].least) if columns[place].stretch else wanted[place]
                for place in shown
            )

        while needed() > room:
            goes = max(shown, key=lambda place: (columns[place].drop, place))
            if columns[goes].drop == 0:
                break
            shown.remove(goes)
        return shown

    def _wanted(self, place: int) -> int:
        column = self.rows.columns[place]
        header = QFontMetrics(font(META, QFont.Weight.DemiBold))
        metrics = _letters(column)
        widest = header.horizontalAdvance(column.title)
        for number in range(min(self.rows.rowCount(), 200)):
            row = self.rows.row_at(number)
            if row is not None:
                shown = column.show(row)
                wide = badge_width(shown) if isinstance(shown, State) else metrics.horizontalAdvance(shown)
                widest = max(widest, wide)
        return widest + 2 * PAD + 4
