"""Contrast as it is drawn: the words of a window measured in its picture, whatever colours painted them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from ui.theme.tokens import contrast

WANTED: Final = 4.5


def pale(window: QWidget) -> list[str]:
    """Words that stand out too little from their ground; what is disabled may (WCAG 2.2, 1.4.3)."""
    image = shot(window)
    found = []
    for kind in (QLabel, QAbstractButton):
        for widget in window.findChildren(kind):
            words = widget.text()
            if words and widget.isEnabled() and _is_on_top(widget):
                measured = drawn_contrast(image, widget)
                if measured < WANTED:
                    found.append(f"{words!r} has a contrast of {measured:.1f}")
    return found


def _is_on_top(widget: QWidget) -> bool:
    """Whether it is seen, and nothing lies over it, such as the list of keys with its veil."""
    if not widget.isVisible():
        return False
    window = widget.window()
    there = window.childAt(widget.mapTo(window, widget.rect().center()))
    return there is not None and (there is widget or there.isAncestorOf(widget) or widget.isAncestorOf(there))


def shot(widget: QWidget) -> QImage:
    """What is on the screen of it, one whole number a pixel."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def drawn_contrast(image: QImage, widget: QWidget) -> float:
    """Between a widget's commonest colour, its ground, and the one in it that differs most from that."""
    inside = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size()) & image.rect()
    if inside.isEmpty():
        return WANTED
    # The bits belong to the part, which has to live as long as they are read.
    part = image.copy(inside)
    colours = Counter(memoryview(part.constBits()).cast("I"))
    ground = colours.most_common(1)[0][0]
    # A single pixel may be a corner that belongs to somebody else.
    return max(_ratio(colour, ground) for colour, times in colours.items() if times > 2)


@cache
def _ratio(one: int, other: int) -> float:
    return contrast(*(f"#{pixel & 0xFFFFFF:06X}" for pixel in (one, other)))
