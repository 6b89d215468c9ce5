"""The day so far in two cards: the drawer line by line, and what is still open before the day can be closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.service.office_words import of_office
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.fonts import font
from ui.theme.tokens import GRID, Tone
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Icon, label, rule

if TYPE_CHECKING:
    from counter_app.service.closing import DaySoFar

_LINE = 24
_MOST_LOW = 6
_ICONS: dict[Tone, str] = {"ok": "circle-check", "warn": "alert-triangle", "info": "info-circle"}


class CashCard(Card):
    """Float, in, out and the book balance; below, the two acts that bring money."""

    def __init__(self, text: Text, actions: tuple[Button, ...]) -> None:
        super().__init__(text("Drawer"))
        self._text = text
        self._amounts: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        self._grid = grid
        grid.setColumnStretch(0, 1)
        names = {
            "float": text("Carried over"),
            "brought": text("Cash brought"),
            "received": text("Money in"),
            "paid": text("Paid out"),
            "corrected": text("Differences found"),
        }
        for row, (name, words) in enumerate(names.items()):
            amount = label("")
            amount.setFont(font(figures=True))
            amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label(words), row, 0)
            # Where the page is a little too high Qt squeezes what has no least height.
            grid.setRowMinimumHeight(row, _LINE)
            grid.addWidget(amount, row, 1)
            self._amounts[name] = amount
        self.take_density()
        self.add(grid, rule())
        foot = QHBoxLayout()
        foot.addWidget(label(text("Book balance"), "strong"), 1)
        self.book = label("", "title")
        self.book.setFont(font(19, QFont.Weight.DemiBold, figures=True))
        foot.addWidget(self.book)
        self.add(foot)
        self.body.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        for button in actions:
            foot.addWidget(button)
        foot.addStretch(1)
        self.add(foot)

    def take_density(self) -> None:
        """The lines stand closer where the window is low."""
        super().take_density()
        self._grid.setVerticalSpacing(4 if theme.density is ROOMY else 0)

    def show_day(self, day: DaySoFar) -> None:
        """Show the drawer of a day."""
        text, cash = self._text, day.cash
        shown = {
            "float": text.money(cash.carried),
            "brought": text.signed(cash.brought),
            "received": text.signed(cash.received),
            "paid": "\N{MINUS SIGN}" + text.money(cash.paid) if cash.paid.cents else text.money(cash.paid),
            "corrected": text.signed(cash.corrected),
        }
        for name, words in shown.items():
            self._amounts[name].setText(words)
        self.book.setText(text.money(cash.book))
        opened = text("The day was not opened yet: count the float first.")
        if day.state == "closed":
            opened = text("The day was closed without having been opened.")
        if cash.counted_float is not None and day.opened_at is not None:
            opened = text(
                "Opened at {time} with a float of {amount}",
                time=text.time(day.opened_at),
                amount=cash.counted_float,
            )
        self.retitle(text("Drawer"), opened)


class OpenPoints(Card):
    """One line for each thing that a closing lists: an icon, words, and a way to look at it; `more` stands below."""

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        look: Mapping[str, Callable[[], object]],
        more: Button,
    ) -> None:
        super().__init__(text("Before the day is closed"))
        self._text, self._configuration = text, configuration
        self._lines: dict[str, tuple[Icon, QLabel]] = {}
        self._rows: dict[str, QWidget] = {}
        self._buttons: dict[str, Button] = {}
        self._holders: list[QWidget] = []
        column = QVBoxLayout()
        column.setSpacing(0)
        for name in (
            "forgotten",
            "pending",
            "unpaid",
            "irregular",
            "unsigned",
            "drafts",
            "unsent",
            "vouchers",
        ):
            row = QHBoxLayout()
            row.setSpacing(10)
            icon, words = Icon("circle-check", "ok", 22), label("", wrap=True)
            row.addWidget(icon)
            row.addWidget(words, 1)
            if name in look:
                button = Button(text("Look"), "link", press=look[name])
                self._buttons[name] = button
                row.addWidget(button)
            holder = QWidget()
            self._holders.append(holder)
            row.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(row)
            column.addWidget(holder)
            self._lines[name], self._rows[name] = (icon, words), holder
        self._rest = QWidget()
        rest = QHBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(10)
        rest.addWidget(Icon("circle-check", "ok", 22))
        rest.addWidget(label(text("Everything else is in order."), wrap=True), 1)
        self._holders.append(self._rest)
        column.addWidget(self._rest)
        self._rest.hide()
        self.add(column)
        self.body.addStretch(1)
        self.body.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.take_density()

    def take_density(self) -> None:
        """The lines stand closer where the window is low."""
        super().take_density()
        for holder in self._holders:
            holder.setMinimumHeight(theme.density.tick)
        for button in self._buttons.values():
            button.setFixedHeight(min(theme.density.tick, button.sizeHint().height()))

    def show_day(self, day: DaySoFar) -> None:
        """Say how each stands."""
        said = said_of(self._text, self._configuration, day)
        # Where the window is low, what is in order is told in one line, if there is room for it.
        low = theme.density is not ROOMY
        closed = day.state == "closed"
        self.retitle(self._text("Still open") if closed else self._text("Before the day is closed"))
        for name, (icon, line) in self._lines.items():
            if name not in said:
                self._rows[name].hide()
                continue
            tone, words = said[name]
            icon.show_icon(_ICONS[tone], tone)
            line.setText(words)
            button = self._buttons.get(name)
            if button is not None:
                button.setVisible(name == "vouchers" or tone != "ok")
                button.setAccessibleName(f"{button.text().replace('&', '')}: {words}")
            self._rows[name].setVisible(tone != "ok" if low or name == "forgotten" else True)
        told = sum(not row.isHidden() for row in self._rows.values())
        self._rest.setVisible(low and told < _MOST_LOW)


def said_of(text: Text, configuration: Configuration, day: DaySoFar) -> dict[str, tuple[Tone, str]]:
    """What a closing lists, each as a tone and a sentence; what there never was anything of is left out."""

    def count(number: int, none: str, some: str) -> tuple[Tone, str]:
        return ("warn", some) if number else ("ok", none)

    forgotten = ", ".join(text.date(one) for one in day.forgotten)
    drafts, pending = day.drafts, day.pending
    irregular, unsigned = len(day.irregular), len(day.unsigned)
    said = {
        "forgotten": count(
            len(day.forgotten),
            text("Every earlier day is closed."),
            text("Not closed: {days}", days=forgotten),
        ),
        "pending": count(
            pending,
            text("Nothing waits for approval."),
            text.plural("{n} grant waits for approval.", "{n} grants wait for approval.", pending),
        ),
        "irregular": count(
            irregular,
            text("No fact is irregular."),
            text.plural("{n} irregular fact to look at.", "{n} irregular facts to look at.", irregular),
        ),
        "unsigned": count(
            unsigned,
            text("Every payment is signed for."),
            text.plural("{n} payment without a signature.", "{n} payments without a signature.", unsigned),
        ),
        "drafts": count(
            drafts,
            text("No form is half-typed."),
            text.plural("{n} half-typed form is kept.", "{n} half-typed forms are kept.", drafts),
        ),
        "unsent": _unsent(text, configuration, day),
    }
    if day.unpaid.count:
        said["unpaid"] = ("info", _unpaid(text, day))
    if day.vouchers:
        said["vouchers"] = ("info", _vouchers(text, day))
    return said


def _unpaid(text: Text, day: DaySoFar) -> str:
    return text.plural(
        "{n} grant not yet paid: {amount}.",
        "{n} grants not yet paid: {amount}.",
        day.unpaid.count,
        amount=day.unpaid.amount,
    )


def _unsent(text: Text, configuration: Configuration, day: DaySoFar) -> tuple[Tone, str]:
    if not day.unsent:
        return "ok", text("Nothing waits for a centre.")
    said = []
    for line in day.unsent:
        service = configuration.service(line.service)
        name = line.service if service is None else of_office(text, configuration, service.names)
        words = text("{service}: {waiting}", service=name, waiting=text.number(line.waiting))
        if line.to_decide:
            words = text("{words}, {count} to decide", words=words, count=text.number(line.to_decide))
        said.append(words)
    return "info", text("Waits for a centre: {services}.", services="; ".join(said))


def _vouchers(text: Text, day: DaySoFar) -> str:
    in_hand = sum(stock.in_hand for stock in day.vouchers)
    if not in_hand:
        return text("No voucher is left in hand.")
    return text.plural("{n} voucher in hand.", "{n} vouchers in hand.", in_hand)
