"""The sheet with the passphrase: printed once, or saved as a PDF to be printed elsewhere, then kept under lock."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextOption
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from counter_app.text import Text
from ui.theme.fonts import FAMILY

_POINTS_PER_INCH = 72


def print_sheet(parent: QWidget, text: Text, counter: str, words: str) -> bool:
    """Print on a printer of this machine, or ask where to save a PDF; whether paper or file was made."""
    if QPrinterInfo.availablePrinterNames():
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, parent)
        if dialog.exec() != QPrintDialog.DialogCode.Accepted:
            return False
        painter = QPainter(printer)
        _draw(painter, text, counter, words, printer.resolution())
        painter.end()
        return True
    name, _ = QFileDialog.getSaveFileName(
        parent, text("Save the sheet, print it, then delete the file"), "passphrase.pdf", "PDF (*.pdf)"
    )
    if not name:
        return False
    save_sheet(Path(name), text, counter, words)
    return True


def save_sheet(path: Path, text: Text, counter: str, words: str) -> None:
    """The sheet as a PDF of one A4 page."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    writer.setTitle(text("Passphrase of counter {counter}", counter=counter))
    painter = QPainter(writer)
    _draw(painter, text, counter, words, writer.resolution())
    painter.end()


def _draw(painter: QPainter, text: Text, counter: str, words: str, resolution: int) -> None:
    painter.scale(resolution / _POINTS_PER_INCH, resolution / _POINTS_PER_INCH)
    lines = (
        (text("Passphrase of counter {counter}", counter=counter), 20, QFont.Weight.DemiBold, 44),
        (text("These six words open the journal of this counter."), 12, QFont.Weight.Normal, 34),
        *(
            (f"{number}.  {word}", 24, QFont.Weight.DemiBold, 40)
            for number, word in enumerate(words.split(), 1)
        ),
        ("", 12, QFont.Weight.Normal, 16),
        (
            text("Keep this sheet under lock, away from the machine. Without it nobody opens the journal."),
            12,
            QFont.Weight.Normal,
            44,
        ),
    )
    top = 0.0
    wrapping = QTextOption(Qt.AlignmentFlag.AlignLeft)
    wrapping.setWrapMode(QTextOption.WrapMode.WordWrap)
    for line, points, weight, height in lines:
        letters = QFont(FAMILY)
        letters.setPixelSize(points)
        letters.setWeight(weight)
        painter.setFont(letters)
        painter.drawText(QRectF(0, top, 480, height), line, wrapping)
        top += height
