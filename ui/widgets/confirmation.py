"""The large confirmation: what was recorded, its number big enough to be read out, said aloud."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.theme.tokens import GRID, Tone
from ui.widgets.announce import announce
from ui.widgets.card import Card
from ui.widgets.labels import Icon, label, show_if
from ui.widgets.message_bar import ICONS


class Confirmation(Card):
    """A card that says that it is done. `buttons` is the row for its buttons, the primary one first."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(24)
        self._icon = Icon("circle-check", "ok", 56)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.heading = label("", "title", wrap=True)
        self.number = label("", "figure")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words = label("", wrap=True)
        self.next_step = label("", "meta", wrap=True)
        for part in (self.heading, self.number, self.words, self.next_step):
            words.addWidget(part)
        row.addLayout(words, 1)
        self.body.addLayout(row)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        self.body.addSpacing(GRID)
        self.body.addLayout(self.buttons)

    def confirm(
        self, heading: str, number: str = "", words: str = "", next_step: str = "", *, tone: Tone = "ok"
    ) -> None:
        """Show what was done and announce it, the number with it."""
        self._icon.show_icon(ICONS[tone], tone)
        for part, sentence in (
            (self.heading, heading),
            (self.number, number),
            (self.words, words),
            (self.next_step, next_step),
        ):
            part.setText(sentence)
            show_if(part, bool(sentence))
        spoken = ". ".join(sentence for sentence in (heading, number, words, next_step) if sentence)
        self.setAccessibleName(spoken)
        announce(self, spoken, urgent=True)
