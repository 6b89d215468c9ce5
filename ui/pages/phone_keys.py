"""Approval over the telephone: which supervisors answer for which counters, and the keys that let them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.fields import Field
from ui.widgets.form_sheet import FormSheet
from ui.widgets.path_edit import PathEdit
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.phone_keys import PhoneKey


class PhoneKeysPage(SteppedPage):
    """F9 makes a key on the supervisor's machine, Ctrl+G takes one in at the counter. Both choose files as Qt does."""

    interests: ClassVar[frozenset[str] | None] = frozenset({"journal_keys_changed"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self.choose_new: Callable[[QWidget, str, str], tuple[str, str]] = QFileDialog.getSaveFileName
        self._from = "keys" if session.person.role == "it" else "approvals"
        rows: Rows[PhoneKey] = Rows(self._columns(), key=lambda one: f"{one.person}/{one.counter}")
        self.table = Table(text("Who answers for which counter"), rows)
        self.faces = Faces(
            EmptyState(
                "phone",
                text("No supervisor is set up here to approve over the telephone."),
                text(
                    "Make a key on the supervisor’s machine (F9), carry the file to the counter, and take it in"
                    " there (Ctrl+G)."
                ),
            ),
            self.table,
        )
        self.card = Card(text("Approval over the telephone"), bare=True)
        self.card.body.addWidget(self.faces, 1)
        home = text("Keys") if self._from == "keys" else text("Approvals")
        self.card.foot(
            Button(text("Make a key"), "primary", icon="key", key="F9", press=self.make),
            Button(text("Take a key in"), "secondary", icon="download", key="Ctrl+G", press=self.take),
            None,
            Button(home, "link", icon="arrow-left", key="Esc", press=self.leave),
        )
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Make a key that lets a counter ask a supervisor of this machine"), self.make)
        self.key("Ctrl+G", text("Take in a key that was made for this counter"), self.take)
        self.key("Ctrl+R", text("Look again"), self.refresh)
        self.key("Esc", home, self.leave)

    def main_focus(self) -> QWidget:
        """The keys."""
        return self.table

    def leave(self) -> None:
        """Back to where this page was opened from."""
        self.navigate(self._from)

    def refresh(self) -> None:
        """Ask which keys there are."""
        workstation = self.workstation

        def read() -> tuple[PhoneKey, ...]:
            from counter_app.service.phone_keys import phone_keys

            return phone_keys(workstation)

        self.ask(read, self._show, question="phone_keys")

    def _show(self, found: tuple[PhoneKey, ...]) -> None:
        self.table.show_rows(found)
        self.faces.turn(1 if found else 0)

    # --- on the supervisor's machine

    def make(self) -> None:
        """Choose who answers, for which counter, and where the key's file goes."""
        text, configuration = self.text, self.workstation.configuration
        here = self.workstation.office.counter
        counters = [one.id for one in configuration.counters if one.id != here]
        if not counters:
            self.messages.post("info", text("The office has no other counter that could ask."))
            return
        people = [one for one in configuration.people if one.role == "supervisor"]
        person = ComboBox([Choice(one.id, one.name) for one in people])
        person.choose(self.person.id)
        counter = ComboBox([Choice(one, text("Counter {counter}", counter=one)) for one in counters])
        place = PathEdit(
            text,
            lambda: self.choose_new(self, text("Where the key’s file goes"), f"phone-{counter.value()}.key")[
                0
            ],
        )
        field = Field(
            text("The key’s file"), place, text("On a stick that nobody else gets into their hands.")
        )

        def record() -> None:
            if not place.value():
                sheet.wrong(field, text("Choose where the file goes."))
                return
            sheet.wait()
            self._make(person.value(), counter.value(), Path(place.value()), sheet)

        sheet = FormSheet(
            text,
            text("Make a key for the telephone"),
            text("With it the counter checks the eight digits that this supervisor reads back."),
            words=text("Make it"),
            icon="key",
            record=record,
            back=self.back,
        )
        sheet.ask(
            Field(text("Who answers, at this machine"), person), Field(text("Who asks"), counter), field
        )
        self.open(sheet.finish())

    def _make(self, person: str, counter: str, path: Path, sheet: FormSheet) -> None:
        workstation, agent, text = self.workstation, self.person.id, self.text

        def act() -> None:
            from counter_app.service.phone_keys import enrol

            enrol(workstation, person, counter, path, agent)

        def made(_done: None) -> None:
            words = text("Carry the file to counter {counter} and take it in there.", counter=counter)
            after = text("Then destroy it: whoever has it could approve in that name.")
            self.confirm(text("The key is made"), path.name, words, after)

        self.do(act, made, sheet.failed)

    # --- at the counter

    def take(self) -> None:
        """Choose the file that was brought here."""
        text = self.text
        place = PathEdit(text, lambda: self.choose_file(self, text("The file of the key"))[0])
        field = Field(
            text("The key’s file"), place, text("It was made for this counter, on the supervisor’s machine.")
        )

        def record() -> None:
            if not place.value():
                sheet.wrong(field, text("Choose the file that was brought here."))
                return
            sheet.wait()
            self._take(Path(place.value()), sheet)

        sheet = FormSheet(
            text,
            text("Take a key in"),
            text("From then on this supervisor may approve over the telephone what waits here."),
            words=text("Take it in"),
            icon="download",
            record=record,
            back=self.back,
        )
        sheet.ask(field)
        self.open(sheet.finish())

    def _take(self, path: Path, sheet: FormSheet) -> None:
        workstation, agent, text = self.workstation, self.person.id, self.text

        def act() -> str:
            from counter_app.service.phone_keys import take_in

            return take_in(workstation, path, agent)

        def taken(person: str) -> None:
            words = text("{person} may approve over the telephone now.", person=self._name(person))
            after = text("Destroy the file now: whoever has it could approve in that name.")
            self.confirm(text("The key is taken in"), "", words, after)

        self.do(act, taken, sheet.failed)

    # --- words

    def _columns(self) -> list[Column[PhoneKey]]:
        text = self.text
        return [
            Column(text("Supervisor"), lambda one: self._name(one.person), "strong", stretch=2, least=120),
            Column(text("Answers for"), lambda one: text("Counter {counter}", counter=one.counter), least=90),
            Column(text("Here"), self._kind, drop=2),
            Column(text("Since"), lambda one: text.datetime(one.since), "muted", drop=1),
        ]

    def _kind(self, one: PhoneKey) -> State:
        if one.taken:
            return State(self.text("Rung from here"), "info", "phone")
        return State(self.text("Answers here"), "ok", "key")

    def _name(self, person_id: str) -> str:
        person = self.workstation.configuration.person(person_id)
        return person_id if person is None else person.name
