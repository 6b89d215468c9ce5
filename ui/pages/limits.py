"""The envelope and the slices of the counters, the rules that bound each aid, and the directive that covers agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.commands import RaiseEnvelope, ReleaseSlice, TakeSlice
from counter_app.domain.money import Money
from ui.carry_over import carry_sheet
from ui.session import Session
from ui.stepped import SteppedPage
from ui.theme.current import theme
from ui.theme.density import COMPACT
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.gauge import Gauge
from ui.widgets.labels import Icon, label, show_if
from ui.widgets.money_edit import MoneyEdit
from ui.widgets.rules_card import RulesCard
from ui.widgets.segments import Segments

if TYPE_CHECKING:
    from counter_app.service.budget import Budget, CounterSlice, Release
    from counter_app.service.outcome import Outcome


class LimitsPage(SteppedPage):
    """Gauges with words, and three acts: raise the envelope, give a part of this slice away, take what was given."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._budget: Budget | None = None
        self._gauges: dict[str, Gauge] = {}
        self._build_money()
        self._build_rules()
        first, other = text("Envelope and slices"), text("Rules")
        self.view.addWidget(Segments(text, (first, self.money), (other, self.side)))
        self.view.addWidget(Columns(self.money, self.side, stretch=(5, 6), threshold=800), 1)
        self.key("Ctrl+G", text("Give budget to another counter"), self.release)
        self.key("Ctrl+T", text("Take the budget that was given to this counter"), self.take)
        self.key("Ctrl+Y", text("Carry over what was left before this counter was restored"), self.carry)
        self.key("Ctrl+E", text("Raise the envelope"), self.raise_envelope)
        self.key("Ctrl+R", text("Read the figures again"), self.refresh)

    def main_focus(self) -> QWidget:
        """The act that is needed most often."""
        return self.take_button if self.take_button.isVisible() else self.release_button

    def refresh(self) -> None:
        """Ask for the figures."""
        workstation = self.workstation

        def read() -> Budget:
            from counter_app.service.budget import read_budget

            return read_budget(workstation)

        self.ask(read, self._show, question="budget")

    # --- the three acts

    def release(self) -> None:
        """Give a part of this counter's slice to another one."""
        if self._budget is None:
            return
        text, own = self.text, self._budget.own
        others = [
            counter.id for counter in self.workstation.configuration.counters if counter.id != own.counter
        ]
        to = ComboBox([Choice(counter, text("Counter {counter}", counter=counter)) for counter in others])
        amount = MoneyEdit(text, own.left.currency)
        to_field = Field(text("To which counter"), to)
        most = Money(max(0, own.left.cents), own.left.currency)
        amount_field = Field(text("Amount"), amount, text("At most {left} is left here.", left=most))

        def record() -> None:
            cents = amount.cents
            if not cents:
                sheet.wrong(amount_field, text("Type the amount to give, such as 500."))
                return
            sheet.wait()
            command = ReleaseSlice(agent=self.person.id, approver=self.person.id, to=to.value(), cents=cents)
            self.record(
                command, lambda _o: self._released(to.value(), Money(cents, most.currency)), sheet.failed
            )

        sheet = FormSheet(
            text,
            text("Give budget to another counter"),
            text(
                "It leaves this slice at once. The other counter may use it once it has heard of it: "
                "by the shared folder or a stick."
            ),
            words=text("Give it"),
            icon="arrow-right",
            record=record,
            back=self.back,
        )
        sheet.ask(to_field, amount_field)
        self.open(sheet.finish())

    def take(self) -> None:
        """Apply the oldest release that is meant for this counter."""
        if self._budget is None or not self._budget.to_take:
            self.messages.post(
                "info",
                self.text(
                    "Nothing was given to this counter. Exchange with the other counters, then look again."
                ),
            )
            return
        self._take(self._budget.to_take[0])

    def carry(self) -> None:
        """Give this epoch what the one before had left."""
        most = None if self._budget is None else self._budget.to_carry
        if most is not None and most.cents:
            self.open(carry_sheet(self, most))
        else:
            self.messages.post("info", self.text("Nothing was left of an earlier epoch of this counter."))

    def raise_envelope(self) -> None:
        """Record a decision of the authority that adds to the envelope."""
        text = self.text
        amount = MoneyEdit(text, self.workstation.configuration.office.currency)
        act = LineEdit()
        amount_field = Field(
            text("Amount added"), amount, text("All of it goes to the slice of this counter.")
        )
        act_field = Field(
            text("Decision"),
            act,
            text("Who decided, its number and its date: “Arrêté 2026-14 du 2 mars 2026”."),
        )

        def record() -> None:
            cents = amount.cents
            if not cents:
                sheet.wrong(amount_field, text("Type the amount that is added."))
                return
            if not act.value():
                sheet.wrong(act_field, text("Name the decision: without it nobody may raise the envelope."))
                return
            sheet.wait()
            command = RaiseEnvelope(
                agent=self.person.id, approver=self.person.id, cents=cents, act=act.value()
            )
            self.record(command, lambda _outcome: self._raised(cents), sheet.failed)

        sheet = FormSheet(
            text,
            text("Raise the envelope"),
            text("Only on a dated decision of the authority. It is recorded in your name."),
            words=text("Raise it"),
            icon="plus",
            record=record,
            back=self.back,
        )
        sheet.ask(amount_field, act_field)
        self.open(sheet.finish())

    def _take(self, release: Release) -> None:
        text = self.text
        command = TakeSlice(agent=self.person.id, release=release.entry_id)

        def taken(_outcome: Outcome) -> None:
            self.confirm(
                text("Taken"),
                text.money(release.amount),
                text("Counter {giver} gave it to this counter.", giver=release.giver),
                text("It may be granted here from now on."),
            )

        self.record(command, taken)

    def _released(self, counter: str, amount: Money) -> None:
        text = self.text
        self.confirm(
            text("Given to counter {counter}", counter=counter),
            text.money(amount),
            next_step=text("Exchange with counter {counter}, so that it can take it.", counter=counter),
        )

    def _raised(self, cents: int) -> None:
        text, currency = self.text, self.workstation.configuration.office.currency
        self.confirm(
            text("The envelope is raised"),
            text.money(Money(cents, currency)),
            next_step=text("It belongs to this counter. Give a part of it to the others where they need it."),
        )

    # --- the view

    def _build_money(self) -> None:
        text = self.text
        self.money = Card(text("Envelope and slices"))
        self.envelope = Gauge(text("Envelope of the office"))
        self.money.add(self.envelope)
        self._slices = QGridLayout()
        self.money.add(self._slices)
        self.money.body.addStretch(1)
        self.take_button = Button(
            text("Take what was given"), "primary", icon="download", key="Ctrl+T", press=self.take
        )
        self.release_button = Button(
            text("Give budget"), "secondary", icon="arrow-right", key="Ctrl+G", press=self.release
        )
        self.raise_button = Button(
            text("Raise the envelope"), "link", icon="plus", key="Ctrl+E", press=self.raise_envelope
        )
        self.carry_button = Button(
            text("Carry over what was left"), "primary", icon="history", key="Ctrl+Y", press=self.carry
        )
        for button in (self.take_button, self.carry_button):
            button.hide()
            self.money.add(button)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.release_button)
        row.addWidget(self.raise_button)
        row.addStretch(1)
        self.money.add(row)

    def _build_rules(self) -> None:
        text = self.text
        self.directive = Card(text("Are agents covered?"))
        row = QHBoxLayout()
        row.setSpacing(12)
        self._directive_icon = Icon("shield-check", "ok", 24)
        self._directive_words = label("", wrap=True)
        row.addWidget(self._directive_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._directive_words, 1)
        self.directive.add(row)
        self.rules_card = RulesCard(text, self.workstation.configuration)
        self.table = self.rules_card.table
        self.side = QWidget()
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.density.gap)
        column.addWidget(self.directive)
        column.addWidget(self.rules_card, 1)

    def _show(self, budget: Budget) -> None:
        text = self.text
        self._budget = budget
        self._show_envelope(budget)
        for counter in budget.counters:
            self._show_slice(counter, budget.own)
        self.carry_button.setVisible(bool(budget.to_carry.cents))
        take = bool(budget.to_take)
        self.take_button.setVisible(take)
        if take:
            release = budget.to_take[0]
            self.take_button.name(
                text("Take {amount} from counter {giver}", amount=release.amount, giver=release.giver)
            )
        self._directive_icon.show_icon(
            "shield-check" if budget.directive else "alert-triangle", "ok" if budget.directive else "warn"
        )
        self._directive_words.setText(
            budget.directive
            or text("No directive says that agents are covered: ask the direction for a dated one.")
        )
        self.rules_card.show_rules(budget)

    def take_density(self) -> None:
        """Where the window is low the gauges stand in pairs, for their card has all the width."""
        super().take_density()
        self._place_gauges()

    def _place_gauges(self) -> None:
        paired = theme.density is COMPACT
        # The row above says what it is then.
        show_if(self.money.title, not paired)
        self._slices.setHorizontalSpacing(theme.density.margin * 2)
        self._slices.setVerticalSpacing(theme.density.gap)
        for place, gauge in enumerate(self._gauges.values()):
            row, column = divmod(place, 2) if paired else (place, 0)
            self._slices.addWidget(gauge, row, column, Qt.AlignmentFlag.AlignTop)
        for column in range(2):
            self._slices.setColumnStretch(column, 1 if paired or column == 0 else 0)

    def _show_envelope(self, budget: Budget) -> None:
        text = self.text
        parts = [text("{used} of {envelope} is granted", used=budget.used, envelope=budget.envelope)]
        if budget.raised.cents:
            parts.append(text("{raised} added by decision", raised=budget.raised))
        if budget.travelling.cents:
            parts.append(text("{amount} given and not taken yet", amount=budget.travelling))
        parts.append(text("{amount} belongs to no counter", amount=budget.unassigned))
        left = Money(max(0, budget.envelope.cents - budget.used.cents), budget.envelope.currency)
        self.envelope.show_share(
            budget.used.cents, budget.envelope.cents, text("{left} left", left=left), " · ".join(parts)
        )

    def _name_of(self, counter: CounterSlice, own: CounterSlice) -> str:
        text = self.text
        name = text("Counter {counter}", counter=text.counter(counter.chain))
        if counter.is_own:
            return text("{name}, here", name=name)
        if counter.counter == own.counter:
            return text("{name}, before the restore", name=name)
        return name

    def _show_slice(self, counter: CounterSlice, own: CounterSlice) -> None:
        text = self.text
        if counter.chain not in self._gauges:
            self._gauges[counter.chain] = Gauge(self._name_of(counter, own))
            self._place_gauges()
        gauge = self._gauges[counter.chain]
        if counter.is_own:
            heard = text("known to the last cent")
        elif counter.heard_at is not None:
            heard = text("last heard {time}; it may have granted more since", time=counter.heard_at)
        else:
            gauge.show_share(
                0,
                max(1, counter.slice.cents),
                text("not known"),
                text("slice of {slice} · never heard", slice=counter.slice),
            )
            return
        of = text("{used} of {slice} granted · {heard}", used=counter.used, slice=counter.slice, heard=heard)
        gauge.show_share(counter.used.cents, counter.slice.cents, text("{left} left", left=counter.left), of)
