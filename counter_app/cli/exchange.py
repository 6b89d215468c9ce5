"""`exchange --folder DIR`: ranges of chains to and from a shared folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    group.add_argument("--folder", type=Path, required=True, metavar="DIR", help="the shared folder")
    group.set_defaults(run=_exchange)


def _exchange(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.exchange import exchange_by_folder

    with opened(arguments, write=True) as workstation:
        done = exchange_by_folder(workstation, arguments.folder)
    console.say("{count} entries given to the folder.", count=done.given)
    for chain, count in done.taken.items():
        console.say("{count} entries taken from {chain}.", count=count, chain=chain)
    for chain in done.suspected:
        console.warn("IT declared {chain} suspect: see `suspect list`.", chain=chain)
    for chain, count in done.quarantined.items():
        console.warn("{count} entries of {chain} are kept in quarantine.", count=count, chain=chain)
    for name in done.parked:
        console.warn("{file} does not join what is known and waits: fetch the files before it.", file=name)
    for error in done.refused:
        console.error(error)
    if console.as_json:
        refused = [{"code": error.code, "message": console.text.error(error)} for error in done.refused]
        told = {"given": done.given, "taken": done.taken, "parked": done.parked, "refused": refused}
        console.result({**told, "quarantined": done.quarantined, "suspected": done.suspected})
    return 1 if done.refused or done.parked or done.quarantined or done.suspected else 0
