"""Tables that run over as many sheets as they need: fixed columns, rows as high as their words, sums carried.

Drawn straight on the sheet, since reportlab's own table grows faster than its rows: 50,000 took 92 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.fitting import ellipsis, wrap
from counter_app.documents.flow import Block, Piece
from counter_app.documents.kit import Align, Paper

SIZE: Final = 8.5
_FACE: Final = fonts.FIGURES
"""One face for all cells, so that they are written in the order in which they are read."""
_LEADING: Final = 10.6
_PADDING: Final = 5.4
_TITLE: Final = 21.0
_HEAD: Final = 17.0
_SUM: Final = _LEADING + _PADDING + 1
_CELL: Final = 4.0
"""White between words and the end of their column; more of it right of a column of figures."""
_AFTER_FIGURES: Final = 13.0
_FEWEST: Final = 3
"""Rows that stand under a title before a sheet ends."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `share` of the table's width, at most `lines` lines in a row, and how it is set."""

    title: str
    share: float
    align: Align = "left"
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Sum:
    """The running total of `column`: one amount a row, carried from sheet to sheet and closed at the end."""

    column: int
    amounts: Sequence[int]
    write: Callable[[int], str]
    carried: str
    brought: str
    total: str


@dataclass(frozen=True, slots=True)
class _Row:
    lines: list[list[str]]
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A titled table. Without rows it is its title and `none`, on one line.

    `note` stands at the right end of the title; `continued` is added to it on further sheets. `total` is the
    running sum, `alarming` the cells that are set off; rows before `start` stand on sheets before.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    width: float
    none: str
    continued: str
    note: str = ""
    total: Sum | None = None
    alarming: frozenset[str] = frozenset()
    start: int = 0
    _laid: list[_Row] = field(default_factory=list)

    def take(self, room: float, fresh: bool) -> tuple[Piece | None, Block | None]:
        """As many rows as fit under the title, never just one or two of many."""
        if not self.rows:
            return self._without_rows(room, fresh)
        self._lay()
        below = _SUM if self.total else 0
        used = _TITLE + _HEAD + (below if self.start else 0)
        end = self.start
        # Below the last row stands the total, below every other that ends a sheet the sum carried on.
        while end < len(self._laid):
            forced = fresh and end == self.start
            if used + self._laid[end].height + below > room and not forced:
                break
            used += self._laid[end].height
            end += 1
        few = min(_FEWEST, len(self._laid) - self.start)
        if end - self.start < few and not fresh:
            return None, self
        rest = replace(self, start=end) if end < len(self._laid) else None
        return Piece(used + below, lambda paper, x, top: self._draw(paper, x, top, end)), rest

    def _without_rows(self, room: float, fresh: bool) -> tuple[Piece | None, Block | None]:
        if room < _TITLE and not fresh:
            return None, self

        def draw(paper: Paper, x: float, top: float) -> None:
            paper.text(x, top + 14, self.title, fonts.BOLD, 10.5)
            after = x + fonts.width(self.title, fonts.BOLD, 10.5) + 10
            paper.text(after, top + 14, self.none, fonts.REGULAR, 9.5, kit.MUTED)
            paper.rule(x, top + _TITLE - 1, self.width)

        return Piece(_TITLE, draw), None

    def _lay(self) -> None:
        """The lines and the height of each row, once for the table and all that is left of it."""
        if self._laid:
            return
        limits = [right - left for left, right in self._ends()]
        for cells in self.rows:
            lines = [
                wrap(words, _FACE, SIZE, limit, column.lines) if words else []
                for words, column, limit in zip(cells, self.columns, limits, strict=True)
            ]
            self._laid.append(_Row(lines, max(map(len, lines)) * _LEADING + _PADDING))

    def _ends(self) -> list[tuple[float, float]]:
        """Where the words of each column may begin and end, from the table's left end."""
        rights = list(accumulate(column.share * self.width for column in self.columns))
        lefts = [0.0, *rights[:-1]]
        return [
            (
                left + _CELL,
                right - (_AFTER_FIGURES if column.align == "right" and right < rights[-1] else _CELL),
            )
            for column, left, right in zip(self.columns, lefts, rights, strict=True)
        ]

    def _draw(self, paper: Paper, x: float, top: float, end: int) -> None:
        below = self._draw_titles(paper, x, top)
        if self.total and self.start:
            below = self._draw_sum(paper, x, below, self.total, self.total.brought, self.start)
        bottoms = list(accumulate((row.height for row in self._laid[self.start : end]), initial=below))
        paper.words(self._placed(x, bottoms), SIZE)
        paper.rules(x, bottoms[1:], self.width)
        if self.total:
            words = self.total.total if end == len(self._laid) else self.total.carried
            self._draw_sum(paper, x, bottoms[-1], self.total, words, end)

    def _placed(self, x: float, tops: Sequence[float]) -> Iterator[tuple[float, float, str, str, str]]:
        ends = self._ends()
        for row, top in zip(self._laid[self.start :], tops[:-1], strict=False):
            for column, (left, right), lines in zip(self.columns, ends, row.lines, strict=True):
                font, colour = _FACE, kit.INK
                if lines and lines[0] in self.alarming:
                    font, colour = fonts.BOLD, kit.BAD
                for number, words in enumerate(lines):
                    place = left if column.align == "left" else right - fonts.width(words, font, SIZE)
                    yield x + place, top + _PADDING / 2 + 8.2 + number * _LEADING, words, font, colour

    def _draw_titles(self, paper: Paper, x: float, top: float) -> float:
        title = f"{self.title} {self.continued}" if self.start else self.title
        paper.text(x, top + 14, title, fonts.BOLD, 10.5)
        paper.text(x + self.width, top + 14, self.note, fonts.REGULAR, 9, kit.MUTED, "right")
        top += _TITLE
        paper.box(x, top, self.width, _HEAD, fill=kit.SHADE)
        for column, (left, right) in zip(self.columns, self._ends(), strict=True):
            title = ellipsis(column.title, fonts.MEDIUM, 8, right - left)
            place = left if column.align == "left" else right
            paper.text(x + place, top + 11.6, title, fonts.MEDIUM, 8, kit.MUTED, column.align)
        return top + _HEAD

    def _draw_sum(self, paper: Paper, x: float, top: float, total: Sum, words: str, end: int) -> float:
        written = total.write(sum(total.amounts[:end]))
        right = x + self._ends()[total.column][1]
        paper.text(right, top + 11.2, written, fonts.BOLD_FIGURES, SIZE, kit.INK, "right")
        left = right - fonts.width(written, fonts.BOLD_FIGURES, SIZE) - 12
        paper.text(left, top + 11.2, words, fonts.MEDIUM, SIZE, kit.MUTED, "right")
        paper.rule(x, top + _SUM, self.width, 0.9, kit.MUTED)
        return top + _SUM
