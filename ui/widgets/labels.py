"""Text on a page, by what it is: heading, title, label, body, meta."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme.icons import paint_icon

Role = Literal["body", "heading", "title", "label", "strong", "meta", "figure", "error", "words", "key"]


def label(
    words: str = "", role: Role = "body", *, wrap: bool = False, parent: QWidget | None = None
) -> QLabel:
    """A label; with `wrap` it takes as many lines as it needs. Its words are never read as markup."""
    made = QLabel(words, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role != "body":
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def show_if(widget: QWidget, condition: bool) -> None:
    """Show or hide a part; one that has no parent yet is left to be shown with it, never as a window of its own."""
    if not condition or widget.parentWidget() is not None:
        widget.setVisible(condition)


def rule() -> QFrame:
    """A thin line across."""
    made = QFrame()
    made.setObjectName("rule")
    return made


class Icon(QWidget):
    """A picture beside words that already say it; silent for a screen reader."""

    def __init__(self, name: str, role: str = "text", size: int = 20) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(QSize(size, size))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, role: str) -> None:
        """Show another picture."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw it in the colours of the theme in force."""
        paint_icon(QPainter(self), QRect(0, 0, self.width(), self.height()), self._name, self._role)
