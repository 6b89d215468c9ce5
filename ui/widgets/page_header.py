"""The head of a page: what it is, one line about it, and its actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.tokens import GRID
from ui.widgets.labels import label, show_if


class PageHeader(QWidget):
    """Title and a line under it; `actions` go to the right."""

    def __init__(self, title: str, sub: str = "", actions: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = label(title, "heading", wrap=True)
        self.sub = label(sub, "meta", wrap=True)
        show_if(self.sub, bool(sub))
        words.addWidget(self.title)
        words.addWidget(self.sub)
        row.addLayout(words, 1)
        for action in actions:
            row.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, sub: str) -> None:
        """Change the line under the title."""
        self.sub.setText(sub)
        show_if(self.sub, bool(sub))
