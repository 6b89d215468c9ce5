"""Retention: what this counter still holds of persons and no longer needs, in counts, and erasing it for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QWidget

from counter_app.domain.errors import AppError
from counter_app.text import N_
from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox
from ui.widgets.erasing_sheet import erasing_sheet
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.erasure import Why
    from counter_app.service.retention import Due

_KEPT: Final[dict[Why, str]] = {
    "too_young": N_("Entries whose time is not over"),
    "not_proved": N_("Entries that a central system has not shown to have"),
    "still_open": N_("Entries of a grant or request that is still open here"),
}
_PARENTS: Final = {"doctor": N_("Doctor"), "person_data": N_("This person")}


@dataclass(frozen=True, slots=True)
class _Line:
    """What goes or stays, in words, and how many."""

    name: str
    words: str
    count: int
    goes: bool


class RetentionPage(SteppedPage):
    """F9 asks, then erases. Looking through every entry takes a while in a large journal: people work meanwhile."""

    # It reads the whole journal: only when somebody asks for it.
    interests: ClassVar[frozenset[str] | None] = frozenset()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._due: Due | None = None
        self._from = "doctor" if session.person.role == "it" else "person_data"
        self.card = Card(text("What is past its time"), bare=True)
        rows: Rows[_Line] = Rows(self._columns(), key=lambda line: line.name)
        self.table = Table(text("What goes and what stays"), rows)
        self.card.body.addWidget(self.table, 1)
        self._rule = label(self._rules(), wrap=True)
        self._rule.setContentsMargins(12, 0, 12, 0)
        self.progress = Progress(text)
        self.progress.setContentsMargins(12, 0, 12, 0)
        self.card.add(self._rule, self.progress)
        self.erase_button = Button(text("Erase"), "danger", icon="trash", key="F9", press=self.erase)
        self.erase_button.setEnabled(False)
        self._back_button = Button(
            text(_PARENTS[self._from]), "link", icon="arrow-left", key="Esc", press=self.leave
        )
        self.card.foot(self.erase_button, None, self._back_button)
        self.progress.hide()
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Erase what is past its time"), self.erase)
        self.key("Ctrl+R", text("Look again"), self.refresh)
        self.key("Esc", text("Back to the page"), self.leave)

    def activated(self, **args: object) -> None:
        """What was counted before may be old."""
        self._due = None
        self.erase_button.setEnabled(False)

    def main_focus(self) -> QWidget:
        """The counts."""
        return self.table

    def leave(self) -> None:
        """Back to where this page was opened from."""
        self.navigate(self._from)

    def refresh(self) -> None:
        """Count what would go now, on a reading thread."""
        workstation, agent, text = self.workstation, self.person.id, self.text
        self.progress.show()
        self.progress.start(text("Looking through every entry. You can go on working."))

        def read() -> Due:
            from counter_app.service.retention import what_is_due

            return what_is_due(workstation, agent)

        self.ask(read, self._show, self._failed, question="due")

    # --- erasing

    def erase(self) -> None:
        """Ask once more, with the counts in view."""
        text, due = self.text, self._due
        if due is None:
            return
        if not due.anything:
            self.messages.post("info", text("Nothing is past its time."))
            return
        sure = CheckBox(text("Nobody needs these names here any more"))

        def record() -> None:
            if not sure.isChecked():
                sheet.messages.post("bad", text("Tick it first: what is erased comes back from nowhere."))
                return
            sheet.wait()
            sheet.messages.post(
                "info", text("It may take a while. Cut off, it goes on from there next time.")
            )
            self._erase(sheet)

        sheet = erasing_sheet(text, record=record, back=self.back)
        for line in self._lines(due):
            if line.goes:
                sheet.fact(line.words, text.number(line.count), strong=True)
        sheet.add(sure)
        sheet.finish()
        self.open(sheet)
        sure.setFocus()

    def _erase(self, sheet: FormSheet) -> None:
        workstation, agent = self.workstation, self.person.id

        def act() -> Due:
            from counter_app.service.retention import run_retention

            return run_retention(workstation, agent)

        self.do(act, self._erased, sheet.failed)

    def _erased(self, done: Due) -> None:
        text, count = self.text, done.erasure.entries
        said = text.plural(
            "{n} entry has lost names and words for good.",
            "{n} entries have lost names and words for good.",
            count,
        )
        away = [
            text("Not erased yet on the copy at {path}: plug it in.", path=path)
            for path in done.erasure.out_of_reach
        ]
        after = "\n".join(away) or text("It is on record, with your name and how many.")
        self.confirm(text("Erased"), "", said, after, tone="warn" if away else "ok")

    # --- what is shown

    def _show(self, due: Due) -> None:
        text = self.text
        self._due = due
        self.progress.hide()
        self.erase_button.setEnabled(due.anything)
        self.table.show_rows(self._lines(due))
        sub = text("Nothing is past its time.")
        if due.anything:
            sub = text("Copies on media that are away keep it until they are plugged in.")
        self.card.retitle(text("What is past its time"), sub)

    def _failed(self, error: AppError) -> None:
        self.progress.hide()
        self.show_error(error)

    def _lines(self, due: Due) -> list[_Line]:
        text, erasure = self.text, due.erasure
        lines = [
            _Line("entries", text("Entries with names and words"), erasure.entries, True),
            _Line("drafts", text("Drafts of forms"), erasure.drafts, True),
            _Line("looks", text("Looks at records"), due.looks, True),
        ]
        lines = [line for line in lines if line.count or line.name == "entries"]
        kept = sorted(erasure.kept.items())
        return lines + [_Line(why, text(_KEPT[why]), count, False) for why, count in kept]

    def _columns(self) -> list[Column[_Line]]:
        text = self.text
        return [
            Column(text("Goes or stays"), self._state),
            Column(text("What"), lambda line: line.words, stretch=1, least=160),
            Column(text("How many"), lambda line: text.number(line.count), "figures", right=True),
        ]

    def _state(self, line: _Line) -> State:
        if not line.goes:
            return State(self.text("Stays"), "neutral", "lock")
        if not line.count:
            return State(self.text("None"), "ok", "check")
        return State(self.text("Goes"), "warn", "trash")

    def _rules(self) -> str:
        text, retention = self.text, self.workstation.configuration.retention
        names = text.plural("{n} day", "{n} days", retention.personal_days)
        looks = text.plural("{n} day", "{n} days", retention.access_log_days)
        return text(
            "The office keeps names and words for {names} after the central systems showed that they have an act,"
            " and looks at records for {looks}.",
            names=names,
            looks=looks,
        )
