"""A message in the page: what happened and the next step, never a window in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout

from ui.theme.current import theme
from ui.theme.tokens import GRID, Tone
from ui.widgets.announce import announce
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, label, show_if

ICONS: Final[dict[Tone, str]] = {
    "neutral": "info-circle",
    "info": "info-circle",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
}


Action = tuple[str, Callable[[], object]] | tuple[str, Callable[[], object], str]
"""Words, what pressing them does, and the key that the page declared for it, where there is one."""


class MessageBar(QFrame):
    """Hidden until something is to be said. It is announced as it appears."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        row = QHBoxLayout(self)
        self._row = row
        theme.changed.connect(self._take_density)
        self._take_density()
        row.setSpacing(12)
        self._icon = Icon("info-circle", "info", 22)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = label("", "strong", wrap=True)
        self.words = label("", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.words)
        row.addLayout(words, 1)
        self._actions = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._actions.setSpacing(GRID)
        row.addLayout(self._actions)
        self.hide()

    def _take_density(self) -> None:
        above = theme.density.gap * 3 // 4
        self._row.setContentsMargins(16, above, 16, above)

    def post(
        self,
        tone: Tone,
        words: str,
        *,
        title: str = "",
        actions: tuple[Action, ...] = (),
    ) -> None:
        """Show a sentence with up to two next steps."""
        self.setProperty("tone", tone)
        self._icon.show_icon(ICONS[tone], tone)
        self.title.setText(title)
        show_if(self.title, bool(title))
        self.words.setText(words)
        while (item := self._actions.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for name, press, *key in actions:
            self._actions.addWidget(Button(name, "secondary", key="".join(key), press=press))
        # Before the first paint there is nothing to polish again, and asking for the style costs it a while.
        if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            for part in (self, self.title, self.words):
                part.style().unpolish(part)
                part.style().polish(part)
        self.setAccessibleName(f"{title} {words}".strip())
        self.show()
        announce(self, self.accessibleName(), urgent=tone == "bad")

    def clear(self) -> None:
        """Take the message back."""
        self.hide()
