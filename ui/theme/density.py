"""How much air there is: the sizes that shrink where the window is low, so that a page stays whole."""

from __future__ import annotations

from typing import Final, NamedTuple


class Density(NamedTuple):
    """Sizes in logical pixels. `margin` and `edge` are a page's sides and its top and bottom; `card` and `head`
    a card's sides and its top; `field` lies between a label and its editor. Letters keep their size, but for
    the headings.
    """

    name: str
    margin: int
    edge: int
    gap: int
    card: int
    head: int
    field: int
    control: int
    primary: int
    row: int
    table_head: int
    tick: int
    heading: int
    search: int
    status: int


ROOMY: Final = Density("roomy", 24, 20, 16, 24, 20, 6, 44, 52, 48, 44, 36, 24, 52, 38)
MIDDLE: Final = Density("middle", 20, 12, 10, 16, 12, 4, 40, 46, 42, 38, 32, 22, 46, 36)
COMPACT: Final = Density("compact", 14, 8, 8, 14, 10, 3, 34, 38, 34, 28, 28, 20, 40, 32)
_ROOMY_FROM: Final = 760
_MIDDLE_FROM: Final = 580


def density_for(height: int) -> Density:
    """The density for a window of that height: 768, 614 and 512 are 1366×768 at the scales 1, 1.25 and 1.5."""
    if height >= _ROOMY_FROM:
        return ROOMY
    return MIDDLE if height >= _MIDDLE_FROM else COMPACT
