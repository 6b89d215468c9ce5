"""Hands that type in a window as a person does: letters to the field with the focus, keys to whoever waits for them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from ui import shortcuts

_TEXTS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Space: " ", Qt.Key.Key_Tab: "\t"}


class Hands:
    """They reach for `stage` and what is in it, whether or not its window is in front."""

    def __init__(self, stage: QWidget) -> None:
        self._stage = stage

    def press(self, sequence: str) -> None:
        """Press a key: what was declared for it happens, else the focus gets it."""
        if shortcuts.press(self._stage, sequence):
            return
        combination = QKeySequence(sequence)[0]  # type: ignore[index]
        key = combination.key()
        self._send(key.value, combination.keyboardModifiers(), _TEXTS.get(key, ""))

    def type(self, letter: str) -> None:
        """Type one letter."""
        self._send(0 if letter != " " else Qt.Key.Key_Space.value, Qt.KeyboardModifier.NoModifier, letter)

    def _send(self, key: int, modifiers: Qt.KeyboardModifier, words: str) -> None:
        target = self._stage.focusWidget() or self._stage
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, words))
