"""`document daily-log|receipt`: papers as PDF."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, opened
from counter_app.domain.errors import BadInput, EnvironmentFailed


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    log = commands.add_parser("daily-log", parents=[shared], help="the log of one business day")
    log.add_argument("--date", required=True, metavar="D", help="the day of recording, YYYY-MM-DD")
    log.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    log.set_defaults(run=_daily_log)
    receipt = commands.add_parser("receipt", parents=[shared], help="one receipt")
    receipt.add_argument("number", help="as printed, such as A3-0148")
    receipt.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    receipt.add_argument(
        "--duplicate",
        action="store_true",
        help="a reprint, marked DUPLICATA; what the window printed or saved is marked without it",
    )
    receipt.set_defaults(run=_receipt)
    # For the window's own child process, hence without a line in the help.
    drawn = commands.add_parser("draw-log", parents=[shared])
    drawn.add_argument("--date", required=True)
    drawn.set_defaults(run=_draw_log)


def _daily_log(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.papers.daily_log import daily_log_pdf

    day = _day(arguments.date)
    with opened(arguments) as workstation:
        pdf = daily_log_pdf(workstation, day, console.text)
    return _save(pdf, arguments.out, console)


def _draw_log(arguments: argparse.Namespace, console: Console) -> int:
    """The key comes over standard input, the PDF leaves over standard output: neither touches the disk."""
    from counter_app.bootstrap import open_with_keys
    from counter_app.service.papers.aside import handed_keys
    from counter_app.service.papers.daily_log import daily_log_pdf

    keyring = handed_keys(sys.stdin.buffer.read())
    workstation = open_with_keys(data_folder(arguments), keyring)
    try:
        sys.stdout.buffer.write(daily_log_pdf(workstation, _day(arguments.date), console.text))
        sys.stdout.buffer.flush()
    finally:
        workstation.close()
    return 0


def _day(told: str) -> date:
    try:
        day = date.fromisoformat(told)
    except ValueError as error:
        raise BadInput("day_malformed", day=told) from error
    # The first and the last day of all lie outside the calendar in some time zone.
    if not date.min.year < day.year < date.max.year:
        raise BadInput("day_malformed", day=told)
    return day


def _receipt(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.papers.receipts import receipt_pdf
    from counter_app.service.papers.sent import paper_state

    with opened(arguments) as workstation:
        again = arguments.duplicate or paper_state(workstation, arguments.number) is not None
        pdf = receipt_pdf(workstation, arguments.number, console.text, duplicate=again)
    return _save(pdf, arguments.out, console)


def _save(pdf: bytes, out: Path, console: Console) -> int:
    try:
        out.write_bytes(pdf)
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(out), problem=error.strerror or str(error)
        ) from error
    console.say("Saved as {path}.", path=str(out))
    if console.as_json:
        console.result({"document": str(out)})
    return 0
