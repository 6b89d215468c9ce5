"""Parts of a page that stand beside each other, or one at a time behind a row of words where the window is low."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from counter_app.text import Text
from ui import shortcuts
from ui.theme.current import theme
from ui.theme.density import COMPACT
from ui.widgets.announce import announce
from ui.widgets.buttons import Button
from ui.widgets.labels import show_if


class Segments(QWidget):
    """The row of words. It shows itself and hides the parts that are not chosen while the window is low.

    Ctrl+J goes to the next part. Each part belongs to this row: nothing else shows or hides it.
    """

    def __init__(self, text: Text, *parts: tuple[str, QWidget]) -> None:
        super().__init__()
        self._parts = [part for _, part in parts]
        self._chosen = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        group = QButtonGroup(self)
        self._buttons: list[Button] = []
        for place, (words, _) in enumerate(parts):
            button = Button(words, "segment", press=partial(self.choose, place))
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
            self._buttons.append(button)
        row.addStretch(1)
        self._buttons[0].setChecked(True)
        shortcuts.declare(
            self, "Ctrl+J", text("The next part of the page"), self.next, group=text("On this page")
        )
        theme.changed.connect(self._arrange)
        self._arrange()

    def choose(self, place: int) -> None:
        """Show that part."""
        self._chosen = place
        self._buttons[place].setChecked(True)
        self._arrange()
        announce(self, self._buttons[place].text().replace("&", ""))

    def next(self) -> None:
        """Show the part after this one, and the first after the last."""
        self.choose((self._chosen + 1) % len(self._parts))

    def _arrange(self) -> None:
        folded = theme.density is COMPACT
        show_if(self, folded)
        for place, part in enumerate(self._parts):
            show_if(part, not folded or place == self._chosen)
