"""What waits for a second person: why, what the limits leave, and the decision with one's own PIN."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import AppError
from ui.phone_call import PhoneCall
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.approval_case import ApprovalCase
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import masked_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.service.approvals import WaitingGrant
    from counter_app.service.outcome import Outcome


class ApprovalsPage(SteppedPage):
    """The list, oldest first, names masked. Enter opens one; its PIN approves it, its reason declines it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._waiting: tuple[WaitingGrant, ...] = ()
        self.card = Card(text("To approve"), bare=True)
        self.rows: Rows[WaitingGrant] = Rows(self._columns(), key=lambda grant: grant.entry_id)
        self.table = Table(text("Grants that wait for approval"), self.rows)
        self.table.opened.connect(self.open_case)
        empty = EmptyState(
            "clipboard-check",
            text("Nothing waits for approval."),
            text("Grants above a threshold of the catalogue appear here as soon as they are recorded."),
        )
        self._either = Faces(
            empty,
            self.table,
        )
        self.card.body.addWidget(self._either, 1)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Open the grant at the cursor"), self._open_current)
        self.key("Ctrl+R", text("Read the list again"), self.refresh)
        self.key("Ctrl+T", text("A counter calls"), self.answer_a_call)
        calls = Button(text("A counter calls"), "link", icon="phone", key="Ctrl+T", press=self.answer_a_call)
        keys = Button(text("Telephone keys"), "link", icon="key", key="Ctrl+K", press=self.show_keys)
        self.key("Ctrl+K", text("Who may approve over the telephone"), self.show_keys)
        self.card.foot(None, keys, calls)

    def main_focus(self) -> QWidget:
        """The list."""
        return self.table

    def answer_a_call(self) -> None:
        """A counter asks over the telephone: type what is heard, read the digits back."""
        self.open(PhoneCall(self).sheet)

    def show_keys(self) -> None:
        """To the keys that let a supervisor answer for a counter."""
        self.navigate("phone_keys")

    def refresh(self) -> None:
        """Ask what waits."""
        workstation = self.workstation

        def read() -> tuple[WaitingGrant, ...]:
            from counter_app.service.approvals import waiting_grants

            return waiting_grants(workstation)

        self.ask(read, self._show, question="waiting")

    def open_case(self, grant: WaitingGrant) -> None:
        """Show one grant with its name, and ask for the decision."""
        people = self.workstation.configuration
        case = ApprovalCase(self.text, people, grant, self.person.id)
        case.approved.connect(partial(self._decide, case, True))
        case.declined.connect(partial(self._decide, case, False))
        case.left.connect(self.back)
        self.open(case, whole=True)
        self._note_look(grant.entry_id)

    def _note_look(self, entry_id: str) -> None:
        workstation = self.workstation

        def note() -> None:
            from counter_app.service.access_log import note_look

            note_look(workstation, "person_opened", entry_id)

        self.do(note, lambda _nothing: None)

    def _open_current(self) -> None:
        grant = self.table.current()
        if grant is not None:
            self.open_case(grant)

    def _show(self, waiting: tuple[WaitingGrant, ...]) -> None:
        text = self.text
        self._waiting = waiting
        count = text.plural("{n} grant waits", "{n} grants wait", len(waiting))
        sub = text("{count} · the oldest first", count=count) if waiting else ""
        self.card.retitle(text("To approve"), sub)
        self.table.show_rows(waiting)
        self._either.turn(1 if waiting else 0)
        case = self.step
        if isinstance(case, ApprovalCase):
            now = next((grant for grant in waiting if grant.entry_id == case.grant.entry_id), None)
            case.refreshed(now)

    def _decide(self, case: ApprovalCase, approved: bool, approver: str, pin: str, reason: str) -> None:
        """Record it: with a PIN it is proved, without one only the signed-in supervisor declines."""
        workstation, grant = self.workstation, case.grant
        command = DecideApproval(
            agent=self.person.id,
            approver=approver,
            grant=grant.entry_id,
            approved=approved,
            reason=reason or None,
        )
        case.wait()

        def work() -> Outcome:
            from counter_app.service.sign_in import approve_with_pin

            if pin:
                return approve_with_pin(workstation, command, pin)
            return workstation.record(command, "window")

        def failed(error: AppError) -> None:
            case.failed(error)

        self.do(work, lambda _outcome: self._decided(grant, approved), failed)

    def _decided(self, grant: WaitingGrant, approved: bool) -> None:
        text = self.text
        others = [one for one in self._waiting if one.entry_id != grant.entry_id]
        steps = []
        if others:
            steps.append(
                NextStep(text("Next grant"), "arrow-right", "F9", partial(self.open_case, others[0]))
            )
        amount = text.money(grant.amount)
        name = aid_name(text, self.workstation.configuration, grant.aid)
        if approved:
            self.confirm(
                text("Approved"),
                grant.number,
                text("{aid}, {amount}", aid=name, amount=amount),
                text("The counter may pay it now. Tell {agent}.", agent=self._name(grant.agent)),
                steps=tuple(steps),
            )
        else:
            self.confirm(
                text("Declined"),
                grant.number,
                text("{aid}, {amount}", aid=name, amount=amount),
                text("Nothing is paid. Tell {agent}, who tells the citizen.", agent=self._name(grant.agent)),
                steps=tuple(steps),
                tone="info",
            )
        self.refresh()

    def _name(self, person_id: str) -> str:
        person = self.workstation.configuration.person(person_id)
        return person_id if person is None else person.name

    def _columns(self) -> list[Column[WaitingGrant]]:
        text, configuration = self.text, self.workstation.configuration
        return [
            Column(text("Since"), lambda grant: text.datetime(grant.at), "muted", drop=2),
            Column(text("Receipt"), lambda grant: grant.number, "muted"),
            Column(text("Person"), self._person, "strong", least=70),
            Column(text("Aid"), lambda grant: aid_name(text, configuration, grant.aid), stretch=3, least=130),
            Column(text("Granted by"), lambda grant: self._name(grant.agent), stretch=2, least=120, drop=1),
            Column(text("Amount"), lambda grant: text.money(grant.amount), "figures", right=True),
            Column(text("How it stands"), self._state),
        ]

    @staticmethod
    def _person(grant: WaitingGrant) -> str:
        return masked_name(grant.surname, grant.given_names) or "—"

    def _state(self, grant: WaitingGrant) -> State:
        if grant.over:
            return State(self.text("Above a limit"), "bad", "alert-triangle")
        if grant.agent == self.person.id:
            return State(self.text("Another approves"), "neutral", "users")
        return State(self.text("To approve"), "warn", "clock")
