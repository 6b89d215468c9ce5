"""`reconcile show`: one unit opened, what was sent beside what the centre showed, and what may be decided."""

from __future__ import annotations

import argparse
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import opened, services_of
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id
from counter_app.domain.money import Money
from counter_app.service.differences import DifferenceCase, Side, open_unit
from counter_app.service.kind_words import FIELDS, KINDS
from counter_app.service.unit_words import STATE_WORDS, said_reason


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    show = commands.add_parser(
        "show", parents=[shared], help="one unit: what was sent beside what the centre showed"
    )
    show.add_argument("entry_id")
    show.add_argument("--service", required=True, metavar="S")
    show.add_argument("--part", default="main")
    show.set_defaults(run=_show)


def _show(arguments: argparse.Namespace, console: Console) -> int:
    place = (check_entry_id(arguments.entry_id), arguments.service, arguments.part)
    with opened(arguments) as workstation:
        services_of(workstation, arguments.service)
        case = open_unit(workstation, place)
        currency = workstation.configuration.office.currency
    if case is None:
        raise Refused("unknown_unit", entry_id=place[0], service=place[1])
    _say(console, case, currency)
    if console.as_json:
        console.result(_told(case))
    return 0


def _say(console: Console, case: DifferenceCase, currency: str) -> None:
    text, unit = console.text, case.unit
    kind = text(KINDS.get(unit.kind, unit.kind))
    head = (kind, unit.receipt, text.money(unit.amount), unit.service, text(STATE_WORDS[unit.state]))
    console.raw(" · ".join(part for part in head if part))
    if case.decided is None and unit.reason:
        console.raw(f"  {said_reason(text, unit.reason)}")
    if case.words:
        console.say("The centre says: “{words}”", words=case.words)
    if unit.number:
        console.say("Its number there: {number}", number=unit.number)
    rows = [(text("Field"), text("Sent"), text("Shown"), text("Same?"))]
    rows += [_line(console, side, currency) for side in case.sides]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, wide, strict=False)]
        console.raw("  " + "  ".join((*cells, row[3])).rstrip())
    if case.paid.cents:
        console.say("{amount} of it is paid and still out.", amount=case.paid)
    if case.decisions:
        words = ", ".join(case.decisions)
        console.say("It may be decided (`reconcile decide`): {decisions}.", decisions=words)


def _line(console: Console, side: Side, currency: str) -> tuple[str, str, str, str]:
    text = console.text
    shown = _words(console, side.name, side.shown, currency) if side.told else text("not shown")
    same = text("Differs") if side.differs else text("Same") if side.told else "–"
    return (
        text(FIELDS.get(side.name, side.name)),
        _words(console, side.name, side.sent, currency),
        shown,
        same,
    )


def _words(console: Console, name: str, value: Any, currency: str) -> str:
    if value is None or value == "":
        return "–"
    if name == "cents" and type(value) is int:
        return console.text.money(Money(value, currency))
    if name == "kind":
        return console.text(KINDS.get(str(value), str(value)))
    if isinstance(value, dict):
        return ", ".join(part for part in (_words(console, "", one, currency) for one in value.values()))
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value)


def _told(case: DifferenceCase) -> dict[str, Any]:
    unit = case.unit
    return {
        "entry_id": unit.entry_id,
        "service": unit.service,
        "part": unit.part,
        "state": unit.state.value,
        "kind": unit.kind,
        "receipt": unit.receipt,
        "cents": unit.amount.cents,
        "paid_cents": case.paid.cents,
        "reason": unit.reason,
        "words": case.words,
        "number": unit.number,
        "with": unit.with_whom,
        "fields": [
            {
                "name": side.name,
                "sent": side.sent,
                "shown": side.shown,
                "told": side.told,
                "differs": side.differs,
            }
            for side in case.sides
        ],
        "decisions": list(case.decisions),
    }
