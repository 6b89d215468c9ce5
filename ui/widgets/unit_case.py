"""A unit that needs a person, opened: both records side by side, why, the next step, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.catalogue import Configuration
from counter_app.domain.delivery import UnitState
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
from ui.widgets.unit_words import FACTS, FIELDS, field_words, next_step, reason_words, unit_state
from ui.widgets.words import KINDS

if TYPE_CHECKING:
    from counter_app.service.differences import DifferenceCase, Side

_REASON = 104
Decide = Callable[["UnitCase"], object]


class UnitCase(QWidget):
    """`decide` is called with this case when its form is complete; `decision`, `reason`, `number` say what."""

    def __init__(
        self,
        text: Text,
        configuration: Configuration,
        case: DifferenceCase,
        service: str,
        *,
        decide: Decide,
        back: Callable[[], object],
    ) -> None:
        super().__init__()
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
        """The centre's own number, where its record is kept."""
        return (self._number.value() or None) if self.decision == "accept" else None

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
        step = next_step(text, unit.state, paid=self.case.paid.cents > 0)
        card.add(label(text("Next: {step}", step=step), wrap=True))
        rows: Rows[Side] = Rows(self._columns(), key=lambda side: side.name)
        self.sides = Table(text("What the journal sent and what the centre showed"), rows)
        self.sides.show_rows(self.case.sides)
        self.sides.moved.connect(self._say_side)
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
        if unit.reason:
            said.append(reason_words(text, unit.reason))
        elif unit.state is UnitState.UNKNOWN:
            said.append(text("It was sent, and no answer came back."))
        if self.case.words:
            said.append(text("The centre says: “{words}”", words=self.case.words))
        if unit.number:
            said.append(text("Its number there: {number}", number=unit.number))
        return "\n".join(said)

    def _history(self) -> str:
        text = self.text
        lines = []
        for told in self.case.history[-4:]:
            reason = f" ({reason_words(text, told.reason)})" if told.reason else ""
            lines.append(f"{text.datetime(told.at)}  {text(FACTS[told.fact])}{reason}")
        return "\n".join(lines)

    def _columns(self) -> list[Column[Side]]:
        text = self.text
        return [
            Column(text("Field"), lambda side: text(FIELDS.get(side.name, side.name)), "muted"),
            Column(text("Sent"), self._sent, stretch=1, least=70),
            Column(text("Shown"), self._shown, "strong", stretch=1, least=70),
            Column(text("Same?"), self._same, drop=1),
        ]

    def _sent(self, side: Side) -> str:
        return field_words(self.text, self._configuration, side.name, side.sent)

    def _shown(self, side: Side) -> str:
        if not side.told:
            return self.text("not shown")
        return field_words(self.text, self._configuration, side.name, side.shown)

    def _same(self, side: Side) -> State:
        if side.differs:
            return State(self.text("Differs"), "bad", "alert-circle")
        if side.told:
            return State(self.text("Same"), "ok", "check")
        return State("—", "neutral", "minus")

    def _say_side(self, side: Side | None) -> None:
        """The field at the cursor whole: cells are cut where they are narrow."""
        if side is None:
            return
        text = self.text
        words = text("Sent: {sent}", sent=self._sent(side))
        if side.told:
            words = text("{sent} — shown: {shown}", sent=words, shown=self._shown(side))
        self._whole.setText(words)

    # --- the decision

    def _form(self, back: Callable[[], object]) -> FormSheet:
        from counter_app.service.unit_words import DECISION_WORDS

        text, case = self.text, self.case
        sheet = FormSheet(
            text,
            text("Your decision"),
            text("It is recorded with your name and cannot be taken back."),
            words=text("Record the decision"),
            icon="gavel",
            record=self._record,
            back=back,
            narrow=True,
        )
        sheet.fact(text("Amount of the act"), text.money(case.unit.amount))
        if case.paid.cents:
            sheet.fact(text("Paid and still out"), text.money(case.paid), strong=True)
        self._decision = ComboBox(Choice(one, text(DECISION_WORDS[one])) for one in case.decisions)
        self._reason = Words(lines=2)
        self._reason.setMaximumHeight(_REASON if theme.density is ROOMY else self._reason.minimumHeight())
        self._number = LineEdit(case.unit.number, most=64)
        self._reason_field = Field(
            text("Reason"), self._reason, text("Who checked what, where: an auditor reads it.")
        )
        self._reason_field.fold_help(theme.density is not ROOMY)
        self._number_field = Field(text("The centre’s number"), self._number, text("Optional."))
        self._number_field.fold_help(theme.density is not ROOMY)
        self._decision.picked.connect(lambda _value: self._follow())
        sheet.ask(Field(text("Decision"), self._decision), self._reason_field, self._number_field)
        sheet.finish()
        sheet.body.addStretch(1)
        self._follow()
        return sheet

    def _follow(self) -> None:
        show_if(self._number_field, self.decision == "accept")

    def _record(self) -> None:
        if not self.reason:
            self.form.wrong(self._reason_field, self.text("Say why: the decision is read without you."))
            return
        self._decide(self)
