"""A person's decision on a delivery unit that no rule may settle, its undoing, and its handing to a colleague."""

from __future__ import annotations

from typing import Any

from counter_app.access.roles import RECOVERY, colleague
from counter_app.domain.decision_commands import DecideUnit, HandUnit, UndoDecision
from counter_app.domain.delivery import BY_A_PERSON, FINISHED, UnitFact, UnitState, absence_was_read, moves
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import delivery, grants
from counter_app.projections.custody import holder_at
from counter_app.projections.delivery import UnitRow
from counter_app.projections.delivery_told import SHOWING, centre_said
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part
from counter_app.service.money_out import MoneyOut, money_out

_FACT = {
    "take_up": UnitFact.TAKEN_UP,
    "replay": UnitFact.REPLAY_ALLOWED,
    "accept": UnitFact.DECIDED,
    "close": UnitFact.DECIDED,
    "waive": UnitFact.DECIDED,
    "recover": UnitFact.DECIDED,
    "link": UnitFact.DECIDED,
    "keep_both": UnitFact.DECIDED,
    "correct": UnitFact.DECIDED,
    "new_key": UnitFact.REKEYED,
}
_COMPARED = (UnitState.REJECTED, UnitState.DISPUTED)
"""Where the centre showed or named another record, so that the two can be held against each other."""


def decide_unit(context: Context, command: DecideUnit) -> Fact:
    """Record the decision, if the unit's state allows it; money that was paid is waived or claimed here."""
    colleague(context.configuration, command.agent, RECOVERY)
    unit, term = _unit_held(context, command)
    fact = _FACT[command.decision]
    if not moves(unit.state, fact) or not _fits(context, unit, command.decision):
        raise Refused("decision_not_possible", decision=command.decision, state=unit.state.value)
    money = _money(context, unit)
    _check_money(context, money, command.decision)
    _check_held(context, unit, command)
    facts = {
        "target": unit.entry_id,
        "service": unit.service,
        "part": unit.part,
        "term": term,
        "decision": command.decision,
        "fact": fact.value,
        "state_before": unit.state.value,
        "centre_number": command.number,
        "aid": unit.aid,
        "cents": unit.cents,
        "currency": context.currency,
        **({"grant": money.grant, "claim_cents": money.out} if command.decision == "recover" else {}),
        **_proof(context, unit, command),
    }
    return Fact("unit_decided", facts, private_part(context, reason=command.reason))


def undo_decision(context: Context, command: UndoDecision) -> Fact:
    """Take back the last decision on a unit, as long as nothing of it was sent, told or paid since."""
    colleague(context.configuration, command.agent, RECOVERY)
    unit, term = _unit_held(context, command)
    decided = _last_decision(context, unit)
    if decided is None:
        raise Refused("nothing_to_undo", entry_id=unit.entry_id, service=unit.service)
    facts = decided.facts
    claim: dict[str, Any] = {}
    if "claim_cents" in facts:
        claim = {name: facts[name] for name in ("grant", "claim_cents", "aid")}
    if claim and _came_back_since(context, unit, decided):
        raise Refused("nothing_to_undo", entry_id=unit.entry_id, service=unit.service)
    undone = {
        "target": unit.entry_id,
        "service": unit.service,
        "part": unit.part,
        "term": term,
        "decision": facts["decision"],
        "decided_by": decided.entry_id,
        "currency": context.currency,
        **claim,
    }
    return Fact("decision_undone", undone, private_part(context, reason=command.reason))


def hand_unit(context: Context, command: HandUnit) -> Fact:
    """Hand a unit to a colleague who may decide it; nothing else about it changes."""
    colleague(context.configuration, command.agent, RECOVERY)
    unit = _unit(context, command)
    taker = colleague(context.configuration, command.to, RECOVERY)
    if taker.id == command.agent:
        raise Refused("handed_to_oneself")
    if unit.state in FINISHED:
        raise Refused("decision_not_possible", decision="hand", state=unit.state.value)
    facts = {"target": unit.entry_id, "service": unit.service, "part": unit.part, "to": taker.id}
    return Fact("unit_handed", facts, private_part(context, reason=command.reason))


