"""Who is there: a colleague from the list, or a badge, and the PIN."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from counter_app.domain.errors import AppError
from counter_app.text import N_, Text
from ui import mnemonics
from ui.gate import Gate
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ChoiceList
from ui.widgets.durations import duration
from ui.widgets.fields import Field, LineEdit, SecretEdit
from ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Person
    from counter_app.service.workstation import Workstation

ROLES: Final = {
    "agent": N_("Agent"),
    "supervisor": N_("Supervisor"),
    "it": N_("IT"),
    "auditor": N_("Auditor"),
}


class SignIn(Gate):
    """Says who sits here. Arrows in the PIN choose the colleague, so that the hands stay where they are.

    A badge reader that types an id and Enter into the badge field chooses its colleague. `last` was here before.
    """

    def __init__(
        self,
        text: Text,
        tasks: Tasks,
        workstation: Workstation,
        signed_in: Callable[[Person], object],
        *,
        last: str = "",
        why: str = "",
    ) -> None:
        super().__init__(text, wide=860)
        self._tasks, self._workstation, self._signed_in = tasks, workstation, signed_in
        self._messages = MessageBar()
        self.column.addWidget(self._messages)
        self._build_list(last)
        self._build_pin()
        self.column.addWidget(Columns(self._people_card, self._pin_card, stretch=(5, 6), threshold=560))
        if why:
            self._messages.post("info", why)
        self._show_person()

    def first_focus(self) -> QWidget:
        """The PIN: most often the one who was here comes back."""
        return self.pin

    def sign_in(self) -> None:
        """Check the PIN in the background; it is slow on purpose."""
        person_id, pin = self.people.value(), self.pin.text()
        if not pin:
            self.field.set_error(self.text("Type the PIN first."))
            return
        if not self._button.isEnabled():
            return
        self._wait(True)
        workstation = self._workstation

        def work() -> Person:
            from counter_app.service.sign_in import sign_in

            return sign_in(workstation, person_id, pin)

        self._tasks.do(work, self._done, self._failed, owner=self)

    def _build_list(self, last: str) -> None:
        text = self.text
        self._people_card = Card(text("Who are you?"))
        choices = [
            Choice(person.id, person.name, text(ROLES[person.role]), initials=_initials(person.name))
            for person in self._workstation.configuration.people
        ]
        self.people = ChoiceList(text("Colleagues"), choices)
        self.people.setMinimumHeight(3 * 60)
        self.people.choose(last)
        self.people.currentRowChanged.connect(lambda _row: self._show_person())
        self.people.picked.connect(lambda _id: self.pin.setFocus())
        self.badge = LineEdit()
        self.badge.returnPressed.connect(self._read_badge)
        self._badge_field = Field(text("Badge or id"), self.badge)
        self._people_card.body.addWidget(self.people, 1)
        self._people_card.add(self._badge_field)

    def _build_pin(self) -> None:
        text = self.text
        self._pin_card = Card(text("Sign in"))
        self.pin = SecretEdit(text("Show the PIN"), text("Hide the PIN"), digits=True)
        self.pin.setMaxLength(32)
        self.pin.returnPressed.connect(self.sign_in)
        self.pin.stepped.connect(self.people.step)
        self.field = Field(text("PIN"), self.pin, text("Arrow up and arrow down choose another colleague."))
        self._button = Button(text("Sign in"), "primary", icon="key", key="Enter", press=self.sign_in)
        self._pin_card.add(self.field, self._button)
        self._pin_card.body.setSpacing(12)
        self._pin_card.body.addStretch(1)

    def _show_person(self) -> None:
        person = self._workstation.configuration.person(self.people.value())
        if person is None:
            return
        self._pin_card.retitle(person.name, self.text(ROLES[person.role]))
        self._name_button()
        self.pin.clear()
        self.field.set_error("")

    def _read_badge(self) -> None:
        told = self.badge.value().casefold()
        for person in self._workstation.configuration.people:
            if told in (person.id.casefold(), person.name.casefold()):
                self.badge.clear()
                self._badge_field.set_error("")
                self.people.choose(person.id)
                self.pin.setFocus()
                return
        self._badge_field.set_error(self.text("Nobody here has that badge: choose a name in the list."))
        self.badge.selectAll()

    def _wait(self, waiting: bool) -> None:
        self._button.setEnabled(not waiting)
        self.pin.setReadOnly(waiting)
        self.people.setEnabled(not waiting)
        if waiting:
            self._button.name(self.text("Checking…"))
        else:
            self._name_button()

    def _name_button(self) -> None:
        """Say on the button who signs in: the one who was here last stays chosen."""
        person = self._workstation.configuration.person(self.people.value())
        if person is not None:
            self._button.name(self.text("Sign in as {name}", name=person.name))
            mnemonics.assign(self)

    def _done(self, person: Person) -> None:
        self.pin.hide_again()
        self._signed_in(person)

    def _failed(self, error: AppError) -> None:
        self._wait(False)
        self.pin.clear()
        self.pin.setFocus()
        self.field.set_error(self._sentence(error))

    def _sentence(self, error: AppError) -> str:
        """A wrong PIN with the colleague's name, and how long to wait where it locks."""
        text, configuration = self.text, self._workstation.configuration
        person = configuration.person(str(error.params.get("person", "")))
        until = error.params.get("until")
        if person is None:
            return text.error(error)
        if isinstance(until, datetime):
            from counter_app.service.standing import now_at

            return text(
                "Too many wrong PINs: try again in {wait}, at {time}.",
                wait=duration(text, until - now_at(self._workstation)),
                time=f"{until:%H:%M:%S}",
            )
        if error.code == "pin_wrong":
            return text("This is not the PIN of {name}: type it again.", name=person.name)
        return text.error(error)


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + words[-1][:1]).upper() if len(words) > 1 else name[:2].upper()
