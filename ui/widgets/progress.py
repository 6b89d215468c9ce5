"""Work that takes a while: how far, how long still, and a way to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from counter_app.text import Text
from ui.widgets.buttons import Button
from ui.widgets.labels import label, show_if


class Progress(QWidget):
    """A bar with words; without a total it only says that work goes on. `cancel` adds the button that stops it."""

    def __init__(self, text: Text, *, cancel: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._text = text
        self._began = 0.0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.words = label("", wrap=True)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        row.addWidget(self.bar, 1)
        if cancel is not None:
            row.addWidget(Button(text("Stop"), "secondary", icon="player-stop", press=cancel))
        column.addLayout(row)
        self.estimate = label("", "meta")
        column.addWidget(self.estimate)

    def start(self, words: str, total: int = 0) -> None:
        """Begin: `total` 0 where nobody knows how much there is."""
        self._began = time.monotonic()
        self.words.setText(words)
        self.bar.setAccessibleName(words)
        self.bar.setRange(0, total)
        self.bar.setValue(0)
        self.estimate.setText("")
        show_if(self.estimate, total > 0)

    def advance(self, done: int) -> None:
        """So much is done; the estimate is told once a second of work has shown the pace."""
        total = self.bar.maximum()
        self.bar.setValue(done)
        spent = time.monotonic() - self._began
        count = self._text("{done} of {total}", done=self._text.number(done), total=self._text.number(total))
        if spent < 1 or not 0 < done < total:
            self.estimate.setText(count)
            return
        self.estimate.setText(f"{count} · {self._left(spent * (total - done) / done)}")

    def _left(self, seconds: float) -> str:
        if seconds < 60:
            return self._text.plural(
                "about {n} second left", "about {n} seconds left", max(1, round(seconds))
            )
        return self._text.plural("about {n} minute left", "about {n} minutes left", round(seconds / 60))
