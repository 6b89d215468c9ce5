"""The six words of a passphrase, numbered, big enough to be copied by hand without a mistake."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ui.widgets.labels import label

_ACROSS = 3


class WordGrid(QWidget):
    """Shows six words, and forgets them with `clear`."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        self.shown = [label("", "words") for _ in range(6)]
        for place, shown in enumerate(self.shown):
            grid.addWidget(shown, place // _ACROSS, place % _ACROSS)

    def show_words(self, words: str) -> None:
        """Show them, each with its number."""
        for place, (shown, word) in enumerate(zip(self.shown, words.split(), strict=True), 1):
            shown.setText(f"{place}. {word}")

    def clear(self) -> None:
        """Take them off the screen."""
        for shown in self.shown:
            shown.clear()
