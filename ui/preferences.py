"""What this workstation's window remembers: theme, language, minutes until it locks. No facts, no names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

FILE: Final = "window.ini"
_IDLE_MINUTES: Final = 5


class Preferences:
    """Kept beside the journal, so that a portable folder carries them along."""

    def __init__(self, data: Path) -> None:
        self._settings = QSettings(str(data / FILE), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """The theme's name."""
        return str(self._settings.value("theme", "light"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.setValue("theme", name)

    @property
    def language(self) -> str:
        """The language chosen in the window, empty where none was."""
        return str(self._settings.value("language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._settings.setValue("language", code)

    @property
    def idle_minutes(self) -> float:
        """Minutes without a key or a movement until the window locks; something above nothing."""
        try:
            minutes = float(str(self._settings.value("idle_minutes", _IDLE_MINUTES)))
        except ValueError:
            return _IDLE_MINUTES
        return minutes if minutes > 0 else _IDLE_MINUTES

    @idle_minutes.setter
    def idle_minutes(self, minutes: float) -> None:
        self._settings.setValue("idle_minutes", minutes)
