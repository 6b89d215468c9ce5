"""The paper of one receipt: saved, sent to the printer, opened where there is none, and seen by somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counter_app.domain.errors import AppError
from ui import shortcuts
from ui.opening import open_file, to_folder
from ui.page import Page
from ui.widgets.message_bar import Action, MessageBar

if TYPE_CHECKING:
    from counter_app.service.papers.sent import SavedPaper
    from ui.printing import Sent


class ReceiptPaper:
    """Says in `bar` what becomes of the paper; `waits` hears whether somebody is to say that it came out."""

    def __init__(self, page: Page, bar: MessageBar, waits: Callable[[bool], object] | None = None) -> None:
        self._page, self._bar = page, bar
        self._tell_waits = waits
        self._number = ""
        self._waits = False
        self._saved: SavedPaper | None = None

    def declare_on(self, owner: QWidget, again: Callable[[], object]) -> None:
        """The keys of a reprint, at work while `owner` is shown: P does `again`, the others go on with its paper."""
        text = self._page.text
        shortcuts.declare(owner, "P", text("Print the receipt again"), again, group=text("On this page"))
        self.declare_ways(owner)

    def declare_ways(self, owner: QWidget) -> None:
        """C says that the paper came out, O opens its file, D the folder that it lies in."""
        text = self._page.text
        group = text("On this page")
        shortcuts.declare(owner, "C", text("The paper came out"), self.confirm, group=group)
        shortcuts.declare(owner, "O", text("Open the receipt"), self.open, group=group)
        shortcuts.declare(owner, "D", text("Open the folder of the receipt"), self.open_folder, group=group)

    def forget(self) -> None:
        """Another act is shown: what was said of the last paper goes away."""
        self._number, self._saved = "", None
        self._wait(on=False)
        self._bar.clear()

    def send(self, number: str) -> None:
        """Save the receipt and send it to the printer; sent again it is marked as a duplicate."""
        workstation, text = self._page.workstation, self._page.text
        self._number = number

        def work() -> tuple[SavedPaper, Sent]:
            from counter_app.service.papers.sent import save_receipt
            from ui.printing import send

            saved = save_receipt(workstation, number, text)
            return saved, send(saved.pdf, saved.number)

        self._bar.post("info", text("The receipt is being made."))
        self._page.do(work, lambda answer: self._sent(*answer), self._failed)

    def confirm(self) -> None:
        """Somebody holds the paper."""
        workstation, text, number = self._page.workstation, self._page.text, self._number
        if not self._waits:
            return

        def note() -> None:
            from counter_app.service.papers.sent import paper_came_out

            paper_came_out(workstation, number)

        def noted(_nothing: None) -> None:
            self._wait(on=False)
            self._bar.post("ok", text("Noted: the paper came out."))

        self._page.do(note, noted, self._not_noted)

    def open(self) -> None:
        """Show the saved file; whoever prints it from there says by the same key that the paper came out."""
        if self._saved is not None:
            self._wait(on=True)
            open_file(self._page, self._bar, self._page.text, self._saved.path, "D")

    def open_folder(self) -> None:
        """Show the folder that the saved file lies in."""
        if self._saved is not None:
            self._to_folder(self._saved)[1]()

    def _to_folder(self, saved: SavedPaper) -> Action:
        return to_folder(self._page, self._bar, self._page.text, saved.path, "D")

    def _wait(self, *, on: bool) -> None:
        self._waits = on
        if self._tell_waits is not None:
            self._tell_waits(on)

    def _sent(self, saved: SavedPaper, sent: Sent) -> None:
        from ui.printing import PROBLEMS

        text = self._page.text
        if saved.number != self._number:
            return
        self._saved = saved
        again = text("It is marked as a duplicate.") if saved.is_duplicate else ""
        if sent.problem:
            why = text(PROBLEMS[sent.problem], printer=sent.printer)
            kept = text(
                "What you recorded stands, and the receipt was saved as {file} in the folder {folder}.",
                file=saved.path.name,
                folder=saved.path.parent,
            )
            self._bar.post(
                "warn",
                f"{why} {kept} {again}".strip(),
                title=text("Not printed"),
                actions=((text("Open it"), self.open, "O"), self._to_folder(saved)),
            )
            self._wait(on=False)
            return
        words = text(
            "Press C when the paper is in your hand. If nothing comes out, look at the printer, then P."
        )
        self._bar.post(
            "info", f"{words} {again}".strip(), title=text("Sent to {printer}", printer=sent.printer)
        )
        self._wait(on=True)

    def _failed(self, error: AppError) -> None:
        self._bar.post("bad", self._page.text.error(error), title=self._page.text("Not printed"))

    def _not_noted(self, error: AppError) -> None:
        self._bar.post("bad", self._page.text.error(error))
