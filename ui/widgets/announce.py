"""Sentences spoken by a screen reader at once, without moving the focus."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str, *, urgent: bool = False) -> None:
    """Say `sentence` now; an urgent one interrupts what is being said. Nobody hears a window that is not shown yet."""
    if not widget.window().isVisible():
        return
    # Loaded with the first sentence: the first page has none, and these types take a while to make.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, sentence)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
