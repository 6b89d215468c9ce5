"""`journal restore` and `journal accept-end`: going on after a machine, a disk or the end of a journal was lost."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, passphrase

if TYPE_CHECKING:
    from counter_app.keys.keyring import Keyring
    from counter_app.service.restoring.epoch import Restored
    from counter_app.service.restoring.sources import Opener

_NUMBERS = 40
"""Lines of the list of numbers to look for: more than a counter gives while a copy is away for an afternoon."""


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Declare the commands of this file among those of `journal`."""
    restore = commands.add_parser("restore", parents=[shared], help="a new epoch from a copy")
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
    from counter_app.clock import SystemClock
    from counter_app.service.restoring.epoch import Restore, restore

    data, words = data_folder(arguments), passphrase(arguments)
    asked = Restore(
        sources=tuple(arguments.source),
        data=data,
        opener=_opener(words, arguments.identity),
        agent=arguments.agent,
        words=words if arguments.identity else None,
        over=arguments.replace,
    )
    found = restore(asked, SystemClock())
    _tell(found, console, data)
    if arguments.list is not None:
        _write_list(found, arguments.list, console)
    if console.as_json:
        console.result(_row(found, data))
    # Somebody has to look for papers and to give budget: never simply done.
    return 1


def _opener(words: bytes, identities: list[Path]) -> Opener:
    """How keys are opened: with the passphrase, or with recovery keys where some are given."""

    def by_words(folder: Path, name: str) -> Keyring:
        from counter_app.keys.keyring import open_keys

        return open_keys(folder, words, name)

    def by_recovery(folder: Path, name: str) -> Keyring:
        from counter_app.keys.recovery import read_identities, recover_keys

        return recover_keys(folder, read_identities(identities), name).keyring

    return by_recovery if identities else by_words


def _tell(found: Restored, console: Console, data: Path) -> None:
    for finding in found.findings:
        console.error(finding)
    console.say(
        "{path} goes on as {chain}, with the {count} entries of the copy.",
        path=str(data),
        chain=found.chain,
        count=found.entries,
    )
    if found.aside is not None:
        console.say("What stood there lies in {path}.", path=str(found.aside))
    if found.last_number:
        console.say(
            "The copy ends with receipt {last}. From {first} on receipts may be lost, how many is not known:"
            " look for receipts and stubs, and enter each again with its number as `form` and"
            " `already_happened`.",
            last=found.last_number,
            first=found.first_missing,
        )
    if found.known_lost:
        console.say("At least {count} entries that once existed are not in the copy.", count=found.known_lost)
    console.say(
        "{count} messages may have been sent: the centre is asked before any goes out.", count=found.unknown
    )
    if found.unpaid:
        console.say(
            "{count} grants were not paid when the copy was made: ask before one is paid again.",
            count=found.unpaid,
        )
    console.say("Nothing may be granted here until a supervisor gives this epoch a slice of the envelope.")


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
        "aside": None if found.aside is None else str(found.aside),
        "findings": [finding.code for finding in found.findings],
    }


def _write_list(found: Restored, path: Path, console: Console) -> None:
    """A sheet to tick off while receipts and stubs are looked through."""
    from counter_app.domain.errors import EnvironmentFailed

    prefix, _, first = found.first_missing.rpartition("-")
    lines = [
        console.text(
            "Numbers of {chain} to look for; strike out what was found and entered again.", chain=prefix
        )
    ]
    lines += ["", *(f"[ ] {prefix}-{number:04d}" for number in range(int(first), int(first) + _NUMBERS)), ""]
    try:
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(path), problem=error.strerror or str(error)
        ) from error
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
