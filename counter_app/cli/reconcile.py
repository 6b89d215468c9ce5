"""`reconcile plan|run|status|report|decide`: the journal on its way to the central systems."""

from __future__ import annotations

import argparse
import time
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.courier.courier import Trip
from counter_app.domain.catalogue import Service
from counter_app.domain.commands import DecideUnit
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.service.reconciliation import ServiceTally, balances, needing_somebody, tallies
from counter_app.service.unit_words import CAUSE_WORDS, DECISIONS, STATE_WORDS
from counter_app.service.workstation import Workstation
from counter_app.sync.port import Cause
from counter_app.text import N_

NEXT_STEP = {
    UnitState.UNKNOWN: N_("Run `reconcile run` again: the centre is asked before anything is sent twice."),
    UnitState.REJECTED: N_("Decide with `reconcile decide`: waive or recover what was paid, or close it."),
    UnitState.LOST: N_("Decide with `reconcile decide … replay` to send it again, or close it."),
    UnitState.DISPUTED: N_("Compare both records, then `reconcile decide … accept` or `close`."),
    UnitState.SET_ASIDE: N_("Mend the cause, then `reconcile decide … take_up`."),
}


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    for name, run, summary in (
        ("plan", _plan, "what would be sent"),
        ("run", _run, "send it"),
        ("status", _status, "where each unit stands"),
        ("report", _report, "the balance; 0 only when nothing is unexplained"),
    ):
        command = commands.add_parser(name, parents=[shared], help=summary)
        command.add_argument("--service", metavar="S", help="only this service")
        command.set_defaults(run=run)
        if name == "run":
            command.add_argument(
                "--agent", metavar="ID", help="who runs it (default: the office's first IT person)"
            )
    decide = commands.add_parser("decide", parents=[shared], help="a person's decision on one unit")
    decide.add_argument("entry_id")
    decide.add_argument("decision", choices=DECISIONS)
    decide.add_argument("--service", required=True, metavar="S")
    decide.add_argument("--part", default="main")
    decide.add_argument("--agent", required=True, metavar="ID")
    decide.add_argument("--reason", required=True)
    decide.add_argument("--number", help="the centre's own number, for accept")
    decide.set_defaults(run=_decide)


def _services(workstation: Workstation, asked: str | None) -> list[Service]:
    services = sorted(workstation.configuration.services, key=lambda item: (item.order, item.id))
    if asked is None:
        return services
    found = [service for service in services if service.id == asked]
    if not found:
        raise BadInput("unknown_service", service=asked)
    return found


