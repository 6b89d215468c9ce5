"""The notice to a citizen: what became of their act at the central service, what was decided, how to appeal; A5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.fitting import wrap
from counter_app.documents.flow import Block, Gap, Solid, sheets
from counter_app.documents.kit import MM, Paper
from counter_app.documents.words import specimen
from counter_app.domain.money import Money
from counter_app.text import Text

_MARGIN: Final = 14 * MM
_WIDTH: Final = kit.A5[0] - 2 * _MARGIN
_TOP: Final = 36.0
_BOTTOM: Final = kit.A5[1] - 40
_SIZE: Final = 10.5
_LEADING: Final = 15.0


@dataclass(frozen=True, slots=True)
class NoticeRows:
    """What the notice says; `person` is named in full, `what` is a sentence, `claimed` what is asked back."""

    office_name: str
    office_address: str
    office_phone: str
    person: str
    number: str
    aid: str
    amount: Money
    granted_on: date
    decided_on: date
    service: str
    what: str
    claimed: Money | None
    appeal: str
    is_specimen: bool = False


def render_notice(rows: NoticeRows, text: Text) -> bytes:
    """The notice as a PDF of A5 sheets; the same rows give the same bytes."""
    title = text("Notice about {number}", number=rows.number)
    paper = Paper(
        kit.A5,
        title=title,
        language=text.language,
        author=rows.office_name,
        watermark=specimen(text, rows.is_specimen),
    )
    laid = sheets(_blocks(rows, text), _BOTTOM - _TOP, _BOTTOM - _TOP)
    for number, sheet in enumerate(laid, start=1):
        for offset, piece in sheet:
            piece.draw(paper, _MARGIN, _TOP + offset)
        page = text("Page {number} of {count}", number=number, count=len(laid))
        paper.text(_MARGIN + _WIDTH, kit.A5[1] - 20, page, fonts.REGULAR, 8, kit.MUTED, "right")
        paper.next_sheet()
    return paper.finish()


def _blocks(rows: NoticeRows, text: Text) -> Iterator[Block]:
    yield from _lines(rows.office_name, fonts.BOLD, 12)
    reach = "  ·  ".join(part for part in (rows.office_address, rows.office_phone) if part)
    yield from _lines(reach, fonts.REGULAR, 9)
    yield Gap(26)
    yield from _lines(rows.person, fonts.MEDIUM, 12)
    yield Gap(18)
    yield from _lines(text("What became of your file"), fonts.BOLD, 17)
    yield Gap(8)
    yield from _lines(
        text("Receipt {number} of {day}", number=rows.number, day=rows.granted_on), fonts.MEDIUM, 11
    )
    yield from _lines(text("{aid}, {amount}", aid=rows.aid, amount=rows.amount), fonts.MEDIUM, 11)
    yield Gap(12)
    yield from _lines(rows.what, fonts.REGULAR, _SIZE)
    if rows.claimed is not None:
        yield Gap(6)
        claim = text("{amount} that was paid to you is asked back. We write to you how.", amount=rows.claimed)
        yield from _lines(claim, fonts.BOLD, _SIZE)
    yield Gap(6)
    decided = text(
        "Decided on {day}, service concerned: {service}.", day=rows.decided_on, service=rows.service
    )
    yield from _lines(decided, fonts.REGULAR, _SIZE)
    if rows.appeal:
        yield Gap(14)
        yield from _lines(text("If you do not agree"), fonts.BOLD, 11)
        yield from _lines(rows.appeal, fonts.REGULAR, _SIZE)


def _lines(words: str, font: str, size: float) -> Iterator[Block]:
    """Each line is a block of its own: a sheet may end between any two."""
    leading = max(_LEADING, size * 1.35)
    for line in wrap(words, font, size, _WIDTH):

        def draw(paper: Paper, x: float, top: float, line: str = line) -> None:
            paper.text(x, top + size, line, font, size)

        yield Solid(leading, draw)
