"""What the states of units, the causes of failures and people's decisions are called, on every screen alike."""

from __future__ import annotations

from typing import Final, Literal, get_args

from counter_app.domain.delivery import UnitState
from counter_app.sync.port import Cause
from counter_app.text import N_

Decision = Literal["take_up", "replay", "accept", "close", "waive", "recover"]
DECISIONS: Final[tuple[Decision, ...]] = get_args(Decision)

STATE_WORDS: Final = {
    UnitState.WAITING: N_("waiting to be sent"),
    UnitState.UNKNOWN: N_("unknown whether it arrived"),
    UnitState.RECEIVED: N_("received, no decision yet"),
    UnitState.ACCEPTED: N_("accepted"),
    UnitState.REJECTED: N_("rejected by the centre"),
    UnitState.SETTLED: N_("settled"),
    UnitState.LOST: N_("lost by the centre"),
    UnitState.DISPUTED: N_("disputed: the centre shows something else"),
    UnitState.SET_ASIDE: N_("set aside"),
    UnitState.CLOSED: N_("closed by a decision"),
}

CAUSE_WORDS: Final = {
    Cause.NAME_NOT_FOUND: N_("its name is not found"),
    Cause.REFUSED: N_("the connection is refused"),
    Cause.CERTIFICATE: N_("its certificate is not trusted"),
    Cause.WRONG_HOST: N_("its certificate is another host's"),
    Cause.TLS: N_("no secure connection comes about"),
    Cause.DEADLINE: N_("it does not answer in time"),
    Cause.RESET: N_("the connection breaks"),
    Cause.BUSY: N_("it is closed or busy"),
    Cause.SERVER_ERROR: N_("it has an error of its own"),
    Cause.NOT_AUTHORISED: N_("it does not let this counter in"),
    Cause.UNREADABLE: N_("its answer cannot be read"),
    Cause.FOLDER: N_("its folder cannot be used"),
}

DECISION_WORDS: Final[dict[Decision, str]] = {
    "take_up": N_("Send it again: the cause is mended"),
    "replay": N_("Send it again: the centre does not hold it"),
    "accept": N_("The centre holds it: keep its record"),
    "close": N_("Close it: the centre will never take it"),
    "waive": N_("Close it and waive what was paid"),
    "recover": N_("Close it and claim back what was paid"),
}

REASON_WORDS: Final = {
    "no_reason_given": N_("no reason given"),
    "no_record_shown": N_("the centre showed no record"),
    "settling": N_("read too early to mean anything"),
    "target_idempotent": N_("absence cannot be proved, and this centre takes the same unit only once"),
}
"""Reasons that the program gives itself; a centre's own are shown as it wrote them."""


def trouble(cause: Cause) -> str:
    """What stood in the way of the last exchange, as a message id; empty where nothing did."""
    return CAUSE_WORDS.get(cause, "")
