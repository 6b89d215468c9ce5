"""`retention run`: what the counter no longer needs of persons goes, once the central systems proved to have it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from counter_app.cli.console import Console
from counter_app.cli.options import opened

if TYPE_CHECKING:
    from counter_app.service.erasure import Erasure


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    run = commands.add_parser("run", parents=[shared], help="erase what is past its retention")
    run.add_argument("--dry-run", action="store_true", help="only say what would be erased")
    run.add_argument("--agent", required=True, metavar="ID", help="who does it")
    run.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.retention import run_retention, what_is_due

    run = what_is_due if arguments.dry_run else run_retention
    with opened(arguments, write=True) as workstation:
        done = run(workstation, arguments.agent).erasure
    return tell(done, console, dry_run=arguments.dry_run)


def tell(done: Erasure, console: Console, *, dry_run: bool) -> int:
    """Say what was erased, what stays and why, and which copies nobody can reach now; 1 where one is out of reach."""
    from counter_app.service.erasure import kept_words

    if dry_run:
        console.say("{count} entries would lose their names and words.", count=done.entries)
    else:
        console.say("{count} entries have lost their names and words for good.", count=done.entries)
    for why, count in sorted(done.kept.items()):
        console.raw(kept_words(console.text, why, count))
    for path in done.out_of_reach:
        console.say("Not erased yet on the copy at {path}: connect it and run `mirror now`.", path=path)
    if console.as_json:
        console.result(
            {
                "dry_run": dry_run,
                "entries": done.entries,
                "drafts": done.drafts,
                "kept": done.kept,
                "out_of_reach": list(done.out_of_reach),
            }
        )
    return 1 if done.out_of_reach and not dry_run else 0
