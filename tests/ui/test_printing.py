"""A paper on a printer of Qt's own that writes a PDF: as many pages, upright or across as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
from PySide6.QtPrintSupport import QPrinter

from counter_app.bootstrap import open_workstation
from counter_app.service.papers.daily_log import daily_log_pdf
from counter_app.service.papers.pages import count_pages
from counter_app.text import Text
from tests.unit.counters import PASSPHRASE
from ui.printing import draw


def test_every_page_of_a_log_reaches_the_printer_across(busy_morning: Path, tmp_path: Path) -> None:
    workstation = open_workstation(busy_morning, PASSPHRASE, write=False)
    pdf = daily_log_pdf(workstation, date(2026, 3, 2), Text("fr"))
    workstation.close()
    out = tmp_path / "printed.pdf"
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(out))
    printer.setResolution(300)
    printer.setFullPage(True)
    assert draw(pdf, printer)
    with pypdfium2.PdfDocument(out) as printed:
        assert len(printed) == count_pages(pdf)
        wide, high = printed[0].get_size()
    assert wide > high
