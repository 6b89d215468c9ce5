"""Doctor: is this workstation ready for a dark day, is its journal whole, and a log to hand to support."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import N_
from ui.opening import post_saved
from ui.page import Page
from ui.session import Session
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import label, show_if
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.readiness import Check

_STATES: Final = {
    "failed": State(N_("Broken"), "bad", "alert-circle"),
    "warning": State(N_("Look at it"), "warn", "alert-triangle"),
    "missing": State(N_("Not set up"), "neutral", "minus"),
    "ok": State(N_("In order"), "ok", "check"),
}
_POINTS: Final = {
    "version": N_("Program"),
    "keys": N_("Keys"),
    "journal": N_("Journal"),
    "disk": N_("Disk"),
    "clock": N_("Clock"),
    "directive": N_("Directive"),
    "slice": N_("Slice"),
    "cash": N_("Cash"),
    "unsent": N_("Unsent acts"),
    "irregular": N_("Irregular facts"),
    "doubles": N_("Asked twice"),
    "lost_numbers": N_("Lost receipts"),
    "peers": N_("Other counters"),
    "suspects": N_("Suspect workstations"),
    "mirror": N_("Second copy"),
    "recovery_keys": N_("Recovery keys"),
    "printer": N_("Printer"),
    "register": N_("Register"),
}
_SHOWN_MOST = 5
_WORDS = 2


class DoctorPage(Page):
    """The points of readiness, the worst first. `choose` asks for a file as `QFileDialog.getSaveFileName` does."""

    interests: ClassVar[frozenset[str] | None] = frozenset({"day_opened", "day_closed", "slice_taken"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose: Callable[[QWidget, str, str, str], tuple[str, str]] = QFileDialog.getSaveFileName
        self._verifying = False
        self.card = Card(text("Readiness"), bare=True)
        rows: Rows[Check] = Rows(self._columns(), key=lambda check: check.name)
        self.table = Table(text("Points of readiness"), rows)
        self.table.moved.connect(self._say_whole)
        self.table.fitted.connect(lambda: self._say_whole(self.table.current()))
        self.card.body.addWidget(self.table, 1)
        self._whole = label("", wrap=True)
        self._whole.setContentsMargins(12, 0, 12, 0)
        self.progress = Progress(text)
        self.progress.setContentsMargins(12, 0, 12, 0)
        self.verify_button = Button(
            text("Verify the journal"), "primary", icon="shield-check", key="F9", press=self.verify
        )
        self.logs_button = Button(
            text("Save logs for support"), "secondary", icon="download", key="Ctrl+S", press=self.save_logs
        )
        self.card.add(self._whole, self.progress)
        self.card.foot(
            self.verify_button,
            self.logs_button,
            None,
            Button(text("Retention"), "link", icon="hourglass", key="Ctrl+E", press=self.show_retention),
        )
        self._lead_on()
        self.progress.hide()
        self.column.addWidget(self.card, 1)
        self.shortcut("F9", text("Verify the journal"), self.verify)
        self.shortcut("Ctrl+S", text("Save logs for support"), self.save_logs)
        self.shortcut("Ctrl+E", text("What is past its time"), self.show_retention)
        self.shortcut("Ctrl+R", text("Examine again"), self.refresh)

    def _lead_on(self) -> None:
        """The pages on which a point is put right stand beside the title."""
        text = self.text
        for page, words, icon, key in (
            ("copies", text("Copies"), "device-usb", "Ctrl+D"),
            ("keys", text("Keys"), "key", "Ctrl+K"),
            ("suspects", text("Suspects"), "ban", "Ctrl+U"),
        ):
            go = partial(self.navigate, page)
            self.card.head.addWidget(Button(words, "secondary", icon=icon, key=key, press=go))
            self.shortcut(key, words, go)

    def show_retention(self) -> None:
        """To what this counter no longer needs of persons."""
        self.navigate("retention")

    def first_focus(self) -> QWidget:
        """The points."""
        return self.table

    def refresh(self) -> None:
        """Examine again."""
        workstation = self.workstation

        def read() -> list[Check]:
            from counter_app.service.readiness import examine

            return examine(workstation)

        self.ask(read, self._show, question="checks")

    def verify(self) -> None:
        """Prove every entry and every table, on a reading thread: people go on recording meanwhile."""
        if self._verifying:
            return
        workstation, text = self.workstation, self.text
        self._verifying = True
        self.messages.clear()
        self.verify_button.setEnabled(False)
        show_if(self.progress, True)
        self.progress.start(text("Verifying every entry and every table. You can go on working."))

        def read() -> tuple[int, list[AppError]]:
            from counter_app.service.proof import prove

            report = prove(workstation, full=True)
            return report.entries, list(report.findings)

        self.ask(read, self._verified, self._not_verified, question="verify")

    def save_logs(self) -> None:
        """Ask where, and save program, readiness and log as one text file that names nobody."""
        workstation, text = self.workstation, self.text
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"support-{workstation.office.counter}.txt"
        chosen, _ = self.choose(
            self, text("Save logs for support"), str(Path(folder) / name), text("Text files (*.txt)")
        )
        if not chosen:
            return
        file = Path(chosen)

        def save() -> int:
            from counter_app.service.support import save_support_text

            return save_support_text(workstation, file)

        self.do(save, lambda _lines: self._saved(file))

    def _saved(self, file: Path) -> None:
        words = self.text("It names no citizen and no amount: it may go to support.")
        post_saved(self, self.messages, self.text, file, words)

    def _verified(self, proved: tuple[int, list[AppError]]) -> None:
        text, (entries, findings) = self.text, proved
        self._end_progress()
        if not findings:
            count = text.plural("{n} entry verified", "{n} entries verified", entries)
            self.messages.post(
                "ok", text("{count}: nothing is missing and nothing was changed.", count=count)
            )
            return
        said = [text.error(finding) for finding in findings[:_SHOWN_MOST]]
        if len(findings) > _SHOWN_MOST:
            said.append(text("and {count} more", count=len(findings) - _SHOWN_MOST))
        title = text("The journal is not whole: record no more here, and call whoever keeps the copies.")
        self.messages.post("bad", "\n".join(said), title=title)

    def _not_verified(self, error: AppError) -> None:
        self._end_progress()
        self.show_error(error)

    def _end_progress(self) -> None:
        self._verifying = False
        self.verify_button.setEnabled(True)
        self.progress.hide()

    def _show(self, checks: list[Check]) -> None:
        text = self.text
        order = list(_STATES)
        wanting = sum(check.state in ("failed", "warning") for check in checks)
        sub = self._ready({check.name for check in checks if check.state == "missing"})
        if wanting:
            sub = text.plural("{n} point wants you now", "{n} points want you now", wanting)
        self.card.retitle(text("Readiness"), sub)
        self.table.show_rows(sorted(checks, key=lambda check: order.index(check.state)))
        self._say_whole(self.table.current())

    def _ready(self, unset: set[str]) -> str:
        """Whether this would survive a loss: without a copy and without recovery keys it would not."""
        text = self.text
        if {"mirror", "recovery_keys"} <= unset:
            return text("Works, but not ready for a loss: no second copy, no recovery key.")
        if "mirror" in unset:
            return text("Works, but not ready for a loss: no second copy.")
        if "recovery_keys" in unset:
            return text("Works, but not ready for a loss: no recovery key.")
        if unset:
            points = text.plural("{n} point is not set up", "{n} points are not set up", len(unset))
            return text("Ready: nothing wants you now. {points}.", points=points)
        return text("Ready: nothing wants you now.")

    def _say_whole(self, check: Check | None) -> None:
        """The sentence at the cursor under the table, where its column cuts it."""
        sentence = "" if check is None else self._sentence(check)
        self._whole.setText(sentence)
        show_if(self._whole, self.table.cuts(_WORDS))

    def _columns(self) -> list[Column[Check]]:
        text = self.text
        return [
            Column(text("Point"), lambda check: text(_POINTS.get(check.name, check.name)), "strong"),
            Column(text("State"), self._state),
            Column(text("In words"), self._sentence, stretch=1, least=160),
        ]

    def _sentence(self, check: Check) -> str:
        return self.text(check.sentence, **check.params)

    def _state(self, check: Check) -> State:
        state = _STATES[check.state]
        return State(self.text(state.words), state.tone, state.icon)
