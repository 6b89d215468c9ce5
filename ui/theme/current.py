"""Which theme and which density are in force, and what to do when they change."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.density import ROOMY, Density, density_for
from ui.theme.style import style_sheet
from ui.theme.tokens import LIGHT, THEMES, Tokens


class Theme(QObject):
    """The theme in force; `changed` comes after everything was restyled, for what paints itself."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.density: Density = ROOMY

    def colour(self, role: str) -> QColor:
        """The colour of a token, such as `accent`."""
        return QColor(getattr(self.tokens, role))

    def use(self, name: str) -> None:
        """Put a theme in force, the light one for a name that there is not."""
        self.tokens = THEMES.get(name, LIGHT)
        self._restyle()

    def fit(self, height: int) -> None:
        """Take the density that suits a window of that height."""
        found = density_for(height)
        if found is not self.density:
            self.density = found
            self._restyle()

    def _restyle(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(_palette(self.tokens))
            application.setStyleSheet(style_sheet(self.tokens, self.density))
        self.changed.emit()

    def next(self) -> str:
        """Go on to the theme after this one and return its name."""
        names = list(THEMES)
        self.use(names[(names.index(self.tokens.name) + 1) % len(names)])
        return self.tokens.name


theme: Final = Theme()
"""The one theme of the process."""


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.bg,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.field,
        QPalette.ColorRole.AlternateBase: tokens.hover,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.on_accent,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.ToolTipBase: tokens.text,
        QPalette.ColorRole.ToolTipText: tokens.surface,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Midlight: tokens.line,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Dark: tokens.field_border,
        QPalette.ColorRole.Shadow: tokens.field_border,
        QPalette.ColorRole.Accent: tokens.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return palette
