"""Laying blocks one under another and over as many sheets as they need, before anything is drawn.

Sheets are counted first, so that each can say which of how many it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from counter_app.documents.kit import Paper

Draw = Callable[[Paper, float, float], None]
"""Draws at a left end and a top."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands on one sheet: its height in points and how to draw it; no sheet begins with a `gap`."""

    height: float
    draw: Draw
    gap: bool = False


class Block(Protocol):
    """Something that stands in the flow."""

    def take(self, room: float, fresh: bool) -> tuple[Piece | None, Block | None]:
        """What fits into `room`, and what is left for the next sheet.

        On a `fresh` sheet something is always given, for there is never more room than that.
        """
        ...


@dataclass(frozen=True, slots=True)
class Solid:
    """A block that is never divided."""

    height: float
    draw: Draw

    def take(self, room: float, fresh: bool) -> tuple[Piece | None, Block | None]:
        """The whole, or nothing."""
        if self.height <= room or fresh:
            return Piece(self.height, self.draw), None
        return None, self


@dataclass(frozen=True, slots=True)
class Gap:
    """White space between two blocks."""

    height: float

    def take(self, room: float, fresh: bool) -> tuple[Piece | None, Block | None]:
        """White space; at the end of a sheet as much as there is."""
        return Piece(min(self.height, room), _nothing, gap=True), None


def sheets(blocks: Iterable[Block], first_room: float, room: float) -> list[list[tuple[float, Piece]]]:
    """The pieces of each sheet with their distance from the top of the room, in points."""
    laid: list[list[tuple[float, Piece]]] = [[]]
    used = 0.0
    for block in blocks:
        rest: Block | None = block
        while rest is not None:
            space = first_room if len(laid) == 1 else room
            # What is too high for what a front page leaves goes to a whole sheet of its own.
            fresh = not laid[-1] and space >= room
            piece, rest = rest.take(space - used, fresh)
            if piece is not None and not (piece.gap and not laid[-1]):
                laid[-1].append((used, piece))
                used += piece.height
            if rest is not None:
                laid.append([])
                used = 0.0
    return laid


def _nothing(paper: Paper, x: float, top: float) -> None:
    """White space draws nothing."""
