"""The tables of the daily log: one for each kind of fact, and one line `none` where there is no such fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from counter_app.documents.daily_log_rows import DailyLogRows, Payment, VoucherBook
from counter_app.documents.table import Column, Sum, Table
from counter_app.documents.words import ACQUITS, MEANS, word
from counter_app.domain.money import Money
from counter_app.text import N_, Text

_WAYS: Final = {
    "desk": N_("at the desk"),
    "phone": N_("by phone"),
    "counter": N_("at another counter"),
}
_Ranges = Sequence[tuple[int, int]]


def unsigned(rows: DailyLogRows) -> list[Payment]:
    """The payments whose acquit is missing; one signed by witnesses is not."""
    return [payment for payment in rows.payments if payment.acquit == "missing"]


def adds_up(book: VoucherBook) -> bool:
    """Whether every number received is issued, spoiled, returned or in hand, exactly once."""
    first, last = book.received
    parts = sorted((*book.issued, *book.spoiled, *book.returned, *book.in_hand))
    for start, end in parts:
        if start != first or end < start:
            return False
        first = end + 1
    return first == last + 1


def tables(rows: DailyLogRows, text: Text, wide: float) -> Iterator[Table]:
    """Every section in the order of the paper log."""
    make = _Maker(rows, text, wide)
    yield make.replenishments()
    yield make.payments()
    yield make.unpaid()
    yield make.money_in()
    yield make.cancellations()
    yield make.approvals()
    yield make.refusals()
    yield make.books()
    yield make.handovers()
    yield make.irregular()
    yield make.unsigned()
    yield make.unsent()
    yield make.paper_forms()


@dataclass(frozen=True, slots=True)
class _Maker:
    rows: DailyLogRows
    text: Text
    wide: float

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        cells: Sequence[Sequence[str]],
        amounts: Sequence[Money] | None = None,
        column: int = 0,
    ) -> Table:
        text, note, total = self.text, "", None
        if amounts is not None:
            currency = self.rows.currency
            total = Sum(
                column,
                [amount.cents for amount in amounts],
                lambda cents: text.money(Money(cents, currency)),
                text("Carried forward"),
                text("Brought forward"),
                text("Total"),
            )
        if cells:
            note = text.plural("{n} line", "{n} lines", len(cells))
        whole = sum(column.share for column in columns)
        return Table(
            title=text(title),
            columns=tuple(replace(c, title=text(c.title), share=c.share / whole) for c in columns),
            rows=cells,
            width=self.wide,
            none=text("none"),
            continued=text("(continued)"),
            note=note,
            total=total,
            alarming=frozenset({word(text, ACQUITS, "missing"), text("NO")}),
        )

    def time(self, moment: datetime) -> str:
        """The time alone on the day itself, with its date where it is another one."""
        return self.text.time(moment) if moment.date() == self.rows.day else self.text.datetime(moment)

    def money(self, amount: Money | None) -> str:
        return "" if amount is None else self.text.money(amount)

    def replenishments(self) -> Table:
        columns = (_NUMBER, _TIME, Column(N_("Document"), 50), _AMOUNT)
        found = self.rows.replenishments
        cells = [(row.number, self.time(row.at), row.document, self.money(row.amount)) for row in found]
        return self.table(N_("Replenishments"), columns, cells, [row.amount for row in found], 3)

    def payments(self) -> Table:
        columns = (
            _NUMBER,
            _TIME,
            Column(N_("Aid"), 25, lines=4),
            Column(N_("Beneficiary"), 19, lines=3),
            _AMOUNT,
            Column(N_("Paid by"), 13),
            Column(N_("Acquit"), 11),
            Column(N_("Supporting document"), 29, lines=6),
        )
        text, found = self.text, self.rows.payments
        means = {code: word(text, MEANS, code) for code in {row.means for row in found}}
        acquits = {code: word(text, ACQUITS, code) for code in ACQUITS}
        mark = text("irregular")
        cells = [
            (
                row.number,
                self.time(row.at),
                row.aid,
                row.beneficiary,
                text.money(row.amount),
                means[row.means],
                acquits[row.acquit],
                " · ".join(part for part in (mark if row.is_irregular else "", row.document) if part),
            )
            for row in found
        ]
        return self.table(N_("Payments"), columns, cells, [row.amount for row in found], 4)

    def unpaid(self) -> Table:
        columns = (
            _NUMBER,
            _TIME,
            Column(N_("Aid"), 34, lines=4),
            Column(N_("Beneficiary"), 25, lines=3),
            _AMOUNT,
            Column(N_("To be paid by"), 20),
        )
        text, found = self.text, self.rows.unpaid
        cells = [
            (
                row.number,
                self.time(row.at),
                row.aid,
                row.beneficiary,
                text.money(row.amount),
                word(text, MEANS, row.means) if row.means else "",
            )
            for row in found
        ]
        return self.table(N_("Grants not paid yet"), columns, cells, [row.amount for row in found], 4)

    def money_in(self) -> Table:
        columns = (
            Column(N_("Stub"), 11),
            _TIME,
            Column(N_("Purpose"), 44),
            Column(N_("Paid in by"), 19),
            _AMOUNT,
            Column(N_("Means"), 24),
        )
        text, found = self.text, self.rows.money_in
        cells = [
            (
                row.stub,
                self.time(row.at),
                text("Given back: {what}", what=row.what) if row.is_return else row.what,
                row.beneficiary,
                text.money(row.amount),
                word(text, MEANS, row.means),
            )
            for row in found
        ]
        return self.table(N_("Money in"), columns, cells, [row.amount for row in found], 4)

    def cancellations(self) -> Table:
        columns = (_NUMBER, _TIME, Column(N_("Cancels"), 11), _AMOUNT, _REASON)
        cells = [
            (row.number, self.time(row.at), row.cancels, self.money(row.amount), row.reason)
            for row in self.rows.cancellations
        ]
        return self.table(N_("Cancellations"), columns, cells)

    def approvals(self) -> Table:
        columns = (
            _NUMBER,
            _TIME,
            Column(N_("Decided by"), 22),
            Column(N_("How"), 17),
            Column(N_("Decision"), 13),
            _AMOUNT,
            Column(N_("Reason"), 40, lines=4),
        )
        text = self.text
        cells = [
            (
                row.number,
                self.time(row.at),
                row.approver,
                text(_WAYS[row.way]),
                text("approved") if row.is_approved else text("declined"),
                self.money(row.amount),
                row.reason,
            )
            for row in self.rows.approvals
        ]
        return self.table(N_("Approvals"), columns, cells)

    def refusals(self) -> Table:
        columns = (_NUMBER, _TIME, Column(N_("Aid"), 30), _REASON)
        cells = [(row.number, self.time(row.at), row.aid, row.reason) for row in self.rows.refusals]
        return self.table(N_("Refusals"), columns, cells)

    def books(self) -> Table:
        columns = (
            Column(N_("Series"), 14),
            Column(N_("Face value"), 11, "right"),
            *(
                Column(title, 19, lines=6)
                for title in (N_("Taken in"), N_("Issued"), N_("Spoiled"), N_("Returned"), N_("In hand"))
            ),
            Column(N_("Adds up"), 11),
        )
        cells = [
            (
                f"{book.series} {book.year}",
                self.money(book.face),
                self.ranges([book.received]),
                self.ranges(book.issued),
                self.ranges(book.spoiled),
                self.ranges(book.returned),
                self.ranges(book.in_hand),
                self.text("yes") if adds_up(book) else self.text("NO"),
            )
            for book in self.rows.books
        ]
        return self.table(N_("Voucher books"), columns, cells)

    def ranges(self, ranges: _Ranges) -> str:
        """How many, and their numbers from first to last."""
        if not ranges:
            return "0"
        count = self.text.number(sum(last - first + 1 for first, last in ranges))
        spelt = ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in ranges)
        return f"{count} ({spelt})"

    def handovers(self) -> Table:
        columns = (
            _TIME,
            Column(N_("Given by"), 30),
            Column(N_("Taken by"), 30),
            Column(N_("Counted"), 16, "right"),
            Column(N_("Difference"), 16, "right"),
        )
        cells = [
            (
                self.time(row.at),
                row.given_by,
                row.taken_by,
                self.money(row.counted),
                self.text.signed(row.difference),
            )
            for row in self.rows.handovers
        ]
        return self.table(N_("Handovers"), columns, cells)

    def irregular(self) -> Table:
        columns = (_NUMBER, _TIME, Column(N_("Rule"), 20), _AMOUNT, Column(N_("What happened"), 62, lines=6))
        cells = [
            (row.number, self.time(row.at), row.rule, self.money(row.amount), row.what)
            for row in self.rows.irregular
        ]
        return self.table(N_("Irregular facts to regularise"), columns, cells)

    def unsigned(self) -> Table:
        columns = (
            _NUMBER,
            _TIME,
            Column(N_("Aid"), 40),
            Column(N_("Beneficiary"), 30),
            _AMOUNT,
        )
        cells = [
            (row.number, self.time(row.at), row.aid, row.beneficiary, self.money(row.amount))
            for row in unsigned(self.rows)
        ]
        return self.table(N_("Acquits not signed"), columns, cells)

    def unsent(self) -> Table:
        columns = (
            Column(N_("Central service"), 44),
            *(
                Column(title, 14, "right")
                for title in (N_("Waiting"), N_("Outcome unknown"), N_("To be decided"))
            ),
            Column(N_("Oldest since"), 24, "right"),
        )
        number = self.text.number
        cells = [
            (
                row.service,
                number(row.waiting),
                number(row.unknown),
                number(row.to_decide),
                self.text.datetime(row.oldest) if row.oldest else "",
            )
            for row in self.rows.unsent
        ]
        return self.table(N_("Units that the central services have not settled"), columns, cells)

    def paper_forms(self) -> Table:
        columns = (
            Column(N_("Form"), 20),
            Column(N_("Given out"), 20),
            Column(N_("Given to"), 60),
        )
        cells = [
            (row.number, self.time(row.given_at) if row.given_at else "", row.given_to)
            for row in self.rows.paper_forms
        ]
        return self.table(N_("Paper forms awaiting entry"), columns, cells)


_NUMBER: Final = Column(N_("Number"), 11)
_TIME: Final = Column(N_("Time"), 8)
_AMOUNT: Final = Column(N_("Amount"), 14, "right")
_REASON: Final = Column(N_("Reason"), 62, lines=6)
