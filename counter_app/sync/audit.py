"""What an answer to an audit proves: whether the centre still holds what it once answered for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.sync.judge import differing_fields, names_nobody
from counter_app.sync.port import Outcome, UnitReply


class Standing(StrEnum):
    """How a unit stands at the centre against what the journal says of it."""

    AS_TOLD = "as_told"
    """The centre says what the journal says; what it holds has the same content."""
    PENDING = "pending"
    """Received, and no decision yet."""
    MISSING = "missing"
    """Not found under its key; whether it is lost is asked by the centre's own number."""
    FORGOTTEN = "forgotten"
    """Held with the same content under its number, the key forgotten: sent again it would stand there twice."""
    LOST = "lost"
    """Not held any more, neither under its key nor under its number."""
    DISPUTED = "disputed"
    """Held with another content, or decided otherwise than the centre had told."""
    CONTRADICTED = "contradicted"
    """A person closed it here as the one thing, and the centre holds the other."""
    UNANSWERED = "unanswered"
    """The centre did not say."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a unit found; `fact` is to be recorded where it says something new."""

    standing: Standing
    fact: UnitFact | None = None
    reason: str | None = None


CLOSED_AS_HELD = ("accept", "link", "correct")
"""The decisions by which a person closed a unit as held by the centre."""
CLOSED_AS_NOT_HELD = ("close", "waive", "recover")
"""Those by which one was closed in the centre's place."""


def look(state: UnitState, decision: str | None, body: bytes, told: UnitReply) -> Look:
    """What the answer to the unit's key says; `decision` is how a person closed it, where one did."""
    match told.outcome:
        case Outcome.UNKNOWN | Outcome.NOT_SENT:
            return Look(Standing.UNANSWERED)
        case Outcome.ABSENT:
            return _absent(state, decision)
        case Outcome.RECEIVED:
            return Look(Standing.PENDING)
        case Outcome.REJECTED:
            return _refused(state, decision, told)
        case Outcome.ACCEPTED | Outcome.CONFLICT:
            return _held(state, decision, body, told)


def _absent(state: UnitState, decision: str | None) -> Look:
    if state is UnitState.REJECTED:
        return Look(Standing.AS_TOLD)
    if state is UnitState.CLOSED:
        return Look(Standing.CONTRADICTED if decision in CLOSED_AS_HELD else Standing.AS_TOLD)
    return Look(Standing.MISSING)


def _refused(state: UnitState, decision: str | None, told: UnitReply) -> Look:
    if state is UnitState.REJECTED:
        return Look(Standing.AS_TOLD)
    if state is UnitState.CLOSED:
        return Look(Standing.CONTRADICTED if decision in CLOSED_AS_HELD else Standing.AS_TOLD)
    standing = Standing.AS_TOLD if state is UnitState.RECEIVED else Standing.DISPUTED
    return Look(standing, UnitFact.REJECTED, told.reason or "no_reason_given")


def _held(state: UnitState, decision: str | None, body: bytes, told: UnitReply) -> Look:
    if told.echo is None:
        return Look(Standing.UNANSWERED)
    different = differing_fields(body, told.echo)
    if state is UnitState.CLOSED:
        # A person may have taken the centre's own record for the right one.
        return Look(Standing.CONTRADICTED if decision in CLOSED_AS_NOT_HELD else Standing.AS_TOLD)
    if different and not (different == ["person"] and names_nobody(body)):
        return Look(Standing.DISPUTED, UnitFact.DISPUTED, "differs:" + ",".join(different))
    if state is UnitState.REJECTED:
        return Look(Standing.DISPUTED, UnitFact.ACCEPTED, "held_though_rejected")
    return Look(Standing.AS_TOLD, UnitFact.ACCEPTED if state is UnitState.RECEIVED else None)


def look_by_number(body: bytes, told: UnitReply) -> Look:
    """What the centre holds under the number of a unit that it did not find under its key.

    The number alone proves nothing: a centre that was restored gives old ones to other people.
    """
    if told.outcome in (Outcome.UNKNOWN, Outcome.NOT_SENT):
        return Look(Standing.UNANSWERED)
    if told.outcome is Outcome.ABSENT:
        return Look(Standing.LOST, UnitFact.ABSENT, "absent")
    if told.echo is None:
        return Look(Standing.UNANSWERED)
    if differing_fields(body, told.echo):
        return Look(Standing.LOST, UnitFact.ABSENT, "number_of_another")
    return Look(Standing.FORGOTTEN)
