"""The states of one delivery unit and the only facts that move it.

A unit is (entry, service, part). What a central system says is one more fact; a state is never remembered, it is
what the facts, in order, make of it.

    Fact             From → to
    attempted        waiting → unknown
    not_sent         unknown → waiting                                (no byte of it left)
    received         waiting, unknown → received
    accepted         waiting, unknown, received, lost → accepted;     rejected → disputed
    rejected         waiting, unknown, received, lost → rejected;     accepted, settled → disputed
    settled          waiting, unknown, received, accepted, lost → settled;  rejected → disputed
    absent           unknown → waiting;  received, accepted, settled → lost
    disputed         anything but closed → disputed                   (another body was echoed)
    set_aside        waiting → set_aside
    taken_up         set_aside → waiting
    replay_allowed   lost, unknown → waiting
    decided          rejected, disputed, lost, unknown → closed
    rekeyed          rejected, disputed, lost, unknown → waiting      (a person; absence was read; another key)
    withheld         unknown, lost → the same                         (a rule: it would go again as other bytes)

One fact stands outside this table, for it looks back: `undone` takes a person's last word on the unit away.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class UnitState(StrEnum):
    """Where a unit stands; every other word on a screen is a reason, not a state."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SETTLED = "settled"
    LOST = "lost"
    DISPUTED = "disputed"
    SET_ASIDE = "set_aside"
    CLOSED = "closed"


class UnitFact(StrEnum):
    """What can be recorded of a unit."""

    ATTEMPTED = "attempted"
    NOT_SENT = "not_sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SETTLED = "settled"
    ABSENT = "absent"
    DISPUTED = "disputed"
    SET_ASIDE = "set_aside"
    TAKEN_UP = "taken_up"
    REPLAY_ALLOWED = "replay_allowed"
    DECIDED = "decided"
    REKEYED = "rekeyed"
    WITHHELD = "withheld"
    UNDONE = "undone"


_S, _F = UnitState, UnitFact
_OPEN = tuple(state for state in UnitState if state is not UnitState.CLOSED)


def _moves(fact: UnitFact, to: UnitState, *origins: UnitState) -> dict[tuple[UnitState, UnitFact], UnitState]:
    return {(origin, fact): to for origin in origins}


TRANSITIONS: dict[tuple[UnitState, UnitFact], UnitState] = {
    **_moves(_F.ATTEMPTED, _S.UNKNOWN, _S.WAITING),
    **_moves(_F.NOT_SENT, _S.WAITING, _S.UNKNOWN),
    **_moves(_F.RECEIVED, _S.RECEIVED, _S.WAITING, _S.UNKNOWN),
    **_moves(_F.ACCEPTED, _S.ACCEPTED, _S.WAITING, _S.UNKNOWN, _S.RECEIVED, _S.LOST),
    **_moves(_F.ACCEPTED, _S.DISPUTED, _S.REJECTED),
    **_moves(_F.REJECTED, _S.REJECTED, _S.WAITING, _S.UNKNOWN, _S.RECEIVED, _S.LOST),
    **_moves(_F.REJECTED, _S.DISPUTED, _S.ACCEPTED, _S.SETTLED),
    **_moves(_F.SETTLED, _S.SETTLED, _S.WAITING, _S.UNKNOWN, _S.RECEIVED, _S.ACCEPTED, _S.LOST),
    **_moves(_F.SETTLED, _S.DISPUTED, _S.REJECTED),
    **_moves(_F.ABSENT, _S.WAITING, _S.UNKNOWN),
    **_moves(_F.ABSENT, _S.LOST, _S.RECEIVED, _S.ACCEPTED, _S.SETTLED),
    **_moves(_F.DISPUTED, _S.DISPUTED, *_OPEN),
    **_moves(_F.SET_ASIDE, _S.SET_ASIDE, _S.WAITING),
    **_moves(_F.TAKEN_UP, _S.WAITING, _S.SET_ASIDE),
    **_moves(_F.REPLAY_ALLOWED, _S.WAITING, _S.LOST, _S.UNKNOWN),
    **_moves(_F.DECIDED, _S.CLOSED, _S.REJECTED, _S.DISPUTED, _S.LOST, _S.UNKNOWN),
    **_moves(_F.REKEYED, _S.WAITING, _S.REJECTED, _S.DISPUTED, _S.LOST, _S.UNKNOWN),
    **_moves(_F.WITHHELD, _S.UNKNOWN, _S.UNKNOWN),
    **_moves(_F.WITHHELD, _S.LOST, _S.LOST),
}

BY_A_PERSON = frozenset({_F.TAKEN_UP, _F.REPLAY_ALLOWED, _F.DECIDED, _F.REKEYED})
"""The facts that `undone` takes away, where nothing was told of the unit since."""

FINISHED = frozenset({_S.ACCEPTED, _S.SETTLED, _S.CLOSED})
"""States that need nobody; a rejection does, until somebody decided it."""


def follows(state: UnitState, fact: UnitFact) -> UnitState:
    """The state after a fact; a fact that the table does not know from this state changes nothing."""
    return TRANSITIONS.get((state, fact), state)


def absence_was_read(told: Iterable[UnitFact]) -> bool:
    """Whether a centre was read not to hold a unit, later than anything of it was sent or shown there.

    `told` are its facts in the order in which they count.
    """
    heard = [fact for fact in told if fact not in BY_A_PERSON and fact not in (_F.UNDONE, _F.WITHHELD)]
    return bool(heard) and heard[-1] is UnitFact.ABSENT


def moves(state: UnitState, fact: UnitFact) -> bool:
    """Whether the table knows this fact from this state, so that recording it says something new."""
    return (state, fact) in TRANSITIONS
