"""`reconcile plan|run|status|show|report|countersign|decide`: the journal on its way to the central systems."""

from __future__ import annotations

import argparse
import time
from typing import Any
from zoneinfo import ZoneInfo

from counter_app.cli import (
    reconcile_audit,
    reconcile_countersign,
    reconcile_decide,
    reconcile_pairs,
    reconcile_report,
    reconcile_show,
    work_list,
)
from counter_app.cli.console import Console
from counter_app.cli.options import it_person, opened, seconds, services_of
from counter_app.courier.courier import Trip
from counter_app.domain.delivery import UnitState
from counter_app.domain.money import Money
from counter_app.domain.pauses import next_pause
from counter_app.projections.delivery import UnitRow
from counter_app.service.kind_words import KINDS
from counter_app.service.open_units import OpenUnit, open_units
from counter_app.service.reconciliation import ServiceTally, overdue, tallies
from counter_app.service.unit_words import CAUSE_WORDS, HELD_WORDS, STATE_WORDS, said_reason
from counter_app.service.wire_form import FORM_CHANGED
from counter_app.service.work_list.listing import hand_services
from counter_app.sync.port import Cause
from counter_app.sync.restraint import Held
from counter_app.text import N_

NEXT_STEP = {
    UnitState.UNKNOWN: N_("Run `reconcile run` again: the centre is asked before anything is sent twice."),
    UnitState.REJECTED: N_("Decide with `reconcile decide`: waive or recover what was paid, else close it."),
    UnitState.LOST: N_("Decide with `reconcile decide … replay` to send it again, or close it."),
    UnitState.DISPUTED: N_(
        "Compare both records with `reconcile show`, then `reconcile decide … accept`, or say it is not held there."
    ),
    UnitState.SET_ASIDE: N_("Mend the cause, then `reconcile decide … take_up`."),
}


CHANGED_FORM = {
    UnitState.UNKNOWN: N_(
        "Put the former form back into office.toml, or ask the centre’s people: `accept` with its number, or `replay`."
    ),
    UnitState.SET_ASIDE: N_(
        "It may have arrived as it was written before: ask the centre’s people, then `reconcile decide … take_up`."
    ),
}


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    for name, run, summary in (
        ("plan", _plan, "what would be sent"),
        ("run", _run, "send it"),
        ("status", _status, "where each unit stands"),
    ):
        command = commands.add_parser(name, parents=[shared], help=summary)
        command.add_argument("--service", metavar="S", help="only this service")
        command.set_defaults(run=run)
        if name == "run":
            command.add_argument(
                "--agent", metavar="ID", help="who runs it (default: the office's first IT person)"
            )
            command.add_argument(
                "--wait",
                type=seconds,
                default=10.0,
                metavar="S",
                help="how long it may wait, for a pause to end, say",
            )
    reconcile_audit.add(commands, shared)
    reconcile_pairs.add(commands, shared)
    reconcile_report.add(commands, shared)
    reconcile_countersign.add(commands, shared)
    reconcile_show.add(commands, shared)
    reconcile_decide.add(commands, shared)
    work_list.add(commands, shared)


