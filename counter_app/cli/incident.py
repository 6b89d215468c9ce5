"""`incident declare|update|close|status`: outages, per service."""

from __future__ import annotations

import argparse
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.clock import from_wire
from counter_app.domain.commands import AnyCommand, CloseIncident, DeclareIncident, UpdateIncident
from counter_app.domain.errors import BadInput
from counter_app.text import N_

STATES = {
    "down": N_("down"),
    "unstable": N_("unstable"),
    "back": N_("back"),
    "closed": N_("closed"),
}


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    declare = commands.add_parser("declare", parents=[shared], help="an outage begins")
    declare.add_argument("--title", required=True)
    declare.add_argument("--service", action="append", required=True, metavar="S[=STATE]")
    declare.add_argument("--cause")
    update = commands.add_parser("update", parents=[shared], help="a line of the timeline")
    update.add_argument("incident", metavar="ENTRY_ID")
    update.add_argument("--service", action="append", default=[], metavar="S=STATE")
    update.add_argument("--words", required=True)
    close = commands.add_parser("close", parents=[shared], help="over, for some services or for all")
    close.add_argument("incident", metavar="ENTRY_ID")
    close.add_argument("--service", action="append", default=[], metavar="S")
    close.add_argument("--words")
    for command in (declare, update, close):
        command.add_argument("--agent", required=True, metavar="ID")
        command.add_argument("--at", metavar="TIME", help="when it happened, RFC 3339 with offset")
        command.add_argument("--source", help="where this is known from")
    declare.set_defaults(run=_declare)
    update.set_defaults(run=_update)
    close.set_defaults(run=_close)
    commands.add_parser("status", parents=[shared], help="the board").set_defaults(run=_status)


def _declare(arguments: argparse.Namespace, console: Console) -> int:
    command = DeclareIncident(
        agent=arguments.agent,
        happened_at=_time(arguments.at),
        title=arguments.title,
        cause=arguments.cause,
        source=arguments.source,
        services=_states(arguments.service, "down"),  # type: ignore[arg-type]
    )
    return _record(command, arguments, console)


def _update(arguments: argparse.Namespace, console: Console) -> int:
    command = UpdateIncident(
        agent=arguments.agent,
        happened_at=_time(arguments.at),
        incident=arguments.incident,
        services=_states(arguments.service, ""),  # type: ignore[arg-type]
        words=arguments.words,
        source=arguments.source,
    )
    return _record(command, arguments, console)


def _close(arguments: argparse.Namespace, console: Console) -> int:
    command = CloseIncident(
        agent=arguments.agent,
        happened_at=_time(arguments.at),
        incident=arguments.incident,
        services=tuple(arguments.service),
        words=arguments.words,
    )
    return _record(command, arguments, console)


def _time(word: str | None) -> str | None:
    """The time as told; raises `time_malformed` where it is none."""
    if word is not None:
        from_wire(word.upper())
    return word


def _states(words: list[str], usual: str) -> dict[str, str]:
    """`service=state` pairs; raises `service_state` for a state that there is not."""
    states = {}
    for word in words:
        service, _, state = word.partition("=")
        state = state or usual
        if state not in ("down", "unstable", "back"):
            raise BadInput("service_state", service=service, state=state)
        states[service] = state
    return states


def _record(command: AnyCommand, arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        outcome = workstation.record(command, "command_line")
    console.say("Recorded as entry {entry_id}.", entry_id=outcome.entry.entry_id)
    if console.as_json:
        answer = {"entry_id": outcome.entry.entry_id, "seq": outcome.entry.seq}
        console.result(answer | ({"number": outcome.number} if outcome.number else {}))
    return 0


def _status(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.projections import incidents

    board: list[dict[str, Any]] = []
    with opened(arguments) as workstation, workstation.tables() as tables:

        def local(moment: str) -> str:
            return console.text.datetime(from_wire(moment).astimezone(workstation.office.zone))

        for entry_id, number, title, since in incidents.incidents(tables):
            states = incidents.service_states(tables, entry_id)
            services = {service: {"state": state, "since": at} for service, (state, at) in states.items()}
            board.append(
                {"entry_id": entry_id, "number": number, "title": title, "since": since, "services": services}
            )
            console.raw(f"{number}  {title}  {local(since)}  {entry_id}")
            for service, (state, at) in states.items():
                console.raw(f"    {service}: {console.text(STATES[state])}, {local(at)}")
    if not board:
        console.say("No incident was ever declared here.")
    if console.as_json:
        console.result({"incidents": board})
    return 0
