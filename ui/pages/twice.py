"""Asked twice: requests made again and months paid twice, as pairs, each judged with both sides in view."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QWidget

from counter_app.domain.decision_commands import JudgePair
from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import masked_name
from ui.widgets.table import Column, Rows, Table
from ui.widgets.twice_case import TwicePair, told_words, twice_subject
from ui.widgets.unit_words import unit_state

if TYPE_CHECKING:
    from counter_app.service.asked_twice import One, Twice, TwiceCase


class TwicePage(SteppedPage):
    """The pairs that nobody judged, names masked. F9 or Enter opens one, Escape goes back to where one came from."""

    interests: ClassVar[frozenset[str] | None] = frozenset(
        {
            "request_recorded",
            "money_received",
            "entry_corrected",
            "pair_judged",
            "delivery_attempted",
            "delivery_answered",
        }
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._found: tuple[Twice, ...] = ()
        self._from = "today"
        self.card = Card(text("Asked twice"), bare=True)
        rows: Rows[Twice] = Rows(self._columns(), key=lambda twice: twice.key)
        self.table = Table(text("Pairs that nobody judged yet"), rows)
        self.table.opened.connect(self.open_pair)
        self._either = Faces(
            EmptyState(
                "copy",
                text("Nothing seems to be asked or paid twice."),
                text(
                    "Requests that one person made again meanwhile appear here, from every counter heard of."
                ),
            ),
            self.table,
        )
        self.card.body.addWidget(self._either, 1)
        self.open_button = Button(text("Open"), "primary", icon="scale", key="F9", press=self._open_current)
        self._back_button = Button(
            text("Back to the page"), "link", icon="arrow-left", key="Esc", press=self.leave
        )
        self.card.foot(self.open_button, None, self._back_button)
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Open the pair at the cursor"), self._open_current)
        self.key("Ctrl+R", text("Read the list again"), self.refresh)
        self.key("Esc", text("Back to the page"), self.leave)

    def activated(self, **args: object) -> None:
        """`back` is the page to return to."""
        if "back" in args:
            self._from = str(args["back"])
            home = self.text("Differences") if self._from == "differences" else self.text("Today")
            self._back_button.name(home)

    def main_focus(self) -> QWidget:
        """The list, or the way back."""
        return self.table if self._found else self._back_button

    def leave(self) -> None:
        """Back to where this page was opened from."""
        self.navigate(self._from)

    def refresh(self) -> None:
        """Ask which pairs wait for somebody's word."""
        workstation = self.workstation

        def read() -> tuple[Twice, ...]:
            from counter_app.service.asked_twice import asked_twice

            return asked_twice(workstation)

        self.ask(read, self._show, question="pairs")

    def open_pair(self, twice: Twice) -> None:
        """Read both sides of a pair, then show them."""
        workstation = self.workstation

        def read() -> TwiceCase | None:
            from counter_app.service.asked_twice import open_twice

            return open_twice(workstation, twice)

        self.ask(read, self._show_case, question="case")

    def _open_current(self) -> None:
        twice = self.table.current()
        if twice is not None:
            self.open_pair(twice)

    def _show(self, found: tuple[Twice, ...]) -> None:
        text = self.text
        before, self._found = bool(self._found), found
        requests = sum(twice.kind == "request" for twice in found)
        payments = len(found) - requests
        said = []
        if requests:
            said.append(text.plural("{n} request made again", "{n} requests made again", requests))
        if payments:
            said.append(text.plural("{n} payment made twice", "{n} payments made twice", payments))
        self.card.retitle(text("Asked twice"), " · ".join(said))
        self.table.show_rows(found)
        self.open_button.setEnabled(bool(found))
        self._either.turn(1 if found else 0)
        if bool(found) is not before and self.step is None and self.isVisible():
            self.main_focus().setFocus()

    def _show_case(self, case: TwiceCase | None) -> None:
        text = self.text
        if case is None:
            self.messages.post("info", text("Somebody judged this pair meanwhile."))
            self.refresh()
            return
        configuration = self.workstation.configuration
        self.open(TwicePair(text, configuration, case, judge=self._judge, back=self.back), whole=True)

    def _judge(self, shown: TwicePair) -> None:
        twice = shown.case.twice
        command = JudgePair(
            agent=self.person.id,
            first=twice.first.entry_id,
            second=twice.second.entry_id,
            verdict="same" if shown.verdict == "same" else "other",
            reason=shown.reason,
        )
        text, after = self.text, shown.follows
        if twice.kind == "request" and shown.verdict == "same":
            after = f"{after} {text('Nothing is withdrawn.')}"
        shown.form.wait()
        self.record(command, lambda _outcome: self._judged(twice, after), shown.form.failed)

    def _judged(self, twice: Twice, after: str) -> None:
        text = self.text
        others = [one for one in self._found if one.key != twice.key]
        steps: tuple[NextStep, ...] = ()
        if others:
            follow = partial(self.open_pair, others[0])
            steps = (NextStep(text("Next pair"), "arrow-right", "F9", follow),)
        numbers = " · ".join(one.number for one in (twice.first, twice.second) if one.number)
        words = twice_subject(text, self.workstation.configuration, twice)
        self.confirm(text("Recorded"), numbers, words, after, steps=steps)
        self.refresh()

    # --- words

    def _columns(self) -> list[Column[Twice]]:
        text = self.text
        return [
            Column(text("What"), self._kind, drop=5),
            Column(text("Person"), self._person, "strong"),
            Column(text("Aid"), self._subject, stretch=1, least=100, drop=1),
            Column(text("First"), lambda twice: self._when(twice.first)),
            Column(text("Again"), lambda twice: self._when(twice.second)),
            Column(text("Days apart"), lambda twice: text.number(twice.days), "figures", right=True, drop=4),
            self._centre(text("First: centre"), lambda twice: twice.first, drop=3),
            self._centre(text("Again: centre"), lambda twice: twice.second, drop=2),
        ]

    def _kind(self, twice: Twice) -> State:
        if twice.kind == "months":
            return State(self.text("Paid twice"), "warn", "coins")
        return State(self.text("Asked again"), "info", "copy")

    @staticmethod
    def _person(twice: Twice) -> str:
        return masked_name(twice.surname, twice.given_names) or "—"

    def _subject(self, twice: Twice) -> str:
        return twice_subject(self.text, self.workstation.configuration, twice)

    def _when(self, one: One) -> str:
        return f"{self.text.date(one.day)} · {one.counter}"

    def _centre(self, title: str, side: Callable[[Twice], One], *, drop: int) -> Column[Twice]:
        """What the main central service was told of one of both; spoken, what each was."""
        text, configuration = self.text, self.workstation.configuration

        def state(twice: Twice) -> State:
            told = side(twice).told
            return unit_state(text, told[0][1]) if told else State("—", "neutral", "minus")

        return Column(
            title, state, drop=drop, spoken=lambda twice: told_words(text, configuration, side(twice).told)
        )
