"""The citizen's receipt: one A5 sheet that says what was recorded, what happens next, and proves itself.

It carries what French law asks of an acknowledgement (CRPA R112-5 and L114-5): the day of receipt, the day and
effect of silence, the service with its address and telephone, the missing pieces, the way of appeal. It
bears no name and no number of a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

from counter_app.documents import fonts, kit
from counter_app.documents.code_square import QUIET, draw_code
from counter_app.documents.fitting import wrap
from counter_app.documents.flow import Block, Gap, Piece, sheets
from counter_app.documents.kit import MM, Paper
from counter_app.documents.pictograms import pictogram
from counter_app.documents.receipt_blocks import Pieces, Section
from counter_app.documents.words import MEANS, specimen, word
from counter_app.domain.money import Money
from counter_app.text import N_, Text


class ReceiptKind(StrEnum):
    """What the receipt is about."""

    REQUEST = "request"
    GRANTED = "granted"
    AWAITING_APPROVAL = "awaiting_approval"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    MONEY_IN = "money_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRows:
    """What a receipt says; texts of the office (`silence`, `appeal`, …) come in the reader's language.

    `issued_at` is aware and in the office's zone; a reprint keeps it and is a duplicate. `code` is the text of
    the QR code, `fingerprint` the hexadecimal beginning of the entry's hash. `refers_to` is the receipt that
    is cancelled. `silence_on` and `silence_means` say when and how the office's silence decides.
    """

    office_name: str
    office_address: str
    office_phone: str
    office_email: str = ""
    chain: str
    agent: str
    number: str
    is_duplicate: bool = False
    issued_at: datetime
    received_on: date
    kind: ReceiptKind
    aid: str
    amount: Money | None = None
    means: str = ""
    quantity: int = 1
    vouchers: tuple[str, ...] = ()
    reason: str = ""
    refers_to: str = ""
    evidence_seen: tuple[str, ...] = ()
    evidence_missing: tuple[str, ...] = ()
    missing_by: date | None = None
    next_steps: tuple[str, ...] = ()
    available_on: date | None = None
    silence_on: date | None = None
    silence_means: Literal["refused", "granted"] | None = None
    silence: str = ""
    appeal: str = ""
    irregular: tuple[str, ...] = ()
    code: str
    fingerprint: str = ""
    is_specimen: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """How a kind of receipt looks and what it is called."""

    title: str
    says: str
    amount: str
    ink: str
    tint: str


_LOOKS: Final = {
    ReceiptKind.REQUEST: _Look(
        N_("Request received"),
        N_("This receipt proves the day on which you asked."),
        N_("Amount asked"),
        kit.ACCENT,
        kit.ACCENT_TINT,
    ),
    ReceiptKind.GRANTED: _Look(
        N_("Aid granted"),
        N_(
            "Decided at the counter while the central system was down. The office will confirm or correct it."
        ),
        N_("Amount granted"),
        kit.WARN,
        kit.WARN_TINT,
    ),
    ReceiptKind.AWAITING_APPROVAL: _Look(
        N_("Awaiting approval"),
        N_("Nothing is granted yet: a second person has to approve."),
        N_("Amount proposed"),
        kit.WARN,
        kit.WARN_TINT,
    ),
    ReceiptKind.REFUSED: _Look(
        N_("Request refused"),
        N_("The reason, and what you can do, stand below."),
        N_("Amount asked"),
        kit.BAD,
        kit.BAD_TINT,
    ),
    ReceiptKind.CANCELLED: _Look(
        N_("Cancellation"),
        N_("What was recorded before no longer holds."),
        N_("Amount cancelled"),
        kit.MUTED,
        kit.SHADE,
    ),
    ReceiptKind.MONEY_IN: _Look(
        N_("Payment received"),
        N_("This receipt is the proof of your payment."),
        N_("Amount received"),
        kit.GOOD,
        kit.GOOD_TINT,
    ),
}

_MARGIN: Final = 12 * MM
_WIDTH: Final = kit.A5[0] - 2 * _MARGIN
_RIGHT: Final = kit.A5[0] - _MARGIN
_BOTTOM: Final = kit.A5[1] - 50
_SIDE: Final = 38 * MM
_SIZES: Final = ((9.0, 9.0), (8.7, 7.0), (8.4, 5.5))
"""Running text and the gaps in it shrink this far to stay on one sheet; then it goes on to a second one."""


def render_receipt(rows: ReceiptRows, text: Text) -> bytes:
    """The receipt as a PDF of A5 sheets, nearly always one; the same rows give the same bytes."""
    title = f"{text(_LOOKS[rows.kind].title)} {rows.number}"
    paper = Paper(
        kit.A5,
        title=title,
        language=text.language,
        author=rows.office_name,
        watermark=specimen(text, rows.is_specimen),
    )
    top = _head(paper, rows, text)
    top = _band(paper, rows, text, top + 10)
    top = _facts_and_code(paper, rows, text, top + 12)
    laid = _laid(rows, text, top)
    for number, sheet in enumerate(laid, start=1):
        start = top if number == 1 else _short_head(paper, rows)
        for offset, piece in sheet:
            piece.draw(paper, _MARGIN, start + offset)
        _foot(paper, rows, text, number, len(laid))
        paper.next_sheet()
    return paper.finish()


def _laid(rows: ReceiptRows, text: Text, top: float) -> list[list[tuple[float, Piece]]]:
    tries = (sheets(_sections(rows, text, *size), _BOTTOM - top, _BOTTOM - 2 * _MARGIN) for size in _SIZES)
    most = next(tries)
    return most if len(most) == 1 else next((laid for laid in tries if len(laid) == 1), most)


def _head(paper: Paper, rows: ReceiptRows, text: Text) -> float:
    """Office on the left, number on the right; returns where the head ends."""
    number_width = max(fonts.width(rows.number, fonts.BOLD_FIGURES, 22), 30 * MM)
    left = _WIDTH - number_width - 14
    baseline = 39.0
    size = next(
        (size for size in (12.5, 11.5) if len(wrap(rows.office_name, fonts.BOLD, size, left)) <= 2), 10.5
    )
    for line in wrap(rows.office_name, fonts.BOLD, size, left, 4):
        paper.text(_MARGIN, baseline, line, fonts.BOLD, size)
        baseline += size * 1.2
    reach = "  ·  ".join(part for part in (rows.office_phone, rows.office_email) if part)
    for line in (*wrap(rows.office_address, fonts.REGULAR, 8.5, left, 3), reach):
        paper.fitted(_MARGIN, baseline, line, left, fonts.REGULAR, 8.5, kit.MUTED)
        baseline += 11.5
    paper.text(_RIGHT, 32, text("Receipt no."), fonts.REGULAR, 8.5, kit.MUTED, "right")
    paper.text(_RIGHT, 54, rows.number, fonts.BOLD_FIGURES, 22, kit.INK, "right")
    if rows.is_duplicate:
        words = text("DUPLICATE")
        wide = fonts.width(words, fonts.BOLD, 10) + 14
        paper.box(_RIGHT - wide, 62, wide, 16, stroke=kit.INK, radius=3, thickness=1.2)
        paper.text(_RIGHT - wide / 2, 73.6, words, fonts.BOLD, 10, kit.INK, "centre")
    bottom = max(baseline - 3, 86 if rows.is_duplicate else 68)
    paper.rule(_MARGIN, bottom, _WIDTH, 1.2, kit.INK)
    return bottom


def _band(paper: Paper, rows: ReceiptRows, text: Text, top: float) -> float:
    look = _LOOKS[rows.kind]
    inset = 46
    chip = text("PROVISIONAL") if rows.kind is ReceiptKind.GRANTED else ""
    chip_width = fonts.width(chip, fonts.BOLD, 13) + 20 if chip else 0
    says = text(look.says)
    if rows.refers_to:
        says = text("What receipt {number} said no longer holds.", number=rows.refers_to)
    lines = wrap(says, fonts.REGULAR, 9, _WIDTH - inset - 12)
    high = 35 + 12.2 * len(lines)
    paper.box(_MARGIN, top, _WIDTH, high, fill=look.tint, radius=5)
    pictogram(paper, rows.kind.value, _MARGIN + 10, top + (high - 26) / 2, 26, look.ink, 1.8)
    room = _WIDTH - inset - 14 - chip_width
    paper.fitted(_MARGIN + inset, top + 21.5, text(look.title), room, fonts.BOLD, 15, look.ink)
    if chip:
        x = _MARGIN + _WIDTH - chip_width - 8
        paper.box(x, top + 7, chip_width, 18.5, fill=look.ink, radius=4)
        paper.text(x + chip_width / 2, top + 21, chip, fonts.BOLD, 13, kit.WHITE, "centre")
    for index, line in enumerate(lines):
        paper.text(_MARGIN + inset, top + 38 + index * 12.2, line, fonts.REGULAR, 9)
    return top + high


def _facts_and_code(paper: Paper, rows: ReceiptRows, text: Text, top: float) -> float:
    """The facts on the left, the code on the right; returns where the lower of them ends."""
    code_left = _RIGHT - _SIDE
    draw_code(paper, rows.code, code_left, top + 4, _SIDE)
    caption = text("Any counter can check this code offline. It holds no name.")
    baseline = top + 4 + _SIDE + 17
    for line in wrap(caption, fonts.REGULAR, 7.5, _SIDE + 4):
        paper.text(code_left + _SIDE / 2, baseline, line, fonts.REGULAR, 7.5, kit.MUTED, "centre")
        baseline += 9.6
    if rows.fingerprint:
        grouped = " ".join(rows.fingerprint[i : i + 4] for i in range(0, len(rows.fingerprint), 4))
        paper.fitted(
            code_left + _SIDE / 2, baseline + 1, grouped, _SIDE, fonts.FIGURES, 7.5, kit.MUTED, "centre"
        )
        baseline += 10.6

    wide = code_left - QUIET * 2 - _MARGIN - 10
    below = top
    (label, value), *facts = _facts(rows, text)
    paper.text(_MARGIN, below + 9, label, fonts.REGULAR, 8.5, kit.MUTED)
    paper.fitted(_MARGIN, below + 33, value, wide, fonts.BOLD, 24, smallest=12)
    below += 44
    for label, value in facts:
        paper.text(_MARGIN, below + 9, label, fonts.REGULAR, 8.5, kit.MUTED)
        for index, line in enumerate(wrap(value, fonts.MEDIUM, 10.5, wide, 4)):
            below += 13 if index else 22
            paper.text(_MARGIN, below, line, fonts.MEDIUM, 10.5)
        below += 7
    return max(below, baseline)


def _facts(rows: ReceiptRows, text: Text) -> Iterator[tuple[str, str]]:
    """Labels and values; the first counts most: the amount, or the day that opens the right."""
    label = text("Paid on") if rows.kind is ReceiptKind.MONEY_IN else text("Received on")
    received = label, text.date(rows.received_on, "long")
    if rows.amount is None:
        yield received
    else:
        yield text(_LOOKS[rows.kind].amount), text.money(rows.amount)
    if rows.aid:
        times = f"{text.number(rows.quantity)} × " if rows.quantity > 1 else ""
        yield text("Aid"), times + rows.aid
    if rows.means:
        means = word(text, MEANS, rows.means)
        yield text("Means of payment"), ", ".join((means[:1].upper() + means[1:], *rows.vouchers))
    if rows.amount is not None:
        yield received
    if rows.available_on:
        yield text("Available from"), text.date(rows.available_on, "long")


def _sections(rows: ReceiptRows, text: Text, size: float, gap: float) -> Iterator[Block]:
    yield Gap(gap / 2)
    for found in _found(rows, text):
        yield Gap(gap)
        if isinstance(found, Pieces):
            yield found.block(_WIDTH, size)
        else:
            yield from found.blocks(_WIDTH, size)


def _found(rows: ReceiptRows, text: Text) -> Iterator[Section | Pieces]:
    if rows.reason:
        yield Section(
            "cancelled" if rows.kind is ReceiptKind.CANCELLED else "refused", text("Reason"), (rows.reason,)
        )
    if rows.evidence_seen or rows.evidence_missing:
        missing = text("Documents still missing")
        if rows.missing_by and rows.evidence_missing:
            missing = text("Still missing, to bring by {day}", day=rows.missing_by)
        yield Pieces(text("Documents seen"), rows.evidence_seen, missing, rows.evidence_missing)
    if rows.next_steps:
        yield Section("next", text("What happens next"), rows.next_steps, numbered=len(rows.next_steps) > 1)
    silence = tuple(part for part in (_silence(rows, text), rows.silence) if part)
    if silence:
        yield Section("silence", text("Without an answer"), silence)
    if rows.appeal:
        yield Section("appeal", text("If you disagree"), (rows.appeal,))
    if rows.irregular:
        yield Section("irregular", text("To be put in order by the office"), rows.irregular)


def _silence(rows: ReceiptRows, text: Text) -> str:
    if rows.silence_on is None or rows.silence_means is None:
        return ""
    day = text.date(rows.silence_on, "long")
    if rows.silence_means == "refused":
        return text("Without an answer by {day}, your request counts as refused.", day=day)
    return text(
        "Without an answer by {day}, your request counts as granted; you may ask for a certificate of it.",
        day=day,
    )


def _short_head(paper: Paper, rows: ReceiptRows) -> float:
    """The head of a further sheet."""
    paper.fitted(_MARGIN, 45, rows.office_name, _WIDTH - 90, fonts.BOLD, 10)
    paper.text(_RIGHT, 45, rows.number, fonts.BOLD_FIGURES, 12, kit.INK, "right")
    paper.rule(_MARGIN, 52, _WIDTH, 1.2, kit.INK)
    return 2 * _MARGIN


def _foot(paper: Paper, rows: ReceiptRows, text: Text, number: int, count: int) -> None:
    page = text("Page {number} of {count}", number=number, count=count)
    issued = text(
        "Counter {counter} · agent {agent} · {moment}",
        counter=text.counter(rows.chain),
        agent=rows.agent,
        moment=rows.issued_at,
    )
    keep = text("Keep this receipt and quote its number: {phone}", phone=rows.office_phone)
    baseline = kit.A5[1] - 19
    paper.rule(_MARGIN, baseline - 24, _WIDTH)
    pictogram(paper, "contact", _MARGIN, baseline - 20.5, 10, kit.INK, 2)
    paper.fitted(_MARGIN + 14, baseline - 12.5, keep, _WIDTH - 14, fonts.MEDIUM, 8.5)
    paper.text(_RIGHT, baseline, page, fonts.REGULAR, 8, kit.MUTED, "right")
    room = _WIDTH - fonts.width(page, fonts.REGULAR, 8) - 12
    paper.fitted(_MARGIN, baseline, issued, room, fonts.REGULAR, 8, kit.MUTED)
