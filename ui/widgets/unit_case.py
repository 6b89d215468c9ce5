"""A unit that needs a person, opened: both records side by side, why, the next step, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.domain.delivery import UnitState
from counter_app.service.kind_words import FIELDS, KINDS
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.badge import Badge, State
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.masked_name import full_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_words import FACTS, field_words, next_step, reason_words, unit_state

if TYPE_CHECKING:
    from counter_app.service.differences import DifferenceCase, LaterFact, Past, Side

_REASON = 104
_SENT = 1
HAND, UNDO, CORRECT = "hand", "undo", "correct_now"
Decide = Callable[["UnitCase"], object]


class UnitCase(QWidget):
    """`decide` is called with this case when its form is complete; `decision`, `reason`, `number` say what.

    `colleagues` are those whom it may be handed to, by id; then the decision is `HAND`. `UNDO` takes the last one back,
    `CORRECT` asks who the person really is.
    """

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        case: DifferenceCase,
        service: str,
        *,
        colleagues: Mapping[str, str],
        may_correct: bool,
        decide: Decide,
        back: Callable[[], object],
    ) -> None:
        super().__init__()
        self._colleagues = colleagues
        self._may_correct = may_correct and bool(case.decisions) and case.person is not None
        self.text, self.case = text, case
        self._configuration, self._service = configuration, service
        self._decide = decide
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        about = self._about()
        self.form = self._form(back)
        outer.addWidget(Columns(about, self.form, stretch=(6, 5), threshold=860), 1)

    def first_focus(self) -> QWidget:
        """The decision."""
        return self.form.first_focus()

    @property
    def decision(self) -> str:
        """What was chosen."""
        return self._decision.value()

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return self._reason.value()

    @property
    def number(self) -> str | None:
        """The centre's own number, where its record is kept or linked to."""
        return (self._number.value() or None) if self.decision in ("accept", "link") else None

    @property
    def by(self) -> str | None:
        """The later entry that says the act anew."""
        return self._later.value() if self.decision == "correct" else None

    @property
    def colleague(self) -> str:
        """Whom it is handed to."""
        return self._colleague.value()

    # --- both sides

    def _about(self) -> Card:
        text, unit = self.text, self.case.unit
        who = full_name(unit.surname, unit.given_names) or text("No person named")
        kind = text(KINDS.get(unit.kind, unit.kind))
        sub = " · ".join(part for part in (kind, unit.receipt, text.datetime(unit.at), self._service) if part)
        card = Card(who, sub)
        card.head.addWidget(Badge(unit_state(text, unit.state)))
        why = self._why()
        if why:
            card.add(label(why, "strong", wrap=True))
        step = next_step(text, unit.state, unit.reason or "", paid=self.case.paid.cents > 0)
        if step:
            card.add(label(text("Next: {step}", step=step), wrap=True))
        rows: Rows[Side] = Rows(self._columns(), key=lambda side: side.name)
        self.sides = Table(text("What the journal sent and what the centre showed"), rows)
        self.sides.show_rows(self.case.sides)
        self.sides.moved.connect(self._say_side)
        self.sides.fitted.connect(lambda: self._say_side(self.sides.current()))
        self.sides.hold(least=min(4 if theme.density is ROOMY else 2, len(self.case.sides)))
        card.body.addWidget(self.sides, 1)
        self._whole = label("", "meta", wrap=True)
        card.add(self._whole)
        differing = next((place for place, side in enumerate(self.case.sides) if side.differs), 0)
        self.sides.selectRow(differing)
        self._say_side(self.sides.current())
        history = self._history()
        if theme.density is ROOMY:
            card.add(label(history, "meta", wrap=True))
        else:
            card.setToolTip(history)
            card.setAccessibleDescription(history)
        return card

    def _why(self) -> str:
        text, unit = self.text, self.case.unit
        said = []
        if unit.reason and unit.state is not UnitState.CLOSED:
            said.append(reason_words(text, unit.reason))
        elif unit.state is UnitState.UNKNOWN:
            said.append(text("It was sent, and no answer came back."))
        if self.case.words:
            said.append(text("The centre says: “{words}”", words=self.case.words))
        if unit.number:
            said.append(text("Its number there: {number}", number=unit.number))
        if unit.with_whom:
            said.append(text("In hand: {person}", person=self._named(unit.with_whom)))
        if self.case.decided is not None and unit.state is UnitState.CLOSED:
            said.append(self._decided(self.case.decided))
        return "\n".join(said)

    def _decided(self, past: Past) -> str:
        from counter_app.service.unit_words import DONE_WORDS

        text = self.text
        words = next((told for word, told in DONE_WORDS.items() if word == past.word), past.word)
        return text(
            "Decided by {person}, {at}: {what}. {reason}",
            person=self._named(past.by),
            at=past.at,
            what=text(words),
            reason=past.reason,
        )

    def _named(self, person_id: str) -> str:
        person = self._configuration.person(person_id)
        return person_id if person is None else person.name

    def _history(self) -> str:
        text = self.text
        lines = []
        for told in self.case.history[-4:]:
            reason = f" ({reason_words(text, told.reason)})" if told.reason else ""
            lines.append(f"{text.datetime(told.at)}  {text(FACTS[told.fact])}{reason}")
        return "\n".join(lines)

    def _columns(self) -> list[Column[Side]]:
        text = self.text
        columns: list[Column[Side]] = [
            Column(text("Field"), lambda side: text(FIELDS.get(side.name, side.name)), "muted"),
            Column(text("Sent"), self._sent, stretch=1, least=70),
        ]
        if any(side.told for side in self.case.sides):
            columns.append(Column(text("Shown"), self._shown, "strong", stretch=1, least=70))
            columns.append(Column(text("Same?"), self._same, drop=1))
        return columns

    def _sent(self, side: Side) -> str:
        return field_words(self.text, self._configuration, side.name, side.sent)

    def _shown(self, side: Side) -> str:
        if not side.told:
            return self.text("not shown")
        return field_words(self.text, self._configuration, side.name, side.shown)

    def _same(self, side: Side) -> str | State:
        if side.differs:
            return State(self.text("Differs"), "bad", "alert-circle")
        if side.told:
            return State(self.text("Same"), "ok", "check")
        return "—"

    def _say_side(self, side: Side | None) -> None:
        """The field at the cursor whole: cells are cut where they are narrow."""
        if side is None:
            return
        text = self.text
        words = text("Sent: {sent}", sent=self._sent(side))
        if side.told:
            words = text("{sent} — shown: {shown}", sent=words, shown=self._shown(side))
        self._whole.setText(words)
        show_if(self._whole, side.told or self.sides.cuts(_SENT))

    # --- the decision

    def _form(self, back: Callable[[], object]) -> FormSheet:
        text, case = self.text, self.case
        choices = self._choices()
        sheet = FormSheet(
            text,
            text("Your decision"),
            text("With your name; undone until it is sent."),
            words=text("Record the decision"),
            icon="gavel",
            record=self._record,
            back=back,
            narrow=True,
        )
        sheet.fact(text("Amount of the act"), text.money(case.unit.amount))
        if case.paid.cents:
            sheet.fact(text("Paid and still out"), text.money(case.paid), strong=True)
        self._decision = ComboBox(choices)
        self._reason = Words(lines=2)
        self._reason.setMaximumHeight(_REASON if theme.density is ROOMY else self._reason.minimumHeight())
        self._number = LineEdit(case.unit.number, most=64)
        self._later = ComboBox(Choice(one.entry_id, self._later_words(one)) for one in case.later)
        self._colleague = ComboBox(Choice(one, name) for one, name in self._colleagues.items())
        self._reason_field = Field(
            text("Reason"), self._reason, text("Who checked what, where: an auditor reads it.")
        )
        self._reason_field.fold_help(theme.density is not ROOMY)
        self._number_field = Field(text("The centre’s number"), self._number)
        self._later_field = Field(text("Said anew by"), self._later)
        self._colleague_field = Field(text("To"), self._colleague)
        self._decision.picked.connect(lambda _value: self._follow())
        sheet.ask(
            Field(text("Decision"), self._decision),
            self._colleague_field,
            self._later_field,
            self._reason_field,
            self._number_field,
        )
        sheet.finish()
        sheet.body.addStretch(1)
        self._follow()
        return sheet

    def _choices(self) -> list[Choice]:
        """What may be decided here, by whom else, and whether the last word can be taken back."""
        from counter_app.service.unit_words import DECISION_WORDS

        text, case = self.text, self.case
        choices = [Choice(one, text(DECISION_WORDS[one])) for one in case.decisions]
        if case.decisions and self._colleagues:
            choices.append(Choice(HAND, text("Hand it to a colleague")))
        if self._may_correct:
            choices.append(Choice(CORRECT, text("Correct the person by a new fact")))
        if case.undoable:
            choices.append(Choice(UNDO, text("Undo the decision")))
        return choices

    def _later_words(self, one: LaterFact) -> str:
        text = self.text
        kind = text(KINDS.get(one.kind, one.kind))
        return " · ".join(part for part in (kind, one.receipt, text.datetime(one.at)) if part)

    def _follow(self) -> None:
        text, decision = self.text, self.decision
        show_if(self._number_field, decision in ("accept", "link"))
        linking = text("Under which it has this person: needed.")
        # Where it is needed, whoever leaves it out is told: a line more would make the page scroll at large sizes.
        held = text("Optional.") if self.case.held else ""
        self._number_field.set_help(linking if decision == "link" else held)
        show_if(self._later_field, decision == "correct")
        show_if(self._colleague_field, decision == HAND)
        show_if(self._reason_field, decision != CORRECT)

    def _record(self) -> None:
        if self.decision == CORRECT:
            self._decide(self)
            return
        if not self.reason:
            self.form.wrong(self._reason_field, self.text("Say why: the decision is read without you."))
            return
        if self.decision == "link" and not self.number:
            self.form.wrong(self._number_field, self.text("Type the number under which the centre has them."))
            return
        if self.decision == "accept" and not (self.number or self.case.held):
            words = self.text("The centre showed no record: type the number under which it holds the act.")
            self.form.wrong(self._number_field, words)
            return
        self._decide(self)
