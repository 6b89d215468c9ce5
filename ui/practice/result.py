"""The end of a play: the figures in words, and the papers that it left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.domain.money import Money
from counter_app.text import Text
from ui import mnemonics, shortcuts
from ui.opening import open_file
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.confirmation import Confirmation
from ui.widgets.labels import label
from ui.widgets.message_bar import MessageBar
from ui.widgets.scroll import scrolling

if TYPE_CHECKING:
    from counter_app.practice.drill import Played

_WIDE = 860
_MARGIN = 3 * GRID


class Result(QWidget):
    """What came of it, in one card; a second card opens its papers."""

    def __init__(self, text: Text, *, again: Callable[[], object], leave: Callable[[], object]) -> None:
        super().__init__()
        self._text = text
        self.setObjectName("page")
        sheet = QWidget()
        self._column = QVBoxLayout(sheet)
        self._column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._column.setSpacing(2 * GRID)
        self.told = Confirmation()
        self.told.setMaximumWidth(_WIDE)
        self.leave = Button(text("Close"), "primary", icon="check", key="Esc", press=leave)
        shortcuts.declare(self, "Esc", text("Close"), leave, group=text("On this page"))
        self.told.buttons.addWidget(self.leave)
        self.told.buttons.addWidget(Button(text("Play it again"), icon="refresh", press=again))
        self.told.buttons.addStretch(1)
        self._column.addWidget(self.told)
        self.papers: list[Button] = []
        self._messages = MessageBar()
        self._column.addStretch(1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(sheet))

    def show_played(self, played: Played, out: Path) -> None:
        """The figures, and a button for each paper."""
        text, found = self._text, played.reckoning
        recorded = text.plural(
            "{n} act was recorded while nothing worked; {amount} of aid was granted.",
            "{n} acts were recorded while nothing worked; {amount} of aid was granted.",
            found.recorded,
            amount=Money(found.granted_cents, played.currency),
        )
        answered = text.plural(
            "The central systems answered for {n} message.",
            "The central systems answered for {n} messages.",
            found.posted,
        )
        figures = text(
            "Lost: {lost}. Twice at the centre: {duplicates}. Unexplained: {unexplained}.",
            lost=found.lost,
            duplicates=found.duplicates_at_centre,
            unexplained=found.unexplained,
        )
        heading = text("Nothing was lost, and everything is explained.")
        if not found.is_clean:
            heading = text("Something is left to explain: read the figures, then the journals.")
        self._tell(heading, f"{recorded}\n{answered}\n{figures}", is_good=found.is_clean)
        self._list(played.documents, out)

    def show_stopped(self) -> None:
        """Somebody ended it early."""
        text = self._text
        self._tell(text("The play was stopped."), text("Nothing of it is kept."), is_good=True)

    def show_failed(self, error: AppError) -> None:
        """It could not go on."""
        self._tell(self._text("The play could not go on."), self._text.error(error), is_good=False)

    def _tell(self, heading: str, words: str, *, is_good: bool) -> None:
        self.told.confirm(heading, "", words, tone="ok" if is_good else "bad")
        mnemonics.assign(self)
        self.leave.setFocus()

    def _list(self, documents: list[str], out: Path) -> None:
        text = self._text
        card = Card(text("The papers of this day"), text("They say themselves that they are practice."))
        card.setMaximumWidth(_WIDE)
        for name in documents:
            press = partial(open_file, self, self._messages, text, out / name)
            button = Button(name, "link", icon="file-text", press=press)
            self.papers.append(button)
            card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if not documents:
            card.add(label(text("None was made.")))
        card.add(self._messages)
        self._column.insertWidget(1, card)
