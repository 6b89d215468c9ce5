"""What practice's own people decide about units that no rule may settle, as they would on the day."""

from __future__ import annotations

from counter_app.domain.decision_commands import DecideUnit
from counter_app.domain.delivery import UnitState
from counter_app.journal import store
from counter_app.projections.delivery import UnitRow
from counter_app.projections.family import Tables
from counter_app.service.money_out import money_out
from counter_app.service.reconciliation import needing_somebody
from counter_app.service.workstation import Workstation


def decide_what_waits(workstation: Workstation, agent: str) -> int:
    """Decide every rejected, disputed, lost and set-aside unit; returns how many were decided.

    An unknown unit is left alone: the couriers still ask about it.
    """
    decided = 0
    for unit in needing_somebody(workstation):
        command = _decision(workstation, unit, agent)
        if command is not None:
            workstation.record(command, "command_line")
            decided += 1
    return decided


def _decision(workstation: Workstation, unit: UnitRow, agent: str) -> DecideUnit | None:
    match unit.state:
        case UnitState.DISPUTED:
            word, reason = (
                "accept",
                "The centre's own record was read again by telephone and is the right one.",
            )
        case UnitState.REJECTED if _was_paid(workstation, unit):
            word = "waive" if unit.cents <= 5000 else "recover"
            reason = f"Refused by the centre ({unit.reason}) after it was paid in good faith."
        case UnitState.REJECTED:
            word, reason = "close", f"Refused by the centre ({unit.reason}); the citizen is told."
        case UnitState.LOST:
            word, reason = "replay", "The centre no longer holds it."
        case UnitState.SET_ASIDE:
            word, reason = "take_up", "The cause was mended."
        case _:
            return None
    return DecideUnit(
        agent=agent,
        target=unit.entry_id,
        service=unit.service,
        part=unit.part,
        decision=word,  # type: ignore[arg-type]
        reason=reason,
        number=unit.number if word == "accept" else None,
    )


def _was_paid(workstation: Workstation, unit: UnitRow) -> bool:
    """Whether money of the act is out that nobody claimed yet."""
    with workstation.reading() as connection:
        entry = store.at_place(connection, unit.chain, unit.seq)
        return entry is not None and money_out(Tables(connection), unit.chain, entry).out > 0
