"""Counting the drawer: how many of each note and coin, and the running total; what the books say is not shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.domain.money import Money
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.fonts import font
from ui.widgets.announce import announce
from ui.widgets.fields import LineEdit
from ui.widgets.labels import label, rule

_MOST = 6


class PieceEdit(LineEdit):
    """How many pieces: digits alone, arrows and Enter walk through the grid by `stepped`."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__(most=_MOST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(font(figures=True))
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.setMaximumWidth(96 if theme.density is ROOMY else 72)

    @property
    def pieces(self) -> int | None:
        """The number, 0 where nothing was typed, `None` where it is no number."""
        typed = self.value()
        if not typed:
            return 0
        return int(typed) if typed.isascii() and typed.isdigit() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Up, down and Enter move to the neighbour."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)


class CountGrid(QWidget):
    """Notes on the left, coins on the right, the sum below; `changed` comes with every key.

    The count is blind: who knows what the books expect counts until it fits.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, text: Text, notes: tuple[int, ...], coins: tuple[int, ...], currency: str) -> None:
        super().__init__()
        self._text, self._currency = text, currency
        self._edits: dict[int, PieceEdit] = {}
        self._sums: dict[int, QLabel] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        across = QHBoxLayout()
        across.setSpacing(24)
        low = theme.density is not ROOMY
        for name, faces in ((text("Notes"), notes), (text("Coins"), coins)):
            for some in _parts(faces, 2 if low else 1):
                across.addLayout(self._block(name, some), 1)
        outer.addLayout(across)
        outer.addWidget(rule())
        self._counted = label("", "title")
        outer.addWidget(self._counted)
        self._say()

    @property
    def counted(self) -> dict[str, int] | None:
        """Cents of a denomination to how many were counted, without the fields left empty.

        `None` while a field holds no number.
        """
        found = {}
        for cents, edit in self._edits.items():
            pieces = edit.pieces
            if pieces is None:
                return None
            if edit.value():
                found[str(cents)] = pieces
        return found

    @property
    def total(self) -> Money:
        """The sum of what was counted so far."""
        cents = sum(cents * (edit.pieces or 0) for cents, edit in self._edits.items())
        return Money(cents, self._currency)

    def fill(self, counted: dict[str, int]) -> None:
        """Show an earlier count again."""
        for cents, edit in self._edits.items():
            pieces = counted.get(str(cents))
            edit.setText("" if pieces is None else str(pieces))

    def first_focus(self) -> QWidget:
        """The largest note."""
        return next(iter(self._edits.values()))

    def wrong(self) -> QWidget | None:
        """The first field that holds no number."""
        return next((edit for edit in self._edits.values() if edit.pieces is None), None)

    def _block(self, title: str, faces: tuple[int, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2 if theme.density is not ROOMY else 4)
        grid.setColumnMinimumWidth(2, 0 if theme.density is not ROOMY else 96)
        grid.setColumnStretch(3, 1)
        grid.addWidget(label(title, "label"), 0, 0, 1, 4)
        for row, cents in enumerate(faces, start=1):
            face = self._text.money(Money(cents, self._currency))
            name = label(face)
            name.setFont(font(figures=True))
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            edit = PieceEdit()
            edit.setAccessibleName(self._text("How many of {face}", face=face))
            edit.textChanged.connect(lambda _typed: self._say())
            edit.stepped.connect(lambda step, edit=edit: self._walk(edit, step))
            amount = label("", "meta")
            amount.setFont(font(figures=True))
            amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(name, row, 0)
            grid.addWidget(edit, row, 1)
            if theme.density is ROOMY:
                grid.addWidget(amount, row, 2)
            self._edits[cents], self._sums[cents] = edit, amount
        grid.setRowStretch(len(faces) + 1, 1)
        return grid

    def _walk(self, edit: PieceEdit, step: int) -> None:
        edits = list(self._edits.values())
        place = edits.index(edit) + step
        if place >= len(edits):
            self.ended.emit()
        elif place >= 0:
            edits[place].setFocus(Qt.FocusReason.TabFocusReason)
            edits[place].selectAll()

    def _say(self) -> None:
        text, currency = self._text, self._currency
        for cents, edit in self._edits.items():
            pieces, amount = edit.pieces, self._sums[cents]
            shown = text("not a number") if pieces is None else ""
            if pieces:
                shown = text.money(Money(cents * pieces, currency))
            amount.setText(shown)
        self._counted.setText(text("Counted: {amount}", amount=self.total))
        self.changed.emit()

    def announce_total(self) -> None:
        """Say the total aloud."""
        announce(self, self._counted.text())


def _parts(faces: tuple[int, ...], parts: int) -> list[tuple[int, ...]]:
    """The faces in their order, in so many columns of nearly the same height."""
    high = -(-len(faces) // parts)
    return [faces[place : place + high] for place in range(0, len(faces), high)]
