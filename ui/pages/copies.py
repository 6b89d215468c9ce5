"""Copies: the sticks and shares that hold a second journal, how old each copy is, and what to do where one fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import N_
from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.durations import duration
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.fields import Field
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.path_edit import PathEdit
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.mirror.status import CopyStatus

_STATES: Final = {
    "current": State(N_("Complete"), "ok", "check"),
    "behind": State(N_("Behind"), "warn", "clock"),
    "absent": State(N_("Not plugged in"), "warn", "device-usb"),
    "failed": State(N_("Not written"), "bad", "alert-circle"),
}
_LOOK_MS = 3_000


class CopiesPage(SteppedPage):
    """Each medium in a row. `choose` asks for a folder as `QFileDialog.getExistingDirectory` does."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        self._copying = False
        rows: Rows[CopyStatus] = Rows(self._columns(), key=lambda copy: copy.medium)
        self.table = Table(text("Second copies"), rows)
        self.table.moved.connect(self._say_what_to_do)
        self.card = Card(text("Second copies"), bare=True)
        self._empty = EmptyState(
            "device-usb",
            text("No second copy is set up: if this machine is lost, its journal is lost."),
            text("Name a folder on a stick or a share. Two sticks that take turns are best."),
        )
        self.faces = Faces(self._empty, self.table)
        self._advice = label("", wrap=True)
        self._advice.setContentsMargins(12, 0, 12, 0)
        self.progress = Progress(text)
        self.progress.setContentsMargins(12, 0, 12, 0)
        self.progress.hide()
        self.card.body.addWidget(self.faces, 1)
        self.card.add(self._advice, self.progress)
        self._of_media = (
            Button(text("Copy now"), "secondary", icon="copy", key="Ctrl+U", press=self.copy_now),
            Button(text("Remove"), "secondary", icon="x", key="Ctrl+K", press=self.remove),
        )
        self.card.foot(
            Button(text("Add a medium"), "primary", icon="plus", key="F9", press=self.add),
            *self._of_media,
            None,
            Button(text("Doctor"), "link", icon="arrow-left", key="Esc", press=self.leave),
        )
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Name a stick or a share"), self.add)
        self.key("Ctrl+U", text("Bring every copy up to date now"), self.copy_now)
        self.key("Ctrl+K", text("Keep the copy at the cursor up no longer"), self.remove)
        self.key("Ctrl+R", text("Look again"), self.refresh)
        self.key("Esc", text("Doctor"), self.leave)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def main_focus(self) -> QWidget:
        """The media."""
        return self.table

    def leave(self) -> None:
        """Back to the points of readiness."""
        self.navigate("doctor")

    def refresh(self) -> None:
        """Ask how each copy stands, as the thread that copies found it last: a share that hangs holds up nobody."""
        workstation = self.workstation

        def read() -> tuple[CopyStatus, ...]:
            from counter_app.service.mirror.status import copy_statuses

            return copy_statuses(workstation, look=False)

        self.ask(read, self._show, question="copies")

    # --- the three acts

    def add(self) -> None:
        """Name a folder on another medium, and make the first copy in it."""
        text = self.text
        folder = PathEdit(text, lambda: self.choose(self, text("A folder on a stick or a share")))
        field = Field(
            text("Folder"),
            folder,
            text("Such as E:\\ or /media/stick. The copy is encrypted as the journal is."),
        )

        def record() -> None:
            if not folder.value():
                sheet.wrong(field, text("Choose a folder on a stick or a share."))
                return
            sheet.wait()
            self._add(Path(folder.value()), sheet)

        sheet = FormSheet(
            text,
            text("Name a stick or a share"),
            text("It is kept up within seconds while it is plugged in. Recording never waits for it."),
            words=text("Make the copy"),
            icon="copy",
            record=record,
            back=self.back,
        )
        sheet.ask(field)
        self.open(sheet.finish())

    def _add(self, path: Path, sheet: FormSheet) -> None:
        workstation = self.workstation

        def make() -> CopyStatus:
            from counter_app.service.mirror.media import add_medium
            from counter_app.service.mirror.now import copy_now
            from counter_app.service.mirror.status import copy_statuses

            medium = add_medium(workstation, path)
            copy_now(workstation)
            return next(one for one in copy_statuses(workstation) if one.medium == medium.id)

        # A medium may hang: it holds up whoever reads, never whoever records.
        self.ask(make, self._added, sheet.failed, question="add")

    def _added(self, made: CopyStatus) -> None:
        text = self.text
        self.back()
        self.session.tell_of_copy()
        if made.same_disk:
            self.messages.post(
                "warn",
                text("It lies on the journal’s own disk and is lost with it: use a stick or a share."),
            )
        elif made.state == "current":
            count = text.plural("{n} entry", "{n} entries", made.entries)
            self.messages.post("ok", text("The copy is complete: {count}.", count=count))
        else:
            self.messages.post("info", text("The copy is being made; this page shows when it is complete."))

    def copy_now(self) -> None:
        """Bring every copy up to date, before a stick is pulled out."""
        if self._copying:
            return
        workstation = self.workstation
        self._copying = True
        self.messages.clear()
        show_if(self.progress, True)
        self.progress.start(self.text("Copying what is new. You can go on working."))

        def copy() -> tuple[CopyStatus, ...]:
            from counter_app.service.mirror.now import copy_now
            from counter_app.service.mirror.status import copy_statuses

            copy_now(workstation)
            return copy_statuses(workstation)

        self.ask(copy, self._copied, self._not_copied, question="now")

    def _copied(self, copies: tuple[CopyStatus, ...]) -> None:
        self._end_progress()
        self._show(copies)
        self.session.tell_of_copy()
        if copies and all(one.state == "current" for one in copies):
            self.messages.post("ok", self.text("Every copy is complete: a stick may be pulled out."))
        elif any(one.state == "current" for one in copies):
            self.messages.post(
                "ok", self.text("The copies that are plugged in are complete. The others are shown below.")
            )

    def _not_copied(self, error: AppError) -> None:
        self._end_progress()
        self.show_error(error)

    def _end_progress(self) -> None:
        self._copying = False
        self.progress.hide()

    def remove(self) -> None:
        """Keep the copy at the cursor up no longer; what lies on it stays."""
        chosen = self.table.current()
        if chosen is None or self.faces.place == 0:
            return
        text, workstation = self.text, self.workstation

        def stop() -> None:
            from counter_app.service.mirror.media import remove_medium

            remove_medium(workstation, Path(chosen.medium))

        sheet = FormSheet(
            text,
            text("Keep this copy up no longer?"),
            text("What lies on the medium stays, and can still be restored from."),
            words=text("Keep it up no longer"),
            icon="x",
            record=lambda: self.do(stop, lambda _done: self.back(), sheet.failed),
            back=self.back,
        )
        sheet.fact(text("Medium"), str(chosen.path), strong=True)
        self.open(sheet.finish())

    # --- what is shown

    def _look(self) -> None:
        if self.isVisible() and self.step is None:
            self.refresh()

    def _show(self, copies: tuple[CopyStatus, ...]) -> None:
        text = self.text
        sub = ""
        if copies:
            sub = text("Kept up while they are plugged in. Swap two sticks each day.")
            if len(copies) == 1:
                sub = text("One copy. A second stick, kept elsewhere, survives a fire and a theft.")
        self.card.retitle(text("Second copies"), sub)
        self.table.show_rows(copies)
        self.faces.turn(1 if copies else 0)
        for button in self._of_media:
            show_if(button, bool(copies))
        self._say_what_to_do(self.table.current() if copies else None)

    def _say_what_to_do(self, copy: CopyStatus | None) -> None:
        """The whole sentence of the copy at the cursor."""
        from counter_app.service.mirror.status import advice

        sentence, told = ("", {}) if copy is None else advice(copy)
        said = self.text(sentence, **told) if sentence else ""
        self._advice.setText(said)
        show_if(self._advice, bool(said))

    def _columns(self) -> list[Column[CopyStatus]]:
        text = self.text
        return [
            Column(text("Medium"), lambda copy: str(copy.path), "strong", stretch=1, least=140),
            Column(text("State"), self._state),
            Column(text("Not in it"), self._lag),
            Column(text("Last complete"), self._complete, "muted", drop=1),
            Column(text("Entries"), lambda copy: f"{copy.entries}", "figures", right=True, drop=2),
        ]

    def _state(self, copy: CopyStatus) -> State:
        state = _STATES[copy.state]
        return State(self.text(state.words), state.tone, state.icon)

    def _lag(self, copy: CopyStatus) -> str:
        if not copy.lag_entries:
            return "—"
        count = self.text.plural("{n} entry", "{n} entries", copy.lag_entries)
        return self.text("{count}, {long}", count=count, long=duration(self.text, copy.lag))

    def _complete(self, copy: CopyStatus) -> str:
        return "—" if copy.complete_at is None else self.text.datetime(copy.complete_at)
