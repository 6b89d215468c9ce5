"""`reconcile pairs` and `reconcile judge`: requests that were made again, months that were settled twice."""

from __future__ import annotations

import argparse
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.domain.decision_commands import JudgePair
from counter_app.service.doubles import doubles


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    pairs = commands.add_parser("pairs", parents=[shared], help="requests made again, months settled twice")
    pairs.set_defaults(run=_pairs)
    judge = commands.add_parser("judge", parents=[shared], help="whether two requests are one made again")
    judge.add_argument("first", metavar="ENTRY_ID")
    judge.add_argument("second", metavar="ENTRY_ID")
    judge.add_argument("verdict", choices=("same", "other"))
    judge.add_argument("--agent", required=True, metavar="ID")
    judge.add_argument("--reason", required=True)
    judge.set_defaults(run=_judge)


def _pairs(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        found = doubles(workstation)
    for pair in found.requests:
        console.say(
            "{aid}: asked for on {first_day} at {first_chain} ({first}) and again on {second_day} at {second_chain} "
            "({second}). Say with `reconcile judge` whether it is the same request.",
            aid=pair.aid,
            first_day=pair.first_day,
            first_chain=pair.first_chain,
            first=pair.first,
            second_day=pair.second_day,
            second_chain=pair.second_chain,
            second=pair.second,
        )
    for one, other in found.months:
        console.say(
            "{aid}: {month} was settled at {first_chain} ({first}) and at {second_chain} ({second}). "
            "Give one of them back, or tell the centre.",
            aid=one.aid,
            month=one.month,
            first_chain=one.chain,
            first=one.entry_id,
            second_chain=other.chain,
            second=other.entry_id,
        )
    if not found.requests and not found.months:
        console.say("None: no request and no month waits for a person's word.")
    if console.as_json:
        console.result(
            {
                "requests": [
                    {
                        "first": pair.first,
                        "second": pair.second,
                        "aid": pair.aid,
                        "counters": [pair.first_chain, pair.second_chain],
                        "days": [pair.first_day, pair.second_day],
                        "confirmed": bool(pair.confirmed),
                    }
                    for pair in found.requests
                ],
                "months": [
                    {
                        "aid": one.aid,
                        "month": one.month,
                        "entries": [one.entry_id, other.entry_id],
                        "counters": [one.chain, other.chain],
                    }
                    for one, other in found.months
                ],
            }
        )
    return 1 if found.requests or found.months else 0


def _judge(arguments: argparse.Namespace, console: Console) -> int:
    command = JudgePair(
        agent=arguments.agent,
        first=arguments.first,
        second=arguments.second,
        verdict=arguments.verdict,
        reason=arguments.reason,
    )
    with opened(arguments, write=True) as workstation:
        outcome = workstation.record(command, "command_line")
    console.say("It is recorded as entry {seq}.", seq=outcome.entry.seq)
    if console.as_json:
        console.result({"entry_id": outcome.entry.entry_id, "seq": outcome.entry.seq})
    return 0
