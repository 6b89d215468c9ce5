"""The balance between the journal and the central services: both sides, every difference, two signatures, on A4.

The same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from counter_app.documents import fonts, kit
from counter_app.documents.balance_rows import BalanceRows, DifferenceRow, ServiceRow, Share, Standing
from counter_app.documents.balance_words import gap, sentence
from counter_app.documents.fitting import wrap
from counter_app.documents.flow import Block, Gap, Solid, sheets
from counter_app.documents.kit import MM, Paper
from counter_app.documents.table import Column, Sum, Table
from counter_app.documents.words import specimen
from counter_app.domain.money import Money
from counter_app.text import N_, Text

_MARGIN: Final = 14 * MM
_WIDTH: Final = kit.A4_LANDSCAPE[0] - 2 * _MARGIN
_RIGHT: Final = _MARGIN + _WIDTH
_TOP: Final = 56.0
_BOTTOM: Final = kit.A4_LANDSCAPE[1] - 40
_STATE: Final = 250.0
_BOX: Final = 96.0
_TITLES: Final[dict[Standing, str]] = {
    "open": N_("Open: nobody has explained these yet"),
    "decided": N_("Decided by a person in place of the centre"),
    "explained": N_("Explained: the centre holds the act otherwise than sent"),
}


def render_balance(rows: BalanceRows, text: Text) -> bytes:
    """The balance as a PDF of A4 sheets."""
    title = text("Balance of {moment}, counter {counter}", moment=rows.made_at, counter=rows.counter)
    paper = Paper(
        kit.A4_LANDSCAPE,
        title=title,
        language=text.language,
        author=rows.office,
        watermark=specimen(text, rows.is_specimen),
    )
    first_top = _front(paper, rows, text)
    laid = sheets(_blocks(rows, text), _BOTTOM - first_top, _BOTTOM - _TOP)
    for number, sheet in enumerate(laid, start=1):
        if number > 1:
            paper.fitted(_MARGIN, 38, title, _WIDTH, fonts.BOLD, 11)
            paper.rule(_MARGIN, 47, _WIDTH, 1, kit.INK)
        for offset, piece in sheet:
            piece.draw(paper, _MARGIN, (first_top if number == 1 else _TOP) + offset)
        _foot(paper, rows, text, number, len(laid))
        paper.next_sheet()
    return paper.finish()


def _front(paper: Paper, rows: BalanceRows, text: Text) -> float:
    """Whose balance it is, and whether anything is unexplained; returns where it ends."""
    room = _WIDTH - _STATE - 24
    paper.text(_MARGIN, 56, text("Balance"), fonts.BOLD, 24)
    after = _MARGIN + fonts.width(text("Balance"), fonts.BOLD, 24) + 14
    paper.fitted(after, 56, text.datetime(rows.made_at), _MARGIN + room - after, fonts.MEDIUM, 15)
    paper.fitted(_MARGIN, 76, rows.office, room, fonts.BOLD, 11)
    whose = text("Counter {counter}, chains {chains}", counter=rows.counter, chains=rows.chains)
    told = "  ·  ".join(part for part in (rows.address, whose) if part)
    paper.fitted(_MARGIN, 91, told, room, fonts.REGULAR, 9, kit.MUTED)
    left, middle, count = _RIGHT - _STATE, _RIGHT - _STATE / 2, rows.unexplained
    if count:
        paper.box(left, 36, _STATE, 58, fill=kit.BAD_TINT, stroke=kit.BAD, radius=5, thickness=2)
        words = text.plural("{n} unexplained", "{n} unexplained", count)
        paper.fitted(middle, 64, words, _STATE - 20, fonts.BOLD, 22, kit.BAD, "centre")
        says, colour = text("The two sides do not agree yet."), kit.BAD
    else:
        paper.box(left, 36, _STATE, 58, fill=kit.GOOD_TINT, stroke=kit.GOOD, radius=5)
        paper.fitted(
            middle, 64, text("Everything is explained"), _STATE - 20, fonts.BOLD, 19, kit.GOOD, "centre"
        )
        says, colour = text("Every difference is named below."), kit.INK
    paper.fitted(middle, 83, says, _STATE - 16, fonts.REGULAR, 9, colour, "centre")
    return 108


def _blocks(rows: BalanceRows, text: Text) -> Iterator[Block]:
    yield _services(rows, text)
    yield Gap(10)
    for row in rows.services:
        yield _held(row, text)
    after_rows = True
    for standing in _TITLES:
        found = [row for row in rows.differences if row.standing == standing]
        # Only one that says none stands close under another that does.
        yield Gap(12 if found or after_rows else 4)
        yield _differences(rows, text, standing, found)
        after_rows = bool(found)
    yield Gap(16)
    yield Solid(_BOX + 62, lambda paper, x, top: _seal(paper, rows, text, x, top))


def _table(
    text: Text,
    title: str,
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    total: Sum | None = None,
) -> Table:
    whole = sum(column.share for column in columns)
    return Table(
        title=text(title),
        columns=tuple(replace(one, title=text(one.title), share=one.share / whole) for one in columns),
        rows=cells,
        width=_WIDTH,
        none=text("none"),
        continued=text("(continued)"),
        note=text.plural("{n} line", "{n} lines", len(cells)) if cells else "",
        total=total,
    )


_SERVICE_COLUMNS: Final = (
    Column(N_("Service"), 26),
    Column(N_("Journal"), 19, "right"),
    Column(N_("Accepted by the centre"), 19, "right"),
    Column(N_("Explained"), 16, "right"),
    Column(N_("Decided"), 16, "right"),
    Column(N_("Still open"), 16, "right"),
)


def _services(rows: BalanceRows, text: Text) -> Table:
    def both(count: int, amount: Money) -> str:
        return f"{text.number(count)}  ·  {text.money(amount)}"

    def share(one: Share) -> str:
        return both(one.entries, one.amount)

    cells = [
        (
            row.name,
            share(row.journal),
            share(row.centre),
            both(*row.explained),
            both(*row.decided),
            both(*row.open),
        )
        for row in rows.services
    ]
    return _table(text, N_("Entries and amounts of both sides"), _SERVICE_COLUMNS, cells)


def _held(row: ServiceRow, text: Text) -> Solid:
    """The sentence of one service, which both sides can hold."""
    lines = wrap(sentence(row, text), fonts.FIGURES, 9.5, _WIDTH - 20, 4)
    high = 10 + 13 * len(lines)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(x, top, _WIDTH, high - 4, fill=kit.SHADE, radius=4)
        for place, line in enumerate(lines):
            paper.text(x + 10, top + 13 + 13 * place, line, fonts.FIGURES, 9.5)

    return Solid(high, draw)


_COLUMNS: Final = (
    Column(N_("Service"), 24),
    Column(N_("Act"), 36),
    Column(N_("Receipt"), 14),
    Column(N_("Place"), 12),
    Column(N_("How it stands"), 34, lines=3),
    Column(N_("Why"), 36, lines=4),
    Column(N_("Centre’s number"), 18),
    Column(N_("By"), 25, lines=3),
    Column(N_("Held there"), 27, "right", lines=3),
    Column(N_("Amount"), 16, "right"),
)
_OFTEN_EMPTY: Final = range(5, 9)
"""Reason, number, person and what is held there: left out of a table in which no line has them."""


def _differences(rows: BalanceRows, text: Text, standing: Standing, found: Sequence[DifferenceRow]) -> Table:
    names = {row.service: row.name for row in rows.services}

    def by(row: DifferenceRow) -> str:
        return f"{row.by}, {text.datetime(row.at)}" if row.by and row.at else ""

    def theirs(row: DifferenceRow) -> str:
        return "" if row.shown is None else f"{text.money(row.shown)}, {gap(row.amount, row.shown, text)}"

    cells: list[tuple[str, ...]] = [
        (
            names.get(row.service, row.service),
            " · ".join(part for part in (row.kind, row.aid) if part),
            row.receipt,
            row.place,
            row.what,
            row.reasons,
            row.number,
            by(row),
            theirs(row),
            text.money(row.amount),
        )
        for row in found
    ]
    kept = [
        place
        for place in range(len(_COLUMNS))
        if place not in _OFTEN_EMPTY or any(row[place] for row in cells)
    ]
    columns = tuple(_COLUMNS[place] for place in kept)
    cells = [tuple(row[place] for place in kept) for row in cells]
    total = Sum(
        len(columns) - 1,
        [row.amount.cents for row in found],
        lambda cents: text.money(Money(cents, rows.currency)),
        text("Carried forward"),
        text("Brought forward"),
        text("Total"),
    )
    return _table(text, _TITLES[standing], columns, cells, total)


def _seal(paper: Paper, rows: BalanceRows, text: Text, x: float, top: float) -> None:
    """What is signed, by which key, and room for both signatures."""
    says = text("Signed statement balance.txt, SHA-256 {hash}", hash=rows.statement_sha256)
    paper.fitted(x, top + 10, says, _WIDTH, fonts.BOLD_FIGURES, 9.5)
    key = text("Key of counter {counter}: {key}", counter=rows.counter, key=rows.key_print)
    paper.fitted(x, top + 24, key, _WIDTH, fonts.FIGURES, 9)
    how = text("A hash is SHA-256 over the lines “key cents” of the units, sorted, each with a line feed.")
    paper.fitted(x, top + 37, how, _WIDTH, fonts.REGULAR, 8.5, kit.MUTED)
    wide = (_WIDTH - 24) / 2
    for place, (who, whose) in enumerate(
        ((text("For the office"), rows.office), (text("For the central services"), ""))
    ):
        left = x + place * (wide + 24)
        paper.box(left, top + 48, wide, _BOX, stroke=kit.MUTED, radius=4)
        paper.text(left + 10, top + 63, who, fonts.BOLD, 9)
        paper.fitted(left + 10, top + 76, whose, wide / 2 - 14, fonts.REGULAR, 9, kit.MUTED)
        paper.text(left + wide / 2, top + 63, text("Name, date and signature"), fonts.REGULAR, 8, kit.MUTED)


def _foot(paper: Paper, rows: BalanceRows, text: Text, number: int, count: int) -> None:
    baseline = kit.A4_LANDSCAPE[1] - 22
    paper.rule(_MARGIN, baseline - 11, _WIDTH)
    page = text("Page {number} of {count}", number=number, count=count)
    paper.text(_RIGHT, baseline, page, fonts.MEDIUM, 8.5, kit.INK, "right")
    words = "  ·  ".join((rows.office, text("Counter {counter}", counter=rows.counter), rows.head))
    room = _WIDTH - fonts.width(page, fonts.MEDIUM, 8.5) - 20
    paper.fitted(_MARGIN, baseline, words, room, fonts.REGULAR, 8, kit.MUTED)
