"""The agent's home: one box that finds whoever stands at the counter, and the way to somebody new."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import Person
from ui.case import AskedFor, Case
from ui.page import Page
from ui.session import Session
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.date_edit import date_shown
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.labels import label
from ui.widgets.masked_name import masked_name
from ui.widgets.search_box import SearchBox
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.drafts import Draft
    from counter_app.service.search import PersonMatch, SearchResult

_MOST = 20
_TYPE_FIRST, _NOBODY, _FOUND, _NO_RECEIPT = range(4)


class CounterPage(Page):
    """Search as typed; arrows walk the answers, Enter opens one. Names are masked until then."""

    interests = frozenset[str]()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._answered = ""
        self._open_next = False
        self._today = date.min
        self.search = SearchBox(
            text("Find a person"), text("Name, file number, receipt number or date of birth")
        )
        self.search.asked.connect(self._ask)
        self.search.entered.connect(self._enter)
        self.search.stepped.connect(self._step)
        self.column.addWidget(self.search)
        self.card = Card(text("People found"), bare=True)
        self.new = Button(
            text("New citizen"), "secondary", icon="user-plus", key="Ctrl+N", press=self.new_citizen
        )
        self.card.head.addWidget(self.new)
        self.rows: Rows[PersonMatch] = Rows(self._columns(), key=_key)
        self.table = Table(text("People found"), self.rows)
        self.table.opened.connect(self._open)
        self.column.addWidget(self._card_body(), 1)
        self.shortcut("Ctrl+N", text("New citizen"), self.new_citizen)

    def _card_body(self) -> QWidget:
        text = self.text
        self._no_receipt = EmptyState(
            "notes", "", text("Read the number again, or type the name. Ctrl+N begins a new citizen.")
        )
        self._either = Faces(
            EmptyState(
                "user-search",
                text("Who is at the counter?"),
                text("Type a name, a number or a date of birth. Enter opens the first person found."),
            ),
            EmptyState(
                "user-plus",
                text("Nobody was found."),
                text("Try fewer letters or the date of birth, or press Enter for a new citizen."),
            ),
            self.table,
            self._no_receipt,
        )
        self.card.body.addWidget(self._either, 1)
        self.source = label("", "meta", wrap=True)
        self.source.setContentsMargins(22, 0, 22, 12)
        self.card.body.addWidget(self.source)
        return self.card

    # --- the page

    def activated(self, **args: object) -> None:
        """Somebody new is to come: the last one's name and search go away."""
        self._open_next = False
        if args.get("fresh", False):
            self.session.case = None
            self.search.clear()
        if not self.search.value():
            self._forget()
        self._look_for_drafts()

    def first_focus(self) -> QWidget:
        """The search box, ready to be typed over."""
        self.search.selectAll()
        return self.search

    def refresh(self) -> None:
        """Ask again what stands in the box."""
        self._ask(self.search.value())

    # --- searching

    def _ask(self, query: str) -> None:
        if not query:
            self._forget()
            self.ask(self._read_source, self._say_source, question="search")
            return
        workstation = self.workstation

        def read() -> tuple[SearchResult, date]:
            from counter_app.service.casework import today
            from counter_app.service.search import search

            return search(workstation, query, _MOST), today(workstation)

        self.ask(read, lambda answer: self._show(query, *answer), question="search")

    def _read_source(self) -> tuple[SearchResult, date]:
        from counter_app.service.casework import today
        from counter_app.service.search import search

        return search(self.workstation, "", 1), today(self.workstation)

    def _say_source(self, answer: tuple[SearchResult, date]) -> None:
        self._tell_source(*answer)

    def _show(self, query: str, answer: SearchResult, today: date) -> None:
        self._answered = query
        self._today = today
        self.table.show_rows(answer.matches)
        if answer.matches:
            self.table.selectRow(0)
        self._either.turn(_FOUND if answer.matches else _NO_RECEIPT if answer.receipt else _NOBODY)
        self._no_receipt.say(self.text("No receipt {number} here", number=answer.receipt))
        count = self.text.plural("{n} person", "{n} people", len(answer.matches))
        self.card.retitle(self.text("People found"), count if answer.matches else "")
        self._tell_source(answer, today)
        if self._open_next and self.isVisible():
            self._open_next = False
            if answer.matches:
                self._open(answer.matches[0])
            elif not answer.receipt:
                self.new_citizen()

    def _tell_source(self, answer: SearchResult, today: date) -> None:
        text, about = self.text, answer.register
        if about is None:
            self.source.setText(
                text("There is no copy of the register here: only people served at this counter are found.")
            )
            return
        age = text.plural("{n} day old", "{n} days old", about.age_days(today))
        people = text.plural("{n} person", "{n} people", about.people)
        self.source.setText(
            text(
                "Copy of the register of {day}, {age}, {people}. What changed since is not in it.",
                day=about.dated,
                age=age,
                people=people,
            )
        )

    def _forget(self) -> None:
        self._answered = ""
        self.table.show_rows(())
        self.card.retitle(self.text("People found"))
        self._either.turn(_TYPE_FIRST)

    def _enter(self, query: str) -> None:
        """Open the person at the cursor, ask first where the answers are older than the words."""
        if not query:
            return
        if query != self._answered:
            self._open_next = True
            self._ask(query)
            return
        found = self.table.current()
        if found is not None:
            self._open(found)
        elif self._either.place != _NO_RECEIPT:
            self.new_citizen()

    def _step(self, rows: int) -> None:
        count = self.rows.rowCount()
        if count:
            self.table.selectRow(max(0, min(count - 1, self.table.currentIndex().row() + rows)))

    def _open(self, match: PersonMatch) -> None:
        self.session.case = None
        self.navigate("citizen", entry_id=match.entry_id, register_id=match.register_id)

    def new_citizen(self) -> None:
        """Somebody whom nothing knows yet; what was typed is carried over."""
        self.session.case = None
        self.navigate("new_citizen", typed=self.search.value())

    # --- drafts of before

    def _look_for_drafts(self) -> None:
        workstation, agent = self.workstation, self.person.id

        def read() -> list[Draft]:
            from counter_app.service.drafts import drafts_of

            return drafts_of(workstation, agent)

        self.ask(read, self._offer, question="drafts")

    def _offer(self, drafts: list[Draft]) -> None:
        """One plain question about the latest thing that was typed and never recorded."""
        case = self.session.case
        left = [draft for draft in drafts if case is None or draft.id != case.draft]
        if not left:
            return
        draft, text = left[0], self.text
        named = draft.body.get("person") or draft.body.get("new") or {}
        told = named.get("given_names") or ""
        given = [str(one) for one in told] if isinstance(told, list) else [str(told)]
        words = text(
            "You were typing something for {name} at {time} that was not recorded. Do you want to go on with it?",
            name=masked_name(str(named.get("surname", "")), given) or "—",
            time=text.time(draft.saved_at),
        )
        self.messages.post(
            "info",
            words,
            actions=(
                (text("Go on with it"), lambda: self._take_up(draft)),
                (text("Throw it away"), lambda: self._throw_away(draft)),
            ),
        )

    def _take_up(self, draft: Draft) -> None:
        body: dict[str, Any] = draft.body
        if "person" not in body:
            self.session.case = None
            self.navigate("new_citizen", draft=draft.id, fields=body.get("new") or {})
            return
        person = msgspec.convert(body["person"], Person)
        asked = body.get("asked")
        self.session.case = Case(
            person,
            is_new=bool(body.get("is_new")),
            asked=None if asked is None else AskedFor.from_draft(asked),
            draft=draft.id,
            form=dict(body.get("form") or {}),
            paper=dict(body.get("paper") or {}),
        )
        self.navigate("paper" if body.get("paper") else "act")

    def _throw_away(self, draft: Draft) -> None:
        workstation = self.workstation

        def discard() -> None:
            from counter_app.service.drafts import discard_draft

            discard_draft(workstation, draft.id)

        def done(_nothing: None) -> None:
            self.messages.clear()
            self._look_for_drafts()

        self.do(discard, done)
        self.search.setFocus()

    # --- what a row shows

    def _columns(self) -> list[Column[PersonMatch]]:
        text = self.text
        return [
            Column(text("Person"), _name, "strong"),
            Column(text("Born"), self._born, "muted"),
            Column(text("File"), _file, "muted", drop=2),
            Column(text("Why"), self._why, stretch=1, least=160),
            Column(text("Last visit"), self._visit, "muted", drop=1),
            Column(text("Known from"), self._source),
        ]

    def _born(self, match: PersonMatch) -> str:
        return date_shown(match.birth_date, self.text) if match.birth_date else "—"

    def _why(self, match: PersonMatch) -> str:
        return ", ".join(self.text(reason) for reason in match.why)

    def _visit(self, match: PersonMatch) -> str:
        return "—" if match.last_visit is None else self.text.date(match.last_visit)

    def _source(self, match: PersonMatch) -> State:
        if match.source == "journal":
            return State(self.text("This counter"), "ok", "check")
        return State(self.text("Register"), "neutral", "database")


def _key(match: PersonMatch) -> str:
    return match.entry_id or match.register_id or ""


def _name(match: PersonMatch) -> str:
    return masked_name(match.surname, match.given_names) or "—"


def _file(match: PersonMatch) -> str:
    return next((value for scheme, value in match.numbers if scheme == "file"), "—")
