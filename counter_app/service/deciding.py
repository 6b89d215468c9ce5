"""Many units decided in one go: of one kind, for one reason, told in counts and euros before anything is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from counter_app.domain.decision_commands import DecideUnit, UndoDecision
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.money import Money
from counter_app.service.differences import Difference, decisions_for, differences, paid_out
from counter_app.service.unit_words import Decision
from counter_app.service.workstation import Workstation

IN_BULK: Final[tuple[Decision, ...]] = ("take_up", "replay", "close", "waive", "recover")
"""What one person may say of many units at once; all else needs each record to be looked at."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Units of one service, kind, state and reason; `decisions` are those that each of them allows in one go.

    `paid` is the money behind them that is still out, each grant's once.
    """

    units: tuple[Difference, ...]
    amount: Money
    paid: Money
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """How many were decided, their amount, and those that a rule refused meanwhile, each with its error."""

    count: int
    amount: Money
    refused: tuple[tuple[Difference, Refused], ...]


def alike(workstation: Workstation, one: Difference) -> Alike:
    """The units that stand as this one does, itself among them, in the order of their acts."""
    found = [
        unit
        for unit in differences(workstation)
        if (unit.service, unit.kind, unit.state, unit.reason)
        == (one.service, one.kind, one.state, one.reason)
    ]
    return _told(workstation, found)


def chosen(
    workstation: Workstation, service: str, state: UnitState, *, kind: str = "", reason: str = ""
) -> Alike:
    """The units of a service in one state, of one kind and for one reason where they are named."""
    found = [
        unit
        for unit in differences(workstation)
        if unit.service == service
        and unit.state is state
        and kind in ("", unit.kind)
        and reason in ("", unit.reason)
    ]
    return _told(workstation, found)


def _told(workstation: Workstation, found: Sequence[Difference]) -> Alike:
    currency = workstation.configuration.office.currency
    amount = Money(sum(unit.amount.cents for unit in found), currency)
    possible = [decisions_for(workstation, unit) for unit in found]
    shared = tuple(word for word in IN_BULK if found and all(word in one for one in possible))
    return Alike(tuple(found), amount, Money(paid_out(workstation, found), currency), shared)


def check_shared(found: Alike, decision: Decision) -> None:
    """Refuse what cannot be said of all these units at once: `money_is_out` with the amount, else `not_in_bulk`."""
    if decision == "close" and found.paid.cents:
        raise Refused("money_is_out", amount=found.paid)
    if decision not in found.decisions:
        raise BadInput("not_in_bulk", decision=decision)


def decide_all(
    workstation: Workstation, found: Alike, decision: Decision, agent: str, reason: str, channel: str
) -> Decided:
    """Record one decision for each of the units; what a rule refuses now is told and stays as it was."""
    check_shared(found, decision)
    done: list[Difference] = []
    refused: list[tuple[Difference, Refused]] = []
    for unit in found.units:
        command = DecideUnit(
            agent=agent,
            target=unit.entry_id,
            service=unit.service,
            part=unit.part,
            decision=decision,
            reason=reason,
        )
        try:
            workstation.record(command, channel)
        except Refused as error:
            refused.append((unit, error))
        else:
            done.append(unit)
    amount = Money(sum(unit.amount.cents for unit in done), found.amount.currency)
    return Decided(len(done), amount, tuple(refused))


def undo(workstation: Workstation, unit: Difference, agent: str, reason: str, channel: str) -> None:
    """Take back the last decision on a unit; raises `nothing_to_undo` where it was sent, told or paid since."""
    command = UndoDecision(
        agent=agent, target=unit.entry_id, service=unit.service, part=unit.part, reason=reason
    )
    workstation.record(command, channel)
