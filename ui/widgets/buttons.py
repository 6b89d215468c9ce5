"""Buttons that show their icon and their key; one primary button a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.icons import paint_icon
from ui.theme.tokens import CONTROL, ICON, PRIMARY

Kind = Literal["primary", "secondary", "link", "danger", "banner"]

_INK: Final = {
    "primary": "on_accent",
    "danger": "on_danger",
    "secondary": "text",
    "link": "accent",
    "banner": "banner_text",
}
_GAP: Final = 10
_PADDING: Final = {"primary": 24, "danger": 20, "secondary": 16, "link": 12, "banner": 16}
_BARE = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextShowMnemonic


class Button(QPushButton):
    """A button. `key` is only shown: the page declares the shortcut itself."""

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
        self._kind, self._icon, self._key = kind, icon, key
        self.setProperty("kind", kind)
        self.setFont(font(17 if kind == "primary" else 16, QFont.Weight.DemiBold))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
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

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As wide as icon, words and key; 52 px high where it is primary, else 44."""
        return QSize(
            self._content_width() + 2 * _PADDING[self._kind], PRIMARY if self._kind == "primary" else CONTROL
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Words are never cut."""
        hint = self.sizeHint()
        return QSize(self._content_width() + 16, hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The style's ground, then icon, words and key in the middle, and a ring where the focus is."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        ink = _INK[self._kind] if self.isEnabled() else "muted"
        left = max(0, (self.width() - self._content_width()) // 2)
        if self._icon:
            paint_icon(painter, QRect(left, (self.height() - ICON) // 2, ICON, ICON), self._icon, ink)
            left += ICON + (_GAP if self.text() else 0)
        painter.setFont(self.font())
        painter.setPen(theme.colour(ink))
        wide = self._words_width()
        painter.drawText(
            QRect(left, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter | _BARE, self.text()
        )
        if self._key:
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

    def _content_width(self) -> int:
        wide = self._words_width()
        if self._icon:
            wide += ICON + (_GAP if self.text() else 0)
        if self._key:
            wide += _GAP + 4 + self._key_width()
        return wide


class IconButton(Button):
    """A button of an icon alone; its words are its tip and its name."""

    def __init__(self, words: str, icon: str, *, press: Callable[[], object] | None = None) -> None:
        super().__init__(words, "link", icon=icon, press=press)
        self.setText("")
        self.setToolTip(words)
        self.setFixedSize(CONTROL, CONTROL)
