"""The first page of the daily log: whose day it was, whether it is closed, what the drawer should and does hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.daily_log_rows import DailyLogRows
from counter_app.documents.daily_log_tables import adds_up, unsigned
from counter_app.documents.fitting import wrap
from counter_app.documents.kit import MM, Paper
from counter_app.documents.words import MEANS, word
from counter_app.domain.money import Money
from counter_app.text import Text

MARGIN: Final = 14 * MM
WIDTH: Final = kit.A4_LANDSCAPE[0] - 2 * MARGIN
_RIGHT: Final = MARGIN + WIDTH
_STATE: Final = 250.0
_GUTTER: Final = 26.0
_LINE: Final = 15.5
_REASON, _REASON_STEP, _REASON_LINES = 9, 11.5, 5


def draw_front(paper: Paper, rows: DailyLogRows, text: Text) -> float:
    """Draw everything above the tables; returns where it ends."""
    top = _title(paper, rows, text)
    for words in (_reopened(rows, text), _clock(rows, text)):
        top = _notice(paper, words, top)
    top = _identity(paper, rows, text, top + 10)
    top = _figures(paper, rows, text, top + 14)
    column = (WIDTH - 2 * _GUTTER) / 3
    ends = (
        _cash(paper, rows, text, MARGIN, top + 16, column),
        _count(paper, rows, text, MARGIN + column + _GUTTER, top + 16, column),
        _to_look_at(paper, rows, text, MARGIN + 2 * (column + _GUTTER), top + 16, column),
    )
    return max(ends)


def _title(paper: Paper, rows: DailyLogRows, text: Text) -> float:
    room = WIDTH - _STATE - 24
    paper.text(MARGIN, 56, text("Daily log"), fonts.BOLD, 24)
    after = MARGIN + fonts.width(text("Daily log"), fonts.BOLD, 24) + 14
    paper.fitted(after, 56, text.date(rows.day, "full"), MARGIN + room - after, fonts.MEDIUM, 15)
    paper.fitted(MARGIN, 76, rows.office_name, room, fonts.BOLD, 11)
    reach = "  ·  ".join(part for part in (rows.office_address, rows.office_phone) if part)
    paper.fitted(MARGIN, 91, reach, room, fonts.REGULAR, 9, kit.MUTED)
    left, middle = _RIGHT - _STATE, _RIGHT - _STATE / 2
    if rows.is_closed and rows.closed_at:
        paper.box(left, 36, _STATE, 58, fill=kit.GOOD_TINT, stroke=kit.GOOD, radius=5)
        paper.text(middle, 62, text("Day closed"), fonts.BOLD, 20, kit.GOOD, "centre")
        says = text("{moment} by {person}", moment=rows.closed_at, person=rows.closed_by)
    else:
        paper.box(left, 36, _STATE, 58, fill=kit.BAD_TINT, stroke=kit.BAD, radius=5, thickness=2)
        paper.fitted(middle, 68, text("NOT CLOSED"), _STATE - 20, fonts.BOLD, 33, kit.BAD, "centre")
        says = text("The figures of this day may still change.")
    paper.fitted(middle, 84, says, _STATE - 16, fonts.REGULAR, 9, kit.INK, "centre")
    return 96


def _reopened(rows: DailyLogRows, text: Text) -> str:
    if not rows.reopened_by or rows.closed_at is None:
        return ""
    return text(
        "Reopened by entries after the closing of {moment}, which the figures include: {numbers}.",
        moment=rows.closed_at,
        numbers=rows.reopened_by,
    )


def _clock(rows: DailyLogRows, text: Text) -> str:
    """What the clock did on this day; times of entries behind it are what it showed."""
    told = []
    for jump in rows.clock_jumps:
        minutes, number = abs(jump.minutes), f"#{jump.seq}"
        if jump.minutes > 0:
            words = text(
                "put forward by {minutes} min before {number} at {moment}",
                minutes=minutes,
                number=number,
                moment=jump.at,
            )
        else:
            words = text(
                "put back by {minutes} min before {number} at {moment}",
                minutes=minutes,
                number=number,
                moment=jump.at,
            )
        told.append(words)
    return text("The clock of this computer was set: {jumps}.", jumps=told) if told else ""


def _notice(paper: Paper, words: str, top: float) -> float:
    """A tinted box across the page; returns where it ends, which is `top` where there is nothing to say."""
    if not words:
        return top
    lines = wrap(words, fonts.MEDIUM, 9.5, WIDTH - 24, 4)
    high = 12 + 13 * len(lines)
    paper.box(MARGIN, top + 10, WIDTH, high, fill=kit.WARN_TINT, radius=4)
    for index, line in enumerate(lines):
        paper.text(MARGIN + 12, top + 25.5 + 13 * index, line, fonts.MEDIUM, 9.5, kit.WARN)
    return top + 10 + high


def _identity(paper: Paper, rows: DailyLogRows, text: Text, top: float) -> float:
    """Counter, régie act, régisseur, mandataire and incident side by side."""
    cells = (
        (text("Counter"), text.counter(rows.chain), 0.12),
        (text("Régie act"), rows.regie_act, 0.24),
        (text("Régisseur"), rows.regisseur, 0.19),
        (text("Mandataire"), rows.mandataire or text("none"), 0.19),
        (text("Incident"), rows.incident or text("none"), 0.26),
    )
    wrapped = [wrap(value, fonts.MEDIUM, 9.5, share * WIDTH - 20, 3) for _, value, share in cells]
    high = 27 + 12.4 * max(map(len, wrapped))
    paper.box(MARGIN, top, WIDTH, high, fill=kit.SHADE, radius=5)
    left = MARGIN + 12
    for (label, _, share), lines in zip(cells, wrapped, strict=True):
        paper.text(left, top + 15, label, fonts.REGULAR, 8, kit.MUTED)
        for index, line in enumerate(lines):
            paper.text(left, top + 28.5 + 12.4 * index, line, fonts.MEDIUM, 9.5)
        left += share * WIDTH
    return top + high


def _figures(paper: Paper, rows: DailyLogRows, text: Text, top: float) -> float:
    """How many of everything, and how much."""
    cells = (
        (text("Requests"), rows.requests, None),
        (text("Grants"), len(rows.granted), rows.granted),
        (text("Payments"), len(rows.payments), [row.amount for row in rows.payments]),
        (text("Money in"), len(rows.money_in), [row.amount for row in rows.money_in]),
        (text("Approvals"), len(rows.approvals), None),
        (text("Refusals"), len(rows.refusals), None),
        (text("Cancellations"), len(rows.cancellations), None),
    )
    wide = WIDTH / len(cells)
    for index, (label, count, amounts) in enumerate(cells):
        left = MARGIN + index * wide
        paper.text(left, top + 9, label, fonts.REGULAR, 9, kit.MUTED)
        shown = text.number(count)
        paper.text(left, top + 31, shown, fonts.BOLD, 20)
        if amounts:
            after = left + fonts.width(shown, fonts.BOLD, 20) + 7
            paper.fitted(
                after, top + 31, _sum(rows, text, amounts), left + wide - after - 8, fonts.MEDIUM, 10.5
            )
    return top + 38


def _cash(paper: Paper, rows: DailyLogRows, text: Text, x: float, top: float, wide: float) -> float:
    """From the opening float to the difference; what no line explains has a line of its own."""
    _heading(paper, text("Cash of the day"), x, top, wide)
    none = Money(0, rows.currency)
    start = rows.opening_float or none
    added = Money(sum(row.amount.cents for row in rows.replenishments), rows.currency)
    received = Money(sum(row.amount.cents for row in rows.money_in if row.means == "cash"), rows.currency)
    paid = Money(-sum(row.amount.cents for row in rows.payments if row.means == "cash"), rows.currency)
    other = rows.book_balance - start - added - received - paid
    lines = [
        (text("Opening float"), text.money(start) if rows.opening_float else text("not opened")),
        (text("Replenishments"), text.signed(added)),
        (text("Money in, in cash"), text.signed(received)),
        (text("Payments in cash"), text.signed(paid)),
    ]
    if other != none:
        lines.append((text("Other movements"), text.signed(other)))
    below = top + 20
    for label, value in lines:
        below = _line(paper, x, below, wide, label, value)
    below = _line(
        paper, x, below, wide, text("Book balance"), _below_zero(text, rows.book_balance), bold=True
    )
    if rows.counted_balance is None or rows.difference is None:
        return _line(
            paper, x, below, wide, text("Counted balance"), text("not counted"), bold=True, colour=kit.BAD
        )
    below = _line(paper, x, below, wide, text("Counted balance"), text.money(rows.counted_balance), bold=True)
    colour = kit.GOOD if rows.difference == none else kit.BAD
    below = _line(
        paper, x, below, wide, text("Difference"), text.signed(rows.difference), bold=True, colour=colour
    )
    return below if rows.difference == none else _reason(paper, rows, text, x, below, wide)


def _reason(paper: Paper, rows: DailyLogRows, text: Text, x: float, top: float, wide: float) -> float:
    """What whoever closed said of the difference, or that nothing was said."""
    said = rows.difference_reason or text("none was given")
    words = text("Reason of the difference: {reason}", reason=said)
    lines = wrap(words, fonts.REGULAR, _REASON, wide, _REASON_LINES)
    for index, line in enumerate(lines):
        paper.text(x, top + 12 + _REASON_STEP * index, line, fonts.REGULAR, _REASON)
    return top + 4 + _REASON_STEP * len(lines)


def _count(paper: Paper, rows: DailyLogRows, text: Text, x: float, top: float, wide: float) -> float:
    _heading(paper, text("Count by denomination"), x, top, wide)
    below = top + 20
    if not rows.counted:
        words = text("not counted") if rows.counted is None else text("none")
        paper.text(x, below + 10.5, words, fonts.REGULAR, 9.5, kit.MUTED)
        return below + _LINE
    # Fifteen coins and notes of the euro set the step; what somebody counted beyond them stands closer.
    step = min(12.6, 15 * 12.6 / len(rows.counted))
    for row in sorted(rows.counted, key=lambda row: -row.face.cents):
        amount = Money(row.face.cents * row.count, row.face.currency)
        cells = (text.money(row.face), f"× {text.number(row.count)}", text.money(amount))
        for words, share in zip(cells, (0.3, 0.52, 1), strict=True):
            size = min(9, step * 0.72)
            paper.text(x + share * wide, below + 0.76 * step, words, fonts.FIGURES, size, kit.INK, "right")
        below += step
    paper.rule(x, below + 1, wide, 0.9, kit.MUTED)
    total = text.money(rows.counted_balance) if rows.counted_balance else ""
    paper.text(x, below + 12, text("Total"), fonts.BOLD, 9)
    paper.text(x + wide, below + 12, total, fonts.BOLD_FIGURES, 9, kit.INK, "right")
    return below + 16


def _to_look_at(paper: Paper, rows: DailyLogRows, text: Text, x: float, top: float, wide: float) -> float:
    _heading(paper, text("To be looked at"), x, top, wide)
    unpaid = [row.amount for row in rows.unpaid]
    owed = f"{text.number(len(unpaid))} · {_sum(rows, text, unpaid)}" if unpaid else ""
    found = (
        # What is open, without anything being wrong with it, stands first.
        (text("Grants not paid yet"), owed, kit.WARN),
        (text("Grants waiting for approval"), _some(text, rows.pending), kit.WARN),
        (text("Irregular facts"), _some(text, len(rows.irregular)), kit.BAD),
        (text("Acquits not signed"), _some(text, len(unsigned(rows))), kit.BAD),
        (text("Units not settled"), _some(text, _unsettled(rows)), kit.BAD),
        (text("Paper forms awaiting entry"), _some(text, len(rows.paper_forms)), kit.BAD),
        (text("Voucher books that do not add up"), _some(text, _not_adding_up(rows)), kit.BAD),
        (text("Vouchers issued twice"), _some(text, _many(rows, twice=True)), kit.BAD),
        (text("Vouchers issued, not in stock"), _some(text, _many(rows, twice=False)), kit.BAD),
    )
    below = top + 20
    for label, some, colour in found:
        shown, ink = (some, colour) if some else (text("none"), kit.MUTED)
        below = _line(paper, x, below, wide, label, shown, bold=bool(some), colour=ink)
    by_means = list(_by_means(rows, text))
    if by_means:
        _heading(paper, text("Payments by means"), x, below + 12, wide)
        below += 32
    for label, value in by_means:
        below = _line(paper, x, below, wide, label, value)
    return below


def _some(text: Text, count: int) -> str:
    return text.number(count) if count else ""


def _unsettled(rows: DailyLogRows) -> int:
    return sum(row.waiting + row.unknown + row.to_decide for row in rows.unsent)


def _not_adding_up(rows: DailyLogRows) -> int:
    return sum(not adds_up(book) for book in rows.books)


def _many(rows: DailyLogRows, *, twice: bool) -> int:
    return sum(odd.last - odd.first + 1 for odd in rows.odd_vouchers if odd.twice is twice)


def _by_means(rows: DailyLogRows, text: Text) -> Iterator[tuple[str, str]]:
    found = {row.means for row in rows.payments}
    for code in (*(code for code in MEANS if code in found), *sorted(found - set(MEANS))):
        amounts = [row.amount for row in rows.payments if row.means == code]
        label = word(text, MEANS, code)
        yield f"{label[:1].upper()}{label[1:]} × {text.number(len(amounts))}", _sum(rows, text, amounts)


def _heading(paper: Paper, words: str, x: float, top: float, wide: float) -> None:
    paper.fitted(x, top + 10, words, wide, fonts.BOLD, 10.5)
    paper.rule(x, top + 16, wide, 0.9, kit.MUTED)


def _line(
    paper: Paper,
    x: float,
    top: float,
    wide: float,
    label: str,
    value: str,
    *,
    bold: bool = False,
    colour: str = kit.INK,
) -> float:
    face, figures = (fonts.BOLD, fonts.BOLD_FIGURES) if bold else (fonts.REGULAR, fonts.FIGURES)
    room = wide - fonts.width(value, figures, 9.5) - 10
    paper.fitted(x, top + 10.5, label, room, face, 9.5, kit.INK)
    paper.text(x + wide, top + 10.5, value, figures, 9.5, colour, "right")
    paper.rule(x, top + _LINE, wide, 0.4)
    return top + _LINE


def _below_zero(text: Text, amount: Money) -> str:
    return text.money(amount) if amount.cents >= 0 else text.signed(amount)


def _sum(rows: DailyLogRows, text: Text, amounts: Sequence[Money]) -> str:
    return text.money(Money(sum(amount.cents for amount in amounts), rows.currency))
