"""The sizes and colours that everything is drawn from, and the contrast of every pair that is used.

Sizes are in logical pixels on a grid of 8. A theme is a full set of colours; no widget names a colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from counter_app.text import N_

Tone = Literal["neutral", "info", "ok", "warn", "bad"]

GRID: Final = 8
RADIUS: Final = 8
CARD_RADIUS: Final = 12
BODY: Final = 16
META: Final = 14
LABEL: Final = 15
TITLE: Final = 19
FIGURE: Final = 44
ICON: Final = 20
NAVIGATION: Final = 220
RAIL: Final = 96
"""The width of the navigation where the window is narrow: icon, word and key under one another."""


class Tokens(NamedTuple):
    """One theme's colours, as `#RRGGBB`."""

    # A tuple: a frozen dataclass takes five times as long to make, and this one is made before the first paint.

    name: str
    bg: str
    surface: str
    line: str
    field: str
    field_border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_press: str
    hover: str
    focus: str
    selected: str
    nav: str
    nav_text: str
    nav_muted: str
    nav_selected: str
    nav_on: str
    nav_mark: str
    banner: str
    banner_text: str
    banner_line: str
    ok: str
    ok_bg: str
    info: str
    info_bg: str
    warn: str
    warn_bg: str
    bad: str
    bad_bg: str
    neutral: str
    neutral_bg: str
    danger: str
    on_danger: str
    danger_hover: str

    def tone(self, tone: Tone) -> tuple[str, str]:
        """Ink and ground of a tone."""
        return getattr(self, tone), getattr(self, f"{tone}_bg")


LIGHT: Final = Tokens(
    name="light",
    bg="#F4F6F9",
    surface="#FFFFFF",
    line="#DCE1E8",
    field="#FFFFFF",
    field_border="#818EA0",
    text="#16202E",
    muted="#51607A",
    accent="#1F4FD8",
    on_accent="#FFFFFF",
    accent_hover="#1A43B8",
    accent_press="#153799",
    hover="#EEF2F8",
    focus="#1F4FD8",
    selected="#E8EEFD",
    nav="#101A2B",
    nav_text="#D5DEEC",
    nav_muted="#9FB0C9",
    nav_selected="#22375C",
    nav_on="#FFFFFF",
    nav_mark="#8FB0FF",
    banner="#FFE9C2",
    banner_text="#5C3700",
    banner_line="#E0A12B",
    ok="#0F6B3E",
    ok_bg="#DDF3E6",
    info="#1B4F93",
    info_bg="#E0ECFA",
    warn="#5C3700",
    warn_bg="#FFE9C2",
    bad="#A3182B",
    bad_bg="#FBE1E4",
    neutral="#3F4D63",
    neutral_bg="#E8ECF2",
    danger="#B3192F",
    on_danger="#FFFFFF",
    danger_hover="#8F1225",
)

DARK: Final = Tokens(
    name="dark",
    bg="#0E141D",
    surface="#161E2A",
    line="#2A3647",
    field="#1C2633",
    field_border="#6E7F97",
    text="#EDF2F9",
    muted="#A7B5C9",
    accent="#7FA2FF",
    on_accent="#0B1220",
    accent_hover="#9AB6FF",
    accent_press="#B7CBFF",
    hover="#202B3B",
    focus="#8FB0FF",
    selected="#22355C",
    nav="#0A0F17",
    nav_text="#C6D2E4",
    nav_muted="#93A4BD",
    nav_selected="#1F2E4D",
    nav_on="#FFFFFF",
    nav_mark="#8FB0FF",
    banner="#3A2A08",
    banner_text="#FFD98A",
    banner_line="#C98A17",
    ok="#7FE0AE",
    ok_bg="#12382A",
    info="#A0C8FF",
    info_bg="#17304F",
    warn="#FFD98A",
    warn_bg="#3A2A08",
    bad="#FFA3AE",
    bad_bg="#43171E",
    neutral="#C3CEDE",
    neutral_bg="#29364A",
    danger="#FF8A98",
    on_danger="#21060A",
    danger_hover="#FFABB5",
)

HIGH_CONTRAST: Final = Tokens(
    name="contrast",
    bg="#000000",
    surface="#000000",
    line="#FFFFFF",
    field="#000000",
    field_border="#FFFFFF",
    text="#FFFFFF",
    muted="#FFFFFF",
    accent="#FFE500",
    on_accent="#000000",
    accent_hover="#FFF27A",
    accent_press="#FFFFFF",
    hover="#262626",
    focus="#00E5FF",
    selected="#003B8E",
    nav="#000000",
    nav_text="#FFFFFF",
    nav_muted="#FFFFFF",
    nav_selected="#003B8E",
    nav_on="#FFFFFF",
    nav_mark="#FFE500",
    banner="#FFE500",
    banner_text="#000000",
    banner_line="#FFFFFF",
    ok="#7CFFB2",
    ok_bg="#00210F",
    info="#A8D4FF",
    info_bg="#001B3A",
    warn="#FFE500",
    warn_bg="#262200",
    bad="#FFB3BC",
    bad_bg="#330008",
    neutral="#FFFFFF",
    neutral_bg="#1F1F1F",
    danger="#FFB3BC",
    on_danger="#000000",
    danger_hover="#FFFFFF",
)

THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}
THEME_NAMES: Final = {"light": N_("Light"), "dark": N_("Dark"), "contrast": N_("High contrast")}

_TEXT_PAIRS: Final = (
    "text/bg text/surface text/field text/hover text/selected muted/bg muted/surface muted/field muted/hover"
    " muted/selected accent/surface accent/bg accent/hover on_accent/accent on_accent/accent_hover"
    " on_accent/accent_press nav_text/nav nav_muted/nav nav_on/nav nav_on/nav_selected nav_muted/nav_selected"
    " nav_mark/nav banner_text/banner ok/ok_bg info/info_bg warn/warn_bg bad/bad_bg neutral/neutral_bg danger/surface"
    " danger/bg on_danger/danger on_danger/danger_hover text/ok_bg text/info_bg text/warn_bg text/bad_bg"
    " text/neutral_bg ok/surface bad/surface warn/surface info/surface"
).split()
_SHAPE_PAIRS: Final = (
    "field_border/surface field_border/field field_border/bg focus/surface focus/bg focus/field nav_mark/nav"
    " nav_mark/nav_selected accent/surface"
).split()


class Pair(NamedTuple):
    """Two colours that are used on one another, and the contrast that WCAG 2.2 wants of them."""

    ink: str
    ground: str
    ratio: float
    wanted: float


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs(theme: Tokens) -> Iterator[Pair]:
    """Every pair that is used, with its ratio: 4.5 is wanted of text, 3 of edges and focus rings."""
    for names, wanted in ((_TEXT_PAIRS, 4.5), (_SHAPE_PAIRS, 3.0)):
        for pair in names:
            ink, ground = pair.split("/")
            yield Pair(ink, ground, contrast(getattr(theme, ink), getattr(theme, ground)), wanted)


def colours(theme: Tokens) -> dict[str, str]:
    """The colours by name."""
    return {name: colour for name, colour in theme._asdict().items() if name != "name"}


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
