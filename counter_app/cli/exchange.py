"""`exchange --folder DIR`: ranges of chains to and from a shared folder; `exchange status`: the board of counters."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.cli.console import Console
from counter_app.cli.kept_apart import say_kept_apart
from counter_app.cli.options import opened
from counter_app.domain.errors import BadInput

if TYPE_CHECKING:
    from counter_app.service.board import Board, CounterLine


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    group.add_argument(
        "what", nargs="?", choices=["status"], help="the board: how far each counter was heard"
    )
    group.add_argument("--folder", type=Path, metavar="DIR", help="the shared folder")
    group.set_defaults(run=_exchange)


def _exchange(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.what == "status":
        return _status(arguments, console)
    if arguments.folder is None:
        raise BadInput("arguments_missing", names="--folder", command="counter-app exchange")
    from counter_app.service.exchange import exchange_by_folder

    with opened(arguments, write=True) as workstation:
        done = exchange_by_folder(workstation, arguments.folder)
    console.plural("{n} entry given to the folder.", "{n} entries given to the folder.", done.given)
    for chain, count in done.taken.items():
        console.plural("{n} entry taken from {chain}.", "{n} entries taken from {chain}.", count, chain=chain)
    say_kept_apart(console, done.suspected, done.quarantined)
    for name in done.parked:
        console.warn("{file} does not join what is known and waits: fetch the files before it.", file=name)
    for error in done.refused:
        console.error(error)
    if console.as_json:
        refused = [{"code": error.code, "message": console.text.error(error)} for error in done.refused]
        told = {"given": done.given, "taken": done.taken, "parked": done.parked, "refused": refused}
        console.result({**told, "quarantined": done.quarantined, "suspected": done.suspected})
    return 1 if done.refused or done.parked or done.quarantined or done.suspected else 0


def _status(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.board import board

    with opened(arguments) as workstation:
        found = board(workstation)
    for line in found.lines:
        _say_line(console, line)
    for fork in found.forks:
        console.warn(
            "{chain} has two histories from entry {seq} on: call IT.", chain=fork.chain, seq=fork.seq
        )
    if console.as_json:
        console.result(_as_json(found))
    return 1 if found.forks or any(line.missing or line.quarantined for line in found.lines) else 0


def _say_line(console: Console, line: CounterLine) -> None:
    text = console.text
    entries = text.plural("{n} entry", "{n} entries", line.seq)
    waiting = text.plural("{n} unit", "{n} units", line.waiting)
    if line.last_recorded_at is None or line.received_at is None:
        console.say("{counter}: nothing heard yet.", counter=line.counter)
    elif line.own:
        console.say(
            "{chain} (here): {entries}; waiting: {units} ({amount}).",
            chain=line.chain,
            entries=entries,
            units=waiting,
            amount=line.waiting_amount,
        )
    else:
        console.say(
            "{chain}: {entries}, the last of {recorded}, received {received}; waiting: {units} ({amount}).",
            chain=line.chain,
            entries=entries,
            recorded=line.last_recorded_at,
            received=line.received_at,
            units=waiting,
            amount=line.waiting_amount,
        )
    if line.missing:
        words = text.plural(
            "{chain}: others hold {n} entry more.",
            "{chain}: others hold {n} entries more.",
            line.missing,
            chain=line.chain,
        )
        console.aside(words)
    if line.suspect:
        console.warn("IT declared {chain} suspect: see `suspect list`.", chain=line.chain)
    for part in line.custody:
        if part.holder != line.counter:
            console.say(
                "  {holder} sends its entries {first} to {last}; unfinished: {units}.",
                holder=part.holder,
                first=part.first,
                last=part.last,
                units=text.plural("{n} unit", "{n} units", part.units),
            )
    for heard in line.heard:
        console.say(
            "  holds {chain} up to entry {seq} ({count} behind), as it said at {at}.",
            chain=heard.chain,
            seq=heard.seq,
            count=heard.behind,
            at=heard.told_at,
        )


def _as_json(found: Board) -> dict[str, Any]:
    return {
        "counters": [_plain(asdict(line)) for line in found.lines],
        "forks": [_plain(asdict(fork)) for fork in found.forks],
    }


def _plain(value: Any) -> Any:
    """Times as RFC 3339; amounts are cents and currency already."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
