"""Sending a finished paper to a printer: the saved PDF, drawn at 300 dots an inch, the same on every system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from counter_app.service.papers.pages import PageImage, page_images
from counter_app.text import N_

_DOTS = 300
_POINTS = 72
_ROUNDING = 3.0
"""Points by which two names of one size of paper may differ."""
_DEAD: Final = (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)

Problem = Literal["", "no_printer", "stopped", "refused"]
PROBLEMS: Final[dict[Problem, str]] = {
    "no_printer": N_("This computer finds no printer: have one connected or switched on, then print again."),
    "stopped": N_("{printer} has stopped: look at its paper, its cover and its cable, then print again."),
    "refused": N_("{printer} took nothing: switch it off and on, then print again."),
}
"""Why nothing was handed over, and what to do; `{printer}` is the queue's name."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The queue that a paper was handed to, or why it was not; `problem` is empty where it was."""

    printer: str
    problem: Problem = ""


def send(pdf: bytes, title: str) -> Sent:
    """Hand the pages to the default printer, unless it says itself that nothing will come out.

    A queue accepts although nothing will ever come out of it: whoever reads the answer says “sent”, never
    “printed”. Takes a tenth of a second a page; call it on a reading thread.
    """
    chosen = QPrinterInfo.defaultPrinter()
    if chosen.isNull():
        return Sent("", "no_printer")
    name = chosen.printerName()
    if chosen.state() in _DEAD:
        # What a stopped queue takes comes out hours later, beside the duplicate that was made meanwhile.
        return Sent(name, "stopped")
    printer = QPrinter(chosen, QPrinter.PrinterMode.HighResolution)
    printer.setResolution(_DOTS)
    printer.setDocName(title)
    printer.setFullPage(True)
    return Sent(name, "" if draw(pdf, printer, chosen.defaultPageSize()) else "refused")


def draw(pdf: bytes, printer: QPrinter, held: QPageSize | None = None) -> bool:
    """Draw every page in its true size on the printer's own; `False` where it took none.

    `held` is the paper that the printer says it holds: a page that fits on it is drawn there, for a printer that
    is asked for another paper waits for somebody to bring it. Any other page asks for paper of its own size.
    """
    painter = QPainter()
    try:
        for number, page in enumerate(page_images(pdf, _DOTS)):
            wide, high = page.points
            landscape = wide > high
            layout = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
            printer.setPageOrientation(layout)
            printer.setPageSize(_sheet(page, held))
            if number == 0:
                if not painter.begin(printer):
                    return False
                # Else letters and code go out as a photograph would, with grey around every edge.
                painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
            elif not printer.newPage():
                return False
            image = QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
            scale = printer.resolution() / _POINTS
            painter.drawImage(QRectF(0, 0, wide * scale, high * scale), image)
    finally:
        if painter.isActive():
            painter.end()
    return True


def _sheet(page: PageImage, held: QPageSize | None) -> QPageSize:
    """The paper that a page is drawn on, upright as papers are named."""
    short, long = sorted(page.points)
    if held is not None and held.isValid():
        there = held.size(QPageSize.Unit.Point)
        room = sorted((there.width(), there.height()))
        if short <= room[0] + _ROUNDING and long <= room[1] + _ROUNDING:
            return held
    return QPageSize(QSizeF(short, long), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
