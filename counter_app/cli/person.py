"""`person export|erase`: what is held on one person, handed over or erased."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.cli.retention import tell


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    export = commands.add_parser("export", parents=[shared], help="everything held on a person, as JSON")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.set_defaults(run=_export)
    erase = commands.add_parser("erase", parents=[shared], help="erase what is proved to be at the centre")
    erase.add_argument("--reason", required=True, help="why, in a few words; it stays on record")
    erase.add_argument("--dry-run", action="store_true", help="only say what would be erased")
    erase.set_defaults(run=_erase)
    for command in (export, erase):
        command.add_argument("entry", help="the id of an entry about the person")
        command.add_argument("--agent", required=True, metavar="ID", help="the supervisor who does it")


def _export(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.person_export import export_person, write_export

    out: Path = arguments.out
    with opened(arguments, write=True) as workstation:
        told = export_person(workstation, arguments.entry, arguments.agent)
    write_export(told, out)
    console.say(
        "{count} entries are in {path}: hand it over and destroy your copy.",
        count=len(told["entries"]),
        path=str(out),
    )
    if console.as_json:
        console.result({"file": str(out), "entries": len(told["entries"])})
    return 0


def _erase(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.erasure import erase_person

    with opened(arguments, write=True) as workstation:
        done = erase_person(
            workstation, arguments.entry, arguments.reason, arguments.agent, dry_run=arguments.dry_run
        )
    return tell(done, console, dry_run=arguments.dry_run)
