"""The first page: the passphrase that opens this workstation. Loads no driver before Enter is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.service.presence import sample_passphrase
from counter_app.text import Text
from ui.gate import Gate
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.fields import Field, SecretEdit
from ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from counter_app.service.workstation import Workstation
    from ui.widgets.progress import Progress


class Unlock(Gate):
    """Asks for the passphrase and hands over the open workstation."""

    def __init__(
        self,
        text: Text,
        tasks: Tasks,
        data: Path,
        opened: Callable[[Workstation], object],
        restore: Callable[[], object],
        *,
        why: str = "",
    ) -> None:
        super().__init__(text)
        self._tasks, self._data, self._opened = tasks, data, opened
        self._card = Card(
            text("Open this workstation"),
            text("The journal is encrypted. The passphrase opens it for the day."),
        )
        self._messages = MessageBar()
        self.passphrase = SecretEdit(text("Show the passphrase"), text("Hide the passphrase"))
        self.passphrase.returnPressed.connect(self.open)
        self.field = Field(text("Passphrase"), self.passphrase, text("Six words, with a blank between them."))
        self._button = Button(text("Open"), "primary", icon="lock-open", key="Enter", press=self.open)
        self._progress: Progress | None = None
        self._card.add(self._messages, self.field)
        self._sample = sample_passphrase(data)
        row = QHBoxLayout()
        row.addWidget(self._button, 1)
        self._card.add(row)
        self.column.addWidget(self._card)
        self._restore = Button(text("Go on from a copy"), "link", icon="history", press=restore)
        self.column.addWidget(self._restore, 0, Qt.AlignmentFlag.AlignLeft)
        if why:
            self._messages.post("bad", why)
        elif self._sample is not None:
            self._offer_sample()

    def first_focus(self) -> QWidget:
        """The passphrase."""
        return self.passphrase

    def open(self) -> None:
        """Open the workstation in the background; nothing is loaded before this."""
        words = " ".join(self.passphrase.text().split())
        if not words:
            self.field.set_error(self.text("Type the passphrase first."))
            return
        if not self._button.isEnabled():
            return
        self._wait(True)
        data = self._data

        def work() -> Workstation:
            from counter_app.bootstrap import open_workstation, start_logs

            workstation = open_workstation(data, words.encode(), write=True, program="counter-app window")
            start_logs(data)
            return workstation

        self._tasks.do(work, self._done, self._failed, owner=self)

    def _offer_sample(self) -> None:
        fill = (self.text("Fill it in"), self._fill_sample)
        self._messages.post(
            "info",
            self.text("Its passphrase lies beside it, since nothing in it is real."),
            title=self.text("This is a sample office."),
            actions=(fill,),
        )

    def _fill_sample(self) -> None:
        self.passphrase.setText(self._sample or "")
        self.open()

    def _wait(self, waiting: bool) -> None:
        self._button.setEnabled(not waiting)
        self.passphrase.setReadOnly(waiting)
        if self._progress is not None:
            self._progress.setVisible(waiting)
        if waiting:
            self.field.set_error("")
            self._tell_progress()

    def _tell_progress(self) -> None:
        if self._progress is None:
            # Made with the first attempt: the first paint has no use for it.
            from ui.widgets.progress import Progress

            self._progress = Progress(self.text)
            self._card.add(self._progress)
        self._progress.start(self.text("Opening the journal…"))

    def _done(self, workstation: Workstation) -> None:
        self.passphrase.hide_again()
        self._opened(workstation)

    def _failed(self, error: AppError) -> None:
        self._wait(False)
        if error.code == "wrong_passphrase":
            self.field.set_error(
                self.text(
                    "These words do not open the journal. Check each word and try again;"
                    " if they are right, call IT."
                )
            )
            self.passphrase.selectAll()
            self.passphrase.setFocus()
            return
        self._messages.post("bad", self.text.error(error), title=self.text("The workstation did not open."))
