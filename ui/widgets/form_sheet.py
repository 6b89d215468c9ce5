"""A sheet on which one act is filled in, in the place of the page: what it is about, its fields, record or back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import Text
from ui import shortcuts
from ui.theme.current import theme
from ui.theme.density import COMPACT
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button, Kind
from ui.widgets.card import Card
from ui.widgets.fields import Field
from ui.widgets.labels import label
from ui.widgets.message_bar import MessageBar

_IN_ONE_COLUMN = 4


class FormSheet(Card):
    """A card with fields. F9 records, Escape goes back; Enter goes to the next field and records from the last.

    `record` is called once until `failed` or `ready` says that it may be called again. A narrow sheet keeps to one
    column of fields.
    """

    def __init__(
        self,
        text: Text,
        title: str,
        sub: str = "",
        *,
        words: str,
        icon: str = "check",
        kind: Kind = "primary",
        record: Callable[[], object],
        back: Callable[[], object],
        wide: int = 760,
        narrow: bool = False,
    ) -> None:
        super().__init__(title, sub)
        self.text = text
        self._record, self._narrow = record, narrow
        self._fields: list[Field] = []
        self.setMaximumWidth(wide)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.messages = MessageBar()
        self.add(self.messages)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        self.body.addLayout(self._facts)
        self.button = Button(words, kind, icon=icon, key="F9", press=self.record)
        self.back_button = Button(text("Back"), "link", icon="arrow-left", key="Esc", press=back)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        self.buttons.addWidget(self.button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.back_button)
        group = text("On this page")
        shortcuts.declare(self, "F9", words, self.record, group=group)
        shortcuts.declare(self, "Esc", text("Back"), back, group=group)

    def fact(self, name: str, value: str, *, strong: bool = False) -> None:
        """A line that says what the act is about."""
        row = self._facts.rowCount()
        shown = label(value, "strong" if strong else "body", wrap=True)
        shown.setAccessibleName(f"{name}: {value}")
        self._facts.addWidget(label(name, "meta"), row, 0, Qt.AlignmentFlag.AlignTop)
        self._facts.addWidget(shown, row, 1)
        self._facts.setRowMinimumHeight(row, 22)

    def ask(self, *fields: Field) -> None:
        """Put fields under one another, in the order in which they are filled in."""
        for field in fields:
            self._fields.append(field)
            if isinstance(field.editor, QLineEdit):
                field.editor.returnPressed.connect(partial(self._entered, field))

    def finish(self) -> FormSheet:
        """Lay the fields out, in two columns where one would be too high, and put the buttons at the end."""
        size = theme.density
        most = _IN_ONE_COLUMN if size is not COMPACT else _IN_ONE_COLUMN // 2
        across = 1 if self._narrow or len(self._fields) <= most else 2
        grid = QGridLayout()
        grid.setHorizontalSpacing(size.margin)
        grid.setVerticalSpacing(size.gap)
        for place, field in enumerate(self._fields):
            row, column = divmod(place, across)
            last = place == len(self._fields) - 1 and column == 0
            grid.addWidget(field, row, column, 1, across if last else 1, Qt.AlignmentFlag.AlignTop)
        for column in range(across):
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self.body.addSpacing(GRID)
        self.body.addLayout(self.buttons)
        return self

    def first_focus(self) -> QWidget:
        """The first field, else the button."""
        return self._fields[0].editor if self._fields else self.button

    def record(self) -> None:
        """Record, unless it is being recorded."""
        if self.button.isEnabled():
            for field in self._fields:
                field.set_error("")
            self.messages.clear()
            self._record()

    def wait(self) -> None:
        """Recording has begun: nothing is given twice."""
        self.button.setEnabled(False)

    def failed(self, error: AppError) -> None:
        """Say why nothing was recorded; it may be tried again."""
        self.button.setEnabled(True)
        self.messages.post("bad", self.text.error(error))

    def wrong(self, field: Field, sentence: str) -> None:
        """Say what is wrong with a field and go there."""
        field.set_error(sentence)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entered(self, field: Field) -> None:
        place = self._fields.index(field)
        if place == len(self._fields) - 1:
            self.record()
        else:
            self._fields[place + 1].editor.setFocus(Qt.FocusReason.TabFocusReason)