def _plan(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        _services(workstation, arguments.service)
        currency = workstation.configuration.office.currency
        plan = []
        for tally in tallies(workstation, arguments.service):
            row = {
                "service": tally.service,
                "send": tally.units.get("waiting", 0),
                "send_cents": tally.cents.get("waiting", 0),
                "ask": tally.units.get("unknown", 0) + tally.units.get("received", 0),
                "currency": currency,
            }
            plan.append(row)
            console.say(
                "{service}: {send} to send ({amount}), {ask} to ask about first.",
                service=row["service"],
                send=row["send"],
                amount=Money(tally.cents.get("waiting", 0), currency),
                ask=row["ask"],
            )
    if console.as_json:
        console.result({"services": plan})
    return 0


def _run(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import reconcile

    with opened(arguments, write=True) as workstation:
        services = _services(workstation, arguments.service)
        agent = arguments.agent or _it_person(workstation)
        watch = _Watch(console)
        trips = reconcile(workstation, services, agent, watch=watch.see)
        left = tallies(workstation, arguments.service)
    for tally in left:
        _say_tally(console, tally, trips.get(tally.service))
    unfinished = sum(tally.unexplained for tally in left)
    if console.as_json:
        console.result(
            {
                "services": [{**_tally(tally), **_trip(trips.get(tally.service))} for tally in left],
                "unexplained": unfinished,
            }
        )
    return 1 if unfinished else 0


class _Watch:
    """Tells how far the couriers are, or what they wait for, at most every two seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = time.monotonic()

    def see(self, service: str, trip: Trip) -> None:
        """One exchange was made."""
        if time.monotonic() - self._said < 2:
            return
        self._said = time.monotonic()
        if trip.cause is Cause.NONE:
            self._console.warn("{service}: units moved so far: {count}.", service=service, count=trip.moved)
            return
        cause = self._console.text(CAUSE_WORDS[trip.cause])
        self._console.warn("{service}: {cause}; trying again.", service=service, cause=cause)


def _it_person(workstation: Workstation) -> str:
    people = workstation.configuration.people
    found = next((person.id for person in people if person.role == "it"), None)
    if found is None:
        found = next((person.id for person in people if person.role == "supervisor"), None)
    if found is None:
        raise BadInput("nobody_reconciles")
    return found


def _say_tally(console: Console, tally: ServiceTally, trip: Trip | None) -> None:
    words = ", ".join(
        f"{count} {console.text(STATE_WORDS[UnitState(state)])}" for state, count in tally.units.items()
    )
    console.raw(f"{tally.service}: {words or '–'}")
    if trip is not None and not trip.finished and trip.cause is not Cause.NONE:
        console.warn(
            "{service}: the centre cannot be reached now ({cause}). Nothing is lost: run `reconcile run` again later.",
            service=tally.service,
            cause=console.text(CAUSE_WORDS[trip.cause]),
        )
    elif trip is not None and not trip.finished:
        console.warn(
            "{service}: the centre has not answered for everything yet. Run `reconcile run` again later.",
            service=tally.service,
        )


def _tally(tally: ServiceTally) -> dict[str, Any]:
    return {
        "service": tally.service,
        "units": tally.units,
        "cents": tally.cents,
        "unexplained": tally.unexplained,
    }


def _trip(trip: Trip | None) -> dict[str, Any]:
    if trip is None:
        return {}
    return {
        "exchanges": trip.exchanges,
        "moved": trip.moved,
        "finished": trip.finished,
        "failures": {cause.value: count for cause, count in trip.failures.items()},
    }


def _status(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        _services(workstation, arguments.service)
        found = tallies(workstation, arguments.service)
        open_units = needing_somebody(workstation, arguments.service)
    for tally in found:
        _say_tally(console, tally, None)
    for unit in open_units:
        console.raw(
            f"  {unit.entry_id} {unit.service}/{unit.part}: {console.text(STATE_WORDS[unit.state])}"
            + (f" ({unit.reason})" if unit.reason else "")
        )
        console.raw("    " + console.text(NEXT_STEP[unit.state]))
    if console.as_json:
        console.result(
            {
                "services": [_tally(tally) for tally in found],
                "needs_a_person": [
                    {
                        "entry_id": unit.entry_id,
                        "service": unit.service,
                        "part": unit.part,
                        "state": unit.state.value,
                        "reason": unit.reason,
                        "number": unit.number,
                        "cents": unit.cents,
                        "next": console.text(NEXT_STEP[unit.state]),
                    }
                    for unit in open_units
                ],
            }
        )
    return 1 if open_units else 0


def _report(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        _services(workstation, arguments.service)
        found = balances(workstation, arguments.service)
        currency = workstation.configuration.office.currency
    unexplained = sum(balance.tally.unexplained for balance in found)
    for balance in found:
        console.say(
            "{service}: {total} in all, {amount}; accepted {accepted}, {accepted_amount}; decided {decided}; "
            "unexplained {unexplained}.",
            service=balance.tally.service,
            total=balance.tally.total,
            amount=Money(balance.tally.total_cents, currency),
            accepted=balance.accepted,
            accepted_amount=Money(balance.accepted_cents, currency),
            decided=balance.decided,
            unexplained=balance.tally.unexplained,
        )
        console.raw(f"  SHA-256 {balance.accepted_sha256}")
    if console.as_json:
        rows = [
            {
                "service": balance.tally.service,
                "entries": balance.tally.total,
                "cents": balance.tally.total_cents,
                "accepted": balance.accepted,
                "accepted_cents": balance.accepted_cents,
                "accepted_sha256": balance.accepted_sha256,
                "decided": balance.decided,
                "decided_cents": balance.decided_cents,
                "unexplained": balance.tally.unexplained,
            }
            for balance in found
        ]
        console.result({"currency": currency, "services": rows, "unexplained": unexplained})
    if unexplained:
        console.warn("Not balanced yet: see `reconcile status` for what waits and for whom.")
    return 1 if unexplained else 0


def _decide(arguments: argparse.Namespace, console: Console) -> int:
    command = DecideUnit(
        agent=arguments.agent,
        target=arguments.entry_id,
        service=arguments.service,
        part=arguments.part,
        decision=arguments.decision,
        reason=arguments.reason,
        number=arguments.number,
    )
    with opened(arguments, write=True) as workstation:
        outcome = workstation.record(command, "command_line")
    console.say("The decision is recorded as entry {seq}.", seq=outcome.entry.seq)
    if console.as_json:
        console.result({"entry_id": outcome.entry.entry_id, "seq": outcome.entry.seq})
    return 0
