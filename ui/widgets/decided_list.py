"""What people decided about units, the last first: who, when, why; opening one shows whether it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.service.kind_words import KINDS
from counter_app.text import Text
from ui import shortcuts
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_words import unit_state

if TYPE_CHECKING:
    from counter_app.service.differences import Difference, Past

Line = tuple["Difference", "Past"]


class DecidedList(Card):
    """`open_unit` is called with the unit at the cursor."""

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        found: Sequence[Line],
        service: Callable[[str], str],
        *,
        open_unit: Callable[[Difference], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__(
            text("Decided"), text("A decision can be undone until something of it is sent."), bare=True
        )
        self.text, self._configuration, self._service = text, configuration, service
        self._open_unit = open_unit
        rows: Rows[Line] = Rows(self._columns(), key=lambda line: line[0].key)
        self.table = Table(text("Units that somebody decided"), rows)
        self.table.opened.connect(lambda line: open_unit(line[0]))
        empty = EmptyState("history", text("Nobody decided anything yet."), "")
        either = Faces(empty, self.table)
        either.turn(1 if found else 0)
        self.body.addWidget(either, 1)
        self.open_button = Button(text("Open"), "primary", icon="scale", key="F9", press=self._open)
        self.open_button.setEnabled(bool(found))
        self.back_button = Button(text("Back"), "link", icon="arrow-left", key="Esc", press=back)
        self.foot(self.open_button, None, self.back_button)
        group = text("On this page")
        shortcuts.declare(self, "F9", text("Open the unit at the cursor"), self._open, group=group)
        shortcuts.declare(self, "Esc", text("Back"), back, group=group)
        self.table.show_rows(list(found))

    def first_focus(self) -> QWidget:
        """The list, or the way back."""
        return self.table if self.table.rows.rowCount() else self.back_button

    def _open(self) -> None:
        line = self.table.current()
        if line is not None:
            self._open_unit(line[0])

    def _columns(self) -> list[Column[Line]]:
        text = self.text
        return [
            Column(text("State"), self._state),
            Column(text("Act"), lambda line: text(KINDS.get(line[0].kind, line[0].kind)), "strong"),
            Column(text("Receipt"), lambda line: line[0].receipt or "—", "muted", drop=3),
            Column(text("Service"), lambda line: self._service(line[0].service), stretch=1, least=90, drop=2),
            Column(text("Decision"), self._word, stretch=2, least=120),
            Column(text("Reason"), lambda line: line[1].reason or "—", "muted", stretch=2, least=100, drop=4),
            Column(text("By"), self._by, drop=1),
            Column(text("Amount"), lambda line: text.money(line[0].amount), "figures", right=True),
        ]

    def _state(self, line: Line) -> State:
        return unit_state(self.text, line[0].state)

    def _word(self, line: Line) -> str:
        from counter_app.service.unit_words import DONE_WORDS

        words = next((told for word, told in DONE_WORDS.items() if word == line[1].word), line[1].word)
        return self.text(words)

    def _by(self, line: Line) -> str:
        person = self._configuration.person(line[1].by)
        name = line[1].by if person is None else person.name
        return f"{name}, {self.text.datetime(line[1].at)}"
