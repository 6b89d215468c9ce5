"""The acts of a business day, each on its sheet: open it, bring cash, regularise, count, review and close."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from counter_app.domain.commands import CloseDay, OpenDay, ReplenishCash, SettleIrregularity
from counter_app.domain.money import Money
from counter_app.service.kind_words import KINDS
from counter_app.service.rule_words import broken_rules
from ui.stepped import NextStep, SteppedPage
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import Tone
from ui.widgets.count_grid import CountGrid
from ui.widgets.day_cards import said_of
from ui.widgets.fields import Field, LineEdit, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import Icon, label
from ui.widgets.masked_name import full_name
from ui.widgets.message_bar import ICONS
from ui.widgets.money_edit import MoneyEdit
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from counter_app.service.closing import DaySoFar, OpenFact
    from counter_app.service.outcome import Outcome


class DayActs:
    """What is done to a day on `page`. `show_log` shows the daily log of a day once it is closed.

    A count that was begun is kept until the day is closed: going back loses nothing.
    """

    def __init__(self, page: SteppedPage, show_log: Callable[[date], object]) -> None:
        self._page, self._show_log = page, show_log
        self._counted: dict[str, int] = {}
        self._why = ""

    # --- money

    def open_day(self, day: DaySoFar) -> None:
        """Count the float of the morning."""
        page, text = self._page, self._page.text
        amount = MoneyEdit(text, day.cash.now.currency)
        field = Field(
            text("Float found in the drawer"),
            amount,
            text(
                "Count it. The books say {amount}; a difference is recorded, never hidden.",
                amount=day.cash.now,
            ),
        )

        def record() -> None:
            cents = amount.cents
            if cents is None:
                sheet.wrong(field, text("Type what the drawer holds; 0 if it is empty."))
                return
            sheet.wait()
            found = Money(cents, day.cash.now.currency)
            page.record(
                OpenDay(agent=page.person.id, float_cents=cents), lambda _o: opened(found), sheet.failed
            )

        def opened(found: Money) -> None:
            difference = found - day.cash.now
            words = text("No difference to the books.")
            if difference.cents:
                words = text("Difference to the books: {amount}", amount=text.signed(difference))
            page.confirm(text("The day is open"), text.money(found), words)

        sheet = FormSheet(
            text,
            text("Open the day"),
            text.date(day.day, "full"),
            words=text("Open the day"),
            icon="sun",
            record=record,
            back=page.back,
        )
        sheet.ask(field)
        page.open(sheet.finish())

    def bring_cash(self, day: DaySoFar) -> None:
        """Money that the treasury put into the drawer, with its paper."""
        page, text = self._page, self._page.text
        amount, document = MoneyEdit(text, day.cash.now.currency), LineEdit()
        amount_field = Field(text("Amount"), amount)
        document_field = Field(text("Paper"), document, text("Its kind and number, such as “BX 12”."))

        def record() -> None:
            cents = amount.cents
            if not cents:
                sheet.wrong(amount_field, text("Type the amount that was brought."))
                return
            if not document.value():
                sheet.wrong(document_field, text("Name the paper that came with the money."))
                return
            sheet.wait()
            command = ReplenishCash(agent=page.person.id, cents=cents, document=document.value())
            page.record(command, lambda outcome: brought(outcome, cents), sheet.failed)

        def brought(outcome: Outcome, cents: int) -> None:
            amount_words = text.money(Money(cents, day.cash.now.currency))
            page.confirm(text("Cash brought: {amount}", amount=amount_words), outcome.number or "")

        sheet = FormSheet(
            text,
            text("Cash brought into the drawer"),
            text("The books say {amount} now.", amount=day.cash.now),
            words=text("Record it"),
            icon="coins",
            record=record,
            back=page.back,
        )
        sheet.ask(amount_field, document_field)
        page.open(sheet.finish())

    # --- what broke a rule

    def regularise(self, fact: OpenFact) -> None:
        """Say why a fact stands although it broke a rule."""
        page, text = self._page, self._page.text
        configuration = page.workstation.configuration
        reason = Words(lines=3)
        reason.setMaximumHeight(reason.minimumHeight())
        field = Field(text("Why it stands"), reason, text("Recorded in your name; the daily log lists it."))

        def record() -> None:
            if not reason.value():
                sheet.wrong(field, text("Say why this fact stands: the auditor reads it."))
                return
            sheet.wait()
            command = SettleIrregularity(
                agent=page.person.id,
                approver=page.person.id,
                target=fact.entry_id,
                reason=reason.value(),
            )
            page.record(command, lambda _o: page.confirm(text("Regularised"), fact.number), sheet.failed)

        sheet = FormSheet(
            text,
            text("Regularise {number}", number=fact.number),
            text.datetime(fact.at),
            words=text("Regularise"),
            icon="gavel",
            record=record,
            back=page.back,
        )
        name = full_name(fact.surname, fact.given_names)
        sheet.fact(text("Person"), name or "—", strong=True)
        kind = text(KINDS.get(fact.kind, fact.kind))
        aid = aid_name(text, configuration, fact.aid) if fact.aid else ""
        sheet.fact(text("Act"), f"{kind} · {aid}" if aid else kind)
        if fact.amount is not None:
            sheet.fact(text("Amount"), text.money(fact.amount))
        sheet.fact(text("Rule broken"), broken_rules(text, configuration, fact.aid, fact.rules))
        sheet.ask(field)
        page.open(sheet.finish())

    # --- the closing

    def count(self, day: DaySoFar) -> None:
        """First step of a closing: count the drawer by denomination."""
        from counter_app.domain.denominations import denominations

        page, text = self._page, self._page.text
        notes, coins = denominations(day.cash.now.currency)
        grid = CountGrid(text, notes, coins, day.cash.now.currency)
        grid.fill(self._counted)

        def keep() -> None:
            counted = grid.counted
            self._counted = self._counted if counted is None else counted

        def go_on() -> None:
            counted = grid.counted
            wrong = grid.wrong()
            if counted is None or wrong is not None:
                sheet.messages.post("bad", text("Correct the field that holds no number."))
                if wrong is not None:
                    wrong.setFocus()
                return
            if not counted and day.cash.now.cents:
                words = text("Nothing was counted yet. Type 0 where there is none.")
                sheet.messages.post("bad", words)
                grid.first_focus().setFocus()
                return
            self._counted = counted
            self.review(day, grid.total)

        sheet = FormSheet(
            text,
            text("Close {day}: count the drawer", day=text.date(day.day, "long")),
            text("Type how many of each. Enter goes to the next. Nothing is recorded yet."),
            words=text("Review"),
            icon="arrow-right",
            record=go_on,
            back=page.back,
            wide=820,
        )
        sheet.add(grid)
        grid.changed.connect(keep)
        grid.ended.connect(grid.announce_total)
        grid.ended.connect(sheet.button.setFocus)
        page.open(sheet.finish())
        grid.first_focus().setFocus()

    def review(self, day: DaySoFar, counted: Money) -> None:
        """Second step: everything that the closing will say, before it is recorded."""
        page, text = self._page, self._page.text
        difference = counted - day.cash.now
        why = LineEdit(self._why)
        why_field = Field(text("Why it differs"), why, text("The auditor reads it in the journal."))

        def keep() -> None:
            self._why = why.value()

        def record() -> None:
            if difference.cents and not why.value():
                sheet.wrong(why_field, text("Say why the count differs, or that nobody knows."))
                return
            sheet.wait()
            workstation = page.workstation
            command = CloseDay(
                agent=page.person.id,
                approver=page.person.id,
                counted=dict(self._counted),
                day=day.day.isoformat(),
                note=(why.value() or None) if difference.cents else None,
            )

            def work() -> Outcome:
                from counter_app.service.closing import close_day

                return close_day(workstation, command)

            page.do(work, lambda outcome: self._closed(day, outcome), sheet.failed)

        sheet = FormSheet(
            text,
            text("Close {day}: review", day=text.date(day.day, "long")),
            text(
                "In the name of {person}. What is recorded afterwards reopens the day.",
                person=page.person.name,
            ),
            words=text("Close the day"),
            icon="lock",
            record=record,
            back=lambda: self.count(day),
        )
        sheet.fact(text("Book balance"), text.money(day.cash.now))
        sheet.fact(text("Counted"), text.money(counted))
        signed = text.signed(difference) if difference.cents else text("none")
        sheet.fact(text("Difference"), signed, strong=True)
        sheet.fact(
            text("Acts"), text("{acts}, {granted} granted", acts=text.number(day.acts), granted=day.granted)
        )
        if difference.cents:
            sheet.messages.post(
                "warn", text("Count again if you can: a difference is recorded and shown in the log.")
            )
            why.textChanged.connect(lambda _typed: keep())
            sheet.ask(why_field)
        for tone, words in _told(said_of(text, page.workstation.configuration, day)):
            sheet.add(_line(tone, words))
        page.open(sheet.finish())

    def _closed(self, day: DaySoFar, outcome: Outcome) -> None:
        page, text = self._page, self._page.text
        self._counted, self._why = {}, ""
        facts = outcome.entry.facts
        counted = Money(int(facts["counted_cents"]), str(facts["currency"]))
        difference = Money(int(facts["difference_cents"]), str(facts["currency"]))
        page.confirm(
            text("{day} is closed", day=text.date(day.day, "long")),
            text.money(counted),
            text("Difference: {amount}", amount=text.signed(difference))
            if difference.cents
            else text("No difference to the books."),
            text(
                "The journal is signed up to entry {seq}: {hash}. Print the log and have it signed.",
                seq=outcome.entry.seq,
                hash=outcome.entry.hash.hex()[:16],
            ),
            steps=(NextStep(text("Daily log"), "file-text", "F9", lambda: self._show_log(day.day)),),
        )


def _told(said: dict[str, tuple[Tone, str]]) -> list[tuple[Tone, str]]:
    """A line for each; where the window is low one for all of a tone, and none for what is in order."""
    if theme.density is ROOMY:
        return list(said.values())
    joined: dict[Tone, str] = {}
    for tone, words in said.values():
        if tone != "ok":
            joined[tone] = f"{joined[tone]} {words}" if tone in joined else words
    return list(joined.items())


def _line(tone: Tone, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Icon(ICONS[tone], tone, 20))
    row.addWidget(label(words, wrap=True), 1)
    return row
