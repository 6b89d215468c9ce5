"""Who somebody is, as they tell it: names in order, what is known of the birth, numbers, where to reach them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from counter_app.domain.commands import Number, Person
from counter_app.text import LANGUAGES, N_, Text
from ui.theme.tokens import GRID
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.date_edit import DateEdit
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label
from ui.widgets.words import DOUBTS, IDENTITY, SCHEMES

_SPOKEN = {"fr": N_("French"), "en": N_("English"), "nl": N_("Dutch"), "it": N_("Italian")}


_UNITS = 12
"""Into how many equal parts a row of fields is divided."""


class PersonForm(QWidget):
    """The fields of one person. Only a surname is needed; a number that looks wrong is doubted, never refused."""

    changed = Signal()

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text
        self.surname, self.given_names, self.used_name = LineEdit(), LineEdit(), LineEdit()
        self.birth_date = DateEdit(text)
        self.birth_place, self.address, self.domiciled_by = LineEdit(), LineEdit(most=400), LineEdit(most=400)
        self.phone, self.file_number, self.number = LineEdit(most=40), LineEdit(most=64), LineEdit(most=64)
        self.identity = ComboBox([Choice("", text("Please choose"))])
        self.identity.offer(
            [Choice("", text("Please choose")), *(Choice(code, text(IDENTITY[code])) for code in IDENTITY)]
        )
        self.scheme = ComboBox([Choice(code, text(words)) for code, words in SCHEMES.items()])
        spoken = [Choice(code, text(_SPOKEN[code])) for code in LANGUAGES]
        self.language = ComboBox([Choice("", text("Not asked")), *spoken])
        for combo in (self.identity, self.scheme, self.language):
            combo.setMinimumContentsLength(5)
        self._doubts = QTimer(self)
        self._doubts.setSingleShot(True)
        self._doubts.setInterval(200)
        self._doubts.timeout.connect(self._check_number)
        self._make_fields()
        self._lay_out()
        for line in self._lines().values():
            line.textChanged.connect(lambda _typed: self.changed.emit())
        for combo in (self.identity, self.scheme, self.language):
            combo.picked.connect(lambda _value: self.changed.emit())
        self.number.textChanged.connect(lambda _typed: self._doubts.start())
        self.scheme.picked.connect(lambda _value: self._doubts.start())

    def _make_fields(self) -> None:
        text = self._text
        number = QWidget()
        row = QHBoxLayout(number)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.scheme, 2)
        row.addWidget(self.number, 3)
        self.scheme.setAccessibleName(text("Kind of number"))
        # On Linux a screen reader calls a box by its label, seen or not.
        unseen = label(text("Kind of number"), parent=number)
        unseen.setBuddy(self.scheme)
        unseen.hide()
        self.surname_field = Field(text("Surname"), self.surname)
        self.birth_field = Field(text("Born on"), self.birth_date)
        self.identity_field = Field(text("Identity"), self.identity)
        self.number_field = Field(text("Identity number"), number)
        self.number_field.label.setBuddy(self.number)
        self.number.setAccessibleName(text("Identity number"))
        number.setFocusProxy(self.number)

    def _lay_out(self) -> None:
        text = self._text
        fields = [
            (self.surname_field, 4),
            (Field(text("Given names, in order"), self.given_names), 4),
            (self.birth_field, 4),
            (self.identity_field, 4),
            (Field(text("Name used, if another"), self.used_name), 4),
            (Field(text("Place of birth"), self.birth_place), 4),
            (Field(text("File number"), self.file_number), 3),
            (self.number_field, 6),
            (Field(text("Language of papers"), self.language), 3),
            (Field(text("Address"), self.address), 5),
            (Field(text("Domiciled by"), self.domiciled_by), 4),
            (Field(text("Telephone"), self.phone), 3),
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        row, column = 0, 0
        for field, wide in fields:
            grid.addWidget(field, row, column, 1, wide, Qt.AlignmentFlag.AlignTop)
            column += wide
            if column == _UNITS:
                row, column = row + 1, 0
        for column in range(_UNITS):
            grid.setColumnStretch(column, 1)

    def person(self) -> Person:
        """The person as typed."""
        schemes = (("file", self.file_number.value()), (self.scheme.value(), self.number.value()))
        return Person(
            surname=self.surname.value(),
            given_names=given_names_typed(self.given_names.value()),
            used_name=self.used_name.value() or None,
            birth_date=self.birth_date.iso,
            birth_place=self.birth_place.value() or None,
            numbers=tuple([Number(scheme=s, value=v) for s, v in schemes if v]),  # type: ignore[arg-type]
            identity=self.identity.value() or "declared",  # type: ignore[arg-type]
            address=self.address.value() or None,
            domiciled_by=self.domiciled_by.value() or None,
            phone=self.phone.value() or None,
            language=self.language.value() or None,
        )

    def problem(self) -> QWidget | None:
        """Say what is missing or no date, and return the first such field; `None` where all is well."""
        text = self._text
        wrong: list[QWidget] = []
        for field, is_wrong, sentence in (
            (self.surname_field, not self.surname.value(), text("Type at least a surname.")),
            (
                self.birth_field,
                self.birth_date.is_wrong,
                text("This is no date: write what is known of it, such as 14/3/1987, 3/1987 or 1987."),
            ),
            (
                self.identity_field,
                not self.identity.value(),
                text("Choose how the identity is known: only a seen or known one is held to the ceilings."),
            ),
        ):
            field.set_error(sentence if is_wrong else "")
            if is_wrong:
                wrong.append(field.editor)
        return wrong[0] if wrong else None

    def fields(self) -> dict[str, Any]:
        """What stands here, for a draft."""
        combos = {"identity": self.identity, "scheme": self.scheme, "language": self.language}
        return {name: line.value() for name, line in self._lines().items()} | {
            name: combo.value() for name, combo in combos.items()
        }

    def restore(self, fields: dict[str, Any]) -> None:
        """Put these values in the place of all others."""
        for name, line in self._lines().items():
            line.setText(str(fields.get(name, "")))
        for name, combo in (
            ("identity", self.identity),
            ("scheme", self.scheme),
            ("language", self.language),
        ):
            combo.choose(str(fields.get(name, "nir" if name == "scheme" else "")))
        for field in (self.surname_field, self.birth_field, self.identity_field):
            field.set_error("")

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(line.value() for line in self._lines().values())

    def _lines(self) -> dict[str, LineEdit]:
        return {
            "surname": self.surname,
            "given_names": self.given_names,
            "birth_date": self.birth_date,
            "used_name": self.used_name,
            "birth_place": self.birth_place,
            "file_number": self.file_number,
            "number": self.number,
            "address": self.address,
            "domiciled_by": self.domiciled_by,
            "phone": self.phone,
        }

    def _check_number(self) -> None:
        from counter_app.service.numbers import doubt

        found = doubt(self.scheme.value(), self.number.value())
        self.number_field.set_help("" if found is None else self._text(DOUBTS[found]))


def given_names_typed(typed: str) -> tuple[str, ...]:
    """Given names in their order: parted by commas where there is one, else by blanks."""
    parts = typed.split(",") if "," in typed else typed.split()
    return tuple([part.strip() for part in parts if part.strip()])
