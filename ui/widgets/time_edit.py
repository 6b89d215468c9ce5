"""A time of the day as people type it: hours and minutes, and nothing where nobody knows it."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent

from counter_app.text import Text
from ui.theme.fonts import font
from ui.widgets.fields import LineEdit

_PARTED: Final = re.compile(r"(\d{1,2})\s*[:.hH]\s*(\d{2})")
_RUN: Final = re.compile(r"(\d{1,2})(\d{2})")


def time_typed(typed: str) -> time | None:
    """The time that was typed (`9:05`, `9h05`, `9.05`, `0905`), `None` where it is none. An hour alone is none."""
    found = _PARTED.fullmatch(typed.strip()) or _RUN.fullmatch(typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


class TimeEdit(LineEdit):
    """A time, written out when the field is left; empty means that it is not known."""

    changed = Signal()

    def __init__(self, text: Text) -> None:
        super().__init__(most=8, placeholder=text("hh:mm"))
        self.setFont(font(figures=True))
        self.textChanged.connect(lambda _typed: self.changed.emit())

    @property
    def time(self) -> time | None:
        """The time, `None` where the field is empty or holds none."""
        return time_typed(self.text())

    @property
    def is_wrong(self) -> bool:
        """Whether something stands here that is no time."""
        return bool(self.value()) and self.time is None

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Write the time out."""
        super().focusOutEvent(event)
        if self.time is not None:
            self.blockSignals(True)
            self.setText(f"{self.time:%H:%M}")
            self.blockSignals(False)
