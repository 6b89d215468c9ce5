"""Sending a finished paper to a printer: the saved PDF, drawn at 300 dots an inch, the same on every system."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

_DOTS = 300
_POINTS = 72


def send(pdf: bytes, title: str) -> str | None:
    """Hand the pages to the default printer and return its name, `None` where there is no printer.

    A queue accepts although nothing will ever come out of it: whoever reads the answer says “sent”, never
    “printed”. Takes a tenth of a second a page; call it on a reading thread.
    """
    chosen = QPrinterInfo.defaultPrinter()
    if chosen.isNull():
        return None
    printer = QPrinter(chosen, QPrinter.PrinterMode.HighResolution)
    printer.setResolution(_DOTS)
    printer.setDocName(title)
    printer.setFullPage(True)
    return chosen.printerName() if draw(pdf, printer) else None


def draw(pdf: bytes, printer: QPrinter) -> bool:
    """Draw every page on the printer's own; `False` where it took none."""
    from counter_app.service.papers.pages import page_images

    painter = QPainter()
    try:
        for number, page in enumerate(page_images(pdf, _DOTS)):
            wide, high = page.points
            landscape = wide > high
            layout = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
            printer.setPageOrientation(layout)
            printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
            if number == 0:
                if not painter.begin(printer):
                    return False
            elif not printer.newPage():
                return False
            image = QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
            scale = printer.resolution() / _POINTS
            painter.drawImage(QRectF(0, 0, wide * scale, high * scale), image)
    finally:
        if painter.isActive():
            painter.end()
    return True
