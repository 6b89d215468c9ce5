"""What stands on paper already: a receipt that a restored journal lacks, or a form of before the program was open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import AnyCommand
from counter_app.domain.errors import AppError
from counter_app.domain.money import Money
from counter_app.service.rule_words import broken_rules
from ui import shortcuts
from ui.case import Case
from ui.drafting import DraftKeeper
from ui.paper_act import PaperAct
from ui.paper_head import Head, HeadSheet
from ui.paper_numbers import NumberLine, NumberTable, left_words, lines_of
from ui.receipt_desk import ReceiptDesk
from ui.search_end import end_sheet
from ui.session import Session
from ui.shortcuts import shown
from ui.stepped import SteppedPage
from ui.theme.tokens import Tone
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.labels import show_if
from ui.widgets.masked_name import full_name
from ui.widgets.page_header import PageHeader
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.domain.commands import Person
    from counter_app.service.from_paper import UnpaidGrant
    from counter_app.service.lost_numbers import NumberSearch
    from counter_app.service.outcome import Outcome

_NUMBERS, _NOTHING = range(2)
_HERE = "Shift+F3"
"""The key that leads to this page from a person, from a new act and from today's list."""


class PaperPage(SteppedPage):
    """F9 begins a paper of the open case: first its head, then the act; nothing is entered before the second F9."""

    interests = frozenset({"epoch_opened", "numbers_settled", "request_recorded", "aid_granted"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._searches: tuple[NumberSearch, ...] = ()
        self._case: Case | None = None
        self._desk: ReceiptDesk | None = None
        self._number = ""
        self._begins = False
        self.header = PageHeader(text("From paper"))
        self.view.addWidget(self.header)
        self.table = NumberTable(text)
        self.table.opened.connect(self._begin_line)
        self.view.addWidget(self._faces(), 1)
        self.keeper = DraftKeeper(self, self._draft_body)
        self.key("F9", text("Enter a paper of this person"), self.begin)
        self.key("Esc", text("Back to the person"), self.leave)
        shortcuts.mention(
            self.table, "Return", text("Enter the paper of this number"), group=text("On this page")
        )
        if self.person.role == "supervisor":
            self.key("Ctrl+E", text("End the search for lost receipts"), self.end_search)

    def _faces(self) -> QWidget:
        text = self.text
        self.card = Card(text("Receipts to enter again"), bare=True)
        self.card.body.addWidget(self.table, 1)
        self.enter = Button(text("Enter a paper"), "primary", icon="file-text", key="F9", press=self.begin)
        self.find_button = Button(
            text("Find a person"),
            "primary",
            icon="user-search",
            key="F2",
            press=lambda: self.navigate("counter"),
        )
        self.end = Button(text("End the search"), icon="check", key="Ctrl+E", press=self.end_search)
        self.card.foot(self.enter, self.find_button, None, self.end)
        way = Button(
            text("Find a person"),
            "primary",
            icon="user-search",
            key="F2",
            press=lambda: self.navigate("counter"),
        )
        self._nobody = EmptyState(
            "file-text",
            text("Whose paper is it?"),
            text(
                "Find the person first, or begin with a new citizen. Then {key} leads here again.",
                key=shown(_HERE),
            ),
            way,
        )
        self._either = Faces(self.card, self._nobody)
        self._either.turn(_NOTHING)
        return self._either

    # --- the page

    def activated(self, **_args: object) -> None:
        """Go on with what was begun for the open case; another case begins anew."""
        case = self.session.case
        if case is not self._case or case is None or self._desk is not None:
            self._drop_step()
            self._case = case
        self._begins = True
        self._say_who()

    def main_focus(self) -> QWidget:
        """The numbers where some are looked for, else the way to a person."""
        return self.table if self._either.place == _NUMBERS else self._nobody

    def refresh(self) -> None:
        """Read what is missing."""
        workstation = self.workstation

        def read() -> tuple[NumberSearch, ...]:
            from counter_app.service.from_paper import searches

            return searches(workstation)

        self.ask(read, self._show, question="searches")

    def may_leave(self) -> bool:
        """Always: what was typed is kept."""
        self.keeper.save()
        return True

    def leave(self) -> None:
        """To the person, or to the search where nobody is open."""
        case = self._case
        self.navigate("act" if case is not None and case.is_new else "citizen" if case else "counter")

    # --- what is shown

    def _show(self, searches: tuple[NumberSearch, ...]) -> None:
        self._searches = searches
        lines = lines_of(searches)
        left = left_words(self.text, searches) or self.text("The search is ended.")
        self.card.retitle(self.text("Receipts to enter again"), left)
        self.table.show_rows(lines)
        self._either.turn(_NUMBERS if lines else _NOTHING)
        is_supervisor = self.person.role == "supervisor"
        show_if(self.end, is_supervisor and any(not one.is_ended for one in searches))
        case = self._case
        begins, self._begins = self._begins, False
        if begins and case is not None and self.step is None and (case.paper or self._number or not lines):
            self.begin()
        elif begins and self.step is None:
            self._focus()

    def _say_who(self) -> None:
        text, case = self.text, self._case
        has_case = case is not None
        show_if(self.enter, has_case)
        show_if(self.find_button, not has_case)
        if case is None:
            self.header.say(
                text("Nobody is open: find the person whose paper it is, then {key}.", key=shown(_HERE))
            )
        else:
            self.header.say(full_name(case.person.surname, case.person.given_names))

    def _drop_step(self) -> None:
        self._desk = None
        self._drop()
        self.main.show()

    # --- the two steps

    def _begin_line(self, line: NumberLine) -> None:
        if not line.may_be_entered:
            said = self.text(
                "{number} was entered again already, as {other}.",
                number=line.number,
                other=line.entry_number or "—",
            )
            self.messages.post("info", said)
            return
        self._number = line.number
        self.begin()

    def begin(self) -> None:
        """Ask for the head of a paper of the open case."""
        case, workstation = self._case, self.workstation
        if case is None:
            self.messages.post(
                "info",
                self.text(
                    "Find the person whose paper it is with F2, then {key} leads here again.",
                    key=shown(_HERE),
                ),
            )
            return
        person = case.person

        def read() -> tuple[UnpaidGrant, ...]:
            from counter_app.service.from_paper import unpaid_grants

            return () if case.is_new else unpaid_grants(workstation, person)

        self.ask(read, lambda grants: self._ask_head(case, grants), question="unpaid")

    def _ask_head(self, case: Case, grants: tuple[UnpaidGrant, ...]) -> None:
        if case is not self._case or self.step is not None:
            return
        sheet = HeadSheet(self, case.person, grants, self._ask_act, self._back_to_start)
        sheet.restore({"number": self._number} | (case.paper.get("head") or {}))
        if self._number:
            sheet.number.setText(self._number)
        self._number = ""
        for combo in (sheet.kind, sheet.by, sheet.grant):
            combo.picked.connect(lambda _code: self._typed())
        for line in (sheet.number, sheet.day, sheet.time):
            line.textChanged.connect(lambda _words: self._typed())
        self.open(sheet)

    def _ask_act(self, head: Head) -> None:
        case = self._case
        if case is None:
            return
        self._typed()
        from counter_app.service.from_paper import as_printed

        head = replace(head, number=as_printed(self._searches, head.number))
        act = PaperAct(self, case, head, record=self._record, back=self._back_to_head, touched=self._typed)
        self.open(act, whole=True)

    def _back_to_start(self) -> None:
        """Nothing is entered; what was typed stays for this person."""
        self._typed()
        self.back()
        if not self._searches:
            self.leave()

    def _back_to_head(self) -> None:
        self._typed()
        self._drop_step()
        self.begin()

    # --- what is typed

    def _typed(self) -> None:
        case, step = self._case, self.step
        if case is None:
            return
        if isinstance(step, HeadSheet):
            case.paper["head"] = step.fields()
        elif isinstance(step, PaperAct):
            case.paper |= step.fields()
        self.keeper.touched()

    def _draft_body(self) -> tuple[str, dict[str, Any]] | None:
        case = self._case
        if case is None or not case.paper:
            return None
        body: dict[str, Any] = {
            "person": msgspec.to_builtins(case.person),
            "is_new": case.is_new,
            "form": case.form,
            "paper": case.paper,
        }
        return case.draft, body if case.asked is None else body | {"asked": case.asked.to_draft()}

    # --- recording

    def _record(self, command: AnyCommand) -> None:
        case = self._case
        if case is None:
            return
        self.keeper.record(command, case.draft, self._recorded, self._not_recorded)

    def _not_recorded(self, error: AppError) -> None:
        if isinstance(self.step, PaperAct):
            self.step.may_press_again()
        self.show_error(error)
        self.keeper.touched()

    def _recorded(self, outcome: Outcome) -> None:
        text, facts = self.text, outcome.entry.facts
        self.session.case = self._case = None
        rules = broken_rules(
            text, self.workstation.configuration, str(facts["aid"]), tuple(outcome.irregular)
        )
        heading, step = text("Entered from paper"), text("It broke no rule.")
        if outcome.awaits_approval:
            heading = text("Entered from paper, and sent to approval")
            step = text("Nothing is paid until a supervisor has approved it.")
        if rules:
            step = text(
                "Irregular: {rules}. It counts, and the closing lists it for a supervisor.", rules=rules
            )
        self._desk = ReceiptDesk(self, self.next_citizen)
        another = text("Another paper of this person")
        about = str(facts.get("grant") or outcome.entry.entry_id)
        again = Button(another, icon="file-text", key="A", press=lambda: self._another(about))
        self._desk.told.buttons.insertWidget(1, again)
        shortcuts.declare(self._desk, "A", another, lambda: self._another(about), group=text("On this page"))
        self.open(self._desk)
        tone: Tone = "warn" if rules or outcome.awaits_approval else "ok"
        self._desk.tell(heading, outcome.number or "", self._told(facts), step, tone=tone)

    def _told(self, facts: dict[str, Any]) -> str:
        text, cents = self.text, facts.get("cents", facts.get("asked_cents"))
        amount = "" if cents is None else text.money(Money(int(cents), str(facts["currency"])))
        form = facts.get("form")
        paper = text("paper {number}", number=form) if form else ""
        aid = aid_name(text, self.workstation.configuration, str(facts["aid"]))
        return " · ".join(part for part in (aid, amount, paper) if part)

    def next_citizen(self) -> None:
        """Search for the next."""
        self._drop_step()
        self.navigate("counter", fresh=True)

    def _another(self, entry_id: str) -> None:
        """The same person once more, found by what was entered."""
        workstation = self.workstation
        reason = self.text("Found by the search and chosen at the counter.")

        def read() -> Person:
            from counter_app.service.casework import open_file

            return open_file(workstation, entry_id=entry_id, register_id=None, reason=reason).person

        def begin(person: Person) -> None:
            self.session.case = self._case = Case(person)
            self._drop_step()
            self._begins = True
            self._say_who()
            self.refresh()

        self.ask(read, begin, question="person")

    # --- the end of a search

    def end_search(self) -> None:
        """Say up to which number receipts were given, for the search that is still open."""
        search = next((one for one in self._searches if not one.is_ended), None)
        if search is None:
            self.messages.post("info", self.text("Nothing is searched for: no number is missing."))
        else:
            self.open(end_sheet(self, search))
