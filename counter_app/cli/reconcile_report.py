"""`reconcile report`: the balance of each service, and with `--out` the papers and sheets that both sides sign."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened, services_of
from counter_app.cli.reconcile_countersign import say_signing, told_signing
from counter_app.documents.balance_rows import BalanceRows, DifferenceRow, ServiceRow
from counter_app.documents.balance_words import besides, gap
from counter_app.service.balance import read_balance, save_balance
from counter_app.service.countersigning import Signing, signings


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare `report`."""
    report = commands.add_parser(
        "report", parents=[shared], help="the balance; 0 only when nothing is unexplained"
    )
    report.add_argument("--service", metavar="S", help="only this service")
    report.add_argument(
        "--out", type=Path, metavar="DIR", help="also as PDF, XLSX and CSV, each signed, into this folder"
    )
    report.set_defaults(run=_report)


def _report(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        services_of(workstation, arguments.service)
        sheet = read_balance(workstation, console.text, arguments.service)
        standing = signings(workstation, sheet.rows.services)
        files = []
        if arguments.out is not None:
            files = save_balance(workstation, sheet, console.text, arguments.out)
    found = sheet.rows
    for row in found.services:
        _say(console, row)
        say_signing(console, standing[row.service], saved=bool(files))
    for difference in found.differences:
        _say_difference(console, difference)
    if files:
        console.say("Saved as {path}.", path=str(arguments.out))
    if console.as_json:
        console.result(_result(found, standing, [str(path) for path in files]))
    if found.unexplained:
        console.warn("Not balanced yet: see `reconcile status` for what waits and for whom.")
    return 1 if found.unexplained else 0


def _say(console: Console, row: ServiceRow) -> None:
    console.say(
        "{service}: {total} in all, {amount}; accepted {accepted}, {accepted_amount}; explained {explained}; "
        "decided {decided}; unexplained {unexplained}.",
        service=row.service,
        total=row.journal.entries,
        amount=row.journal.amount,
        accepted=row.centre.entries,
        accepted_amount=row.centre.amount,
        explained=row.explained[0],
        decided=row.decided[0],
        unexplained=row.open[0],
    )
    explained = besides(row, console.text)
    if explained:
        console.raw(f"  {explained}")
    console.raw(f"  SHA-256 {row.centre.sha256}")


def _say_difference(console: Console, row: DifferenceRow) -> None:
    text = console.text
    told = "; ".join(part for part in (row.what, row.said, row.why, row.by) if part)
    amount = text.money(row.amount)
    if row.shown is not None:
        words = gap(row.amount, row.shown, text)
        amount = text("{sent}, there {shown}, {gap}", sent=row.amount, shown=row.shown, gap=words)
    console.raw(f"  {row.entry_id} {row.service}/{row.part} {amount}: {told}")


def _result(found: BalanceRows, standing: dict[str, Signing], files: list[str]) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "services": [
            {
                "service": row.service,
                "entries": row.journal.entries,
                "cents": row.journal.amount.cents,
                "sha256": row.journal.sha256,
                "accepted": row.centre.entries,
                "accepted_cents": row.centre.amount.cents,
                "accepted_sha256": row.centre.sha256,
                "explained": row.explained[0],
                "explained_cents": row.explained[1].cents,
                "explained_shown": None if row.held is None else row.held.entries,
                "explained_sent_cents": None if row.held is None else row.held.sent.cents,
                "explained_held_cents": None if row.held is None else row.held.shown.cents,
                "decided": row.decided[0],
                "decided_cents": row.decided[1].cents,
                "unexplained": row.open[0],
                "signature": told_signing(standing[row.service]),
            }
            for row in found.services
        ],
        "differences": [
            {
                "entry_id": row.entry_id,
                "service": row.service,
                "part": row.part,
                "standing": row.standing,
                "cents": row.amount.cents,
                "centre_cents": None if row.shown is None else row.shown.cents,
                "centre_reason": row.said,
                "what": row.what,
                "why": row.why,
                "number": row.number,
                "by": row.by,
            }
            for row in found.differences
        ],
        "unexplained": found.unexplained,
        "files": files,
    }
