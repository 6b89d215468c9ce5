"""After an act: its number in large, the receipt by one key, the paper confirmed by another, then the next citizen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import shortcuts
from ui.page import Page
from ui.receipt_paper import ReceiptPaper
from ui.theme.tokens import Tone
from ui.widgets.buttons import Button
from ui.widgets.confirmation import Confirmation
from ui.widgets.message_bar import MessageBar


class ReceiptDesk(QWidget):
    """P sends the receipt, C says that the paper came out, Enter goes on with `done`."""

    def __init__(self, page: Page, done: Callable[[], object]) -> None:
        super().__init__()
        text = page.text
        self._number = ""
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
        self._receipt = ReceiptPaper(page, self.paper, self.came_out.setVisible)
        column.addWidget(self.paper)
        column.addStretch(1)
        group = text("On this page")
        shortcuts.declare(self, "P", text("Print the receipt"), self.send, group=group)
        self._receipt.declare_ways(self)
        shortcuts.declare(self, "Return", text("Next citizen"), done, group=group)
        shortcuts.declare(self, "Enter", text("Next citizen"), done, group=group)

    def tell(
        self, heading: str, number: str, words: str = "", next_step: str = "", *, tone: Tone = "ok"
    ) -> None:
        """Show what was recorded; without a number there is no receipt."""
        self._number = number
        self._receipt.forget()
        self.print.setVisible(bool(number))
        self.came_out.hide()
        self.told.confirm(heading, number, words, next_step, tone=tone)
        self.next.setFocus()

    def send(self) -> None:
        """Save the receipt and send it to the printer; sent again it is marked as a duplicate."""
        if self._number:
            self._receipt.send(self._number)

    def confirm(self) -> None:
        """Somebody holds the paper."""
        self._receipt.confirm()
