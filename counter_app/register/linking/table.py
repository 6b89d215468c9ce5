"""The two lists that are read, and the list of pairs that is written."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.paths import replace_file
from counter_app.register.linking.pairs import Judged
from counter_app.register.source import BadLine, Record, Source

COLUMNS = ("id_a", "id_b", "score", "decision", "why")
Row = tuple[str, str, str, str, str, str]


def open_list(path: Path) -> Source:
    """The records of a CSV file in UTF-8, or in Windows' western code page where it is not UTF-8.

    Raises `file_unreadable`, and what `Source` raises of a file without the columns that are needed.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput("file_unreadable", path=str(path), problem=error.strerror or str(error)) from error
    try:
        raw.decode()
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows' code page and something in Latin-1.
        try:
            raw = raw.decode("cp1252").encode()
        except UnicodeDecodeError:
            raw = raw.decode("latin-1").encode()
    return Source(io.BytesIO(raw), path.name)


def rows_of(source: Source) -> tuple[list[Row], list[BadLine]]:
    """The records as they are compared, and the lines that are none."""
    rows: list[Row] = []
    bad: list[BadLine] = []
    for found in source:
        if isinstance(found, Record):
            rows.append(
                (
                    found.id,
                    found.given_name,
                    found.surname,
                    found.date_of_birth,
                    found.postcode,
                    found.national_id,
                )
            )
        else:
            bad.append(found)
    return rows, bad


def write_pairs(out: Path, pairs: Iterable[Judged]) -> None:
    """Write the pairs beside `out` and let them take its place when they are whole; raises `file_unwritable`."""
    beside = out.with_name(f"{out.name}.new")
    try:
        try:
            with beside.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows(
                    (one.id_a, one.id_b, f"{one.score:.4f}", one.decision, " ".join(one.why)) for one in pairs
                )
                file.flush()
                os.fsync(file.fileno())
            replace_file(beside, out)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(out), problem=error.strerror or str(error)
        ) from error
