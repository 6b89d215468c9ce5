"""What a citizen is to be told of decisions after the outage, and the key that prints it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.errors import EnvironmentFailed
from ui import shortcuts
from ui.opening import post_saved
from ui.page import Page
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, label, show_if

if TYPE_CHECKING:
    from counter_app.service.notices import Notice
    from ui.printing import Sent

Saved = tuple[bytes, "Sent"]


class NoticeLines(QWidget):
    """Hidden where there is nothing to tell. `choose` asks for a file as `QFileDialog.getSaveFileName` does."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._told: Sequence[Notice] = ()
        self.choose: Callable[[QWidget, str, str, str], tuple[str, str]] = QFileDialog.getSaveFileName
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(Icon("inbox", "warn", 20))
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        row.addLayout(self._column, 1)
        text = page.text
        self._words = label("", wrap=True)
        self._column.addWidget(self._words)
        row.addWidget(
            Button(text("Print the notice"), "secondary", icon="printer", key="N", press=self.print)
        )
        shortcuts.declare(self, "N", text("Print the notice"), self.print, group=text("On this page"))
        self.hide()

    def ask(self, entry_ids: Sequence[str]) -> None:
        """Read what there is to tell about these acts."""
        workstation = self._page.workstation

        def read() -> tuple[Notice, ...]:
            from counter_app.service.notices import notices

            return notices(workstation, entry_ids)

        self._page.ask(read, self._show, question="notices")

    def print(self) -> None:
        """Send the latest notice to the printer; where there is none it is saved instead."""
        workstation, text = self._page.workstation, self._page.text
        if not self._told:
            return
        told = self._told[0]

        def work() -> Saved:
            from counter_app.service.notices import notice_pdf
            from ui.printing import send

            pdf = notice_pdf(workstation, told.entry_id, text)
            return pdf, send(pdf, told.number)

        self._page.do(work, lambda answer: self._sent(told, *answer))

    def _sent(self, told: Notice, pdf: bytes, sent: Sent) -> None:
        text, bar = self._page.text, self._page.messages
        if not sent.problem:
            bar.post("ok", text("Sent to {printer}", printer=sent.printer))
            return
        name, _ = self.choose(self, text("Save the notice"), f"{told.number or 'notice'}.pdf", "PDF (*.pdf)")
        if not name:
            return

        def write() -> str:
            try:
                Path(name).write_bytes(pdf)
            except OSError as error:
                problem = error.strerror or str(error)
                raise EnvironmentFailed("file_unwritable", path=name, problem=problem) from error
            return name

        self._page.do(write, lambda path: post_saved(self, bar, text, Path(path)))

    def _show(self, told: Sequence[Notice]) -> None:
        text, lines = self._page.text, []
        self._told = told
        for one in told:
            what = text(one.what)
            if one.claimed is not None:
                claim = text("{amount} is asked back.", amount=one.claimed)
                what = f"{what} {claim}"
            lines.append(text("{number}, {day}: {what}", number=one.number, day=one.at.date(), what=what))
        self._words.setText("\n".join(lines))
        show_if(self, bool(told))
