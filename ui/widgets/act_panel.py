"""Beside the form of an act: what the rules say, what will be recorded in one sentence, and the ways to record it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.service.office_words import of_office
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label, rule
from ui.widgets.verdict import Verdict


class ActPanel(Card):
    """Turned either to granting or to refusing; the page declares the keys that the buttons show."""

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        *,
        grant: Callable[[], object],
        request: Callable[[], object],
        refuse: Callable[[], object],
        keep: Callable[[], object],
        clear: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setAccessibleName(text("Before you record"))
        self._text = text
        self.verdict = Verdict(text)
        self.add(self.verdict)
        self.body.addStretch(1)
        self.add(rule())
        self.review = label("", "strong", wrap=True)
        self.add(self.review)
        self.grant = Button(text("Grant it"), "primary", icon="check", key="F9", press=grant)
        self.reason = ComboBox(
            [
                Choice("", text("Please choose")),
                *[
                    Choice(code, of_office(text, configuration, words))
                    for code, words in configuration.reasons.items()
                ],
            ]
        )
        self._reason_field = Field(text("Reason of the refusal"), self.reason)
        self.reason.picked.connect(lambda _code: self._reason_field.set_error(""))
        self.reason_words = LineEdit(most=2000)
        self._either = Faces(self._granting(request, refuse, clear), self._refusing(grant, keep))
        self.add(self._either)

    @property
    def is_refusing(self) -> bool:
        """Whether a reason is being chosen."""
        return self._either.place == 1

    def forget_reason(self) -> None:
        """No reason is chosen and no words stand there: those of the citizen before are nobody else's."""
        self.reason.setCurrentIndex(0)
        self.reason_words.blockSignals(True)
        self.reason_words.clear()
        self.reason_words.blockSignals(False)

    def has_reason(self) -> bool:
        """Whether a reason is chosen; else the field asks for it and takes the focus."""
        chosen = bool(self.reason.value())
        self._reason_field.set_error("" if chosen else self._text("Choose the reason of the refusal."))
        if not chosen:
            self.reason.setFocus()
        return chosen

    def show_outcome(self, *, approval: bool, refused: bool) -> None:
        """Name what F9 does; what a rule refuses is no longer offered as the way on, though F9 says why."""
        text = self._text
        self.grant.name(text("Send to approval") if approval and not refused else text("Grant it"))
        self.grant.set_kind("secondary" if refused else "primary")

    def turn(self, *, refusing: bool) -> None:
        """Show the ways to grant, or the reasons to refuse."""
        self._either.turn(int(refusing))

    def _granting(
        self, request: Callable[[], object], refuse: Callable[[], object], clear: Callable[[], object]
    ) -> QWidget:
        text = self._text
        panel, column = _panel()
        column.addStretch(1)
        column.addWidget(self.grant)
        self.request_only = Button(
            text("Record the request only"), "secondary", icon="notes", key="Shift+F9", press=request
        )
        column.addWidget(self.request_only)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(Button(text("Refuse"), "secondary", icon="ban", key="Ctrl+F9", press=refuse), 1)
        row.addWidget(Button(text("Clear"), "link", press=clear))
        column.addLayout(row)
        return panel

    def _refusing(self, record: Callable[[], object], keep: Callable[[], object]) -> QWidget:
        text = self._text
        panel, column = _panel()
        column.addWidget(self._reason_field)
        words = Field(text("In your own words"), self.reason_words, text("Kept in this file only."))
        words.fold_help(theme.density is not ROOMY)
        column.addWidget(words)
        column.addWidget(Button(text("Record the refusal"), "danger", icon="ban", key="F9", press=record))
        column.addWidget(Button(text("Back"), "link", icon="arrow-left", key="Esc", press=keep))
        return panel


def _panel() -> tuple[QWidget, QVBoxLayout]:
    panel = QWidget()
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    return panel, column
