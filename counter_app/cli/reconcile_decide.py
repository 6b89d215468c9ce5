"""`reconcile decide|decide-all|undo|hand`: what a person says of units that no rule settles."""

from __future__ import annotations

import argparse
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened, services_of
from counter_app.domain.commands import AnyCommand
from counter_app.domain.decision_commands import DecideUnit, HandUnit, UndoDecision
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.service.deciding import IN_BULK, check_shared, chosen, decide_all
from counter_app.service.reconciliation import NEEDS_SOMEBODY
from counter_app.service.unit_words import DECISIONS


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the four commands."""
    decide = _one(commands, shared, "decide", "a person's decision on one unit")
    decide.add_argument("decision", choices=DECISIONS)
    decide.add_argument(
        "--number", help="the centre's own number: of the act for accept, of the person for link"
    )
    decide.add_argument("--by", metavar="ENTRY_ID", help="for correct: the entry that says the act anew")
    decide.set_defaults(run=_decide)
    undo = _one(commands, shared, "undo", "take the last decision on a unit back, until it was sent")
    undo.set_defaults(run=_undo)
    hand = _one(commands, shared, "hand", "hand a unit to a colleague who may decide it")
    hand.add_argument("--to", required=True, metavar="ID")
    hand.set_defaults(run=_hand)
    many = commands.add_parser(
        "decide-all", parents=[shared], help="one decision on all units of a service that stand alike"
    )
    many.add_argument("decision", choices=IN_BULK)
    many.add_argument("--service", required=True, metavar="S")
    many.add_argument("--state", required=True, choices=NEEDS_SOMEBODY)
    many.add_argument("--kind", default="", help="only acts of this kind, as `journal show` names it")
    many.add_argument("--why", default="", metavar="REASON", help="only units with this reason of the centre")
    many.add_argument(
        "--count", type=int, metavar="N", help="how many there are; without it they are only told"
    )
    many.add_argument("--agent", required=True, metavar="ID")
    many.add_argument("--reason", required=True)
    many.set_defaults(run=_decide_all)


def _one(commands: Any, shared: argparse.ArgumentParser, name: str, summary: str) -> Any:
    parser = commands.add_parser(name, parents=[shared], help=summary)
    parser.add_argument("entry_id")
    parser.add_argument("--service", required=True, metavar="S")
    parser.add_argument("--part", default="main")
    parser.add_argument("--agent", required=True, metavar="ID")
    parser.add_argument("--reason", required=True)
    return parser


def _unit(arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "agent": arguments.agent,
        "target": arguments.entry_id,
        "service": arguments.service,
        "part": arguments.part,
        "reason": arguments.reason,
    }


def _decide(arguments: argparse.Namespace, console: Console) -> int:
    command = DecideUnit(
        **_unit(arguments), decision=arguments.decision, number=arguments.number, by=arguments.by
    )
    return _record(command, arguments, console)


def _undo(arguments: argparse.Namespace, console: Console) -> int:
    return _record(UndoDecision(**_unit(arguments)), arguments, console)


def _hand(arguments: argparse.Namespace, console: Console) -> int:
    return _record(HandUnit(**_unit(arguments), to=arguments.to), arguments, console)


def _record(command: AnyCommand, arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        outcome = workstation.record(command, "command_line")
    console.say("The decision is recorded as entry {seq}.", seq=outcome.entry.seq)
    if console.as_json:
        console.result({"entry_id": outcome.entry.entry_id, "seq": outcome.entry.seq})
    return 0


def _decide_all(arguments: argparse.Namespace, console: Console) -> int:
    """What stands alike is told in counts and euros first; only who says that count decides."""
    with opened(arguments, write=arguments.count is not None) as workstation:
        services_of(workstation, arguments.service)
        found = chosen(
            workstation,
            arguments.service,
            UnitState(arguments.state),
            kind=arguments.kind,
            reason=arguments.why,
        )
        count = len(found.units)
        if count:
            check_shared(found, arguments.decision)
            console.say("{count} units stand so, over {amount}.", count=count, amount=found.amount)
        else:
            console.say("None stands so: see `reconcile status` for what does.")
        told = {"count": count, "cents": found.amount.cents, "decided": 0, "refused": 0}
        if arguments.count is None and count:
            console.say("Nothing is decided yet: to decide them all, add --count {count}.", count=count)
        elif arguments.count not in (None, count):
            raise BadInput("bulk_count", count=count, amount=found.amount)
        elif count:
            words = (arguments.decision, arguments.agent, arguments.reason)
            done = decide_all(workstation, found, *words, "command_line")
            told |= {"decided": done.count, "refused": len(done.refused)}
            console.say("{count} units are decided, over {amount}.", count=done.count, amount=done.amount)
            for unit, error in done.refused:
                console.raw(f"  {unit.entry_id} {unit.service}/{unit.part}: {console.text.error(error)}")
    if console.as_json:
        console.result(told)
    return 1 if told["refused"] else 0
