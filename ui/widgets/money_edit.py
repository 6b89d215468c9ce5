"""An amount as people type it, whole cents as the program knows it."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent

from counter_app.domain.money import Money
from counter_app.text import Text
from ui.theme.fonts import font
from ui.widgets.fields import LineEdit

_BLANKS: Final = re.compile(r"[\s\u00a0\u202f'’€]")
_PLAIN: Final = re.compile(r"(\d*)(?:[.,](\d{0,2}))?")
_GROUPED: Final = re.compile(r"(\d{1,3}(?:([.,])\d{3})+)(?:(?!\2)[.,](\d{0,2}))?")


def cents_typed(typed: str) -> int | None:
    """The cents that were typed, `None` where it is no amount.

    Comma and point both part the cents; blanks of any kind, and a mark before each three digits, group.
    """
    bare = _BLANKS.sub("", typed)
    plain = _PLAIN.fullmatch(bare)
    if plain and (plain[1] or plain[2]):
        return int(plain[1] or 0) * 100 + int((plain[2] or "").ljust(2, "0"))
    grouped = _GROUPED.fullmatch(bare)
    if grouped:
        return int(re.sub(r"[.,]", "", grouped[1])) * 100 + int((grouped[3] or "").ljust(2, "0"))
    return None


class MoneyEdit(LineEdit):
    """An amount in one currency, written out in the reader's form when the field is left."""

    changed = Signal()

    def __init__(self, text: Text, currency: str = "EUR", cents: int | None = None) -> None:
        super().__init__(most=20)
        self._text = text
        self._currency = currency
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(font(figures=True))
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.set_cents(cents)
        self.textChanged.connect(lambda _typed: self.changed.emit())

    @property
    def cents(self) -> int | None:
        """The amount in cents, `None` where the field is empty or holds no amount."""
        return cents_typed(self.text())

    @property
    def is_wrong(self) -> bool:
        """Whether something stands here that is no amount."""
        return bool(self.value()) and self.cents is None

    def set_cents(self, cents: int | None) -> None:
        """Show an amount, or nothing."""
        self.setText("" if cents is None else self._text.money(Money(cents, self._currency)))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Ready to be typed over."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Write the amount out."""
        super().focusOutEvent(event)
        cents = self.cents
        if cents is not None:
            self.blockSignals(True)
            self.set_cents(cents)
            self.blockSignals(False)
