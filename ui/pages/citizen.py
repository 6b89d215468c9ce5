"""The open case: who it is, what was asked and granted before, and what may still be granted now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.money import Money
from counter_app.service.kind_words import KINDS
from counter_app.service.office_words import of_office
from ui import shortcuts
from ui.case import AskedFor, Case
from ui.notice_lines import NoticeLines
from ui.page import Page
from ui.receipt_paper import ReceiptPaper
from ui.session import Session
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.date_edit import date_shown
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.gauge import Gauge
from ui.widgets.labels import label
from ui.widgets.masked_name import full_name
from ui.widgets.page_header import PageHeader
from ui.widgets.table import Column, Rows, Table
from ui.widgets.words import IDENTITY, STATES, aid_name, worded

if TYPE_CHECKING:
    from counter_app.domain.commands import Person
    from counter_app.service.casework import AskedRequest, OpenFile
    from counter_app.service.citizen import PersonHistory
    from counter_app.service.preview import AidRight


@dataclass(frozen=True, slots=True)
class _Line:
    """A request, a grant or a refusal; `may_settle` where this counter can still answer, pay or cancel it.

    `is_own` where this counter's chain holds its receipt; `reason` says why it was refused.
    """

    entry_id: str
    day: date
    number: str
    kind: str
    aid: str
    amount: Money | None
    state: str
    may_settle: bool
    is_own: bool
    reason: str = ""


class CitizenPage(Page):
    """One person's file. F3 begins an act for them; Enter answers an open request, pays or cancels a grant."""

    interests = frozenset(
        {
            "request_recorded",
            "aid_granted",
            "aid_refused",
            "grant_paid",
            "grant_cancelled",
            "approval_decided",
            "unit_decided",
            "decision_undone",
        }
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._entry: str | None = None
        self._registered: str | None = None
        self._fresh = True
        self.act = Button(
            text("New act"),
            "primary",
            icon="file-plus",
            key="F3",
            press=lambda: self.navigate("act"),
        )
        to_paper = partial(self.navigate, "paper")
        paper = Button(text("From paper"), icon="file-text", key="Shift+F3", press=to_paper)
        self.header = PageHeader("", "", (paper, self.act))
        self.column.addWidget(self.header)
        self.acts = Card(text("Requests, grants and refusals"), bare=True)
        self.rows: Rows[_Line] = Rows(self._columns(), key=lambda line: line.entry_id)
        self.table = Table(text("Requests, grants and refusals"), self.rows)
        self.table.opened.connect(self._settle)
        self._either = Faces(
            EmptyState(
                "notes", text("Nothing was recorded for this person."), text("F3 begins their first act.")
            ),
            self.table,
        )
        self.acts.body.addWidget(self._either, 1)
        self.notices = NoticeLines(self)
        self.acts.add(self.notices)
        self.left = Card(text("What may still be granted now"))
        self._gauges = QVBoxLayout()
        self._gauges.setSpacing(20)
        self.left.add(self._gauges)
        self.left.body.addStretch(1)
        self.column.addWidget(Columns(self.acts, self.left, stretch=(8, 5), threshold=800), 1)
        self.shortcut("Esc", text("Back to the search"), lambda: self.navigate("counter"))
        self.shortcut("Shift+F3", text("Enter what stands on paper already"), to_paper)
        if self.person.role == "supervisor":
            self.shortcut("Ctrl+D", text("Hand over or erase what is held on this person"), self.open_data)
        shortcuts.mention(
            self.table,
            "Return",
            text("Answer, pay or cancel what the cursor is on"),
            group=text("On this page"),
        )
        self.paper = ReceiptPaper(self, self.messages)
        self.paper.declare_on(self.table, self.print_again)

    # --- the page

    def activated(self, **args: object) -> None:
        """Another person, or the one who was open before."""
        self._fresh = True
        if "entry_id" in args or "register_id" in args:
            entry, registered = args.get("entry_id"), args.get("register_id")
            self._entry = None if entry is None else str(entry)
            self._registered = None if registered is None else str(registered)
            self._show_nobody()

    def first_focus(self) -> QWidget:
        """The act, until the file is read: a request that waits for its answer takes the focus then."""
        return self.act

    def refresh(self) -> None:
        """Read the file again."""
        if self._entry is None and self._registered is None:
            return
        workstation, entry, registered = self.workstation, self._entry, self._registered
        reason = self.text("Found by the search and chosen at the counter.")

        def read() -> tuple[OpenFile, tuple[AidRight, ...]]:
            from counter_app.service.casework import open_file
            from counter_app.service.preview import rights

            found = open_file(workstation, entry_id=entry, register_id=registered, reason=reason)
            return found, rights(workstation, found.person)

        self.ask(read, lambda answer: self._show(*answer), question="file")

    # --- what is shown

    def _show_nobody(self) -> None:
        self.header.title.setText("")
        self.header.say("")
        self.table.show_rows(())
        self._show_rights(())
        self.notices.hide()
        self.paper.forget()

    def _show(self, found: OpenFile, rights: tuple[AidRight, ...]) -> None:
        case = self.session.case
        # The file is read again after each act; what was typed for the person meanwhile stays.
        if case is None or case.person.surname != found.person.surname or not case.form:
            self.session.case = Case(found.person)
        self.header.title.setText(full_name(found.person.surname, found.person.given_names))
        self.header.say(self._about(found.person, found.history))
        lines = self._lines(found.history)
        self.table.show_rows(lines)
        self._either.turn(1 if lines else 0)
        visits = self.text.plural("{n} visit", "{n} visits", len(found.history.visits))
        about = [visits] if found.history.visits else []
        waiting = next((line for line in lines if line.may_settle and line.kind == "request_recorded"), None)
        if waiting is not None:
            about.append(self.text("Enter answers an open request"))
            if self._fresh:
                self.table.selectRow(lines.index(waiting))
                if self.act.hasFocus():
                    self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fresh = False
        self.acts.retitle(self.text("Requests, grants and refusals"), " · ".join(about))
        self._show_rights(rights)
        self.notices.ask([line.entry_id for line in lines])
        self._warn(found)

    def _about(self, person: Person, history: PersonHistory) -> str:
        text = self.text
        parts = []
        if person.used_name:
            parts.append(text("used name {name}", name=person.used_name))
        if person.birth_date:
            parts.append(text("born {day}", day=date_shown(person.birth_date, text)))
        parts += [
            text("file {number}", number=number.value) for number in person.numbers if number.scheme == "file"
        ]
        if history.confirmed:
            parts.append(text(IDENTITY["known"]))
        else:
            parts.append(text("identity not seen yet"))
        if person.address:
            parts.append(person.address)
        elif person.domiciled_by:
            parts.append(text("domiciled by {name}", name=person.domiciled_by))
        return " · ".join(parts)

    def _lines(self, history: PersonHistory) -> list[_Line]:
        counter = self.workstation.office.counter
        lines = [
            _Line(
                one.entry_id,
                one.day,
                one.number,
                "request_recorded",
                one.aid,
                one.asked,
                one.state,
                may_settle=one.counter == counter and one.state == "open",
                is_own=one.counter == counter,
            )
            for one in history.requests
        ]
        lines += [
            _Line(
                one.entry_id,
                one.day,
                one.number,
                "aid_granted",
                one.aid,
                one.amount,
                one.state,
                may_settle=one.counter == counter and one.state in ("granted", "pending", "paid"),
                is_own=one.counter == counter,
            )
            for one in history.grants
        ]
        lines += [
            _Line(
                one.entry_id,
                one.day,
                one.number,
                "aid_refused",
                one.aid,
                None,
                "refused",
                may_settle=False,
                is_own=one.counter == counter,
                reason=one.reason,
            )
            for one in history.refusals
        ]
        return sorted(lines, key=lambda line: (line.day, line.number), reverse=True)

    def _show_rights(self, rights: Sequence[AidRight]) -> None:
        while (item := self._gauges.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if rights and not rights[0].is_binding:
            self._gauges.addWidget(
                label(
                    self.text("As long as nobody saw who this is, ceilings over months are not counted."),
                    "meta",
                    wrap=True,
                )
            )
        for right in rights:
            self._gauges.addWidget(self._gauge(right))

    def _gauge(self, right: AidRight) -> QWidget:
        text, configuration = self.text, self.workstation.configuration
        gauge = Gauge(aid_name(text, configuration, right.aid))
        if right.why is not None:
            gauge.show_share(1, 1, text("nothing now"), worded(text, configuration, right.why))
        elif right.may_still is None or right.ceiling is None or right.left is None:
            gauge.show_share(0, 1, text("no ceiling"), text("No rule bounds the amount."))
        else:
            used = right.ceiling.cents - right.left.cents
            of = text("One grant may have up to {amount}.", amount=right.may_still)
            if used:
                of = text(
                    "{used} of {ceiling} are used up. One grant may have up to {amount}.",
                    used=Money(used, right.ceiling.currency),
                    ceiling=right.ceiling,
                    amount=right.may_still,
                )
            gauge.show_share(used, right.ceiling.cents, text.money(right.may_still), of)
        return gauge

    def _warn(self, found: OpenFile) -> None:
        text, others = self.text, found.homonyms
        if not others:
            self.messages.clear()
            return
        births = [
            date_shown(one.birth_date, text) if one.birth_date else text("birth not known") for one in others
        ]
        self.messages.post(
            "warn",
            text(
                "Somebody else has the same name: {births}. Check the date of birth before you go on.",
                births=births,
            ),
        )

    def print_again(self) -> None:
        """The receipt of the act at the cursor; what was printed or saved before is marked as a duplicate."""
        line = self.table.current()
        if line is None:
            return
        if line.is_own and line.number:
            self.paper.send(line.number)
        else:
            self.messages.post("info", self.text("The counter that gave this receipt prints it again."))

    def open_data(self) -> None:
        """What is held on this person, for a supervisor; nothing is where no act was recorded here."""
        line = self.table.current()
        if line is None:
            self.messages.post("info", self.text("Nothing was recorded here on this person."))
        else:
            self.navigate("person_data", entry_id=line.entry_id)

    def _settle(self, line: _Line) -> None:
        if line.may_settle and line.kind == "request_recorded":
            self._answer(line)
        elif line.may_settle:
            self.navigate("settle", entry_id=line.entry_id, back="citizen")
        else:
            self.messages.post("info", self.text("There is nothing to answer, to pay or to cancel here."))

    def _answer(self, line: _Line) -> None:
        """Grant or refuse what was asked for before, with what was told then already filled in."""
        workstation = self.workstation

        def read() -> AskedRequest:
            from counter_app.service.casework import asked_request

            return asked_request(workstation, line.entry_id)

        self.ask(read, self._begin_answer, question="request")

    def _begin_answer(self, found: AskedRequest) -> None:
        case, told = self.session.case, found.circumstances
        if case is None:
            return
        form = {
            "aid": found.aid,
            "amount": "" if found.asked is None else self.text.money(found.asked),
            "quantity": str(found.quantity),
            "heads": str(told.heads),
            "couple": told.couple,
            "resources": "" if told.resources_cents is None else self._money(told.resources_cents),
            "ticks": [*told.evidence, *told.claims],
        }
        if case.asked is None or case.asked.entry_id != found.entry_id:
            asked = AskedFor(found.entry_id, found.number, found.day, form)
            self.session.case = Case(case.person, asked=asked)
        self.navigate("act")

    def _money(self, cents: int) -> str:
        return self.text.money(Money(cents, self.workstation.configuration.office.currency))

    # --- columns

    def _columns(self) -> list[Column[_Line]]:
        text = self.text
        return [
            Column(text("Day"), lambda line: text.date(line.day), "muted"),
            Column(text("Receipt"), lambda line: line.number or "—", "muted", drop=1),
            Column(text("Act"), self._act, stretch=1, least=130),
            Column(text("Amount"), self._amount, "figures", right=True),
            Column(text("State"), self._state),
        ]

    def _act(self, line: _Line) -> str:
        text, configuration = self.text, self.workstation.configuration
        parts = [aid_name(text, configuration, line.aid)]
        if line.kind != "aid_granted":
            parts.insert(0, text(KINDS[line.kind]))
        if line.reason:
            parts.append(
                of_office(text, configuration, configuration.reasons.get(line.reason, {})) or line.reason
            )
        return " · ".join(parts)

    def _amount(self, line: _Line) -> str:
        return "—" if line.amount is None else self.text.money(line.amount)

    def _state(self, line: _Line) -> State:
        if line.state == "open":
            return State(self.text("No answer yet"), "warn", "clock")
        state = STATES[line.state]
        return State(self.text(state.words), state.tone, state.icon)
