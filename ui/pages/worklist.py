"""The work-list: what is typed over by hand at centres that have screens only, one unit in one person's hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from counter_app.domain.errors import AppError
from counter_app.service.kind_words import KINDS
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_words import unit_state
from ui.widgets.words import service_name
from ui.widgets.work_sheet import ABSENT, DONE, PENDING, REFUSED, UNTOUCHED, WorkSheet

if TYPE_CHECKING:
    from counter_app.service.work_list.listing import WorkCase, WorkItem

_SURE = ("amount_differs", "number_told")
"""What is recorded all the same once a person says so a second time."""


class WorkListPage(SteppedPage):
    """The most urgent first. F9 takes the next one, Enter the one at the cursor; whoever takes one has it alone."""

    interests: ClassVar[frozenset[str] | None] = frozenset(
        {"delivery_attempted", "delivery_answered", "unit_decided", "decision_undone"}
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.card = Card(text("Work-list"), bare=True)
        rows: Rows[WorkItem] = Rows(self._columns(), key=lambda item: item.key)
        self.table = Table(text("What is to be typed over"), rows)
        self.table.opened.connect(self.take)
        self.faces = Faces(
            EmptyState(
                "keyboard",
                text("Nothing is to be typed over."),
                text("What goes to a centre that has screens only waits here for somebody to type it."),
            ),
            self.table,
        )
        self.card.body.addWidget(self.faces, 1)
        self.next_button = Button(
            text("Take the next one"), "primary", icon="keyboard", key="F9", press=self.take_next
        )
        self.card.foot(self.next_button, None)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Take the most urgent one"), self.take_next)
        self.key("Ctrl+R", text("Read the list again"), self.refresh)

    def main_focus(self) -> QWidget:
        """The list."""
        return self.table

    def refresh(self) -> None:
        """Ask what is open."""
        workstation = self.workstation

        def read() -> tuple[WorkItem, ...]:
            from counter_app.service.work_list.listing import work_list

            return work_list(workstation)

        self.ask(read, self._show, question="work")

    def back(self) -> None:
        """Show the list again; nothing that was copied stays behind."""
        QGuiApplication.clipboard().clear()
        super().back()

    def take(self, item: WorkItem) -> None:
        """Have one unit, with its names, to look for or to type."""
        workstation, agent, language = self.workstation, self.person.id, self.text.language

        def act() -> WorkCase:
            from counter_app.service.work_list.acts import take

            return take(workstation, agent, item.unit, language)

        self.do(act, self._open)

    def take_next(self) -> None:
        """Have the most urgent one that nobody has."""
        workstation, agent, language = self.workstation, self.person.id, self.text.language

        def act() -> WorkCase | None:
            from counter_app.service.work_list.acts import take_next

            return take_next(workstation, agent, language=language)

        self.do(act, self._open)

    def _open(self, case: WorkCase | None) -> None:
        text = self.text
        if case is None:
            self.messages.post("info", text("Nothing is left that nobody has in hand."))
            self.refresh()
            return
        service = service_name(text, self.workstation.configuration, case.item.unit.service)
        self.open(WorkSheet(text, case, service, record=self._record, back=self.back), whole=True)

    def _record(self, sheet: WorkSheet) -> None:
        act = self._act(sheet)
        sheet.form.wait()
        self.do(act, lambda found: self._recorded(sheet, found), lambda error: self._refused(sheet, error))

    def _act(self, sheet: WorkSheet) -> Callable[[], WorkCase | str | None]:
        """What is recorded, off the main thread; the case comes back where it is now to be typed."""
        workstation, agent, language = self.workstation, self.person.id, self.text.language
        unit, outcome = sheet.case.item.unit, sheet.outcome
        number, cents, reason, sure = sheet.number, sheet.cents, sheet.reason, sheet.sure

        def act() -> WorkCase | str | None:
            from counter_app.service.work_list import acts

            if outcome in (DONE, PENDING):
                pending = outcome == PENDING
                return acts.done(workstation, agent, unit, number, cents, pending=pending, sure=sure).value
            if outcome == REFUSED:
                return acts.refuse(workstation, agent, unit, reason).value
            if outcome == ABSENT:
                return acts.not_there(workstation, agent, unit, language)
            return acts.give_back(workstation, agent, unit, nothing_typed=outcome == UNTOUCHED).value

        return act

    def _refused(self, sheet: WorkSheet, error: AppError) -> None:
        sheet.form.failed(error)
        if error.code in _SURE:
            sheet.sure = True
            words = self.text("If it is so all the same, record it once more.")
            sheet.form.messages.post("warn", f"{self.text.error(error)} {words}")

    def _recorded(self, sheet: WorkSheet, found: WorkCase | str | None) -> None:
        text, item = self.text, sheet.case.item
        if found is not None and not isinstance(found, str):
            self._open(found)
            self.messages.post("info", text("The centre does not have it: type it now."))
            return
        QGuiApplication.clipboard().clear()
        after = {
            "accepted": text("The balance counts it as accepted."),
            "received": text("The centre decides later: look again then."),
            "rejected": text("It needs a decision: see Differences (F11)."),
            "disputed": text("It needs a decision: see Differences (F11)."),
        }.get(found or "", text("It lies on the list for the next colleague."))
        if found is None:
            after = text("The centre has lost it: decide in Differences (F11).")
        steps = (NextStep(text("Take the next one"), "keyboard", "F9", self.take_next),)
        words = text("{kind}, {amount}", kind=text(KINDS.get(item.kind, item.kind)), amount=item.amount)
        self.confirm(text("Recorded"), item.receipt, words, after, steps=steps)
        self.refresh()

    def _show(self, found: tuple[WorkItem, ...]) -> None:
        text = self.text
        count = text.plural("{n} unit to type over", "{n} units to type over", len(found))
        self.card.retitle(text("Work-list"), count if found else "")
        self.table.show_rows(found)
        self.next_button.setEnabled(bool(found))
        self.faces.turn(1 if found else 0)

    def _columns(self) -> list[Column[WorkItem]]:
        text, configuration = self.text, self.workstation.configuration
        return [
            Column(text("State"), self._state),
            Column(text("Act"), lambda item: text(KINDS.get(item.kind, item.kind)), "strong"),
            Column(text("Receipt"), lambda item: item.receipt or "—", "muted", drop=2),
            Column(
                text("Service"),
                lambda item: service_name(text, configuration, item.unit.service),
                stretch=1,
                least=100,
            ),
            Column(text("In hand"), self._in_hand, "muted", stretch=1, least=80, drop=1),
            Column(text("Since"), lambda item: text.datetime(item.at), "muted", drop=3),
            Column(text("Amount"), lambda item: text.money(item.amount), "figures", right=True),
        ]

    def _state(self, item: WorkItem) -> State:
        if item.look_first:
            return State(self.text("Look first"), "warn", "search")
        if item.holder:
            return State(self.text("In hand"), "info", "user")
        return unit_state(self.text, item.state)

    def _in_hand(self, item: WorkItem) -> str:
        person = self.workstation.configuration.person(item.holder)
        if person is None or item.until is None:
            return "—"
        return self.text("{person}, until {until}", person=person.name, until=self.text.time(item.until))
