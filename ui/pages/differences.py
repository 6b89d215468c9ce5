"""Differences: the units that no run settles, each with both sides, and a person's decision."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import DecideUnit
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import masked_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_case import UnitCase
from ui.widgets.unit_words import reason_words, unit_state
from ui.widgets.words import KINDS, of_office

if TYPE_CHECKING:
    from counter_app.service.differences import Difference, DifferenceCase


class DifferencesPage(SteppedPage):
    """The list in the order of the acts, names masked. Enter or F9 opens one and asks for the decision."""

    interests: ClassVar[frozenset[str] | None] = frozenset(
        {"delivery_attempted", "delivery_answered", "unit_decided"}
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._found: tuple[Difference, ...] = ()
        self.card = Card(text("Differences"), bare=True)
        rows: Rows[Difference] = Rows(self._columns(), key=lambda unit: unit.key)
        self.table = Table(text("Units that need a person"), rows)
        self.table.opened.connect(self.open_unit)
        self._either = Faces(
            EmptyState(
                "scale",
                text("No unit needs a person."),
                text("What the centre rejects, disputes, loses or leaves unanswered appears here."),
            ),
            self.table,
        )
        self.card.body.addWidget(self._either, 1)
        self.open_button = Button(text("Open"), "primary", icon="scale", key="F9", press=self._open_current)
        recovery = Button(
            text("Recovery"), "link", icon="send", key="F5", press=lambda: self.navigate("recovery")
        )
        self.card.foot(self.open_button, None, recovery)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Open the unit at the cursor"), self._open_current)
        self.key("Ctrl+R", text("Read the list again"), self.refresh)

    def main_focus(self) -> QWidget:
        """The list."""
        return self.table

    def refresh(self) -> None:
        """Ask what needs a person."""
        workstation = self.workstation

        def read() -> tuple[Difference, ...]:
            from counter_app.service.differences import differences

            return differences(workstation)

        self.ask(read, self._show, question="differences")

    def open_unit(self, unit: Difference) -> None:
        """Read both sides of one unit, then show them."""
        workstation = self.workstation

        def read() -> DifferenceCase | None:
            from counter_app.service.differences import open_difference

            return open_difference(workstation, unit)

        self.ask(read, self._show_case, question="case")

    def _open_current(self) -> None:
        unit = self.table.current()
        if unit is not None:
            self.open_unit(unit)

    def _show(self, found: tuple[Difference, ...]) -> None:
        text = self.text
        self._found = found
        count = text.plural("{n} unit needs a person", "{n} units need a person", len(found))
        self.card.retitle(text("Differences"), count if found else "")
        self.table.show_rows(found)
        self.open_button.setEnabled(bool(found))
        self._either.turn(1 if found else 0)

    def _show_case(self, case: DifferenceCase | None) -> None:
        text = self.text
        if case is None or not case.decisions:
            self.messages.post("info", text("This unit was settled meanwhile: nothing is to be decided."))
            self.refresh()
            return
        shown = UnitCase(
            text,
            self.workstation.configuration,
            case,
            self._service(case.unit.service),
            decide=self._decide,
            back=self.back,
        )
        self.open(shown, whole=True)

    def _decide(self, shown: UnitCase) -> None:
        unit = shown.case.unit
        decision = next((one for one in shown.case.decisions if one == shown.decision), None)
        if decision is None:
            return
        command = DecideUnit(
            agent=self.person.id,
            target=unit.entry_id,
            service=unit.service,
            part=unit.part,
            decision=decision,
            reason=shown.reason,
            number=shown.number,
        )
        shown.form.wait()
        self.record(command, lambda _outcome: self._decided(unit, decision), shown.form.failed)

    def _decided(self, unit: Difference, decision: str) -> None:
        text = self.text
        others = [one for one in self._found if one.key != unit.key]
        steps: tuple[NextStep, ...] = ()
        if others:
            follow = partial(self.open_unit, others[0])
            steps = (NextStep(text("Next unit"), "arrow-right", "F9", follow),)
        after = text("It is explained now; the balance counts it as decided.")
        if decision in ("take_up", "replay"):
            after = text("It waits to be sent again: run the recovery (F5).")
        elif decision == "recover":
            after = text("It is explained now, and the money is claimed back.")
        words = text("{kind}, {amount}", kind=text(KINDS.get(unit.kind, unit.kind)), amount=unit.amount)
        self.confirm(text("Decided"), unit.receipt, words, after, steps=steps)
        self.refresh()

    def _columns(self) -> list[Column[Difference]]:
        text = self.text
        return [
            Column(text("State"), lambda unit: unit_state(text, unit.state)),
            Column(text("Act"), lambda unit: text(KINDS.get(unit.kind, unit.kind)), "strong"),
            Column(text("Person"), self._person, least=60, drop=2),
            Column(text("Receipt"), lambda unit: unit.receipt or "—", "muted", drop=3),
            Column(text("Service"), lambda unit: self._service(unit.service), stretch=2, least=100),
            Column(text("Why"), self._why, stretch=3, least=110, drop=1),
            Column(text("Amount"), lambda unit: text.money(unit.amount), "figures", right=True),
        ]

    @staticmethod
    def _person(unit: Difference) -> str:
        return masked_name(unit.surname, unit.given_names) or "—"

    def _why(self, unit: Difference) -> str:
        if unit.reason:
            return reason_words(self.text, unit.reason)
        return self.text("No answer") if unit.state == "unknown" else "—"

    def _service(self, service_id: str) -> str:
        configuration = self.workstation.configuration
        service = configuration.service(service_id)
        return (
            service_id
            if service is None
            else of_office(self.text, configuration, service.names) or service_id
        )
