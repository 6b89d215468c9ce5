"""`access-log show|prune`: who looked at whose record."""

from __future__ import annotations

import argparse

from counter_app.cli.console import Console
from counter_app.cli.options import opened


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    show = commands.add_parser(
        "show", parents=[shared], help="the latest looks, for supervisors and auditors"
    )
    show.add_argument("--about", metavar="WHAT", help="only looks at this entry id, number or register id")
    show.add_argument("--most", type=int, default=1000, metavar="N", help="how many at most")
    show.add_argument("--agent", required=True, metavar="ID", help="who reads it")
    show.set_defaults(run=_show)
    prune = commands.add_parser("prune", parents=[shared], help="remove looks whose retention is over")
    prune.add_argument("--agent", required=True, metavar="ID", help="who does it")
    prune.set_defaults(run=_prune)


def _show(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.access_log import looks

    with opened(arguments) as workstation:
        found = looks(workstation, arguments.agent, about=arguments.about, most=arguments.most)
    for look in found:
        if console.as_json:
            console.result(
                {
                    "at": look.at.isoformat(),
                    "agent": look.agent,
                    "channel": look.channel,
                    "act": look.act,
                    "about": look.about,
                }
            )
        else:
            console.raw(
                f"{look.at:%Y-%m-%d %H:%M:%S}  {look.agent or '-'}  {look.channel}  {look.act}  {look.about}"
            )
    return 0


def _prune(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.access_log import forget_old_looks

    with opened(arguments, write=True) as workstation:
        days = workstation.configuration.retention.access_log_days
        gone = forget_old_looks(workstation, arguments.agent, days)
    console.say("{count} looks older than {days} days were removed.", count=gone, days=days)
    if console.as_json:
        console.result({"removed": gone, "days": days})
    return 0
