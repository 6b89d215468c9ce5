"""Buttons that show their icon and their key; one primary button a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.shortcuts import shown
from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.icons import paint_icon
from ui.theme.tokens import ICON

Kind = Literal["primary", "secondary", "link", "danger", "banner", "segment"]

_INK: Final = {
    "primary": "on_accent",
    "danger": "on_danger",
    "secondary": "text",
    "link": "accent",
    "banner": "banner_text",
    "segment": "text",
}
_GAP: Final = 10
_PADDING: Final = {"primary": 24, "danger": 20, "secondary": 16, "link": 12, "banner": 16, "segment": 14}
_BANNER: Final = 36
_BARE = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextShowMnemonic


class Button(QPushButton):
    """A button. `key`, such as `Shift+F9`, is only shown: the page declares the shortcut itself."""

    def __init__(
        self,
        words: str,
        kind: Kind = "secondary",
        *,
        icon: str = "",
        key: str = "",
        press: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self._kind, self._icon, self._key = kind, icon, shown(key)
        self.setProperty("kind", kind)
        self.setFont(font(17 if kind == "primary" else 16, QFont.Weight.DemiBold))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name(words)
        if press is not None:
            self.clicked.connect(lambda _checked=False: press())

    def name(self, words: str) -> None:
        """Change the words, and what a screen reader says with them."""
        self.setText(words)
        plain = words.replace("&", "")
        self.setAccessibleName(f"{plain} ({self._key})" if self._key else plain)
        self.updateGeometry()

    def set_kind(self, kind: Kind) -> None:
        """Look like the way on, or like one way among others."""
        if kind == self._kind:
            return
        self._kind = kind
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As wide as icon, words and key; a primary one is higher than the others, one in the banner lower."""
        high = theme.density.primary if self._kind == "primary" else theme.density.control
        if self._kind == "banner":
            # Two lines of the banner, and not higher: it would push every page down.
            high = min(high, _BANNER)
        return QSize(self._content_width() + 2 * _PADDING[self._kind], high)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Words are never cut; the key beside them is not shown where there is no room for it."""
        return QSize(self._content_width(with_key=False) + 16, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter presses it as the blank does, wherever no key of the page takes Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The style's ground, then icon, words and key in the middle, and a ring where the focus is."""
        # Qt's own words are transparent in the style sheet. Asking the style for the ground alone would bring
        # all of its enumerations along, before the first paint.
        super().paintEvent(event)
        painter = QPainter(self)
        ink = _INK[self._kind] if self.isEnabled() else "muted"
        with_key = self._content_width() + 16 <= self.width()
        left = max(0, (self.width() - self._content_width(with_key=with_key)) // 2)
        if self._icon:
            paint_icon(painter, QRect(left, (self.height() - ICON) // 2, ICON, ICON), self._icon, ink)
            left += ICON + (_GAP if self.text() else 0)
        painter.setFont(self.font())
        painter.setPen(theme.colour(ink))
        wide = self._words_width()
        painter.drawText(
            QRect(left, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter | _BARE, self.text()
        )
        if self._key and with_key:
            painter.setFont(self._key_font())
            if self._kind in ("secondary", "link"):
                painter.setPen(theme.colour("muted"))
            place = QRect(left + wide + _GAP + 2, 0, self._key_width() + 2, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._key)
        if self.hasFocus() and self._kind in ("primary", "danger"):
            self._paint_ring(painter, ink)

    def _paint_ring(self, painter: QPainter, ink: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(ink), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(4, 4, -4, -4), 5, 5)

    def _key_font(self) -> QFont:
        return font(15 if self._kind == "primary" else 13, QFont.Weight.Medium)

    def _words_width(self) -> int:
        return QFontMetrics(self.font()).size(_BARE, self.text()).width()

    def _key_width(self) -> int:
        return QFontMetrics(self._key_font()).horizontalAdvance(self._key)

    def _content_width(self, *, with_key: bool = True) -> int:
        wide = self._words_width()
        if self._icon:
            wide += ICON + (_GAP if self.text() else 0)
        if self._key and with_key:
            wide += _GAP + 4 + self._key_width()
        return wide


class IconButton(Button):
    """A button of an icon alone; its words are its tip and its name."""

    def __init__(self, words: str, icon: str, *, press: Callable[[], object] | None = None) -> None:
        super().__init__(words, "link", icon=icon, press=press)
        self.setText("")
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
