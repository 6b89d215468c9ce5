"""A unit in a colleague's hands: what to type at the centre, field by field with copy keys, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.service.kind_words import KINDS
from counter_app.text import N_, Text
from ui import shortcuts
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.money_edit import MoneyEdit
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.work_list.listing import WorkCase, WorkField

DONE, PENDING, REFUSED, ABSENT, UNTOUCHED, BACK = "done", "pending", "refused", "absent", "untouched", "back"
_OUTCOMES: Final = {
    DONE: N_("The centre has it: type its number"),
    PENDING: N_("The centre took it and decides later"),
    REFUSED: N_("The centre refused it"),
    ABSENT: N_("Looked: the centre does not have it"),
    UNTOUCHED: N_("Lay it back: nothing was typed"),
    BACK: N_("Lay it back: something may have been typed"),
}
_LOOKING: Final = (DONE, PENDING, REFUSED, ABSENT, BACK)
_TYPING: Final = (DONE, PENDING, REFUSED, UNTOUCHED, BACK)


class WorkSheet(QWidget):
    """`record` is called with this sheet when its form is complete; `outcome`, `number`, `cents`, `reason` say what."""

    def __init__(
        self,
        text: Text,
        case: WorkCase,
        service: str,
        *,
        record: Callable[[WorkSheet], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__()
        self.text, self.case = text, case
        self._done, self.sure = record, False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        about = self._about(service)
        self.form = self._form(back)
        outer.addWidget(Columns(about, self.form, stretch=(6, 5), threshold=860), 1)

    def first_focus(self) -> QWidget:
        """The fields to copy, else what became of it."""
        return self.fields

    @property
    def outcome(self) -> str:
        """What became of it."""
        return self._outcome.value()

    @property
    def number(self) -> str:
        """The centre's own number."""
        return self._number.value()

    @property
    def cents(self) -> int:
        """The amount that the centre's screen shows."""
        return self._amount.cents or 0

    @property
    def reason(self) -> str:
        """Why the centre refused."""
        return self._why.value()

    def copy(self, field: WorkField | None = None) -> None:
        """Put the text of a field, or of the one at the cursor, where the centre's screen can take it."""
        chosen = field or self.fields.current()
        if chosen is not None:
            QGuiApplication.clipboard().setText(chosen.text)
            self._copied.setText(self.text("Copied: {field}", field=self._name(chosen)))

    def _about(self, service: str) -> Card:
        text, item = self.text, self.case.item
        kind = text(KINDS.get(item.kind, item.kind))
        sub = " · ".join(part for part in (service, self.case.screen, item.receipt) if part)
        card = Card(text("{kind}, {amount}", kind=kind, amount=item.amount), sub)
        if self.case.looking:
            words = text("It may stand there already: look for it first, and type it only where it does not.")
            card.add(label(words, "strong", wrap=True))
        rows: Rows[WorkField] = Rows(self._columns(), key=lambda field: field.copy_key + field.name)
        self.fields = Table(text("What to type, in the order of the centre’s screen"), rows)
        self.fields.show_rows(self.case.fields)
        self.fields.opened.connect(self.copy)
        card.body.addWidget(self.fields, 1)
        self._copied = label(text("Enter copies the field at the cursor."), "meta", wrap=True)
        card.add(self._copied)
        group = text("On this page")
        for field in self.case.fields:
            if field.copy_key:
                words = text("Copy “{field}”", field=self._name(field))
                key = f"Ctrl+{field.copy_key}"
                shortcuts.declare(self, key, words, partial(self.copy, field), group=group)
        return card

    def _columns(self) -> list[Column[WorkField]]:
        text = self.text
        return [
            Column(
                text("Key"),
                lambda field: shortcuts.shown(f"Ctrl+{field.copy_key}") if field.copy_key else "",
                "muted",
                drop=1,
            ),
            Column(text("Field"), self._name, "muted", stretch=1, least=80),
            Column(text("Type there"), lambda field: field.text or "—", "strong", stretch=2, least=120),
        ]

    def _name(self, field: WorkField) -> str:
        return field.name or self.text(field.usual)

    def _form(self, back: Callable[[], object]) -> FormSheet:
        text, case = self.text, self.case
        sheet = FormSheet(
            text,
            text("What became of it"),
            text("It is yours until {until}.", until=text.time(case.item.until)) if case.item.until else "",
            words=text("Record"),
            icon="check",
            record=self._record,
            back=back,
            narrow=True,
        )
        possible = _LOOKING if case.looking else _TYPING
        self._outcome = ComboBox(Choice(one, text(_OUTCOMES[one])) for one in possible)
        self._number = LineEdit(case.item.number, most=64)
        self._amount = MoneyEdit(text, case.item.amount.currency)
        self._why = LineEdit(most=200)
        self._number_field = Field(text("The centre’s number"), self._number, text("Typed or scanned."))
        self._amount_field = Field(text("Amount shown there"), self._amount)
        self._why_field = Field(text("Why it refused"), self._why)
        self._outcome.picked.connect(lambda _value: self._follow())
        sheet.ask(
            Field(text("Result"), self._outcome), self._number_field, self._amount_field, self._why_field
        )
        sheet.finish()
        sheet.body.addStretch(1)
        self._follow()
        return sheet

    def _follow(self) -> None:
        held = self.outcome in (DONE, PENDING)
        show_if(self._number_field, held)
        show_if(self._amount_field, held)
        show_if(self._why_field, self.outcome == REFUSED)

    def _record(self) -> None:
        text = self.text
        if self.outcome in (DONE, PENDING):
            if not self.number:
                self.form.wrong(self._number_field, text("Type the number that the centre gave it."))
                return
            if self._amount.cents is None:
                self.form.wrong(self._amount_field, text("Type the amount as the centre’s screen shows it."))
                return
        if self.outcome == REFUSED and not self.reason:
            self.form.wrong(self._why_field, text("Type the reason, in a word or its code."))
            return
        self._done(self)