def _plan(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        services_of(workstation, arguments.service)
        currency = workstation.configuration.office.currency
        plan = []
        now, zone = workstation.clock.now(), workstation.office.zone
        pauses = {one.id: next_pause(one.pauses, now, zone) for one in workstation.configuration.services}
        for tally in tallies(workstation, arguments.service):
            pause = pauses.get(tally.service)
            row = {
                "service": tally.service,
                "send": tally.to_send,
                "send_cents": tally.to_send_cents,
                "ask": tally.units.get("unknown", 0) + tally.units.get("received", 0),
                "currency": currency,
                "elsewhere": tally.elsewhere,
                "pause": None if pause is None else [moment.isoformat() for moment in pause[:2]],
            }
            plan.append(row)
            console.say(
                "{service}: {send} to send ({amount}), {ask} to ask about first.",
                service=row["service"],
                send=row["send"],
                amount=Money(tally.to_send_cents, currency),
                ask=row["ask"],
            )
            if tally.elsewhere:
                console.say(
                    "  {count} more were given to another counter to send: see `exchange status`.",
                    count=tally.elsewhere,
                )
            if pause is not None:
                console.say(
                    "  A planned pause from {begin} to {end}: nothing is sent to it then, and nothing asked.",
                    begin=pause[0].astimezone(zone),
                    end=pause[1].astimezone(zone),
                )
    if console.as_json:
        console.result({"services": plan})
    return 0


def _run(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import reconcile

    with opened(arguments, write=True) as workstation:
        services = services_of(workstation, arguments.service)
        agent = arguments.agent or it_person(workstation)
        zone = workstation.office.zone
        watch = _Watch(console, zone)
        trips = reconcile(workstation, services, agent, watch=watch.see, longest_wait_s=arguments.wait)
        left = tallies(workstation, arguments.service)
    for tally in left:
        _say_tally(console, tally, trips.get(tally.service), zone)
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

    def __init__(self, console: Console, zone: ZoneInfo) -> None:
        self._console = console
        self._zone = zone
        self._said = time.monotonic()

    def see(self, service: str, trip: Trip) -> None:
        """One exchange was made, or has to wait."""
        if time.monotonic() - self._said < 2:
            return
        self._said = time.monotonic()
        if trip.held is not None:
            _say_held(self._console, service, trip.held, self._zone)
        elif trip.cause is not Cause.NONE:
            cause = self._console.text(CAUSE_WORDS[trip.cause])
            self._console.warn("{service}: {cause}; trying again.", service=service, cause=cause)
        elif trip.left_s is None:
            self._console.warn(
                "{service}: {done} of {total}.", service=service, done=trip.done, total=trip.total
            )
        else:
            self._console.warn(
                "{service}: {done} of {total}, about {minutes} min left.",
                service=service,
                done=trip.done,
                total=trip.total,
                minutes=-(-int(trip.left_s) // 60),
            )


def _say_held(console: Console, service: str, held: Held, zone: ZoneInfo) -> None:
    """Why a service's units wait although they could go, and until when."""
    words = console.text(HELD_WORDS[held.reason])
    if held.until is None:
        console.warn("{service} waits: {words}.", service=service, words=words)
        return
    until = held.until.astimezone(zone)
    console.warn("{service} waits until {time}: {words}.", service=service, time=until, words=words)


def _say_tally(console: Console, tally: ServiceTally, trip: Trip | None, zone: ZoneInfo) -> None:
    words = ", ".join(
        f"{count} {console.text(STATE_WORDS[UnitState(state)])}" for state, count in tally.units.items()
    )
    console.raw(f"{tally.service}: {words or '–'}")
    if trip is not None and not trip.finished and trip.held is not None:
        _say_held(console, tally.service, trip.held, zone)
    elif trip is not None and not trip.finished and trip.cause is not Cause.NONE:
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
        "done": trip.done,
        "held": None if trip.held is None else trip.held.reason,
        "failures": {cause.value: count for cause, count in trip.failures.items()},
    }


def _next_step(by_hand: set[str], unit: UnitRow) -> str:
    if unit.reason == FORM_CHANGED and unit.state in CHANGED_FORM:
        return CHANGED_FORM[unit.state]
    if unit.state is UnitState.UNKNOWN and unit.service in by_hand:
        return N_(
            "Take it from the work-list (`reconcile worklist take`): look at the centre before you type it."
        )
    return NEXT_STEP[unit.state]


def _say_open(console: Console, one: OpenUnit, names: dict[str, str], by_hand: set[str]) -> None:
    """Which act, as a person finds it on paper; how it stands; in whose hands; and what to do next."""
    text, unit = console.text, one.unit
    about = (one.receipt or one.place, text(KINDS.get(unit.kind, unit.kind)), text.money(one.amount))
    paid = (
        text("{amount} paid and still out", amount=one.paid) if one.paid.cents else text("nothing paid out")
    )
    # The code as well: `decide-all --why` asks for it.
    reason = f" ({said_reason(text, unit.reason)}, `{unit.reason}`)" if unit.reason else ""
    console.raw(f"  {' · '.join((*about, paid))}: {text(STATE_WORDS[unit.state])}{reason}")
    console.raw(f"    {unit.entry_id} --service {unit.service} --part {unit.part}")
    if one.with_whom:
        console.raw("    " + text("In hand: {person}", person=names.get(one.with_whom, one.with_whom)))
    console.raw("    " + text(_next_step(by_hand, unit)))


def _open(one: OpenUnit) -> dict[str, Any]:
    unit = one.unit
    return {
        "entry_id": unit.entry_id,
        "service": unit.service,
        "part": unit.part,
        "place": one.place,
        "receipt": one.receipt,
        "kind": unit.kind,
        "state": unit.state.value,
        "reason": unit.reason,
        "number": unit.number,
        "cents": unit.cents,
        "paid_cents": one.paid.cents,
        "with": one.with_whom,
    }


def _status(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments) as workstation:
        services_of(workstation, arguments.service)
        found = tallies(workstation, arguments.service)
        found_open = open_units(workstation, arguments.service)
        configuration = workstation.configuration
        names = {person.id: person.name for person in configuration.people}
        late = overdue(workstation, arguments.service)
        zone = workstation.office.zone
        by_hand = {service.id for service in hand_services(workstation)}
    for tally in found:
        _say_tally(console, tally, None, zone)
    for one in found_open:
        _say_open(console, one, names, by_hand)
    for due in late:
        console.say(
            "{entry_id} {service}: {state} for {hours} h. Ask the centre’s own people about it.",
            entry_id=due.unit.entry_id,
            service=due.unit.service,
            state=console.text(STATE_WORDS[due.unit.state]),
            hours=int(due.age_s // 3600),
        )
    if console.as_json:
        console.result(
            {
                "services": [_tally(tally) for tally in found],
                "needs_a_person": [
                    _open(one) | {"next": console.text(_next_step(by_hand, one.unit))} for one in found_open
                ],
                "overdue": [
                    {
                        "entry_id": one.unit.entry_id,
                        "service": one.unit.service,
                        "part": one.unit.part,
                        "state": one.unit.state.value,
                        "age_s": int(one.age_s),
                        "limit_s": int(one.limit_s),
                    }
                    for one in late
                ],
            }
        )
    return 1 if found_open or late else 0
