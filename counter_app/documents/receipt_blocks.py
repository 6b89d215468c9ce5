"""The parts of a receipt below its code: a pictogram, a title and some lines; and the pieces seen and missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.fitting import wrap
from counter_app.documents.flow import Block, Solid
from counter_app.documents.kit import Paper
from counter_app.documents.pictograms import pictogram

_INSET: Final = 25
"""Where words begin beside a pictogram, in points."""
_ICON: Final = 16
_LEADING: Final = 1.33
"""From one base line to the next, in sizes of the letters."""


@dataclass(frozen=True, slots=True)
class Section:
    """A title with its pictogram, and paragraphs; several steps are numbered."""

    icon: str
    title: str
    paragraphs: tuple[str, ...]
    numbered: bool = False

    def blocks(self, wide: float, size: float) -> Iterator[Block]:
        """The title together with the first lines, then line after line: a sheet may end between lines."""
        leading = size * _LEADING
        lines = list(self._lines(wide - _INSET, size))

        def first(paper: Paper, x: float, top: float) -> None:
            pictogram(paper, self.icon, x, top, _ICON, kit.INK)
            paper.fitted(x + _INSET, top + size, self.title, wide - _INSET, fonts.BOLD, size + 0.5)
            for index, line in enumerate(lines[:2], start=1):
                paper.text(x + _INSET + line[0], top + size + index * leading, line[1], size=size)

        yield Solid(leading * (1 + len(lines[:2])), first)
        for indent, line in lines[2:]:

            def further(paper: Paper, x: float, top: float, indent: float = indent, line: str = line) -> None:
                paper.text(x + _INSET + indent, top + size, line, size=size)

            yield Solid(leading, further)

    def _lines(self, wide: float, size: float) -> Iterator[tuple[float, str]]:
        for step, paragraph in enumerate(self.paragraphs, start=1):
            mark = f"{step}. " if self.numbered else ""
            indent = fonts.width("0. ", fonts.REGULAR, size) if mark else 0
            for index, line in enumerate(wrap(paragraph, fonts.REGULAR, size, wide - indent)):
                yield (0, mark + line) if mark and index == 0 else (indent, line)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Two columns: the documents seen, ticked, and those still missing, each with an empty box."""

    seen_title: str
    seen: tuple[str, ...]
    missing_title: str
    missing: tuple[str, ...]

    def block(self, wide: float, size: float) -> Block:
        """Both columns side by side; one alone has the whole width."""
        columns = [
            (icon, title, mark, items, colour)
            for icon, title, mark, items, colour in (
                ("seen", self.seen_title, "tick", self.seen, kit.GOOD),
                ("missing", self.missing_title, "empty", self.missing, kit.BAD),
            )
            if items
        ]
        column = (wide - 14 * (len(columns) - 1)) / len(columns)
        leading = size * _LEADING
        words = column - _INSET - 13
        wrapped = [[wrap(item, fonts.REGULAR, size, words) for item in items] for *_, items, _ in columns]
        titles = [wrap(title, fonts.BOLD, size + 0.5, column - _INSET, 2) for _, title, *_ in columns]
        title_lines = max(len(lines) for lines in titles)
        high = leading * (title_lines + max(sum(len(lines) for lines in items) for items in wrapped))

        def draw(paper: Paper, x: float, top: float) -> None:
            for index, (icon, _, mark, _, colour) in enumerate(columns):
                left = x + index * (column + 14)
                pictogram(paper, icon, left, top, _ICON, colour)
                baseline = top + size
                for line in titles[index]:
                    paper.text(left + _INSET, baseline, line, fonts.BOLD, size + 0.5)
                    baseline += leading
                for item in wrapped[index]:
                    pictogram(paper, mark, left + _INSET, baseline - size * 0.8, size * 0.9, colour, 2.4)
                    for line in item:
                        paper.text(left + _INSET + 13, baseline, line, size=size)
                        baseline += leading

        return Solid(high, draw)
