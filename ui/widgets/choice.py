"""Choosing: one of many in a box, yes or no in a tick, one of a few in a visible list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
)

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.icons import paint_icon
from ui.theme.tokens import BODY, META
from ui.widgets.selection import CursorFollows

_ARROW = 32


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value, its words, a second line, an icon or initials before it."""

    value: str
    words: str
    meta: str = ""
    icon: str = ""
    initials: str = ""


class ComboBox(QComboBox):
    """One of many; typing its first letters chooses. The wheel scrolls the page, never the choice."""

    picked = Signal(str)

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.offer(choices)
        self.currentIndexChanged.connect(self._choose)
        # Once Qt has moved its cursor as well, which a screen reader that selects does not do.
        self.view().selectionModel().selectionChanged.connect(
            self._follow, Qt.ConnectionType.QueuedConnection
        )

    def offer(self, choices: Iterable[Choice]) -> None:
        """Replace what can be chosen; the present choice stays if it is still there."""
        before = self.value()
        self.blockSignals(True)
        self.clear()
        for choice in choices:
            self.addItem(choice.words, choice.value)
        self.choose(before)
        self.blockSignals(False)

    def value(self) -> str:
        """The value chosen, empty where there is none."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose by value; an unknown one changes nothing."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)

    def _follow(self) -> None:
        """Choose what a screen reader selected in the list: no cursor ever came there."""
        selected = self.view().selectionModel().selectedIndexes()
        if selected and selected[0].row() != self.view().currentIndex().row():
            self.hidePopup()
            self.setCurrentIndex(selected[0].row())

    def _choose(self, index: int) -> None:
        self.view().setCurrentIndex(self.model().index(index, self.modelColumn()))
        self.picked.emit(self.value())

    def event(self, event: QEvent) -> bool:
        """A letter that some choice begins with chooses it here, and is no key of the page."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = event.text().casefold()
            words = [self.itemText(place).casefold() for place in range(self.count())]
            if typed.isalpha() and any(one.startswith(typed) for one in words):
                event.accept()
                return True
        return super().event(event)

    def showPopup(self) -> None:  # noqa: N802  (Qt's name)
        """The list is called like its box."""
        self.view().setAccessibleName(self.accessibleName())
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave it to the page."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The style's box, the words as far as there is room, and our arrow."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        # The style draws the words two pixels inside of their field.
        room = min(field.width() - 4, self.width() - _ARROW - 16)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        role = "muted" if self.isEnabled() else "line"
        paint_icon(painter, QRect(self.width() - 30, (self.height() - 20) // 2, 20, 20), "chevron-down", role)


class CheckBox(QCheckBox):
    """A tick with words, which can be clicked all over."""

    _BOX = 22

    def __init__(self, words: str, *, ticked: bool = False) -> None:
        super().__init__(words)
        self.setChecked(ticked)
        self.setAccessibleName(words.replace("&", ""))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Box, gap, words."""
        words = QFontMetrics(self.font()).size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(self._BOX + 12 + words.width() + 10, theme.density.tick)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Words are never cut."""
        return self.sizeHint()

    def hitButton(self, _pos: object) -> bool:  # noqa: N802  (Qt's name)
        """The words tick too."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Box, tick, words, and a ring where the focus is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - self._BOX) // 2
        box = QRect(4, top, self._BOX, self._BOX)
        ticked, focused = self.isChecked(), self.hasFocus()
        painter.setPen(QPen(theme.colour("accent" if ticked else "field_border"), 1.5))
        painter.setBrush(theme.colour("accent" if ticked else "field"))
        painter.drawRoundedRect(box, 5, 5)
        if ticked:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check", "on_accent")
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        words = QRect(self._BOX + 14, 0, self.width() - self._BOX - 14, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, flags, self.text())
        if focused:
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 7, 7)


class ChoiceList(QListWidget):
    """One of a few, all of them visible; arrows move, Enter or a click on one chooses it."""

    picked = Signal(str)

    def __init__(self, name: str, choices: Iterable[Choice] = ()) -> None:
        super().__init__()
        self.setObjectName("choices")
        self.setAccessibleName(name)
        self.setItemDelegate(_ChoiceRow(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        CursorFollows(self)
        self.itemClicked.connect(lambda item: self.picked.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.offer(choices)

    def offer(self, choices: Iterable[Choice]) -> None:
        """Replace what can be chosen."""
        before = self.value()
        self.clear()
        for choice in choices:
            item = QListWidgetItem(choice.words)
            item.setData(Qt.ItemDataRole.UserRole, choice.value)
            item.setData(_CHOICE, choice)
            spoken = f"{choice.words}, {choice.meta}" if choice.meta else choice.words
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.addItem(item)
        if self.count():
            self.setCurrentRow(0)
        self.choose(before)

    def value(self) -> str:
        """The value at the cursor, empty where the list is."""
        item = self.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def choose(self, value: str) -> None:
        """Move to a value; an unknown one changes nothing."""
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == value:
                self.setCurrentRow(row)

    def step(self, rows: int) -> None:
        """Move the cursor by so many rows, as the arrows of a field beside it do."""
        if self.count():
            self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + rows)))

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """High enough for all of them; where there is less room the list scrolls."""
        return QSize(240, sum(self.sizeHintForRow(row) for row in range(self.count())) + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter chooses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.value():
            self.picked.emit(self.value())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Repaint the ring."""
        super().focusInEvent(event)
        self.viewport().update()


_CHOICE = Qt.ItemDataRole.UserRole + 1


class _ChoiceRow(QStyledItemDelegate):
    """Initials or icon, words, second line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        choice: Choice = index.data(_CHOICE)
        row = theme.density.row
        return QSize(120, max(46, row + 12) if choice.meta else row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: Choice = index.data(_CHOICE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place: QRect = option.rect.adjusted(2, 2, -2, -2)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, place, selected, bool(state & QStyle.StateFlag.State_MouseOver))
        left = place.left() + 12
        if choice.initials or choice.icon:
            left = self._paint_mark(painter, place, choice, left, selected)
        words = QRect(left, place.top(), place.right() - left - 8, place.height())
        painter.setPen(theme.colour("text"))
        strong = font(BODY, QFont.Weight.DemiBold if selected else QFont.Weight.Medium)
        painter.setFont(strong)
        shown = QFontMetrics(strong).elidedText(choice.words, Qt.TextElideMode.ElideRight, words.width())
        if choice.meta:
            middle = place.center().y() + 1
            painter.drawText(
                QRect(words.left(), middle - 20, words.width(), 20), Qt.AlignmentFlag.AlignVCenter, shown
            )
            painter.setFont(font(META))
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRect(words.left(), middle, words.width(), 18), Qt.AlignmentFlag.AlignVCenter, choice.meta
            )
        else:
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_ground(self, painter: QPainter, place: QRect, selected: bool, hovered: bool) -> None:
        if selected:
            view = self.parent()
            focused = isinstance(view, QListWidget) and view.hasFocus()
            painter.setPen(QPen(theme.colour("focus" if focused else "accent"), 2 if focused else 1))
            painter.setBrush(theme.colour("selected"))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 8, 8)
        elif hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(place, 8, 8)

    @staticmethod
    def _paint_mark(painter: QPainter, place: QRect, choice: Choice, left: int, selected: bool) -> int:
        mark = QRect(left, place.center().y() - 17, 36, 36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface" if selected else "info_bg"))
        painter.drawEllipse(mark)
        if choice.icon:
            paint_icon(painter, mark.adjusted(8, 8, -8, -8), choice.icon, "info")
        else:
            painter.setPen(theme.colour("info"))
            painter.setFont(font(META, QFont.Weight.DemiBold))
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, choice.initials)
        return left + 36 + 14
