"""A birth date known whole or in part: day, month and year, month and year, or the year alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent

from counter_app.text import Text
from ui.theme.fonts import font
from ui.widgets.fields import LineEdit

_PARTS: Final = re.compile(r"(?:(?:(\d{1,2})[ ./-])?(\d{1,2})[ ./-])?(\d{4})")
_RUN: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


def date_typed(typed: str, today: date | None = None) -> str | None:
    """The ISO form of what was typed (`1987-03-14`, `1987-03`, `1987`), `None` where it is no date.

    Days come before months, as in every language of the program. A day after `today` is none.
    """
    bare = typed.strip()
    iso, run, parts = _ISO.fullmatch(bare), _RUN.fullmatch(bare), _PARTS.fullmatch(bare)
    if iso:
        year, month, day = iso[1], iso[2], iso[3]
    elif run:
        day, month, year = run.groups()
    elif parts:
        day, month, year = parts.groups()
    else:
        return None
    try:
        known = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if known.year < 1850 or (today is not None and known > today):
        return None
    if day is not None:
        return known.isoformat()
    return f"{known.year:04d}-{known.month:02d}" if month is not None else f"{known.year:04d}"


def date_shown(iso: str, text: Text) -> str:
    """A whole or partial ISO date as a reader writes it."""
    if len(iso) == 10:
        return text.date(date.fromisoformat(iso))
    return f"{iso[5:7]}/{iso[:4]}" if len(iso) == 7 else iso


class DateEdit(LineEdit):
    """A date that may lack its day or its month; `14031987`, `14/3/1987`, `3/1987` and `1987` are all taken."""

    changed = Signal()

    def __init__(self, text: Text, iso: str = "", *, today: date | None = None) -> None:
        super().__init__(most=20, placeholder=text("dd/mm/yyyy, or what is known of it"))
        self._text = text
        self._today = today
        self.setFont(font(figures=True))
        self.set_iso(iso)
        self.textChanged.connect(lambda _typed: self.changed.emit())

    @property
    def iso(self) -> str | None:
        """The date in ISO form, `None` where the field is empty or holds no date."""
        return date_typed(self.text(), self._today)

    @property
    def is_wrong(self) -> bool:
        """Whether something stands here that is no date."""
        return bool(self.value()) and self.iso is None

    def set_iso(self, iso: str) -> None:
        """Show a date, or nothing."""
        self.setText(date_shown(iso, self._text) if iso else "")

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Write the date out."""
        super().focusOutEvent(event)
        iso = self.iso
        if iso is not None and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.blockSignals(True)
            self.set_iso(iso)
            self.blockSignals(False)
