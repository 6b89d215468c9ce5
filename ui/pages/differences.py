"""Differences: the units that no run settles, each with both sides, and a person's decision, until it is sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import CorrectEntry
from counter_app.domain.decision_commands import DecideUnit, HandUnit, UndoDecision
from counter_app.service.kind_words import KINDS
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.alike_sheet import AlikeSheet
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.correction_sheet import CorrectionSheet
from ui.widgets.decided_list import DecidedList
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import masked_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_case import CORRECT, HAND, UNDO, UnitCase
from ui.widgets.unit_words import reason_words, unit_state
from ui.widgets.words import service_name

if TYPE_CHECKING:
    from counter_app.service.deciding import Alike, Decided
    from counter_app.service.differences import Difference, DifferenceCase, Past
    from counter_app.service.unit_words import Decision

_DECIDERS = ("it", "supervisor")
_CORRECTING = ("agent", "supervisor")


class DifferencesPage(SteppedPage):
    """The list in the order of the acts, names masked. Enter or F9 opens one, Ctrl+B decides all that stand alike."""

    interests: ClassVar[frozenset[str] | None] = frozenset(
        {"delivery_attempted", "delivery_answered", "unit_decided", "decision_undone", "unit_handed"}
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
        self.all_button = Button(
            text("All alike"), "secondary", icon="list-check", key="Ctrl+B", press=self.decide_alike
        )
        self.decided_button = Button(
            text("Decided"), "link", icon="history", key="Ctrl+D", press=self.show_decided
        )
        self.twice_button = Button(
            text("Asked twice"), "link", icon="copy", key="Ctrl+T", press=self.show_twice
        )
        self.card.foot(self.open_button, self.all_button, None, self.twice_button, self.decided_button)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Open the unit at the cursor"), self._open_current)
        self.key("Ctrl+B", text("Decide all that stand like the one at the cursor"), self.decide_alike)
        self.key("Ctrl+D", text("What was decided, and undoing it"), self.show_decided)
        self.key("Ctrl+T", text("What was asked or paid twice"), self.show_twice)
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

    def show_twice(self) -> None:
        """To the requests that citizens made again meanwhile."""
        self.navigate("twice", back="differences")

    # --- one unit

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
        self.all_button.setEnabled(bool(found))
        self._either.turn(1 if found else 0)

    def _show_case(self, case: DifferenceCase | None) -> None:
        text = self.text
        if case is None or not (case.decisions or case.undoable):
            self.messages.post("info", text("This unit was settled meanwhile: nothing is to be decided."))
            self.refresh()
            return
        shown = UnitCase(
            text,
            self.workstation.configuration,
            case,
            self._service(case.unit.service),
            colleagues=self._colleagues(),
            may_correct=self.person.role in _CORRECTING,
            decide=self._decide,
            back=self.back,
        )
        self.open(shown, whole=True)

    def _colleagues(self) -> dict[str, str]:
        people = self.workstation.configuration.people
        return {one.id: one.name for one in people if one.role in _DECIDERS and one.id != self.person.id}

    def _decide(self, shown: UnitCase) -> None:
        unit = shown.case.unit
        about: dict[str, Any] = {
            "agent": self.person.id,
            "target": unit.entry_id,
            "service": unit.service,
            "part": unit.part,
            "reason": shown.reason,
        }
        if shown.decision == CORRECT:
            self._correct(shown.case)
            return
        if shown.decision == HAND:
            handed = HandUnit(**about, to=shown.colleague)
            shown.form.wait()
            self.record(handed, lambda _outcome: self._handed(unit, shown.colleague), shown.form.failed)
            return
        if shown.decision == UNDO:
            shown.form.wait()
            self.record(UndoDecision(**about), lambda _outcome: self._decided(unit, UNDO), shown.form.failed)
            return
        decision = next((one for one in shown.case.decisions if one == shown.decision), None)
        if decision is None:
            return
        command = DecideUnit(**about, decision=decision, number=shown.number, by=shown.by)
        shown.form.wait()
        self.record(command, lambda _outcome: self._decided(unit, decision), shown.form.failed)

    def _correct(self, case: DifferenceCase) -> None:
        """Ask who the person really is; then the unit can be closed as said anew."""
        unit, told = case.unit, case.person
        if told is None:
            return

        def correct(sheet: CorrectionSheet) -> None:
            command = CorrectEntry(
                agent=self.person.id, target=unit.entry_id, reason=sheet.reason, person=sheet.person
            )
            sheet.wait()
            self.record(command, lambda _outcome: self.open_unit(unit), sheet.failed)

        self.open(CorrectionSheet(self.text, told, correct=correct, back=self.back))

    def _decided(self, unit: Difference, decision: str) -> None:
        text = self.text
        after = text("It is explained now; the balance counts it as decided.")
        if decision in ("take_up", "replay", "new_key"):
            after = text("It waits to be sent again: run the recovery (F5).")
        elif decision == "recover":
            after = text("It is explained now, and the money is claimed back.")
        elif decision == UNDO:
            after = text("It stands as it stood before.")
        heading = text("Undone") if decision == UNDO else text("Decided")
        self._tell(heading, unit, after)

    def _handed(self, unit: Difference, colleague: str) -> None:
        text = self.text
        name = self._colleagues().get(colleague, colleague)
        self._tell(text("Handed over"), unit, text("{person} finds it on this page.", person=name))

    def _tell(self, heading: str, unit: Difference, after: str) -> None:
        text = self.text
        others = [one for one in self._found if one.key != unit.key]
        steps: tuple[NextStep, ...] = ()
        if others:
            follow = partial(self.open_unit, others[0])
            steps = (NextStep(text("Next unit"), "arrow-right", "F9", follow),)
        words = text("{kind}, {amount}", kind=text(KINDS.get(unit.kind, unit.kind)), amount=unit.amount)
        self.confirm(heading, unit.receipt, words, after, steps=steps)
        self.refresh()

    # --- many units

    def decide_alike(self) -> None:
        """Read which units stand like the one at the cursor, then ask for one decision on all of them."""
        unit, workstation = self.table.current(), self.workstation
        if unit is None:
            return

        def read() -> Alike:
            from counter_app.service.deciding import alike

            return alike(workstation, unit)

        self.ask(read, self._show_alike, question="alike")

    def _show_alike(self, found: Alike) -> None:
        text = self.text
        if not found.units or not found.decisions:
            words = text("Nothing can be said of all these units at once: open each of them.")
            self.messages.post("info", words)
            return
        one = found.units[0]
        kind = text(KINDS.get(one.kind, one.kind))
        service = self._service(one.service)
        self.open(AlikeSheet(text, found, service, kind, decide=self._decide_all, back=self.back))

    def _decide_all(self, sheet: AlikeSheet) -> None:
        workstation, agent, reason, found = self.workstation, self.person.id, sheet.reason, sheet.found
        word: Decision | None = next((one for one in found.decisions if one == sheet.decision), None)
        if word is None:
            return

        def act() -> Decided:
            from counter_app.service.deciding import decide_all

            return decide_all(workstation, found, word, agent, reason, "window")

        sheet.wait()
        self.do(act, self._all_decided, sheet.failed)

    def _all_decided(self, done: Decided) -> None:
        text = self.text
        count = text.plural("{n} unit", "{n} units", done.count)
        words = text("{units}, {amount}", units=count, amount=done.amount)
        after = text("Each can be undone by itself until it is sent (Ctrl+D).")
        if done.refused:
            units = text.plural("{n} unit", "{n} units", len(done.refused))
            after = text("{units} changed meanwhile and stayed as they are: see the list.", units=units)
        self.confirm(text("Decided"), "", words, after, tone="warn" if done.refused else "ok")
        self.refresh()

    # --- what was decided

    def show_decided(self) -> None:
        """Read what was decided lately, then show it; opening one lets it be undone."""
        workstation = self.workstation

        def read() -> tuple[tuple[Difference, Past], ...]:
            from counter_app.service.differences import decided_units

            return decided_units(workstation)

        self.ask(read, self._show_decided, question="decided")

    def _show_decided(self, found: tuple[tuple[Difference, Past], ...]) -> None:
        shown = DecidedList(
            self.text,
            self.workstation.configuration,
            found,
            self._service,
            open_unit=self.open_unit,
            back=self.back,
        )
        self.open(shown, whole=True)

    # --- words

    def _columns(self) -> list[Column[Difference]]:
        text = self.text
        return [
            Column(text("State"), lambda unit: unit_state(text, unit.state)),
            Column(text("Act"), lambda unit: text(KINDS.get(unit.kind, unit.kind)), "strong"),
            Column(text("Person"), self._person, least=60, drop=2),
            Column(text("Receipt"), lambda unit: unit.receipt or "—", "muted", drop=3),
            Column(text("Service"), lambda unit: self._service(unit.service), stretch=2, least=140),
            Column(text("Why"), self._why, stretch=3, least=170, drop=1),
            Column(text("In hand"), self._in_hand, "muted", drop=4),
            Column(text("Amount"), lambda unit: text.money(unit.amount), "figures", right=True),
        ]

    @staticmethod
    def _person(unit: Difference) -> str:
        return masked_name(unit.surname, unit.given_names) or "—"

    def _in_hand(self, unit: Difference) -> str:
        person = self.workstation.configuration.person(unit.with_whom)
        return "—" if person is None else person.name

    def _why(self, unit: Difference) -> str:
        if unit.reason:
            return reason_words(self.text, unit.reason)
        return self.text("No answer") if unit.state == "unknown" else "—"

    def _service(self, service_id: str) -> str:
        return service_name(self.text, self.workstation.configuration, service_id)