def _last_decision(context: Context, unit: UnitRow) -> Entry | None:
    """The entry of this chain by which a person decided the unit, if nothing was told of it since."""
    told = delivery.history(context.tables, unit.entry_id, unit.service, unit.part)
    if not told or told[-1].fact not in BY_A_PERSON:
        return None
    last = told[-1]
    entry = store.at_place(context.connection, last.chain, last.seq)
    own = entry is not None and entry.kind == "unit_decided" and entry.chain == context.chain
    return entry if own else None


def _unit(context: Context, command: DecideUnit | UndoDecision | HandUnit) -> UnitRow:
    target = check_entry_id(command.target)
    unit = delivery.unit_row(context.tables, context.chain, target, command.service, command.part)
    if unit is None:
        raise Refused("unknown_unit", entry_id=target, service=command.service)
    return unit


def _unit_held(context: Context, command: DecideUnit | UndoDecision) -> tuple[UnitRow, int]:
    """A unit that this counter has custody of, and the term under which it does."""
    unit = _unit(context, command)
    custody = holder_at(context.tables, unit.chain, unit.seq)
    if custody.holder != context.office.counter:
        raise Refused("custody_elsewhere", holder=custody.holder)
    return unit, custody.term


def _fits(context: Context, unit: UnitRow, decision: str) -> bool:
    """Whether a decision makes sense for the unit, beyond what its state allows."""
    if decision in ("link", "keep_both", "correct"):
        return unit.state in _COMPARED
    if decision == "new_key":
        told = delivery.history(context.tables, unit.entry_id, unit.service, unit.part)
        if not absence_was_read(fact.fact for fact in told):
            raise Refused("absence_not_read")
    return True


def _proof(context: Context, unit: UnitRow, command: DecideUnit) -> dict[str, Any]:
    """What a decision rests on: the centre's own number of the person, or the entry that says it anew."""
    if command.decision == "link" and not command.number:
        raise Refused("number_missing")
    if command.decision != "correct":
        return {}
    if command.by is None:
        raise Refused("correction_missing")
    entry = store.find(context.connection, check_entry_id(command.by))
    if entry is None:
        raise Refused("unknown_entry", entry_id=command.by)
    about = {entry.facts.get(name) for name in ("target", "grant", "request")}
    told_of = {unit.entry_id, _act(context, unit)}
    if entry.kind in ("unit_decided", "decision_undone", "unit_handed") or not about & told_of:
        raise Refused("correction_missing")
    return {"by": entry.entry_id}


def _act(context: Context, unit: UnitRow) -> str:
    """The grant behind the unit, or the act itself."""
    entry = store.at_place(context.connection, unit.chain, unit.seq)
    return str(unit.entry_id if entry is None else entry.facts.get("grant", unit.entry_id))


def _money(context: Context, unit: UnitRow) -> MoneyOut:
    entry = store.at_place(context.connection, unit.chain, unit.seq)
    return MoneyOut(unit.entry_id, 0, 0) if entry is None else money_out(context.tables, unit.chain, entry)


def _check_money(context: Context, money: MoneyOut, decision: str) -> None:
    """Paid money is waived or claimed and never passed over, and only money that was paid."""
    if decision == "close" and money.out:
        raise Refused("money_is_out", amount=Money(money.out, context.currency))
    if decision in ("waive", "recover") and not money.kept:
        raise Refused("nothing_was_paid", decision=decision)


def _check_held(context: Context, unit: UnitRow, command: DecideUnit) -> None:
    """A unit is explained as held only where the centre last showed a record, or somebody names its number there."""
    if command.decision != "accept" or command.number:
        return
    said = centre_said(context.tables, [unit.entry_id]).get((unit.entry_id, unit.service, unit.part))
    if said is None or said.fact not in SHOWING:
        raise Refused("not_held")


def _came_back_since(context: Context, unit: UnitRow, decided: Entry) -> bool:
    """Whether money came back on the claim, which then is no longer open."""
    places = grants.act_places(context.tables, str(decided.facts["grant"]), unit.chain)
    acts = store.at_places(context.connection, unit.chain, places)
    since = str(decided.header["recorded_at"])
    return any(
        act.kind == "money_returned" and str(act.header["recorded_at"]) > since for act in acts.values()
    )
