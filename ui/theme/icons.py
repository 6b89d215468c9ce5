"""Icons drawn from SVG outlines in the colours of the theme in force, sharp at every scale."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from ui.theme.current import theme


@cache
def _outline(name: str) -> str:
    return (Path(resources.__file__).parent / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, size: int, scale: float) -> QPixmap:
    pixels = round(size * scale)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = _outline(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def picture(name: str, role: str = "text", size: int = 20, scale: float = 1.0) -> QPixmap:
    """An icon as a picture in the colour of a token, `size` logical pixels wide."""
    return _drawn(name, getattr(theme.tokens, role), size, scale)


def paint_icon(painter: QPainter, place: QRect, name: str, role: str) -> None:
    """Draw an icon in the middle of `place` in the colour of a token."""
    size = min(place.width(), place.height())
    device = painter.device()
    scale = device.devicePixelRatioF() if device is not None else 1.0
    left = place.x() + (place.width() - size) // 2
    top = place.y() + (place.height() - size) // 2
    painter.drawPixmap(QPoint(left, top), picture(name, role, size, scale))


class _Outline(QIconEngine):
    """Looks the colour up when it paints, so that a change of theme needs no new icon."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        return _Outline(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        paint_icon(painter, rect, self._name, "muted" if mode is QIcon.Mode.Disabled else self._role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(  # noqa: N802  (Qt's name)
        self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float
    ) -> QPixmap:
        role = "muted" if mode is QIcon.Mode.Disabled else self._role
        return picture(self._name, role, round(min(size.width(), size.height()) / scale), scale)


def icon(name: str, role: str = "text") -> QIcon:
    """An icon in the colour of a token, whatever theme is in force when it is painted."""
    return QIcon(_Outline(name, role))
