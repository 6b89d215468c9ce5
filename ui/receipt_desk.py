"""After an act: its number in large, the receipt by one key, the paper confirmed by another, then the next citizen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.errors import AppError
from ui import shortcuts
from ui.page import Page
from ui.theme.tokens import Tone
from ui.widgets.buttons import Button
from ui.widgets.confirmation import Confirmation
from ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from counter_app.service.papers.sent import SavedPaper
    from ui.printing import Sent


class ReceiptDesk(QWidget):
    """P sends the receipt, C says that the paper came out, Enter goes on with `done`."""

    def __init__(self, page: Page, done: Callable[[], object]) -> None:
        super().__init__()
        self._page, self._done = page, done
        self._number = ""
        text = page.text
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.told = Confirmation()
        self.next = Button(text("Next citizen"), "primary", icon="arrow-right", key="Enter", press=done)
        self.print = Button(text("Print the receipt"), "secondary", icon="printer", key="P", press=self.send)
        self.came_out = Button(
            text("The paper came out"), "secondary", icon="check", key="C", press=self.confirm
        )
        for button in (self.next, self.print, self.came_out):
            self.told.buttons.addWidget(button)
        self.told.buttons.addStretch(1)
        column.addWidget(self.told)
        self.paper = MessageBar()
        column.addWidget(self.paper)
        column.addStretch(1)
        group = text("On this page")
        shortcuts.declare(self, "P", text("Print the receipt"), self.send, group=group)
        shortcuts.declare(self, "C", text("The paper came out"), self.confirm, group=group)
        shortcuts.declare(self, "Return", text("Next citizen"), done, group=group)
        shortcuts.declare(self, "Enter", text("Next citizen"), done, group=group)

    def tell(
        self, heading: str, number: str, words: str = "", next_step: str = "", *, tone: Tone = "ok"
    ) -> None:
        """Show what was recorded; without a number there is no receipt."""
        self._number = number
        self.paper.clear()
        self.print.setVisible(bool(number))
        self.came_out.hide()
        self.told.confirm(heading, number, words, next_step, tone=tone)
        self.next.setFocus()

    def send(self) -> None:
        """Save the receipt and send it to the printer; sent again it is marked as a duplicate."""
        number, text = self._number, self._page.text
        if not number:
            return
        workstation = self._page.workstation

        def work() -> tuple[SavedPaper, Sent]:
            from counter_app.service.papers.sent import save_receipt
            from ui.printing import send

            saved = save_receipt(workstation, number, text)
            return saved, send(saved.pdf, saved.number)

        self.paper.post("info", text("The receipt is being made."))
        self._page.do(work, lambda answer: self._sent(*answer), self._failed)

    def confirm(self) -> None:
        """Somebody holds the paper."""
        number, text = self._number, self._page.text
        if not number or self.came_out.isHidden():
            return
        workstation = self._page.workstation

        def note() -> None:
            from counter_app.service.papers.sent import paper_came_out

            paper_came_out(workstation, number)

        def noted(_nothing: None) -> None:
            self.came_out.hide()
            self.paper.post("ok", text("Noted: the paper came out."))

        self._page.do(note, noted, self._not_noted)

    def _sent(self, saved: SavedPaper, sent: Sent) -> None:
        from ui.printing import PROBLEMS

        text = self._page.text
        if saved.number != self._number:
            return
        again = text("It is marked as a duplicate.") if saved.is_duplicate else ""
        if sent.problem:
            why = text(PROBLEMS[sent.problem], printer=sent.printer)
            kept = text(
                "What you recorded stands, and the receipt was saved as {file}.", file=saved.path.name
            )
            self.paper.post(
                "warn",
                f"{why} {kept} {again}".strip(),
                title=text("Not printed"),
                actions=((text("Open it"), lambda: self._open(saved)),),
            )
            self.came_out.hide()
            return
        words = text(
            "Press C when the paper is in your hand. If nothing comes out, look at the printer, then P."
        )
        self.paper.post(
            "info", f"{words} {again}".strip(), title=text("Sent to {printer}", printer=sent.printer)
        )
        self.came_out.show()

    def _failed(self, error: AppError) -> None:
        self.paper.post("bad", self._page.text.error(error), title=self._page.text("Not printed"))

    def _not_noted(self, error: AppError) -> None:
        self.paper.post("bad", self._page.text.error(error))

    def _open(self, saved: SavedPaper) -> None:
        """Show the saved file; whoever prints it from there says by the same key that the paper came out."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(saved.path)))
        self.came_out.show()
