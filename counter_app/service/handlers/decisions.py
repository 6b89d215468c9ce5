"""A person's decision on a delivery unit that no rule may settle."""

from __future__ import annotations

from typing import Any

from counter_app.access.roles import RECOVERY, colleague
from counter_app.domain.commands import DecideUnit
from counter_app.domain.delivery import UnitFact, moves
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id, term_of
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections import delivery, grants
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part

_FACT = {
    "take_up": UnitFact.TAKEN_UP,
    "replay": UnitFact.REPLAY_ALLOWED,
    "accept": UnitFact.DECIDED,
    "close": UnitFact.DECIDED,
    "waive": UnitFact.DECIDED,
    "recover": UnitFact.DECIDED,
}


def decide_unit(context: Context, command: DecideUnit) -> Fact:
    """Record the decision, if the unit's state allows it; money that was paid is waived or claimed here."""
    colleague(context.configuration, command.agent, RECOVERY)
    target = check_entry_id(command.target)
    unit = delivery.unit_row(context.tables, context.chain, target, command.service, command.part)
    if unit is None:
        raise Refused("unknown_unit", entry_id=target, service=command.service)
    fact = _FACT[command.decision]
    if not moves(unit.state, fact):
        raise Refused("decision_not_possible", decision=command.decision, state=unit.state.value)
    facts = {
        "target": unit.entry_id,
        "service": unit.service,
        "part": unit.part,
        "term": term_of(context.chain),
        "decision": command.decision,
        "fact": fact.value,
        "state_before": unit.state.value,
        "centre_number": command.number,
        "aid": unit.aid,
        "cents": unit.cents,
        "currency": context.currency,
        **(_claim(context, unit) if command.decision == "recover" else {}),
    }
    return Fact("unit_decided", facts, private_part(context, reason=command.reason))


def _claim(context: Context, unit: delivery.UnitRow) -> dict[str, Any]:
    """What is claimed back: what the grant behind the unit paid, less what came back or was claimed before.

    A grant has a unit at each of its services, and its money is claimed once.
    """
    entry = store.at_place(context.connection, unit.chain, unit.seq)
    act = unit.entry_id if entry is None else entry.facts.get("grant", unit.entry_id)
    grant = grants.grant_row(context.tables, act, unit.chain)
    if grant is None:
        return {}
    claimed = grants.claimed_cents(context.tables, grant.entry_id, unit.chain)
    left = grant.paid_cents - grant.returned_cents - claimed
    return {"grant": grant.entry_id, "claim_cents": max(0, left)}
