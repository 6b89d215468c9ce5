"""The typeface of the windows: Inter in three static weights, shipped, since a machine may have no font at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

import resources
from ui.theme.tokens import BODY

FAMILY: Final = "Counter Inter"
_FILES: Final = ("CounterInter-Regular.ttf", "CounterInter-Medium.ttf", "CounterInter-SemiBold.ttf")


@cache
def load_fonts() -> None:
    """Register the typeface with Qt; the letters that it lacks come from the machine's own. Once is enough."""
    folder = Path(resources.__file__).parent / "fonts"
    for name in _FILES:
        QFontDatabase.addApplicationFontFromData((folder / name).read_bytes())


def font(pixels: int = BODY, weight: QFont.Weight = QFont.Weight.Normal, *, figures: bool = False) -> QFont:
    """The typeface at a size; with `figures` all digits are equally wide, for columns of amounts."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def is_drawn_by_ours(made: QFont) -> bool:
    """Whether Qt really draws with the shipped typeface."""
    return QFontInfo(made).family() == FAMILY
