"""The way of a daily log out of the machine: made and drawn off the main thread, shown, saved, sent to a printer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths

from counter_app.domain.errors import AppError
from ui.opening import post_saved
from ui.stepped import SteppedPage
from ui.widgets.log_step import LogStep

if TYPE_CHECKING:
    from counter_app.service.papers.pages import PageImage
    from ui.printing import Sent

_SCREEN_DPI = 144
_MOST_KEPT = 8


class DailyLog:
    """Opens the log of a day as a step of `page`. `choose` asks for a file as `QFileDialog.getSaveFileName` does."""

    def __init__(self, page: SteppedPage, choose: Callable[..., tuple[str, Any]]) -> None:
        self._page = page
        self.choose = choose
        self._pdf = b""
        self._day = date.min
        self._drawn: dict[int, PageImage] = {}

    def show(self, day: date) -> None:
        """Make the log of a day and show its first page."""
        page, text = self._page, self._page.text
        self._pdf, self._day, self._drawn = b"", day, {}
        step = LogStep(
            text,
            text("Daily log of {day}", day=text.date(day, "long")),
            wanted=self._want,
            print_it=self.send,
            save_it=self.save,
            back=page.back,
        )
        page.open(step, whole=True)
        workstation = page.workstation

        def make() -> tuple[bytes, int, PageImage]:
            from counter_app.service.papers.aside import daily_log_aside
            from counter_app.service.papers.pages import count_pages, page_image

            pdf = daily_log_aside(workstation, day, text)
            return pdf, count_pages(pdf), page_image(pdf, 0, _SCREEN_DPI)

        page.ask(make, lambda made: self._made(*made), question="log")

    def save(self) -> None:
        """Ask where, and save the PDF there."""
        step = self._step()
        if step is None or not self._pdf:
            return
        page, text, pdf = self._page, self._page.text, self._pdf
        name = f"{page.workstation.office.counter}-{self._day.isoformat()}.pdf"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen, _ = self.choose(
            page, text("Save the daily log"), str(Path(folder) / name), text("PDF files (*.pdf)")
        )
        if not chosen:
            return
        path = Path(chosen)

        def write() -> None:
            from counter_app.service.papers.daily_log import save_pdf

            save_pdf(path, pdf)

        page.do(
            write,
            lambda _done: post_saved(page, step.messages, text, path),
            partial(self._failed, step),
        )

    def send(self) -> None:
        """Send it to the printer; whether paper came out only a person sees."""
        step = self._step()
        if step is None or not self._pdf:
            return
        text, pdf = self._page.text, self._pdf
        title = text("Daily log of {day}", day=text.date(self._day, "long"))
        step.messages.post("info", text("Sending the log to the printer…"))

        def work() -> Sent:
            from ui.printing import send

            return send(pdf, title)

        self._page.ask(work, partial(self._sent, step), partial(self._failed, step), question="print")

    def _sent(self, step: LogStep, sent: Sent) -> None:
        from ui.printing import PROBLEMS

        text = self._page.text
        if sent.problem:
            why = text(PROBLEMS[sent.problem], printer=sent.printer)
            way = text("Or save the log as a PDF and print it elsewhere.")
            step.messages.post("warn", f"{why} {way}", title=text("Not printed"))
            return
        step.messages.post(
            "info",
            text("Look whether the paper came out, then have it signed."),
            title=text("Sent to {printer}", printer=sent.printer),
        )

    def _made(self, pdf: bytes, pages: int, first: PageImage) -> None:
        step = self._step()
        if step is None:
            return
        self._pdf, self._drawn[0] = pdf, first
        step.pages, step.page = pages, 0
        step.ready(True)
        step.show_page(first)

    def _want(self, number: int) -> None:
        step, pdf = self._step(), self._pdf
        if step is None:
            return
        if number in self._drawn:
            step.show_page(self._drawn[number])
            return

        def draw() -> PageImage:
            from counter_app.service.papers.pages import page_image

            return page_image(pdf, number, _SCREEN_DPI)

        def drawn(image: PageImage) -> None:
            if len(self._drawn) >= _MOST_KEPT:
                self._drawn.clear()
            self._drawn[number] = image
            if self._step() is step and step.page == number:
                step.show_page(image)

        self._page.ask(draw, drawn, question="log-page")

    def _step(self) -> LogStep | None:
        step = self._page.step
        return step if isinstance(step, LogStep) else None

    def _failed(self, step: LogStep, error: AppError) -> None:
        step.messages.post("bad", self._page.text.error(error))
