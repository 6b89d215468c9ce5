"""What stands where there is nothing yet: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.current import theme
from ui.widgets.labels import Icon, label


class EmptyState(QWidget):
    """An icon, a sentence that says why it is empty, one that says what to do, and an optional button."""

    def __init__(self, icon: str, words: str, next_step: str = "", action: QWidget | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        self._column = column
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Icon(icon, "muted", 40))
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(4)
        self._next_step = next_step
        self.words = label("", "strong", wrap=True)
        lines = [self.words, label(next_step, "meta", wrap=True)] if next_step else [self.words]
        for line in lines:
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(line)
        if action is not None:
            column.addSpacing(8)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        theme.changed.connect(self._take_density)
        self._take_density()
        self.say(words)

    def say(self, words: str) -> None:
        """Why it is empty."""
        self.words.setText(words)
        self.setAccessibleName(f"{words} {self._next_step}".strip())

    def _take_density(self) -> None:
        self._column.setContentsMargins(24, theme.density.edge, 24, theme.density.edge)
