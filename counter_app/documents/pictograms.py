"""Pictograms beside the words, so that a receipt says something to who cannot read it; drawn as strokes.

Each is made of polylines and circles on a grid of 24 by 24, its origin at the top left.
"""

from __future__ import annotations

from typing import Final

from counter_app.documents.kit import INK, Paper

_Line = tuple[tuple[float, float], ...]
_Circle = tuple[float, float, float]

_SHEET: Final[tuple[_Line, ...]] = (
    ((14, 3), (6, 3), (5, 4), (5, 20), (6, 21), (18, 21), (19, 20), (19, 8), (14, 3), (14, 8), (19, 8)),
)
_GLYPHS: Final[dict[str, tuple[tuple[_Line, ...], tuple[_Circle, ...]]]] = {
    "request": ((*_SHEET, ((8.5, 12), (15.5, 12)), ((8.5, 16), (13, 16))), ()),
    "granted": ((((8, 12.4), (11, 15.4), (16.2, 9.2)),), ((12, 12, 9),)),
    "awaiting_approval": (
        (
            ((7, 3), (17, 3)),
            ((7, 21), (17, 21)),
            ((8, 3), (8, 7), (12, 12), (16, 7), (16, 3)),
            ((8, 21), (8, 17), (12, 12), (16, 17), (16, 21)),
            ((10.2, 18.4), (13.8, 18.4)),
        ),
        (),
    ),
    "refused": ((((9, 9), (15, 15)), ((15, 9), (9, 15))), ((12, 12, 9),)),
    "cancelled": ((((5.7, 5.7), (18.3, 18.3)),), ((12, 12, 9),)),
    "money_in": (
        (((12, 2.5), (12, 9.5)), ((9, 6.8), (12, 9.8), (15, 6.8)), ((4, 12), (4, 20), (20, 20), (20, 12))),
        ((12, 15.6, 2),),
    ),
    "seen": ((*_SHEET, ((8.6, 14), (11, 16.6), (15.4, 11.6))), ()),
    "missing": ((*_SHEET, ((12, 11), (12, 14.6)), ((12, 17.4), (12, 17.6))), ()),
    "next": ((((4, 12), (19.5, 12)), ((13.5, 6), (19.5, 12), (13.5, 18))), ()),
    "silence": ((((12, 6.8), (12, 12), (15.4, 14)),), ((12, 12, 9),)),
    "appeal": (
        (
            ((12, 3), (12, 20.5)),
            ((8, 20.5), (16, 20.5)),
            ((5, 6.2), (19, 6.2)),
            ((5.4, 6.2), (2.6, 13), (8.2, 13), (5.4, 6.2)),
            ((18.6, 6.2), (15.8, 13), (21.4, 13), (18.6, 6.2)),
            ((2.6, 13), (3.6, 14.8), (7.2, 14.8), (8.2, 13)),
            ((15.8, 13), (16.8, 14.8), (20.4, 14.8), (21.4, 13)),
        ),
        (),
    ),
    "contact": (
        (
            (
                (5, 4), (9, 4), (11, 9), (8.5, 10.8), (10.4, 13.6), (13.2, 15.5), (15, 13), (20, 15),
                (20, 19), (19, 20), (17.4, 20.1), (13, 18.9), (8.6, 15.4), (5.1, 11), (3.9, 6.6), (4, 5), (5, 4),
            ),
        ),
        (),
    ),
    "irregular": (
        (((12, 4), (3, 20), (21, 20), (12, 4)), ((12, 10), (12, 14.4)), ((12, 17), (12, 17.1))),
        (),
    ),
    "tick": ((((4.5, 12.5), (10, 18), (20, 6.5)),), ()),
    "empty": ((((5, 5), (19, 5), (19, 19), (5, 19), (5, 5)),), ()),
}  # fmt: skip

NAMES: Final = tuple(_GLYPHS)


def pictogram(
    paper: Paper, name: str, x: float, top: float, size: float, colour: str = INK, weight: float = 1.7
) -> None:
    """Draw the pictogram in a square of `size` points; `weight` is the stroke on the grid of 24."""
    lines, circles = _GLYPHS[name]
    scale = size / 24
    paper.strokes(
        [[(x + px * scale, top + py * scale) for px, py in line] for line in lines],
        [(x + cx * scale, top + cy * scale, radius * scale) for cx, cy, radius in circles],
        thickness=weight * scale,
        colour=colour,
    )
