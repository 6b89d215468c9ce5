"""The keys of this page, over the page: F1 opens it; F1, Escape or Enter closes it, and no other key does a thing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from counter_app.text import Text
from ui.shortcuts import Key
from ui.theme.current import theme
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay


class KeyHelp(Overlay):
    """One sheet of keys, by their headings."""

    def __init__(self, window: QWidget, text: Text) -> None:
        super().__init__(window, text, text("Keys on this page"))

    def show_keys(self, keys: Iterable[Key]) -> None:
        """Lay the sheet over the window."""
        # Both Enter keys are declared where one of them is meant; a reader needs it once.
        listed = list({(key.shown, key.words): key for key in keys}.values())
        self.lay(self._listed(listed), ". ".join(f"{key.shown}: {key.words}" for key in listed))

    def _listed(self, keys: list[Key]) -> QWidget:
        sheet = QWidget()
        across = QHBoxLayout(sheet)
        across.setContentsMargins(0, 8, 8, 0)
        across.setSpacing(32)
        groups = list(dict.fromkeys(key.group for key in sorted(keys, key=lambda key: key.order)))
        # The pages stand beside the rest: all keys are seen at once on a low screen.
        for names in (groups[:1] + groups[2:], groups[1:2]):
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(theme.density.gap // 2)
            grid.setColumnStretch(1, 1)
            line = 0
            for group in names:
                if line:
                    grid.setRowMinimumHeight(line, theme.density.gap // 2)
                    line += 1
                grid.addWidget(label(group, "label"), line, 0, 1, 2)
                line += 1
                for key in keys:
                    if key.group == group:
                        grid.addWidget(label(key.shown, "key"), line, 0, Qt.AlignmentFlag.AlignLeft)
                        grid.addWidget(label(key.words, wrap=True), line, 1)
                        line += 1
            grid.setRowStretch(line, 1)
            across.addLayout(grid, 1)
        return sheet
