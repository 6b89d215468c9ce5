"""`journal restore` and `journal accept-end`: going on after a machine, a disk or the end of a journal was lost."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, passphrase
from counter_app.domain.errors import AppError

if TYPE_CHECKING:
    from counter_app.service.restoring.epoch import Restored


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Declare the commands of this file among those of `journal`."""
    restore = commands.add_parser("restore", parents=[shared], help="go on from a copy, under new numbers")
    restore.add_argument(
        "source", type=Path, nargs="+", metavar="FROM", help="a stick, a copy, a workstation's folder"
    )
    restore.add_argument("--agent", default="", metavar="ID", help="who restores")
    restore.add_argument(
        "--identity",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a secret recovery key (age)",
    )
    restore.add_argument(
        "--words-file",
        type=Path,
        metavar="OUT",
        help="with --identity: where six new words are written",
    )
    restore.add_argument(
        "--replace", action="store_true", help="also where a workstation stands that is whole"
    )
    restore.add_argument(
        "--list", type=Path, metavar="FILE", help="where the numbers to look for are written"
    )
    restore.set_defaults(run=_restore)
    accept = commands.add_parser(
        "accept-end", parents=[shared], help="go on where only journal.head is missing"
    )
    accept.add_argument("--agent", required=True, metavar="ID", help="who answers for it")
    accept.add_argument("--reason", required=True, help="why nothing is thought to be missing")
    accept.set_defaults(run=_accept_end)


def _restore(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.cli.new_words import new_words, say_words
    from counter_app.service.restoring.epoch import Restore, restore
    from counter_app.service.restoring.sources import opener_of

    data = data_folder(arguments)
    fresh = bool(arguments.identity) and arguments.words_file is not None
    words = new_words(arguments, console) if fresh else passphrase(arguments)
    asked = Restore(
        sources=tuple(arguments.source),
        data=data,
        opener=opener_of(words, arguments.identity),
        agent=arguments.agent,
        words=words if arguments.identity else None,
        over=arguments.replace,
    )
    try:
        found = restore(asked)
    except AppError:
        if fresh:
            # They open nothing.
            arguments.words_file.unlink(missing_ok=True)
        raise
    tell(found, console, data)
    if fresh:
        say_words(arguments, console)
    if arguments.list is not None:
        _write_list(found, arguments.list, console)
    if console.as_json:
        console.result(_row(found, data))
    # Somebody has to look for papers and to give budget: never simply done.
    return 1


def tell(found: Restored, console: Console, data: Path) -> None:
    """Say what goes on, what may be lost, and what somebody has to do first."""
    from counter_app.service.restoring.words import earlier_words, restored_words

    for finding in found.findings:
        console.error(finding)
    for sentence in restored_words(console.text, found, data):
        console.raw(sentence)
    careful = earlier_words(console.text, found)
    if careful:
        console.aside(careful)


def _row(found: Restored, data: Path) -> dict[str, object]:
    return {
        "data": str(data),
        "chain": found.chain,
        "before": found.before,
        "entries": found.entries,
        "last_number": found.last_number or None,
        "numbers_possibly_lost": {
            "from": found.first_missing,
            "to": None,
            "entries_known_lost": found.known_lost,
        },
        "unknown_units": found.unknown,
        "unpaid_grants": found.unpaid,
        "restored_before": list(found.earlier),
        "aside": None if found.aside is None else str(found.aside),
        "findings": [finding.code for finding in found.findings],
    }


def _write_list(found: Restored, path: Path, console: Console) -> None:
    from counter_app.service.restoring.words import write_numbers

    write_numbers(console.text, found, path)
    console.say("Saved as {path}.", path=str(path))


def _accept_end(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import open_workstation
    from counter_app.service.end_in_doubt import accept_end

    with closing(
        open_workstation(data_folder(arguments), passphrase(arguments), write=True, trust_end=True)
    ) as workstation:
        entries = accept_end(workstation, arguments.agent, arguments.reason)
    console.say("Accepted: the journal ends at entry {count}. It is an entry of the journal.", count=entries)
    if console.as_json:
        console.result({"ok": True, "seq": entries})
    return 0
