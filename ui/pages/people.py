"""People: those of the journal who may be people of the register, with the evidence, decided pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.errors import AppError
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.empty_state import EmptyState
from ui.widgets.evidence_bars import GUARDS, EvidenceBars
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.masked_name import full_name, masked_name
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.people_review import PairCase, PersonPair


class PeoplePage(SteppedPage):
    """F9 compares; then it opens the pair at the cursor. Ctrl+B ties all the sure ones. Nobody is tied by itself."""

    interests: ClassVar[frozenset[str] | None] = frozenset()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._pairs: list[PersonPair] | None = None
        self.card = Card(text("People of the journal and of the register"), bare=True)
        rows: Rows[PersonPair] = Rows(self._columns(), key=lambda pair: pair.key)
        self.table = Table(text("Pairs that may be one person"), rows)
        self.table.opened.connect(self.open_pair)
        self._empty = EmptyState(
            "users",
            text("Nobody was compared yet."),
            text("The people of the journal are sought in the copy of the register. It may take minutes."),
        )
        self.faces = Faces(self._empty, self.table)
        self.progress = Progress(text)
        self.progress.setContentsMargins(12, 0, 12, 0)
        self.progress.hide()
        self.card.body.addWidget(self.faces, 1)
        self.card.add(self.progress)
        self.main_button = Button(text("Compare"), "primary", icon="users", key="F9", press=self.act)
        self.sure_button = Button(
            text("All sure ones"), "secondary", icon="list-check", key="Ctrl+B", press=self.tie_sure
        )
        self.again_button = Button(
            text("Compare anew"), "link", icon="refresh", key="Ctrl+R", press=self.compare
        )
        self.card.foot(self.main_button, self.sure_button, None, self.again_button)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Compare, or open the pair at the cursor"), self.act)
        self.key("Ctrl+B", text("Tie all the sure ones"), self.tie_sure)
        self.key("Ctrl+R", text("Compare anew"), self.compare)
        self._show_pairs()

    def main_focus(self) -> QWidget:
        """The pairs, or the button that compares."""
        return self.table if self._pairs else self.main_button

    def act(self) -> None:
        """Compare first, then open the pair at the cursor."""
        pair = self.table.current()
        if self._pairs is None:
            self.compare()
        elif pair is not None:
            self.open_pair(pair)

    def compare(self) -> None:
        """Let a child process look for everybody of the journal in the register."""
        workstation = self.workstation

        def read() -> tuple[PersonPair, ...]:
            from counter_app.service.people_review import pairs_to_review

            return pairs_to_review(workstation)

        self.progress.start(self.text("Comparing…"))
        self.progress.show()
        self.main_button.setEnabled(False)
        self.ask(read, self._compared, self._failed, question="pairs")

    def _failed(self, error: AppError) -> None:
        self.progress.hide()
        self.main_button.setEnabled(True)
        self.show_error(error)

    def _compared(self, found: Sequence[PersonPair]) -> None:
        self.progress.hide()
        self.main_button.setEnabled(True)
        self._pairs = list(found)
        self._show_pairs()
        if found:
            self.table.setFocus()
        else:
            self.messages.post("ok", self.text("Nobody of the journal waits to be tied to the register."))

    def _show_pairs(self) -> None:
        text, pairs = self.text, self._pairs or []
        count = text.plural("{n} pair to look at", "{n} pairs to look at", len(pairs))
        title = text("People of the journal and of the register")
        self.card.retitle(title, count if pairs else "")
        self.table.show_rows(pairs)
        self.faces.turn(1 if pairs else 0)
        self.main_button.name(text("Open") if pairs else text("Compare"))
        self.sure_button.setEnabled(any(pair.sure for pair in pairs))
        # Before anybody was compared the one way on is the main button.
        for button in (self.sure_button, self.again_button):
            show_if(button, self._pairs is not None)

    # --- one pair

    def open_pair(self, pair: PersonPair) -> None:
        """Read both people with their names, then show them."""
        workstation = self.workstation

        def read() -> PairCase | None:
            from counter_app.service.people_review import open_pair

            return open_pair(workstation, pair)

        self.ask(read, lambda case: self._show_case(pair, case), question="pair")

    def _show_case(self, pair: PersonPair, case: PairCase | None) -> None:
        text = self.text
        if case is None:
            self.messages.post("info", text("One of the two is no longer there: compare anew."))
            return
        verdict = ComboBox(
            (Choice("same", text("One and the same person")), Choice("other", text("Two different people")))
        )
        why = Words(lines=2)
        reason = Field(text("Reason"), why, text("What you compared: a document, a telephone call."))

        def record() -> None:
            if not why.value():
                sheet.wrong(reason, text("Say why: the decision is read without you."))
                return
            sheet.wait()
            self._match(case, verdict.value(), why.value(), sheet)

        sheet = FormSheet(
            text,
            text("Who is it?"),
            text("Ceilings bind only whom somebody saw: this ties the file, and lowers no amount."),
            words=text("Record"),
            icon="check",
            record=record,
            back=self.back,
            narrow=True,
        )
        sheet.ask(Field(text("They are"), verdict), reason)
        sheet.finish()
        sheet.body.addStretch(1)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Columns(self._about(case), sheet, stretch=(6, 4), threshold=900), 1)
        self.open(whole, whole=True)
        verdict.setFocus()

    def _about(self, case: PairCase) -> Card:
        text, pair = self.text, case.pair
        entries = text.plural("{n} entry", "{n} entries", case.entries)
        sub = text("{entries} in the journal · register number {id}", entries=entries, id=pair.register_id)
        card = Card(full_name(case.person.surname, case.person.given_names), sub)
        for guard in pair.held:
            card.add(label(text(GUARDS.get(guard, guard)), "strong", wrap=True))
        if "names:exchanged" in pair.evidence:
            card.add(label(text("Given name and surname stand in each other’s place."), "strong", wrap=True))
        card.add(EvidenceBars(text, case.fields))
        share = text.number(round(pair.score * 100))
        card.add(label(text("All together: {share} of 100", share=share), "meta"))
        card.body.addStretch(1)
        return card

    def _match(self, case: PairCase, verdict: str, reason: str, sheet: FormSheet) -> None:
        workstation, agent, pair = self.workstation, self.person.id, case.pair

        def act() -> None:
            from counter_app.service.people_review import match

            match(workstation, pair, verdict, agent, reason, "window")

        self.do(act, lambda _done: self._matched([pair], verdict), sheet.failed)

    def _matched(self, done: Sequence[PersonPair], verdict: str) -> None:
        text, keys = self.text, {pair.key for pair in done}
        targets = {pair.target for pair in done} if verdict == "same" else set()
        # Whoever is tied to one person of the register is no other one of it.
        self._pairs = [
            pair for pair in self._pairs or [] if pair.key not in keys and pair.target not in targets
        ]
        self._show_pairs()
        steps: tuple[NextStep, ...] = ()
        if self._pairs:
            follow = self._pairs[0]
            steps = (NextStep(text("Next pair"), "arrow-right", "F9", lambda: self.open_pair(follow)),)
        words = text.plural("{n} pair", "{n} pairs", len(done))
        same = text("The journal knows them now by the number of the register.")
        after = same if verdict == "same" else text("They will not be proposed again.")
        self.confirm(text("Recorded"), "", words, after, steps=steps)

    # --- the sure ones

    def tie_sure(self) -> None:
        """Ask once for all pairs that no guard holds back, and that no two fit."""
        text = self.text
        sure = [pair for pair in self._pairs or [] if pair.sure]
        if not sure:
            self.messages.post("info", text("No pair is sure: open each of them."))
            return
        why = Words(lines=2)
        reason = Field(text("Reason"), why, text("Such as: looked through, all agree."))

        def record() -> None:
            if not why.value():
                sheet.wrong(reason, text("Say why: the decision is read without you."))
                return
            sheet.wait()
            self._tie(sure, why.value(), sheet)

        sheet = FormSheet(
            text,
            text("Tie all the sure ones"),
            text("Twins, namesakes, parents and children are never among them."),
            words=text("Tie them"),
            icon="users",
            record=record,
            back=self.back,
        )
        sheet.fact(text("Pairs"), text.number(len(sure)), strong=True)
        sheet.ask(reason)
        self.open(sheet.finish())

    def _tie(self, sure: list[PersonPair], reason: str, sheet: FormSheet) -> None:
        workstation, agent = self.workstation, self.person.id

        def act() -> list[PersonPair]:
            from counter_app.service.people_review import match

            for pair in sure:
                match(workstation, pair, "same", agent, reason, "window")
            return sure

        self.do(act, lambda done: self._matched(done, "same"), sheet.failed)

    # --- words

    def _columns(self) -> list[Column[PersonPair]]:
        text = self.text
        return [
            Column(text("State"), self._state),
            Column(text("Person"), lambda pair: masked_name(pair.surname, pair.given_names) or "—", "strong"),
            Column(text("Receipt"), lambda pair: pair.receipt or "—", "muted", drop=2),
            Column(text("Register"), lambda pair: pair.register_id, "muted", drop=3),
            Column(text("Held back"), self._held, stretch=1, least=120, drop=1),
            Column(text("Of 100"), lambda pair: text.number(round(pair.score * 100)), "figures", right=True),
        ]

    def _state(self, pair: PersonPair) -> State:
        if pair.sure:
            return State(self.text("Sure"), "ok", "check")
        return State(self.text("To look at"), "warn", "eye")

    def _held(self, pair: PersonPair) -> str:
        return " ".join(self.text(GUARDS.get(guard, guard)) for guard in pair.held) or "—"
