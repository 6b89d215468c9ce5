"""Somebody new at the counter: what they tell of themselves, kept as it is typed and recorded with their first act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.domain.commands import Person
from ui.case import Case
from ui.drafting import DraftKeeper
from ui.page import Page
from ui.session import Session
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.date_edit import date_shown, date_typed
from ui.widgets.person_form import PersonForm

if TYPE_CHECKING:
    from counter_app.service.search import PersonMatch


class NewCitizenPage(Page):
    """The form of a person; going on leads to their first act. Nothing is recorded here."""

    interests = frozenset[str]()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._draft = str(uuid4())
        self._person: Person | None = None
        self.card = Card(
            text("New citizen"), text("Only a surname is needed. Whatever is not known may stay empty.")
        )
        self.form = PersonForm(text)
        self.card.add(self.form)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(
            Button(
                text("Go on to the act"), "primary", icon="arrow-right", key="Ctrl+Enter", press=self.go_on
            )
        )
        row.addWidget(Button(text("Clear"), "link", press=self.clear))
        row.addStretch(1)
        self.card.add(row)
        self.column.addWidget(self.card, 1, Qt.AlignmentFlag.AlignTop)
        self.keeper = DraftKeeper(self, self._body)
        self.form.changed.connect(self._typed)
        for sequence in ("Ctrl+Return", "Ctrl+Enter"):
            self.shortcut(sequence, text("Go on to the act"), self.go_on)
        self.shortcut("Esc", text("Back to the search"), lambda: self.navigate("counter"))

    def activated(self, **args: object) -> None:
        """Begin with what was typed into the search, or with a draft."""
        fields = args.get("fields")
        if isinstance(fields, dict):
            self._draft = str(args.get("draft") or uuid4())
            self._fill(fields)
        elif "typed" in args:
            self._draft = str(uuid4())
            self._fill(named_in(str(args["typed"])))

    def first_focus(self) -> QWidget:
        """The first field that is still empty among the names and the birth."""
        form = self.form
        for line in (form.surname, form.given_names, form.birth_date):
            if not line.value():
                return line
        return form.identity

    def may_leave(self) -> bool:
        """Always: what was typed is kept as a draft."""
        self.keeper.save()
        return True

    def clear(self) -> None:
        """Empty the form and throw its draft away."""
        self._fill({})
        self.keeper.forget(self._draft)
        self._draft = str(uuid4())
        self.form.surname.setFocus()

    def go_on(self) -> None:
        """To the act, unless somebody of this name and birth is known already."""
        wrong = self.form.problem()
        if wrong is not None:
            wrong.setFocus()
            return
        person = self.form.person()
        self._person = person
        workstation = self.workstation

        def read() -> tuple[PersonMatch, ...]:
            from counter_app.service.casework import homonyms

            return homonyms(workstation, person)

        self.ask(read, lambda found: self._decide(person, found), question="homonyms")

    def _decide(self, person: Person, found: tuple[PersonMatch, ...]) -> None:
        if not self.isVisible():
            # Whoever asked has gone on to something else; what was typed is kept.
            return
        same = [one for one in found if person.birth_date and one.birth_date == person.birth_date]
        if not same:
            self._begin(person)
            return
        match, text = same[0], self.text
        self.messages.post(
            "warn",
            text(
                "Somebody of this name, born {day}, is known here already. Is it the same person?",
                day=date_shown(match.birth_date, text),
            ),
            actions=(
                (text("The same: open the file"), lambda: self._open(match)),
                (text("Somebody else"), lambda: self._begin(self._another(person, match))),
            ),
        )
        button = self.messages.findChild(Button)
        if button is not None:
            button.setFocus()

    def _another(self, person: Person, match: PersonMatch) -> Person:
        if match.entry_id is None:
            return person
        reason = self.text("Another person of the same name and date of birth, as told at the counter.")
        return msgspec.structs.replace(person, distinct_from=match.entry_id, reason=reason)

    def _open(self, match: PersonMatch) -> None:
        self.keeper.forget(self._draft)
        self._fill({})
        self.navigate("citizen", entry_id=match.entry_id, register_id=match.register_id)

    def _begin(self, person: Person) -> None:
        self.keeper.save()
        self.session.case = Case(person, is_new=True, draft=self._draft)
        self.navigate("act")

    def _typed(self) -> None:
        self.keeper.touched()

    def _fill(self, fields: dict[str, Any]) -> None:
        self.form.blockSignals(True)
        self.form.restore(fields)
        self.form.blockSignals(False)

    def _body(self) -> tuple[str, dict[str, Any]] | None:
        return None if self.form.is_empty() else (self._draft, {"new": self.form.fields()})


def named_in(typed: str) -> dict[str, str]:
    """Surname, given names and birth date out of what was typed into the search box, as far as they are there."""
    names, fields = [], dict[str, str]()
    for word in typed.replace(",", ", ").split():
        if date_typed(word) is not None and len(word) >= 4:
            fields["birth_date"] = word
        elif any(letter.isalpha() for letter in word) and not any(sign.isdigit() for sign in word):
            names.append(word)
    told = " ".join(names)
    if "," in told:
        surname, _, given = told.partition(",")
        return fields | {"surname": _capital(surname.strip()), "given_names": _capital(given.strip())}
    place = _end_of_surname(names)
    return fields | {
        "surname": _capital(" ".join(names[:place])),
        "given_names": _capital(" ".join(names[place:])),
    }


def _end_of_surname(names: list[str]) -> int:
    from counter_app.domain.names import PARTICLES, fold

    place = 0
    while place < len(names) - 1 and fold(names[place]) in PARTICLES:
        place += 1
    return place + 1


def _capital(words: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in words.split())
