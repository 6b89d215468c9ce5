"""Today's list: what this counter recorded, how each act stands, in words."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counter_app.service.kind_words import KINDS
from ui import shortcuts
from ui.page import Page
from ui.paper_numbers import left_words
from ui.receipt_paper import ReceiptPaper
from ui.session import Session
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import full_name, masked_name
from ui.widgets.message_bar import MessageBar
from ui.widgets.table import Column, Rows, Table
from ui.widgets.words import STATES

if TYPE_CHECKING:
    from counter_app.service.lost_numbers import NumberSearch
    from counter_app.service.today import DayLine, DayList


_COUNTER = ("agent", "supervisor")


class TodayPage(Page):
    """The day's list, latest first. The name of the act at the cursor is shown whole, the others masked."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._open = ""
        self._day: date | None = None
        self.lost = MessageBar()
        self.column.addWidget(self.lost)
        self.card = Card(text("Today"), bare=True)
        self.rows: Rows[DayLine] = Rows(self._columns(), key=lambda line: line.entry_id)
        self.table = Table(text("Today’s acts"), self.rows)
        self.table.moved.connect(self._unmask)
        self.table.opened.connect(self._settle)
        self._empty = EmptyState(
            "list-check",
            text("Nothing was recorded today."),
            text("What you record appears here at once, with how it stands."),
        )
        self._either = Faces(
            self._empty,
            self.table,
        )
        self.card.body.addWidget(self._either, 1)
        self.column.addWidget(self.card, 1)
        self.shortcut("Ctrl+R", text("Read the list again"), self.refresh)
        if self.person.role in _COUNTER:
            group = text("On this page")
            shortcuts.mention(
                self.table, "Return", text("Pay or cancel the grant at the cursor"), group=group
            )
            self.paper = ReceiptPaper(self, self.messages)
            self.paper.declare_on(self.table, self.print_again)
            to_paper = partial(self.navigate, "paper")
            self.shortcut("Shift+F3", text("Enter what stands on paper already"), to_paper)
        if self.person.role == "agent":
            twice = text("Asked twice")
            self.card.head.addWidget(Button(twice, "link", icon="copy", key="Ctrl+T", press=self.show_twice))
            self.shortcut("Ctrl+T", text("What was asked or paid twice"), self.show_twice)

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table

    def refresh(self) -> None:
        """Ask for the day's list."""
        workstation = self.workstation

        def read() -> DayList:
            from counter_app.service.today import day_list

            return day_list(workstation)

        def look() -> tuple[NumberSearch, ...]:
            from counter_app.service.from_paper import searches

            return searches(workstation)

        self.ask(read, self._show, question="list")
        self.ask(look, self._say_lost, question="searches")

    def _say_lost(self, searches: tuple[NumberSearch, ...]) -> None:
        """Receipts that are still to be entered again after a restore stay in view until the search is ended."""
        words, text = left_words(self.text, searches), self.text
        if not words:
            self.lost.clear()
        elif words != self.lost.words.text() or not self.lost.isVisible():
            way = (text("From paper"), partial(self.navigate, "paper"), "Shift+F3")
            self.lost.post("warn", words, actions=(way,) if self.person.role in _COUNTER else ())

    def show_twice(self) -> None:
        """To the requests that citizens made again; others than agents find them beside the differences."""
        self.navigate("twice", back="today")

    def _show(self, answer: DayList) -> None:
        text = self.text
        self._day = answer.day
        count = text.plural("{n} act", "{n} acts", len(answer.lines))
        day, granted = text.date(answer.day, "full"), text.money(answer.granted)
        sub = text("{day} · {count} · {granted} granted", day=day, count=count, granted=granted)
        self.card.retitle(text("Today"), sub)
        self.table.show_rows(answer.lines)
        self._either.turn(1 if answer.lines else 0)

    def _settle(self, line: DayLine) -> None:
        """Pay or cancel a grant that stands; other acts have nothing more to be done."""
        if self.person.role not in _COUNTER:
            return
        if line.kind == "aid_granted" and line.state in ("granted", "pending", "paid"):
            self.navigate("settle", entry_id=line.entry_id, back="today")

    def print_again(self) -> None:
        """The receipt of the act at the cursor; what was printed or saved before is marked as a duplicate."""
        from counter_app.service.papers.receipts import PRINTED

        line = self.table.current()
        if line is None:
            return
        if line.kind in PRINTED and line.number:
            self.paper.send(line.number)
        else:
            self.messages.post("info", self.text("This act has no receipt."))

    def _unmask(self, line: DayLine | None) -> None:
        self._open = "" if line is None else line.entry_id
        self.table.viewport().update()

    def _columns(self) -> list[Column[DayLine]]:
        text = self.text
        return [
            Column(text("Time"), self._when, "muted", drop=1),
            Column(text("Receipt"), lambda line: line.number or "—", "muted", drop=2),
            Column(text("Person"), self._name, "strong", stretch=2, least=150),
            Column(text("Act"), self._act, stretch=3, least=130),
            Column(text("Amount"), self._amount, "figures", right=True),
            Column(text("State"), self._state),
        ]

    def _when(self, line: DayLine) -> str:
        """The time; of what was entered from paper its day, where that is another one or all that is known."""
        at = line.at
        return self.text.date(at) if line.to_the_day or at.date() != self._day else self.text.time(at)

    def _name(self, line: DayLine) -> str:
        if not line.surname:
            return "—"
        shown = full_name if line.entry_id == self._open else masked_name
        return shown(line.surname, line.given_names)

    def _act(self, line: DayLine) -> str:
        kind = self.text(KINDS.get(line.kind, line.kind))
        aid = self.workstation.configuration.aid(line.aid)
        if aid is None:
            return kind
        name = aid.names.get(self.text.language) or next(iter(aid.names.values()), line.aid)
        # Most lines are grants, and their state says so: what was granted is read first.
        return name if line.kind == "aid_granted" else f"{kind} · {name}"

    def _amount(self, line: DayLine) -> str:
        return "—" if line.amount is None else self.text.money(line.amount)

    def _state(self, line: DayLine) -> State:
        if line.irregular:
            return State(self.text("Irregular"), "bad", "alert-triangle")
        state = STATES[line.state]
        return State(self.text(state.words), state.tone, state.icon)
