"""Hands on the keyboard: xdotool, counting every key that is no text."""

from __future__ import annotations

from typing import Final

from tests.window.desktop import Desktop

_PAUSE_MS: Final = "2"


class Hands:
    """Types and presses as one would at the desk. `pressed` counts keys, a held Ctrl or Shift as one more.

    Where a screen reader listens, Qt shows it each key over D-Bus before a field gets it, while a shortcut acts at
    once: whoever types faster than anybody can waits for the words before the shortcut.
    """

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self.pressed = 0

    def do(self, *strokes: str) -> None:
        """Keys by their names in angle brackets, such as `<Tab>` and `<ctrl+n>`; everything else is typed."""
        words: list[str] = []
        for stroke in strokes:
            if stroke.startswith("<"):
                key = stroke.strip("<>")
                self.pressed += 1 + key.count("+")
                words += ["key", "--delay", _PAUSE_MS, key]
            else:
                words += ["type", "--delay", _PAUSE_MS, "--args", "1", stroke]
        if words:
            self._desktop.tool("xdotool", *words)
