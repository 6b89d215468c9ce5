"""Approval over the telephone, as the counter sees it: what to read aloud, and the digits that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label
from ui.widgets.words import MEANS

if TYPE_CHECKING:
    from counter_app.service.telephone import Asked

_SUPERVISOR = "supervisor"
_DIGITS_AND_BLANKS = 16


class PhoneApproval(Card):
    """`wanted` asks for a new question; `answered` carries supervisor and digits."""

    wanted = Signal()
    answered = Signal(str, str)

    def __init__(self, text: Text, configuration: Configuration) -> None:
        super().__init__(
            text("Approval by phone"), text("Call a supervisor who is at another machine of the office.")
        )
        self.text, self._configuration = text, configuration
        self._question: QWidget | None = None
        people = [person for person in configuration.people if person.role == _SUPERVISOR]
        self.supervisor = ComboBox([Choice(person.id, person.name) for person in people])
        self._by = Field(text("Answered by"), self.supervisor)
        self.digits = LineEdit(most=_DIGITS_AND_BLANKS)
        self.digits.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.digits.returnPressed.connect(self.press)
        self._digits = Field(text("The eight digits that come back"), self.digits)
        self.button = Button(text("Ask by phone"), "primary", icon="phone", key="F9", press=self.press)
        self.again = Button(text("Ask anew"), "link", icon="refresh", press=self.wanted.emit)
        self.add(self._by, self._digits)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.button)
        row.addStretch(1)
        row.addWidget(self.again)
        self.add(row)
        self.body.addStretch(1)
        self.forget()

    def forget(self) -> None:
        """Back to the beginning: nothing was asked."""
        self._drop_question()
        for widget in (self._by, self._digits, self.again):
            widget.hide()
        self.digits.clear()
        self._digits.set_error("")
        self.button.name(self.text("Ask by phone"))
        self.button.setEnabled(True)

    def press(self) -> None:
        """Ask, or once something was asked hand on the digits."""
        if not self.button.isEnabled():
            return
        if self._question is None:
            self.wanted.emit()
            return
        self._digits.set_error("")
        if not self.digits.value():
            self._digits.set_error(self.text("Type the digits as you hear them."))
            self.digits.setFocus()
            return
        self.button.setEnabled(False)
        self.answered.emit(self.supervisor.value(), self.digits.value())

    def asked(self, asked: Asked) -> None:
        """Show what is to be read aloud, until when it is good."""
        text, question = self.text, asked.question
        self.forget()
        shown = QWidget()
        grid = QGridLayout(shown)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(theme.density.field)
        grid.setColumnStretch(1, 1)
        facts = (
            (text("Counter"), question.counter),
            (text("Receipt"), question.number),
            (text("Aid"), question.aid),
            (text("Amount"), text.money(asked.amount)),
            (
                text("Means of payment"),
                text(MEANS[question.means]) if question.means in MEANS else question.means,
            ),
            (text("Number of this call"), f"{question.nonce[:4]} {question.nonce[4:]}"),
            (text("Good until"), text.datetime(asked.until)),
        )
        for row, (said, value) in enumerate(facts):
            one = label(value, "strong")
            one.setAccessibleName(f"{said}: {value}")
            grid.addWidget(label(said, "meta"), row, 0)
            grid.addWidget(one, row, 1)
        self._question = shown
        self.body.insertWidget(0, shown)
        for widget in (self._by, self._digits, self.again):
            widget.show()
        self.button.name(text("Approve"))
        self.digits.setFocus()

    def failed(self, sentence: str) -> None:
        """Say why it was not approved, beside the digits."""
        self.button.setEnabled(True)
        self.digits.selectAll()
        self._digits.set_error(sentence)
        self.digits.setFocus()

    def _drop_question(self) -> None:
        if self._question is not None:
            self._question.hide()
            self._question.deleteLater()
        self._question = None
