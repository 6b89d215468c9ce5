"""Where a file or a folder lies: typed, or chosen with a button beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.text import Text
from ui.widgets.buttons import Button
from ui.widgets.fields import LineEdit


class PathEdit(QWidget):
    """A line with a button; `choose` asks for a place and gives it, or nothing where nobody chose."""

    def __init__(self, text: Text, choose: Callable[[], str], *, icon: str = "file-text") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.line = LineEdit(most=1000)
        row.addWidget(self.line, 1)
        row.addWidget(Button(text("Browse…"), "secondary", icon=icon, press=self._ask))
        self._choose = choose
        self.setFocusProxy(self.line)

    def value(self) -> str:
        """The place, without blanks around it."""
        return self.line.value()

    def setAccessibleName(self, name: str) -> None:  # noqa: N802  (Qt's name)
        """The line is called so."""
        self.line.setAccessibleName(name)

    def setAccessibleDescription(self, words: str) -> None:  # noqa: N802  (Qt's name)
        """The line is described so."""
        self.line.setAccessibleDescription(words)

    def _ask(self) -> None:
        chosen = self._choose()
        if chosen:
            self.line.setText(chosen)
            self.line.setFocus()
