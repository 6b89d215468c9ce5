"""One grant that waits, opened: who and what, why it waits, what the limits leave, and the decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.domain.errors import AppError
from counter_app.domain.money import Money
from counter_app.service.office_words import of_office
from counter_app.service.rule_words import ceiling_name
from counter_app.text import Text
from ui import shortcuts
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import GRID
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.date_edit import date_shown
from ui.widgets.fields import Field, SecretEdit, Words
from ui.widgets.gauge import Gauge
from ui.widgets.labels import Icon, label
from ui.widgets.masked_name import full_name
from ui.widgets.message_bar import MessageBar
from ui.widgets.words import MEANS, aid_name, code_name, worded

if TYPE_CHECKING:
    from counter_app.service.approvals import Reason, WaitingGrant

_SUPERVISOR = "supervisor"


class ApprovalCase(QWidget):
    """`approved` and `declined` carry the approver's id, the PIN as typed and the reason."""

    approved = Signal(str, str, str)
    declined = Signal(str, str, str)
    left = Signal()

    def __init__(self, text: Text, configuration: Configuration, grant: WaitingGrant, reader: str) -> None:
        super().__init__()
        self.text, self.grant = text, grant
        self._configuration, self._reader = configuration, reader
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.density.gap)
        self.messages = MessageBar()
        outer.addWidget(self.messages)
        self._about = self._about_card()
        self._decision = self._decision_card()
        outer.addWidget(Columns(self._about, self._decision, stretch=(6, 5), threshold=740), 1)
        group = text("On this page")
        shortcuts.declare(self, "F9", text("Approve"), self.approve, group=group)
        shortcuts.declare(self, "Ctrl+D", text("Decline"), self.decline, group=group)
        shortcuts.declare(self, "Esc", text("Back to the list"), self.left.emit, group=group)
        self.refreshed(grant)

    def first_focus(self) -> QWidget:
        """The PIN."""
        return self.pin if self.pin.isEnabled() else self.reason

    def approve(self) -> None:
        """Ask for the approval to be recorded, once there is a PIN."""
        if not self._approve.isEnabled():
            return
        self._clear()
        if not self.pin.text():
            self._pin_field.set_error(self.text("Type your PIN: it says that it is you who approves."))
            self.pin.setFocus()
            return
        self.approved.emit(self._approver(), self.pin.text(), self.reason.value())

    def decline(self) -> None:
        """Ask for the refusal to be recorded, once there is a reason."""
        if not self._decline.isEnabled():
            return
        self._clear()
        if not self.reason.value():
            self._reason_field.set_error(
                self.text("Say why: the citizen and the agent are told this reason.")
            )
            self.reason.setFocus()
            return
        if self._approver() != self._reader and not self.pin.text():
            self._pin_field.set_error(
                self.text("Type the PIN of the colleague in whose name this is declined.")
            )
            self.pin.setFocus()
            return
        self.declined.emit(self._approver(), self.pin.text(), self.reason.value())

    def wait(self) -> None:
        """It is being recorded."""
        self._approve.setEnabled(False)
        self._decline.setEnabled(False)

    def failed(self, error: AppError) -> None:
        """Say why nothing was recorded; a wrong PIN is said beside the PIN."""
        self._decline.setEnabled(True)
        self._approve.setEnabled(self._may_approve())
        if error.code.startswith("pin_") or error.code == "no_pin":
            self.pin.hide_again()
            self._pin_field.set_error(self.text.error(error))
            self.pin.setFocus()
        else:
            self.messages.post("bad", self.text.error(error))

    def refreshed(self, grant: WaitingGrant | None) -> None:
        """Other acts came in between: say what refuses it now, or that it waits no more."""
        text = self.text
        if grant is None:
            self.wait()
            return
        self.grant = grant
        self._approve.setEnabled(self._may_approve())
        if grant.over:
            sentences = " ".join(worded(text, self._configuration, error) for error in grant.over)
            self.messages.post("bad", sentences, title=text("The limits do not leave this any more"))
        elif not self._supervisors():
            self.messages.post(
                "warn", text("You granted this yourself: another supervisor has to sign in and approve it.")
            )
        elif self.grant.agent == self._reader:
            self.messages.post(
                "warn",
                text("You granted this yourself: another supervisor approves it here with their own PIN."),
            )

    # --- what it is about

    def _about_card(self) -> Card:
        text, grant, configuration = self.text, self.grant, self._configuration
        name = aid_name(text, configuration, grant.aid)
        card = Card(
            text("{aid} · {amount}", aid=name, amount=grant.amount),
            text("{number} · recorded {time}", number=grant.number, time=grant.at),
        )
        facts = QGridLayout()
        facts.setHorizontalSpacing(20)
        facts.setVerticalSpacing(theme.density.field)
        facts.setColumnStretch(1, 1)
        for row, (said, value) in enumerate(self._facts()):
            shown = label(value, "strong" if row == 0 else "body", wrap=True)
            shown.setAccessibleName(f"{said}: {value}")
            facts.addWidget(label(said, "meta"), row, 0, Qt.AlignmentFlag.AlignTop)
            facts.addWidget(shown, row, 1)
            facts.setRowMinimumHeight(row, 20)
        card.add(facts)
        low = theme.density is not ROOMY
        if not low:
            card.add(label(text("Why it waits"), "label"))
        for reason in grant.reasons:
            card.add(_line("hourglass", "warn", self._reason(reason)))
        if not grant.reasons:
            card.add(
                _line(
                    "hourglass",
                    "warn",
                    text("The rule that asked for it is in force no more. Decide all the same."),
                )
            )
        if not low:
            card.add(label(text("What the limits leave"), "label"))
        for gauge in self._gauges():
            if low:
                gauge.fold()
                gauge.setToolTip(gauge.accessibleDescription())
            card.add(gauge)
        card.body.addStretch(1)
        return card

    def _facts(self) -> list[tuple[str, str]]:
        text, grant, configuration = self.text, self.grant, self._configuration
        born = text("born {date}", date=date_shown(grant.birth_date, text)) if grant.birth_date else ""
        who = full_name(grant.surname, grant.given_names) or text("The name is not kept at this counter.")
        facts = [
            (text("Person"), f"{who}, {born}" if born else who),
            (text("Granted by"), self._name(grant.agent)),
        ]
        if grant.means:
            facts.append((text("Means"), text(MEANS.get(grant.means, grant.means))))
        if grant.quantity > 1:
            facts.append((text("How many"), text.number(grant.quantity)))
        seen = ", ".join(code_name(text, configuration, code) for code in grant.evidence)
        facts.append((text("Papers seen"), seen or text("nothing")))
        if grant.missing:
            missing = ", ".join(code_name(text, configuration, code) for code in grant.missing)
            facts.append((text("To follow"), missing))
        if not grant.confirmed:
            facts.append((text("Identity"), text("As declared: no ceiling of a person binds.")))
        if grant.is_paid:
            facts.append((text("Payment"), text("Paid on paper before anybody approved.")))
        if grant.note:
            facts.append((text("Note"), grant.note))
        return facts

    def _reason(self, reason: Reason) -> str:
        text = self.text
        who = of_office(text, self._configuration, reason.who) if reason.who else text("a second person")
        low = theme.density is not ROOMY
        rule = text("in force since {since}", since=text.date(date.fromisoformat(reason.since)))
        if reason.threshold is None:
            always = text("This aid always needs {who}.", who=who)
            return always if low else text("This aid always needs {who} ({rule}).", who=who, rule=rule)
        limit = reason.threshold
        shown = limit if isinstance(limit, Money) else self.text.number(limit)
        if low:
            return text("Above {limit} it needs {who}.", limit=shown, who=who)
        return text("Above {limit} it needs {who} ({rule}).", limit=shown, who=who, rule=rule)

    def _gauges(self) -> list[Gauge]:
        text, grant = self.text, self.grant
        found = []
        for one in grant.left[:2]:
            name = ceiling_name(text, self._configuration, grant.aid, one.rule, one.kind)
            found.append(self._gauge(name, one.ceiling.cents - one.left.cents, one.ceiling))
        own = Gauge(text("This counter’s slice"))
        after = grant.slice_left - grant.amount
        own.show_share(
            grant.amount.cents,
            max(1, grant.slice_left.cents),
            self._after(after),
            text(
                "{amount} of the {left} that this counter may still grant",
                amount=grant.amount,
                left=grant.slice_left,
            ),
        )
        return [*found, own]

    def _gauge(self, name: str, before: int, ceiling: Money) -> Gauge:
        """A ceiling as it would stand with this grant."""
        gauge = Gauge(name)
        used = Money(before + self.grant.amount.cents, ceiling.currency)
        words = self.text("{used} of {ceiling} with this grant", used=used, ceiling=ceiling)
        gauge.show_share(used.cents, ceiling.cents, self._after(ceiling - used), words)
        return gauge

    def _after(self, after: Money) -> str:
        if after.cents < 0:
            return self.text("{amount} too much", amount=Money(-after.cents, after.currency))
        return self.text("{amount} left", amount=after)

    # --- the decision

    def _decision_card(self) -> Card:
        text = self.text
        card = Card(text("Your decision"), text("Your PIN is the signature: the agent never sees it."))
        supervisors = self._supervisors()
        self.approver = ComboBox([Choice(person, self._name(person)) for person in supervisors])
        self.approver.choose(self._reader)
        approver = Field(text("Decided by"), self.approver)
        approver.setVisible(False)
        card.add(approver)
        if supervisors != [self._reader] and self._reader not in supervisors:
            approver.setVisible(True)
        self.pin = SecretEdit(text("Show the PIN"), text("Hide the PIN"), digits=True)
        self.pin.setMaxLength(32)
        self.pin.returnPressed.connect(self.approve)
        self._pin_field = Field(text("PIN"), self.pin)
        self._approve = Button(text("Approve"), "primary", icon="check", key="F9", press=self.approve)
        self.reason = Words(lines=2)
        self.reason.setMaximumHeight(self.reason.minimumHeight())
        self._reason_field = Field(text("Reason"), self.reason, text("Needed to decline, welcome otherwise."))
        self._decline = Button(text("Decline"), "secondary", icon="ban", key="Ctrl+D", press=self.decline)
        back = Button(text("Back"), "link", icon="arrow-left", key="Esc", press=self.left.emit)
        card.add(self._pin_field, self._approve, self._reason_field)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._decline)
        row.addStretch(1)
        row.addWidget(back)
        card.add(row)
        card.body.addStretch(1)
        if not supervisors:
            self.pin.setEnabled(False)
        return card

    def _approver(self) -> str:
        return self.approver.value() or self._reader

    def _supervisors(self) -> list[str]:
        """Who may decide at this screen: whoever is signed in, unless they granted it themselves."""
        if self.grant.agent != self._reader:
            return [self._reader]
        return [
            person.id
            for person in self._configuration.people
            if person.role == _SUPERVISOR and person.id != self.grant.agent
        ]

    def _may_approve(self) -> bool:
        return bool(self._supervisors()) and not self.grant.over

    def _clear(self) -> None:
        self._pin_field.set_error("")
        self._reason_field.set_error("")

    def _name(self, person_id: str) -> str:
        person = self._configuration.person(person_id)
        return person_id if person is None else person.name


def _line(icon: str, role: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Icon(icon, role, 20), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(words, wrap=True), 1)
    return row
