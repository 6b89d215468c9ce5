"""The daily log of a counter: everything of one business day that a supervisor signs, on A4 sheets.

A day without a closing is headed NOT CLOSED; entries after the closing reopen it and the log says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.daily_log_front import MARGIN, WIDTH, draw_front
from counter_app.documents.daily_log_rows import DailyLogRows
from counter_app.documents.daily_log_tables import tables
from counter_app.documents.flow import Block, Gap, Solid, sheets
from counter_app.documents.kit import Paper
from counter_app.documents.words import specimen
from counter_app.text import Text

_TOP: Final = 56.0
"""Where the flow begins on every sheet but the first."""
_BOTTOM: Final = kit.A4_LANDSCAPE[1] - 40
_RIGHT: Final = MARGIN + WIDTH
_SIGNATURE: Final = 84.0


def render_daily_log(rows: DailyLogRows, text: Text) -> bytes:
    """The log as a PDF of A4 sheets; the same rows give the same bytes.

    Time and memory grow with the rows: some seconds for ten thousand payments.
    """
    title = text("Daily log of {day}, counter {counter}", day=rows.day, counter=text.counter(rows.chain))
    paper = Paper(
        kit.A4_LANDSCAPE,
        title=title,
        language=text.language,
        author=rows.office_name,
        watermark=specimen(text, rows.is_specimen),
    )
    first_top = draw_front(paper, rows, text) + 12
    laid = sheets(_blocks(rows, text), _BOTTOM - first_top, _BOTTOM - _TOP)
    for number, sheet in enumerate(laid, start=1):
        if number > 1:
            _head(paper, rows, text, title)
        for offset, piece in sheet:
            piece.draw(paper, MARGIN, (first_top if number == 1 else _TOP) + offset)
        _foot(paper, rows, text, number, len(laid))
        paper.next_sheet()
    return paper.finish()


def _blocks(rows: DailyLogRows, text: Text) -> Iterator[Block]:
    after_rows = False
    for table in tables(rows, text, WIDTH):
        # Only one that says none stands close under another that does.
        yield Gap(12 if table.rows or after_rows else 3)
        yield table
        after_rows = bool(table.rows)
    yield Gap(16)
    yield Solid(_SIGNATURE + 44, lambda paper, x, top: _seal(paper, rows, text, x, top))


def _seal(paper: Paper, rows: DailyLogRows, text: Text, x: float, top: float) -> None:
    """The journal's head that this log speaks of, and the two signatures."""
    says = text("Journal of {chain}, up to entry {seq}", chain=rows.chain, seq=rows.seq)
    paper.text(x, top + 10, says, fonts.BOLD, 10.5)
    grouped = " ".join(rows.hash[start : start + 4] for start in range(0, len(rows.hash), 4))
    paper.fitted(x, top + 25, grouped, WIDTH, fonts.FIGURES, 9.5)
    wide = (WIDTH - 24) / 2
    signers = (
        (text("The régisseur or mandataire"), rows.mandataire or rows.regisseur),
        (text("The supervisor"), rows.closed_by),
    )
    for index, (role, name) in enumerate(signers):
        left = x + index * (wide + 24)
        paper.box(left, top + 38, wide, _SIGNATURE, stroke=kit.MUTED, radius=4)
        paper.text(left + 10, top + 53, role, fonts.BOLD, 9)
        paper.fitted(left + 10, top + 66, name, wide / 2 - 14, fonts.REGULAR, 9, kit.MUTED)
        paper.text(left + wide / 2, top + 53, text("Date and signature"), fonts.REGULAR, 8, kit.MUTED)


def _head(paper: Paper, rows: DailyLogRows, text: Text, title: str) -> None:
    paper.fitted(MARGIN, 38, title, WIDTH - 160, fonts.BOLD, 11)
    if not rows.is_closed:
        words = text("NOT CLOSED")
        wide = fonts.width(words, fonts.BOLD, 11) + 16
        paper.box(_RIGHT - wide, 26, wide, 17, fill=kit.BAD, radius=3)
        paper.text(_RIGHT - wide / 2, 38.4, words, fonts.BOLD, 11, kit.WHITE, "centre")
    paper.rule(MARGIN, 47, WIDTH, 1, kit.INK)


def _foot(paper: Paper, rows: DailyLogRows, text: Text, number: int, count: int) -> None:
    baseline = kit.A4_LANDSCAPE[1] - 22
    paper.rule(MARGIN, baseline - 11, WIDTH)
    page = text("Page {number} of {count}", number=number, count=count)
    paper.text(_RIGHT, baseline, page, fonts.MEDIUM, 8.5, kit.INK, "right")
    seal = f"{rows.chain} · {rows.seq} · {rows.hash[:16]}"
    counter = text("Counter {counter}", counter=text.counter(rows.chain))
    words = f"{rows.office_name}  ·  {counter}  ·  {seal}"
    room = WIDTH - fonts.width(page, fonts.MEDIUM, 8.5) - 20
    paper.fitted(MARGIN, baseline, words, room, fonts.REGULAR, 8, kit.MUTED)
