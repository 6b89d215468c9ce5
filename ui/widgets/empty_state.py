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
        for sentence, role in ((words, "strong"), (next_step, "meta")):
            if sentence:
                line = label(sentence, "strong" if role == "strong" else "meta", wrap=True)
                line.setAlignment(Qt.AlignmentFlag.AlignCenter)
                column.addWidget(line)
        if action is not None:
            column.addSpacing(8)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        theme.changed.connect(self._take_density)
        self._take_density()
        self.setAccessibleName(f"{words} {next_step}".strip())

    def _take_density(self) -> None:
        self._column.setContentsMargins(24, theme.density.edge, 24, theme.density.edge)
