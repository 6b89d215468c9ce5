"""What was asked or paid twice, opened: both entries side by side, why they are a pair, and whether they are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.domain.command_shape import NOT_ON_PAPER
from counter_app.text import N_, Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.badge import Badge, State
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.date_edit import date_shown
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label
from ui.widgets.masked_name import full_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_words import UNITS
from ui.widgets.words import IDENTITY, STATES, aid_name, code_name, service_name

if TYPE_CHECKING:
    from counter_app.service.asked_twice import Answer, Both, Told, Twice, TwiceCase

_REASON = 104
_FIELDS: Final = {
    "at": N_("When"),
    "receipt": N_("Receipt"),
    "amount": N_("Amount"),
    "months": N_("Months"),
    "answer": N_("Came to"),
    "told": N_("Centre"),
    "person": N_("Name"),
    "birth_date": N_("Born"),
    "address": N_("Address"),
    "identity": N_("Identity"),
    "evidence": N_("Seen"),
    "agent": N_("By"),
    "counter": N_("Counter"),
    "form": N_("Paper form"),
}
_OF_THE_PERSON: Final = ("person", "birth_date", "address")
_REFERENCES: Final = {
    "file": N_("the same file number"),
    "name": N_("the same names and birth date"),
}
_A_NUMBER: Final = N_("the same identity number")
_STANDING: Final = ("pending", "granted", "paid")


def month_words(months: tuple[str, ...]) -> str:
    """Months (YYYY-MM) as people write them: `01/2026`."""
    return ", ".join(f"{month[5:]}/{month[:4]}" for month in months)


def twice_subject(text: Text, configuration: Configuration, twice: Twice) -> str:
    """Which aid it is about, and which months."""
    aid = aid_name(text, configuration, twice.aid)
    return f"{aid} · {month_words(twice.months)}" if twice.months else aid


def told_words(text: Text, configuration: Configuration, told: Told) -> str:
    """Where a message stands at each central service, which is named where there are several; a dash without any."""
    if len(told) == 1:
        return text(UNITS[told[0][1]].words)
    words = [
        text("{service}: {state}", service=service_name(text, configuration, service), state=state)
        for service, state in ((one, text(UNITS[state].words)) for one, state in told)
    ]
    return "; ".join(words) or "—"


class TwicePair(QWidget):
    """`judge` is called with this pair when its form is complete; `verdict` and `reason` say what."""

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        case: TwiceCase,
        *,
        judge: Callable[[TwicePair], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__()
        self.text, self.case = text, case
        self._configuration, self._judge = configuration, judge
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        about = self._about()
        self.form = self._form(back)
        outer.addWidget(Columns(about, self.form, stretch=(16, 9), threshold=860), 1)

    def first_focus(self) -> QWidget:
        """The verdict."""
        return self.form.first_focus()

    @property
    def verdict(self) -> str:
        """Whether both are one: `same` or `other`."""
        return self._verdict.value()

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return self._reason.value()

    @property
    def both_granted(self) -> bool:
        """Whether each of two requests led to a grant that stands or waits."""
        answers = next((both for both in self.case.fields if both.name == "answer"), None)
        return answers is not None and all(
            any(one.state in _STANDING for one in side) for side in (answers.first, answers.second)
        )

    # --- both sides

    def _about(self) -> Card:
        text, twice = self.text, self.case.twice
        who = full_name(twice.surname, twice.given_names) or text("No name here")
        card = Card(who, twice_subject(text, self._configuration, twice))
        card.head.addWidget(Badge(self._seen()))
        card.add(label(self._why(), "strong", wrap=True))
        for sentence in self._warnings():
            card.add(label(sentence, wrap=True))
        rows: Rows[Both] = Rows(self._columns(), key=lambda both: both.name)
        self.sides = Table(text("Both entries, field by field"), rows)
        self.sides.show_rows(self.case.fields)
        self.sides.moved.connect(self._say_both)
        self.sides.hold(least=min(5 if theme.density is ROOMY else 2, len(self.case.fields)))
        card.body.addWidget(self.sides, 1)
        self._whole = label("", "meta", wrap=True)
        card.add(self._whole)
        self._say_both(self.sides.current())
        return card

    def _seen(self) -> State:
        if self.case.twice.confirmed:
            return State(self.text("Identity seen"), "ok", "check")
        return State(self.text("Identity not seen"), "warn", "eye")

    def _why(self) -> str:
        text, twice = self.text, self.case.twice
        told = [text(_REFERENCES.get(kind, _A_NUMBER)) for kind in self.case.shared]
        agree = list(dict.fromkeys(told)) or [text("the same person, as an agent said")]
        if twice.kind == "months":
            months = month_words(twice.months)
            return text("Both settle {months} of one aid, and carry {same}.", months=months, same=agree)
        apart = text("on the same day")
        if twice.days:
            apart = text.plural("{n} day apart", "{n} days apart", twice.days)
        return text("Both are about one aid, {apart}, and carry {same}.", apart=apart, same=agree)

    def _warnings(self) -> list[str]:
        """What whoever judges should know before: a namesake, money given twice, money to be given back."""
        text, case = self.text, self.case
        said = []
        if not case.twice.confirmed:
            said.append(text("Nobody saw a document both times: it may be a namesake."))
        if self.both_granted:
            said.append(text("Both were granted. Your word takes neither back: a supervisor cancels one."))
        if case.twice.kind == "months":
            said.append(self._what_to_do())
        return said

    def _what_to_do(self) -> str:
        text = self.text
        if self.case.refunds:
            told = [self._answer(one) for one in self.case.refunds]
            return text("Went back since: {refunds}.", refunds=told)
        return text(
            "Next: give one back, as a grant under this aid that a second person approves; or have the centre count"
            " it otherwise, by both receipts. Then say here what was done."
        )

    def _columns(self) -> list[Column[Both]]:
        text = self.text
        return [
            Column(text("Field"), lambda both: text(_FIELDS[both.name]), "muted"),
            Column(text("First"), lambda both: self._side(both, 0), stretch=1, least=90),
            Column(text("Again"), lambda both: self._side(both, 1), "strong", stretch=1, least=90),
            Column(text("Same?"), self._same, "muted", drop=1),
        ]

    def _side(self, both: Both, place: int) -> str:
        """One side of a field for reading; what another counter keeps to itself is not empty."""
        value = both.second if place else both.first
        if both.name in _OF_THE_PERSON and not self.case.named[place]:
            return self.text("not here")
        if not value:
            return "—"
        return self._words(both.name, value)

    def _words(self, name: str, value: Any) -> str:
        text, configuration = self.text, self._configuration
        if name == "counter":
            return text.counter(value)
        if name == "agent":
            if value == NOT_ON_PAPER:
                return text("Not on the paper")
            person = configuration.person(value)
            return str(value) if person is None else person.name
        if name == "birth_date":
            return date_shown(value, text)
        if name == "person":
            return full_name(*value)
        if name == "identity":
            return text(IDENTITY.get(value, value))
        if name == "months":
            return month_words(value)
        if name == "evidence":
            return ", ".join(code_name(text, configuration, code) for code in value)
        if name == "answer":
            return "; ".join(self._answer(one) for one in value)
        if name == "told":
            return told_words(text, configuration, value)
        return text.value(value)

    def _answer(self, answer: Answer) -> str:
        text = self.text
        amount = "" if answer.amount is None else text.money(answer.amount)
        return " · ".join(part for part in (text(STATES[answer.state].words), answer.number, amount) if part)

    def _same(self, both: Both) -> str | State:
        """Only what differs stands out."""
        if both.same is None:
            return ""
        if both.same:
            return self.text("Same")
        return State(self.text("Differs"), "warn", "alert-triangle")

    def _say_both(self, both: Both | None) -> None:
        """The field at the cursor whole: cells are cut where they are narrow."""
        if both is not None:
            first, again = self._side(both, 0), self._side(both, 1)
            self._whole.setText(self.text("First: {first} — again: {again}", first=first, again=again))

    # --- the verdict

    def _form(self, back: Callable[[], object]) -> FormSheet:
        text = self.text
        sheet = FormSheet(
            text,
            text("What are they?"),
            text("With your name. It cannot be taken back."),
            words=text("Record"),
            icon="gavel",
            record=self._record,
            back=back,
            narrow=True,
        )
        self._verdict = ComboBox(self._choices())
        self._reason = Words(lines=2)
        self._reason.setMaximumHeight(_REASON if theme.density is ROOMY else self._reason.minimumHeight())
        self._verdict_field = Field(text("They are"), self._verdict)
        self._reason_field = Field(
            text("Reason"), self._reason, text("Who checked what, where: an auditor reads it.")
        )
        self._reason_field.fold_help(theme.density is not ROOMY)
        self._verdict.picked.connect(lambda _value: self._follow())
        sheet.ask(self._verdict_field, self._reason_field)
        sheet.finish()
        sheet.body.addStretch(1)
        self._follow()
        return sheet

    def _choices(self) -> tuple[Choice, Choice]:
        text = self.text
        if self.case.twice.kind == "months":
            return (
                Choice("same", text("One month, paid twice")),
                Choice("other", text("Two payments that both stand")),
            )
        return (
            Choice("same", text("One request, made again")),
            Choice("other", text("Two requests that both stand")),
        )

    def _follow(self) -> None:
        """What follows from the verdict, before it is given."""
        self._verdict_field.set_help(self.follows)

    @property
    def follows(self) -> str:
        """What happens once this verdict is recorded."""
        text, case = self.text, self.case
        # A line each: more would be cut where the window is very low.
        if self.verdict == "other":
            return text("They are not proposed again; nothing else changes.")
        if case.twice.kind == "months":
            return text("They are not proposed again; no money moves by it.")
        if case.will_be_told:
            return text("The centre is told which one the later one repeats.")
        if case.twice.second.told:
            return text("The later one was told before: ring the centre.")
        return text("No centre is told of them.")

    def _record(self) -> None:
        if not self.reason:
            self.form.wrong(self._reason_field, self.text("Say why: the decision is read without you."))
            return
        self._judge(self)
