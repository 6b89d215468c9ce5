"""`mirror add|remove|status|now`: second, encrypted copies of the journal on sticks and shares."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.service.mirror.status import CopyStatus
from counter_app.service.workstation import Workstation
from counter_app.text import N_

_STATES = {
    "current": N_("{path}: complete, {count} entries."),
    "behind": N_("{path}: {lag} entries behind, the oldest for {minutes} minutes."),
    "absent": N_("{path}: not plugged in; {lag} entries are not in it, the oldest for {minutes} minutes."),
    "failed": N_("{path}: not written ({problem}); {lag} entries are not in it."),
}


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    new = commands.add_parser(
        "add", parents=[shared], help="name a stick or a share, and make the first copy"
    )
    new.add_argument("path", type=Path, metavar="PATH", help="a folder on that medium")
    new.set_defaults(run=_add)
    remove = commands.add_parser(
        "remove", parents=[shared], help="keep it up no longer; what lies there stays"
    )
    remove.add_argument("path", type=Path, metavar="PATH")
    remove.set_defaults(run=_remove)
    commands.add_parser("status", parents=[shared], help="how far behind each copy is").set_defaults(
        run=_status
    )
    commands.add_parser("now", parents=[shared], help="bring every copy up to date").set_defaults(run=_now)


def _add(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.mirror.media import add_medium
    from counter_app.service.mirror.now import copy_now

    with opened(arguments) as workstation:
        medium = add_medium(workstation, arguments.path)
        console.say("{path} holds a copy from now on.", path=str(medium.path))
        copy_now(workstation)
        return _tell(workstation, console)


def _remove(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.mirror.media import remove_medium

    with opened(arguments) as workstation:
        gone = remove_medium(workstation, arguments.path)
    for medium in gone:
        console.say("{path} is kept up no longer; the copy on it stays.", path=str(medium.path))
    if console.as_json:
        console.result({"removed": [medium.id for medium in gone]})
    return 0


def _status(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        return _tell(workstation, console)


def _now(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.mirror.now import copy_now

    with opened(arguments) as workstation:
        copy_now(workstation)
        return _tell(workstation, console)


def _tell(workstation: Workstation, console: Console) -> int:
    """Every copy in a line; 1 where one of them wants somebody."""
    from counter_app.service.mirror.status import as_row, copy_statuses

    found = copy_statuses(workstation)
    for one in found:
        console.say(_STATES[one.state], **_words(one))
    if not found:
        console.say("No copy is set up: name a stick or a share with `mirror add`.")
    if console.as_json:
        console.result({"copies": [as_row(one) for one in found]})
    return 0 if found and all(one.state == "current" for one in found) else 1


def _words(one: CopyStatus) -> dict[str, object]:
    minutes = int(one.lag.total_seconds() // 60)
    return {
        "path": str(one.path),
        "count": one.entries,
        "lag": one.lag_entries,
        "minutes": minutes,
        "problem": one.problem,
    }
