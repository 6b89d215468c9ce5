"""`reconcile worklist …`: what people type over at centres with screens only."""

from __future__ import annotations

import argparse
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.domain.errors import BadInput
from counter_app.service.kind_words import KINDS
from counter_app.service.unit_words import STATE_WORDS
from counter_app.service.work_list import acts
from counter_app.service.work_list.leases import UnitId
from counter_app.service.work_list.listing import WorkCase, WorkItem, audit_sample, work_list


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of the work-list."""
    group = commands.add_parser("worklist", help="what people type over at centres with screens only")
    verbs = group.add_subparsers(metavar="COMMAND")
    show = verbs.add_parser("show", parents=[shared], help="what is open, the most urgent first")
    show.add_argument("--service", metavar="S", help="only this service")
    show.set_defaults(run=_show)
    take = verbs.add_parser("take", parents=[shared], help="have an entry to yourself, with its fields")
    take.add_argument("entry_id", nargs="?", help="without it the most urgent one")
    take.set_defaults(run=_take)
    done = verbs.add_parser("done", parents=[shared], help="the centre has it under its own number")
    done.add_argument("entry_id")
    done.add_argument("--number", required=True, metavar="N", help="the centre's own number")
    done.add_argument(
        "--cents", required=True, type=int, metavar="C", help="the amount that its screen shows, in cents"
    )
    done.add_argument("--pending", action="store_true", help="the centre decides later")
    done.add_argument("--sure", action="store_true", help="record what looks wrong as it stands there")
    done.set_defaults(run=_done)
    refuse = verbs.add_parser("refuse", parents=[shared], help="the centre's screen refused it")
    refuse.add_argument("entry_id")
    refuse.add_argument("--reason", required=True, help="its reason in a word or a code")
    refuse.add_argument("--words", default="", help="its own words")
    refuse.set_defaults(run=_refuse)
    absent = verbs.add_parser("absent", parents=[shared], help="you looked, and the centre does not have it")
    absent.add_argument("entry_id")
    absent.set_defaults(run=_absent)
    back = verbs.add_parser("give-back", parents=[shared], help="lay it back for a colleague")
    back.add_argument("entry_id")
    back.add_argument(
        "--nothing-typed", action="store_true", help="without it the next one looks at the centre first"
    )
    back.set_defaults(run=_give_back)
    sample = verbs.add_parser(
        "sample", parents=[shared], help="what the centre is said to have, to look for again"
    )
    sample.add_argument("--service", required=True, metavar="S")
    sample.add_argument("--count", type=int, default=20, metavar="N")
    sample.set_defaults(run=_sample)
    look = verbs.add_parser("look", parents=[shared], help="one of these with its fields")
    look.add_argument("entry_id")
    look.set_defaults(run=_look)
    still = verbs.add_parser("still-there", parents=[shared], help="the centre still has it")
    still.add_argument("entry_id")
    still.add_argument("--number", required=True, metavar="N", help="the number under which it stands there")
    still.add_argument(
        "--cents", required=True, type=int, metavar="C", help="the amount that its screen shows"
    )
    still.add_argument("--sure", action="store_true", help="record what looks wrong as it stands there")
    still.set_defaults(run=_still_there)
    for verb in (look, still, take, done, refuse, absent, back):
        verb.add_argument("--service", metavar="S", required=verb is not take)
        verb.add_argument("--part", default="main")
        verb.add_argument("--agent", required=True, metavar="ID")


def _show(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        items = work_list(workstation, arguments.service)
    for item in items:
        console.raw(_line(console, item))
    if not items:
        console.say("Nothing is left to be typed over.")
    if console.as_json:
        console.result({"items": [_item(item) for item in items]})
    return 1 if items else 0


def _take(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        language = console.text.language
        if arguments.entry_id is None:
            case = acts.take_next(workstation, arguments.agent, arguments.service, language)
        else:
            case = acts.take(workstation, arguments.agent, _unit(arguments), language)
    if case is None:
        console.say("Nothing is left to be typed over.")
        if console.as_json:
            console.result({"item": None})
        return 0
    _say_case(console, case)
    return 0


def _done(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        state = acts.done(
            workstation,
            arguments.agent,
            _unit(arguments),
            arguments.number,
            arguments.cents,
            pending=arguments.pending,
            sure=arguments.sure,
        )
    return _say_state(console, arguments, state.value)


def _refuse(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        unit = _unit(arguments)
        state = acts.refuse(workstation, arguments.agent, unit, arguments.reason, arguments.words)
    return _say_state(console, arguments, state.value)


def _absent(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        case = acts.not_there(workstation, arguments.agent, _unit(arguments), console.text.language)
    if case is None:
        return _say_state(console, arguments, "lost")
    _say_case(console, case)
    return 0


def _give_back(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        state = acts.give_back(
            workstation, arguments.agent, _unit(arguments), nothing_typed=arguments.nothing_typed
        )
    return _say_state(console, arguments, state.value)


def _sample(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        items = audit_sample(workstation, arguments.service, arguments.count)
    for item in items:
        console.raw(f"{_line(console, item)}  {item.number}")
    if console.as_json:
        console.result({"items": [_item(item) for item in items]})
    return 0


def _look(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        case = acts.look_up(workstation, arguments.agent, _unit(arguments), console.text.language)
    _say_case(console, case)
    return 0


def _still_there(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        state = acts.still_there(
            workstation,
            arguments.agent,
            _unit(arguments),
            arguments.number,
            arguments.cents,
            sure=arguments.sure,
        )
    return _say_state(console, arguments, state.value)


def _unit(arguments: argparse.Namespace) -> UnitId:
    if arguments.service is None:
        raise BadInput("unknown_service", service="")
    return UnitId(arguments.entry_id, arguments.service, arguments.part)


def _say_case(console: Console, case: WorkCase) -> None:
    console.raw(_line(console, case.item))
    if case.screen:
        console.raw("  " + case.screen)
    if case.looking:
        console.say("Look first whether the centre has it: it may have been typed already.")
    for field in case.fields:
        name = field.name or console.text(field.usual)
        console.raw(f"  {field.copy_key:>1} {name}: {field.text}")
    if console.as_json:
        fields = [
            {"name": field.name or console.text(field.usual), "text": field.text, "copy_key": field.copy_key}
            for field in case.fields
        ]
        console.result(
            {"item": _item(case.item), "looking": case.looking, "screen": case.screen, "fields": fields}
        )


def _say_state(console: Console, arguments: argparse.Namespace, state: str) -> int:
    words = {state.value: told for state, told in STATE_WORDS.items()}
    console.say("{entry_id}: {state}.", entry_id=arguments.entry_id, state=console.text(words[state]))
    if console.as_json:
        console.result({"entry_id": arguments.entry_id, "service": arguments.service, "state": state})
    return 0


def _line(console: Console, item: WorkItem) -> str:
    kind = console.text(KINDS.get(item.kind, item.kind))
    parts = [item.unit.entry_id, item.unit.service, kind, item.receipt, item.aid]
    said = console.text.money(item.amount) if item.amount.cents else ""
    flags = [console.text("look there first")] if item.look_first else []
    flags += [console.text("{person} has it", person=item.holder)] if item.holder else []
    return "  ".join(part for part in (*parts, said, ", ".join(flags)) if part)


def _item(item: WorkItem) -> dict[str, Any]:
    return {
        "entry_id": item.unit.entry_id,
        "service": item.unit.service,
        "part": item.unit.part,
        "kind": item.kind,
        "aid": item.aid,
        "cents": item.amount.cents,
        "number": item.number,
        "receipt": item.receipt,
        "state": item.state.value,
        "holder": item.holder,
        "until": None if item.until is None else item.until.isoformat(),
        "look_first": item.look_first,
    }
