"""A page of acts: one main view, a sheet in its place while an act is filled in, a large confirmation behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import mnemonics, shortcuts
from ui.page import Page
from ui.session import Session
from ui.theme.current import theme
from ui.theme.tokens import Tone
from ui.widgets.buttons import Button, Kind
from ui.widgets.confirmation import Confirmation
from ui.widgets.form_sheet import FormSheet


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button of a confirmation: its words, icon, key and what it does."""

    words: str
    icon: str
    key: str
    press: Callable[[], object]


class SteppedPage(Page):
    """Subclasses build the main view into `view`, and `open` sheets or other parts in its place."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.main = QWidget()
        self.view = QVBoxLayout(self.main)
        self.view.setContentsMargins(0, 0, 0, 0)
        self.view.setSpacing(theme.density.gap)
        self.column.addWidget(self.main, 1)
        self._holder: QWidget | None = None
        self.step: QWidget | None = None

    def take_density(self) -> None:
        """The main view parts its cards as the page does."""
        super().take_density()
        self.view.setSpacing(theme.density.gap)

    def first_focus(self) -> QWidget | None:
        """The step that is open, else where the main view begins."""
        first = getattr(self.step, "first_focus", None)
        return self.main_focus() if first is None else first()

    def main_focus(self) -> QWidget | None:
        """Where the main view begins."""
        return None

    def key(self, sequence: str, words: str, press: Callable[[], object]) -> None:
        """A key of the main view alone: it rests while a sheet is open."""
        shortcuts.declare(self.main, sequence, words, press, group=self.text("On this page"))

    def open(self, step: QWidget, *, whole: bool = False) -> None:
        """Show a step in the place of the main view; `whole` gives it all the room."""
        self._drop()
        self.messages.clear()
        self.main.hide()
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        if whole:
            row.addWidget(step)
        else:
            row.addStretch(1)
            row.addWidget(step, 100, Qt.AlignmentFlag.AlignTop)
            row.addStretch(1)
        self.column.addWidget(holder, 1)
        self._holder, self.step = holder, step
        step.show()
        mnemonics.assign(self)
        self._focus()

    def back(self) -> None:
        """Show the main view again."""
        self._drop()
        self.main.show()
        mnemonics.assign(self)
        self.refresh()
        self._focus()

    def confirm(
        self,
        heading: str,
        number: str = "",
        words: str = "",
        next_step: str = "",
        *,
        steps: tuple[NextStep, ...] = (),
        tone: Tone = "ok",
    ) -> None:
        """Say large that it is done; the first of `steps`, or going back, is one key away."""
        shown = Confirmation()
        shown.setMaximumWidth(760)
        home = NextStep(self.text("Back to the page"), "arrow-left", "Esc", self.back)
        buttons: list[Button] = []
        for step in (*steps, home):
            kind: Kind = "secondary" if buttons else "primary"
            button = Button(step.words, kind, icon=step.icon, key=step.key, press=step.press)
            shown.buttons.addWidget(button)
            buttons.append(button)
            sequence = "Esc" if step is home else step.key
            shortcuts.declare(shown, sequence, step.words, step.press, group=self.text("On this page"))
        enter = partial(self._press_focused, tuple(buttons))
        shortcuts.declare(shown, "Return", buttons[0].text(), enter, group=self.text("On this page"))
        shown.buttons.addStretch(1)
        self.open(shown)
        buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        shown.confirm(heading, number, words, next_step, tone=tone)

    def sheet(self) -> FormSheet | None:
        """The sheet that is open, if one is."""
        return self.step if isinstance(self.step, FormSheet) else None

    def _press_focused(self, buttons: tuple[Button, ...]) -> None:
        next((button for button in buttons if button.hasFocus()), buttons[0]).click()

    def _focus(self) -> None:
        start = self.first_focus()
        if start is not None and self.isVisible():
            start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self) -> None:
        if self._holder is not None:
            self.column.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self._holder, self.step = None, None
