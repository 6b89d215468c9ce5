"""Lists behind the closing: what broke a rule, what nobody signed for, the stock of vouchers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.service.kind_words import KINDS
from counter_app.service.rule_words import broken_rules
from counter_app.text import Text
from ui import shortcuts
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.masked_name import masked_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.service.closing import OpenFact, VoucherStock


class ListStep(Card):
    """A titled table with a way back, and one act on the row at the cursor where there is one."""

    def __init__(
        self,
        text: Text,
        title: str,
        sub: str,
        table: Table[Any],
        back: Callable[[], object],
        act: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(title, sub, bare=True)
        self.table = table
        self.body.addWidget(table, 1)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 12)
        group = text("On this page")
        if act is not None:
            words, icon = act
            self.button = Button(words, "primary", icon=icon, key="F9", press=self.press)
            row.addWidget(self.button)
            shortcuts.declare(self, "F9", words, self.press, group=group)
        row.addStretch(1)
        row.addWidget(Button(text("Back"), "link", icon="arrow-left", key="Esc", press=back))
        shortcuts.declare(self, "Esc", text("Back"), back, group=group)
        self.add(row)

    def press(self) -> None:
        """Do to the row at the cursor what Enter does."""
        row = self.table.current()
        if row is not None:
            self.table.opened.emit(row)

    def first_focus(self) -> QWidget:
        """The table."""
        return self.table


def irregular_list(
    text: Text,
    configuration: Configuration,
    facts: tuple[OpenFact, ...],
    regularise: Callable[[OpenFact], object],
    back: Callable[[], object],
) -> ListStep:
    """What broke a rule and is not regularised; Enter regularises."""
    rules: Column[OpenFact] = Column(
        text("Rule broken"),
        lambda fact: broken_rules(text, configuration, fact.aid, fact.rules),
        stretch=3,
        least=160,
    )
    rows = Rows([*_columns(text, configuration), rules], key=lambda fact: fact.entry_id)
    table = Table(text("Irregular facts"), rows)
    table.opened.connect(regularise)
    table.show_rows(facts)
    sub = text("They happened, so they were recorded. A supervisor says why each stands.")
    return ListStep(text, text("Irregular facts"), sub, table, back, (text("Regularise"), "gavel"))


def unsigned_list(
    text: Text, configuration: Configuration, facts: tuple[OpenFact, ...], back: Callable[[], object]
) -> ListStep:
    """Payments of the day for which nobody signed."""
    rows = Rows(_columns(text, configuration), key=lambda fact: fact.entry_id)
    table = Table(text("Payments without a signature"), rows)
    table.show_rows(facts)
    sub = text("Have them signed on the paper log when the citizen comes back; the log lists them.")
    return ListStep(text, text("Payments without a signature"), sub, table, back)


def voucher_list(text: Text, stock: tuple[VoucherStock, ...], back: Callable[[], object]) -> ListStep:
    """Every series with its counts; received = issued + spoiled + returned + in hand."""
    columns: list[Column[VoucherStock]] = [
        Column(text("Series"), lambda one: one.series, "strong"),
        Column(text("Face value"), lambda one: text.money(one.face), "figures", right=True),
        Column(text("Valid in"), lambda one: str(one.year), "muted", drop=3),
        Column(text("In hand"), lambda one: text.number(one.in_hand), "figures", right=True),
        Column(text("Issued"), lambda one: text.number(one.issued), "figures", right=True, drop=1),
        Column(text("Spoiled"), lambda one: text.number(one.spoiled), "figures", right=True, drop=2),
        Column(text("Returned"), lambda one: text.number(one.returned), "figures", right=True, drop=2),
        Column(text("Numbers in hand"), _runs, stretch=1, least=140),
    ]
    table = Table(text("Vouchers"), Rows(columns, key=lambda one: f"{one.series}/{one.face.cents}"))
    table.show_rows(stock)
    sub = text("No book of vouchers was received at this counter.")
    if stock:
        sub = text("Compare the numbers in hand with the books in the safe.")
    return ListStep(text, text("Voucher stock"), sub, table, back)


def _columns(text: Text, configuration: Configuration) -> list[Column[OpenFact]]:
    return [
        Column(text("Time"), lambda fact: text.datetime(fact.at), "muted", drop=2),
        Column(text("Receipt"), lambda fact: fact.number, "muted"),
        Column(text("Person"), lambda fact: masked_name(fact.surname, fact.given_names) or "—", "strong"),
        Column(
            text("Act"),
            lambda fact: (
                f"{text(KINDS.get(fact.kind, fact.kind))} · {aid_name(text, configuration, fact.aid)}"
                if fact.aid
                else text(KINDS.get(fact.kind, fact.kind))
            ),
            stretch=2,
            least=130,
            drop=1,
        ),
        Column(
            text("Amount"),
            lambda fact: "—" if fact.amount is None else text.money(fact.amount),
            "figures",
            right=True,
        ),
    ]


def _runs(stock: VoucherStock) -> str:
    return ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in stock.runs) or "—"
