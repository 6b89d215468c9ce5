"""A state as a badge: icon and word on a ground, never the colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.current import theme
from ui.theme.fonts import font
from ui.theme.icons import paint_icon
from ui.theme.tokens import META, Tone

HEIGHT = 28
_ICON = 16
_PAD = 9


@dataclass(frozen=True, slots=True)
class State:
    """A state in words, with its tone and icon."""

    words: str
    tone: Tone = "neutral"
    icon: str = "info-circle"


def badge_font() -> QFont:
    """The letters of a badge."""
    return font(META, QFont.Weight.DemiBold)


def badge_width(state: State) -> int:
    """How wide its badge is."""
    return _PAD + _ICON + 5 + QFontMetrics(badge_font()).horizontalAdvance(state.words) + _PAD + 2


def paint_badge(painter: QPainter, at: QPoint, most: int, state: State) -> None:
    """Draw the badge of a state with its top left corner `at`, at most `most` pixels wide."""
    ink, ground = f"{state.tone}", f"{state.tone}_bg"
    wide = min(badge_width(state), most)
    place = QRect(at.x(), at.y(), wide, HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = theme.colour(ink if theme.tokens.name == "contrast" else ground)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(theme.colour(ground))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT / 2, HEIGHT / 2)
    paint_icon(painter, QRect(place.left() + _PAD, place.top() + 6, _ICON, _ICON), state.icon, ink)
    painter.setFont(badge_font())
    painter.setPen(theme.colour(ink))
    words = place.adjusted(_PAD + _ICON + 5, 0, -_PAD + 2, 0)
    shown = QFontMetrics(badge_font()).elidedText(state.words, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
    painter.restore()


class Badge(QWidget):
    """A badge on a page."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(state)

    def show_state(self, state: State) -> None:
        """Show another state."""
        self._state = state
        self.setAccessibleName(state.words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As wide as its words."""
        return QSize(badge_width(self._state), HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw it."""
        paint_badge(QPainter(self), QPoint(0, 0), self.width(), self._state)
