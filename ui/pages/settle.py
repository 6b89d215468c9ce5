"""A grant that stands: pay it later than it was granted, cancel it with a reason, or print its receipt again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.commands import CancelGrant, DecideApproval, PayGrant
from counter_app.domain.needs import needs_of
from ui.page import Page
from ui.receipt_desk import ReceiptDesk
from ui.receipt_paper import ReceiptPaper
from ui.session import Session
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label
from ui.widgets.masked_name import full_name
from ui.widgets.page_header import PageHeader
from ui.widgets.payment import PaymentFields
from ui.widgets.phone_approval import PhoneApproval
from ui.widgets.words import STATES, aid_name

if TYPE_CHECKING:
    from counter_app.service.casework import Settling
    from counter_app.service.outcome import Outcome
    from counter_app.service.preview import VoucherRun
    from counter_app.service.telephone import Asked

_ASKING, _DONE = range(2)


class SettlePage(Page):
    """One grant of this counter. F9 pays it or has it approved by phone; cancelling wants a reason."""

    interests = frozenset({"grant_paid", "grant_cancelled", "approval_decided", "money_returned"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._grant: Settling | None = None
        self._entry = ""
        self._back = "today"
        self.again = Button(text("Print again"), "secondary", icon="printer", key="P", press=self.print_again)
        self.header = PageHeader("", "", (self.again,))
        self.desk = ReceiptDesk(self, self.leave)
        self.desk.next.name(text("Go back"))
        self._state = Faces(self._asking(), self.desk)
        self.column.addWidget(self.header)
        self.column.addWidget(self._state, 1)
        self.shortcut("F9", text("Pay this grant"), self.pay)
        self.shortcut("Esc", text("Go back, nothing is recorded"), self.leave)

    def _asking(self) -> QWidget:
        text = self.text
        self.paying = Card(text("Pay"))
        self._pay_holder = QVBoxLayout()
        self.paying.add(self._pay_holder)
        self.payment: PaymentFields | None = None
        self.paying.body.addStretch(1)
        self.pay_button = Button(text("Pay"), "primary", icon="cash", key="F9", press=self.pay)
        self.paying.add(self.pay_button)
        self.cancelling = Card(text("Cancel"))
        self.reason = LineEdit(most=2000)
        self.reason_field = Field(text("Why it is cancelled"), self.reason)
        self.what = label("", "meta", wrap=True)
        self.cancelling.add(self.what, self.reason_field)
        self.cancelling.body.addStretch(1)
        row = QHBoxLayout()
        self.cancel_button = Button(text("Cancel this grant"), "danger", icon="x", press=self.cancel)
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        self.cancelling.add(row)
        self.phone = PhoneApproval(text, self.workstation.configuration)
        self.phone.wanted.connect(self.ask_by_phone)
        self.phone.answered.connect(self.approve_by_phone)
        self.phone.hide()
        first = QWidget()
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.paying)
        column.addWidget(self.phone)
        self._first = first
        asking = Columns(first, self.cancelling, stretch=(4, 3), threshold=800)
        self.paper = ReceiptPaper(self, self.messages)
        self.paper.declare_on(asking, self.print_again)
        return asking

    # --- the page

    def activated(self, **args: object) -> None:
        """Show a grant; without one, what was shown before."""
        if "entry_id" in args:
            self._entry = str(args["entry_id"])
            self._back = str(args.get("back", "today"))
            self.reason.clear()
            self.paper.forget()
            self.reason_field.set_error("")
            self._state.turn(_ASKING)
            self.again.show()

    def first_focus(self) -> QWidget | None:
        """The means of payment, or the call for an approval, or the reason where there is only cancelling."""
        if self._state.place == _DONE:
            return self.desk.next
        if self.payment is not None and self.paying.isVisibleTo(self):
            return self.payment.means
        if self.phone.button.isVisibleTo(self):
            return self.phone.button
        return self.reason

    def refresh(self) -> None:
        """Read the grant again."""
        if not self._entry or self._state.place == _DONE:
            return
        workstation, entry = self.workstation, self._entry

        def read() -> tuple[Settling, list[str], VoucherRun | None]:
            from counter_app.service.casework import settling
            from counter_app.service.preview import payers, proposed_vouchers

            found = settling(workstation, entry)
            means = found.means or None
            return (
                found,
                payers(workstation, means),  # type: ignore[arg-type]
                proposed_vouchers(workstation, found.amount.cents),
            )

        self.ask(read, lambda answer: self._show(*answer), question="grant")

    def _show(self, grant: Settling, payers: list[str], run: VoucherRun | None) -> None:
        text, configuration = self.text, self.workstation.configuration
        fresh = self._grant is None or self._grant.entry_id != grant.entry_id
        self._grant = grant
        name = full_name(grant.person.surname, grant.person.given_names) if grant.person else grant.number
        self.header.title.setText(name)
        parts = [grant.number, aid_name(text, configuration, grant.aid), text.money(grant.amount)]
        self.header.say(" · ".join([*parts, text.date(grant.day), text(STATES[grant.state].words)]))
        self.paying.setVisible(grant.state == "granted")
        # Where there is something to pay or to approve, cancelling is one way among others.
        self.cancel_button.set_kind("secondary" if grant.state in ("granted", "pending") else "danger")
        self.phone.setVisible(grant.state == "pending")
        self._first.setVisible(grant.state in ("granted", "pending"))
        if fresh:
            self.phone.forget()
        aid = configuration.aid(grant.aid)
        if fresh and aid is not None:
            self._new_payment(grant)
        if self.payment is not None and aid is not None:
            self.payment.offer_means(needs_of(aid, configuration, grant.day).means)
            if fresh:
                self.payment.means.choose(grant.means)
            self.payment.offer_payers(payers)
            self.payment.propose(None if run is None else (run.series, run.first, run.last))
        paid = grant.state == "paid"
        self.what.setText(
            text("The money stays out until it is given back.")
            if paid
            else text("Nothing was paid. What was set aside becomes free again.")
        )
        focus = self.first_focus()
        if fresh and focus is not None:
            focus.setFocus()

    def _new_payment(self, grant: Settling) -> None:
        if self.payment is not None:
            self.payment.hide()
            self.payment.deleteLater()
        self.payment = PaymentFields(self.text, self.workstation.configuration, grant.granter)
        self._pay_holder.addWidget(self.payment)

    # --- acts

    def pay(self) -> None:
        """Record that the money leaves now."""
        grant, fields = self._grant, self.payment
        if grant is not None and grant.state == "pending" and self._state.place == _ASKING:
            self.phone.press()
            return
        if grant is None or fields is None or grant.state != "granted" or self._state.place == _DONE:
            return
        payment = fields.payment()
        if payment is not None and fields.is_well():
            command = PayGrant(agent=self.person.id, grant=grant.entry_id, payment=payment)
            self.record(command, self._paid)

    def ask_by_phone(self) -> None:
        """Put a question that a supervisor elsewhere can answer."""
        workstation, grant = self.workstation, self._grant
        if grant is None:
            return

        def work() -> Asked:
            from counter_app.service.telephone import ask

            return ask(workstation, grant.entry_id)

        self.do(work, self.phone.asked)

    def approve_by_phone(self, approver: str, digits: str) -> None:
        """Record the approval that the digits prove; the page then offers to pay."""
        workstation, grant = self.workstation, self._grant
        if grant is None:
            return
        command = DecideApproval(agent=self.person.id, approver=approver, grant=grant.entry_id, approved=True)

        def work() -> Outcome:
            from counter_app.service.telephone import approve_by_phone

            return approve_by_phone(workstation, command, digits)

        def done(_outcome: Outcome) -> None:
            self.messages.post("ok", self.text("Approved by phone: it may be paid now."))
            self.phone.forget()
            self.refresh()

        self.do(work, done, lambda error: self.phone.failed(self.text.error(error)))

    def print_again(self) -> None:
        """The receipt of this grant; what was printed or saved before is marked as a duplicate."""
        if self._grant is not None:
            self.paper.send(self._grant.number)

    def cancel(self) -> None:
        """Record the cancellation, with the reason."""
        grant, reason = self._grant, self.reason.value()
        if grant is None or self._state.place == _DONE:
            return
        if not reason:
            self.reason_field.set_error(self.text("Say in a few words why."))
            self.reason.setFocus()
            return
        self.reason_field.set_error("")
        command = CancelGrant(agent=self.person.id, grant=grant.entry_id, reason=reason)
        self.record(command, self._cancelled)

    def _paid(self, outcome: Outcome) -> None:
        text = self.text
        amount = self._grant.amount if self._grant is not None else None
        words = "" if amount is None else text("{amount} left the counter.", amount=amount)
        self._tell(text("Paid"), str(outcome.entry.facts["grant_number"]), words)

    def _cancelled(self, _outcome: Outcome) -> None:
        text, grant = self.text, self._grant
        number = grant.number if grant is not None else ""
        step = text("Have the money given back.") if grant is not None and grant.state == "paid" else ""
        self._tell(text("Cancelled"), "", number, step)

    def _tell(self, heading: str, number: str, words: str, step: str = "") -> None:
        self.messages.clear()
        self.again.hide()
        self._state.turn(_DONE, to_top=True)
        self.desk.tell(heading, number, words, step)

    def leave(self) -> None:
        """Back to where it was opened from."""
        self._grant = None
        self.navigate(self._back)
