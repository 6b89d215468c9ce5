"""The balance for spreadsheets: three CSV files, or one XLSX workbook of three sheets written row by row.

No cell is ever a formula: in XLSX every word is written as a string, in CSV a word that a spreadsheet would take for
one (`=`, `+`, `-`, `@`, tab, return in front; OWASP, CSV Injection) gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from counter_app.documents.balance_rows import BalanceRows, EntryRow
from counter_app.documents.balance_words import STANDINGS
from counter_app.domain.money import Money
from counter_app.text import N_, Text

Cell = str | int | Money
Line = Sequence[Cell]
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_SIDES: Final = (
    N_("Journal"),
    N_("Accepted by the centre"),
    N_("Explained"),
    N_("Decided"),
    N_("Still open"),
)
_WIDE: Final = 24


def write_csv(folder: Path, rows: BalanceRows, entries: Iterable[EntryRow], text: Text) -> list[Path]:
    """`balance.csv`, `balance-differences.csv`, `balance-entries.csv`, UTF-8 with the mark that Excel asks for.

    Amounts are decimal numbers with a point. Raises `OSError` where the folder cannot be written.
    """
    made = []
    for name, lines in (
        ("balance.csv", service_lines(rows, text)),
        ("balance-differences.csv", difference_lines(rows, text)),
        ("balance-entries.csv", entry_lines(rows, entries, text)),
    ):
        path = folder / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([_plain(cell) for cell in line] for line in lines)
        made.append(path)
    return made


def xlsx_of(rows: BalanceRows, entries: Iterable[EntryRow], text: Text) -> bytes:
    """The workbook; its memory does not grow with the entries, but for the file itself."""
    import xlsxwriter  # type: ignore[import-untyped]

    kept = io.BytesIO()
    told = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(kept, told) as book:
        # The same rows give the same bytes.
        book.set_properties({"title": text("Balance"), "author": rows.office, "created": rows.made_at})
        head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for title, lines in (
            (text("Balance"), service_lines(rows, text)),
            (text("Differences"), difference_lines(rows, text)),
            (text("Entries"), entry_lines(rows, entries, text)),
        ):
            sheet = book.add_worksheet(title[:31])
            sheet.set_column(0, 15, _WIDE)
            sheet.freeze_panes(1, 0)
            for place, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, Money):
                        sheet.write_number(place, column, cell.cents / 100, money)
                    elif isinstance(cell, int):
                        sheet.write_number(place, column, cell)
                    else:
                        sheet.write_string(place, column, cell, head if place == 0 else None)
    return kept.getvalue()


def service_lines(rows: BalanceRows, text: Text) -> Iterator[Line]:
    """A heading, and a line for each service."""
    head = [text("Service"), text("Currency")]
    for title in _SIDES:
        head += [text("{what}: entries", what=text(title)), text("{what}: amount", what=text(title))]
    head += [text("Explained: sent with"), text("Explained: held there with")]
    yield [*head, text("Hash of the journal’s"), text("Hash of the accepted")]
    for row in rows.services:
        yield (
            row.name,
            rows.currency,
            row.journal.entries,
            row.journal.amount,
            row.centre.entries,
            row.centre.amount,
            *row.explained,
            *row.decided,
            *row.open,
            "" if row.held is None else row.held.sent,
            "" if row.held is None else row.held.shown,
            row.journal.sha256,
            row.centre.sha256,
        )


def difference_lines(rows: BalanceRows, text: Text) -> Iterator[Line]:
    """A heading, and a line for each unit that the centre did not show as sent."""
    names = {row.service: row.name for row in rows.services}
    yield (
        text("Service"),
        text("Standing"),
        text("Act"),
        text("Aid"),
        text("Receipt"),
        text("Place"),
        text("How it stands"),
        text("Centre’s reason"),
        text("Why"),
        text("Centre’s number"),
        text("By"),
        text("When"),
        text("Amount"),
        text("Centre’s amount"),
        text("Gap"),
        text("Entry"),
        text("Part"),
    )
    for row in rows.differences:
        yield (
            names.get(row.service, row.service),
            text(STANDINGS[row.standing]),
            row.kind,
            row.aid,
            row.receipt,
            row.place,
            row.what,
            row.said,
            row.why,
            row.number,
            row.by,
            "" if row.at is None else row.at.isoformat(timespec="seconds"),
            row.amount,
            "" if row.shown is None else row.shown,
            "" if row.shown is None else Money(row.shown.cents - row.amount.cents, rows.currency),
            row.entry_id,
            row.part,
        )


def entry_lines(rows: BalanceRows, entries: Iterable[EntryRow], text: Text) -> Iterator[Line]:
    """A heading, and a line for each unit: with its key and cents the other side makes the hash again."""
    yield (
        text("Service"),
        text("Key"),
        text("Cents"),
        text("State"),
        text("Centre’s number"),
        text("Aid"),
        text("Place"),
        text("Entry"),
        text("Part"),
    )
    for row in entries:
        yield (
            row.service,
            row.key,
            row.cents,
            row.state,
            row.number,
            row.aid,
            row.place,
            row.entry_id,
            row.part,
        )


def _plain(cell: Cell) -> str:
    if isinstance(cell, Money):
        whole, rest = divmod(abs(cell.cents), 100)
        return f"{'-' if cell.cents < 0 else ''}{whole}.{rest:02d}"
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
