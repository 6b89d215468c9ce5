"""The sheet in the middle of the window before anybody is signed in: mark, card, language and theme."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter_app.text import Text
from ui import mnemonics
from ui.theme.current import theme
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, label
from ui.widgets.scroll import scrolling

NAMES: Final = {"fr": "Français", "en": "English", "nl": "Nederlands", "it": "Italiano"}


class Gate(QWidget):
    """A page without navigation. `column` is where a subclass puts its cards, at most `wide` px wide."""

    def __init__(self, text: Text, *, wide: int = 520) -> None:
        super().__init__()
        self.text = text
        sheet = QWidget()
        sheet.setObjectName("gate")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = QVBoxLayout(sheet)
        self._whole = whole
        across = QHBoxLayout()
        whole.addLayout(across, 1)
        across.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(wide)
        across.addWidget(middle, 100)
        across.addStretch(1)
        down = QVBoxLayout(middle)
        down.setContentsMargins(0, 0, 0, 0)
        self._down = down
        down.addStretch(1)
        mark = QHBoxLayout()
        mark.setSpacing(12)
        mark.addWidget(Icon("lifebuoy", "accent", 34))
        mark.addWidget(label(text("Counter"), "heading"), 1)
        down.addLayout(mark)
        self.column = QVBoxLayout()
        down.addLayout(self.column)
        down.addStretch(1)
        foot = QWidget()
        foot.setMaximumWidth(900)
        self._foot = QHBoxLayout(foot)
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._foot.setSpacing(0)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(foot, 100)
        below.addStretch(1)
        whole.addLayout(below)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(sheet))
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        size = theme.density
        self._whole.setContentsMargins(size.margin, size.edge, size.margin, size.edge // 2)
        self._down.setSpacing(size.gap)
        self.column.setSpacing(size.gap)

    def offer_languages(self, speak: Callable[[str], object], next_theme: Callable[[], object]) -> None:
        """Languages by their own names and the key of the theme, at the foot."""
        for code, name in NAMES.items():
            button = Button(name, "link", press=partial(speak, code))
            button.setEnabled(code != self.text.language)
            self._foot.addWidget(button)
        self._foot.addStretch(1)
        self._foot.addWidget(
            Button(self.text("Contrast"), "link", icon="contrast", key="Ctrl+Alt+T", press=next_theme)
        )

    def offer_practice(self, practise: Callable[[], object]) -> None:
        """The way to a play of an outage, at the foot."""
        button = Button(self.text("Practice"), "link", icon="player-play", press=practise)
        self._foot.insertWidget(self._foot.count() - 1, button)

    def first_focus(self) -> QWidget | None:
        """Where typing starts."""
        return None

    def arrive(self) -> None:
        """Called by the window when the gate is shown."""
        mnemonics.assign(self)
        start = self.first_focus()
        if start is not None:
            start.setFocus(Qt.FocusReason.OtherFocusReason)
