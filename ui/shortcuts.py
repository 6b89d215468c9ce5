"""Keys: declared in one way, listed for F1, and never two alike at work at once.

Always a `QShortcut`: a button's own shortcut on an F-key swallows what was being typed. A shortcut works while the
widget that owns it is visible, so that each page has its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Key(NamedTuple):
    """One key for the reader of F1: the sequence, what it does, its heading, and the heading's place."""

    sequence: str
    words: str
    group: str
    order: int

    @property
    def shown(self) -> str:
        """The key as this system writes it."""
        return shown(self.sequence)


def shown(sequence: str) -> str:
    """A key as this system and the reader's language write it, on buttons as under F1: `Maj+F9`, `Entrée`."""
    # The two Enter keys do the same everywhere; Qt's "Return" reads as "go back" in French.
    sequence = sequence.replace("Return", "Enter")
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText) or sequence


class _Declared(QShortcut):
    def __init__(self, key: Key, owner: QWidget) -> None:
        super().__init__(QKeySequence(key.sequence), owner)
        self.declared = key


def declare(
    owner: QWidget, sequence: str, words: str, press: Callable[[], object], *, group: str, order: int = 0
) -> QShortcut:
    """Make a key do something while `owner` is visible; holding it down does it once.

    `ValueError` where another one of the same owner has this key.
    """
    if any(found.declared.sequence == sequence for found in _of(owner) if found.parent() is owner):
        raise ValueError(f"{sequence} is declared twice on {type(owner).__name__}")
    shortcut = _Declared(Key(sequence, words, group, order), owner)
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(press)
    return shortcut


def active(window: QWidget) -> list[Key]:
    """The keys at work in a window as it is now, in the order of their declaration."""
    found = []
    for shortcut in _of(window):
        owner = shortcut.parent()
        if isinstance(owner, QWidget) and owner.isVisibleTo(window) and owner.isEnabledTo(window):
            found.append(shortcut.declared)
    return found


def press(window: QWidget, sequence: str) -> bool:
    """Do what a key does in a window as it is now; `False` where nobody there waits for it."""
    wanted = QKeySequence(sequence)
    for shortcut in _of(window):
        owner = shortcut.parent()
        if (
            shortcut.key() == wanted
            and shortcut.isEnabled()
            and isinstance(owner, QWidget)
            and owner.isVisibleTo(window)
            and owner.isEnabledTo(window)
        ):
            shortcut.activated.emit()
            return True
    return False


def belongs_to(owner: QWidget, sequence: QKeySequence) -> bool:
    """Whether this widget itself, and none inside it, declared that key."""
    return any(found.parent() is owner and found.key() == sequence for found in _of(owner))


def mention(owner: QWidget, sequence: str, words: str, *, group: str) -> None:
    """Have F1 list a key that a widget takes by itself, such as Enter in a table, while `owner` is visible."""
    _Declared(Key(sequence, words, group, 0), owner).setEnabled(False)


def clashes(window: QWidget) -> list[str]:
    """Sequences that two shortcuts wait for at once: there Qt would do nothing, and say nothing."""
    counted = Counter(QKeySequence(key.sequence).toString() for key in active(window))
    return [sequence for sequence, times in counted.items() if times > 1]


def _of(widget: QWidget) -> list[_Declared]:
    return list(widget.findChildren(_Declared))
