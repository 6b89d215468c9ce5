"""The strip under the stage: what happens and why, how far the play is, and its buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from counter_app.text import Text
from ui.theme.tokens import GRID
from ui.widgets.announce import announce
from ui.widgets.badge import Badge, State
from ui.widgets.buttons import Button
from ui.widgets.labels import label

_LINES = 2


class Strip(QWidget):
    """Its keys are those of the window around it. Its buttons never take the focus from the field that is typed in."""

    def __init__(
        self,
        text: Text,
        *,
        hold: Callable[[], object],
        hurry: Callable[[], object],
        faster: Callable[[], object],
        stop: Callable[[], object],
    ) -> None:
        super().__init__()
        self._text = text
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(text("Practice"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(GRID)
        self.caption = label("", "strong", wrap=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.caption)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(Badge(State(text("PRACTICE"), "warn", "lifebuoy")))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(text("How far the play is"))
        row.addWidget(self.bar, 1)
        self.hold = Button(text("Pause"), icon="player-pause", key="Space", press=hold)
        self.next = Button(text("Next step"), icon="arrow-right", key="→", press=hurry)
        self.faster = Button(text("Faster"), icon="gauge", key="+", press=faster)
        self.stop = Button(text("Stop"), icon="player-stop", key="Esc", press=stop)
        for button in (self.hold, self.next, self.faster, self.stop):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        column.addLayout(row)

    def say(self, words: str) -> None:
        """Show a caption, and have it read aloud."""
        self.caption.setText(words)
        self._make_room()
        announce(self, words)

    def show_progress(self, done: int, total: int) -> None:
        """So many scenes of so many are over."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def show_paused(self, paused: bool) -> None:
        """The button says what it does now."""
        self.hold.name(self._text("Go on") if paused else self._text("Pause"))

    def show_pace(self, pace: int) -> None:
        """How many times walking pace."""
        self.faster.name(self._text("Faster") if pace == 1 else self._text("{pace} × faster", pace=pace))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """A caption takes more lines where it has less width."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """As high as the caption, and never lower than two lines, or the stage would jump with each of them."""
        least = _LINES * self.caption.fontMetrics().lineSpacing() + 4
        self.caption.setMinimumHeight(max(least, self.caption.heightForWidth(self.caption.width())))

    def wake(self, *, playing: bool = True) -> None:
        """The buttons are there while there is a play to hold and to hurry."""
        for button in (self.hold, self.next, self.faster, self.stop):
            button.setVisible(playing)
