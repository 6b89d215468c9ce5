"""Saying anew who somebody is: the person as told before, to be mended, and why; the entry itself stays as it was."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import Person
from counter_app.text import Text
from ui.widgets.date_edit import date_shown
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.person_form import PersonForm

_WIDE = 1100


class CorrectionSheet(FormSheet):
    """`correct` is called with this sheet when it is complete; `person` and `reason` say what."""

    def __init__(
        self,
        text: Text,
        told: Person,
        *,
        correct: Callable[[CorrectionSheet], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__(
            text,
            text("Correct the person"),
            text("A new fact names the entry; the centre is told by it."),
            words=text("Record the correction"),
            icon="edit",
            record=self._check,
            back=back,
            wide=_WIDE,
        )
        self._correct = correct
        self.form = PersonForm(text)
        self.form.restore(_fields(told, text))
        self.add(self.form)
        self._words = Words(lines=1)
        self._reason_field = Field(text("Reason"), self._words)
        self.ask(self._reason_field)
        self.finish()

    def first_focus(self) -> QWidget:
        """The surname, which is misspelt most."""
        return self.form.surname

    @property
    def person(self) -> Person:
        """The person as they are now told."""
        return self.form.person()

    @property
    def reason(self) -> str:
        """Why, in the colleague's words."""
        return self._words.value()

    def _check(self) -> None:
        wrong = self.form.problem()
        if wrong is not None:
            wrong.setFocus()
        elif not self.reason:
            self.wrong(self._reason_field, self.text("Say why: the decision is read without you."))
        else:
            self._correct(self)


def _fields(told: Person, text: Text) -> dict[str, str]:
    """What stood in the form when the person was told."""
    numbers = {str(one.scheme): one.value for one in told.numbers}
    scheme = next((one for one in numbers if one != "file"), "nir")
    given = told.given_names
    return {
        "surname": told.surname,
        "given_names": ", ".join(given) if any(" " in one for one in given) else " ".join(given),
        "birth_date": date_shown(told.birth_date, text) if told.birth_date else "",
        "used_name": told.used_name or "",
        "birth_place": told.birth_place or "",
        "file_number": numbers.get("file", ""),
        "scheme": scheme,
        "number": numbers.get(scheme, ""),
        "address": told.address or "",
        "domiciled_by": told.domiciled_by or "",
        "phone": told.phone or "",
        "language": told.language or "",
        "identity": told.identity,
    }
