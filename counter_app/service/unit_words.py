"""What the states of units, the causes of failures and people's decisions are called, on every screen alike."""

from __future__ import annotations

from typing import Final, Literal, get_args

from counter_app.domain.delivery import UnitState
from counter_app.service.kind_words import FIELDS
from counter_app.sync.audit import Standing
from counter_app.sync.port import Cause
from counter_app.sync.restraint import Reason
from counter_app.text import N_, Text

Decision = Literal[
    "take_up", "replay", "new_key", "accept", "link", "correct", "keep_both", "close", "waive", "recover"
]
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
    Cause.OTHER_KEY: N_("its key is not the pinned one"),
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
    "new_key": N_("Send it under another key: the centre was read to hold nothing"),
    "accept": N_("The centre holds it: keep its record"),
    "link": N_("The centre has this person already: link to its record"),
    "correct": N_("A later fact says it anew: close this one"),
    "keep_both": N_("Keep both: the centre’s record is another act"),
    "close": N_("Close it: the centre will never take it"),
    "waive": N_("Close it and waive what was paid"),
    "recover": N_("Close it and claim back what was paid"),
}

EXPLAINING: Final = frozenset({"accept", "link", "correct"})
"""Decisions after which the centre holds the act, though not as sent; the others close it in the centre's place."""

DONE_WORDS: Final[dict[Decision, str]] = {
    "take_up": N_("taken up again"),
    "replay": N_("free to be sent again"),
    "new_key": N_("to be sent under another key"),
    "accept": N_("kept as the centre’s record has it"),
    "link": N_("linked to the centre’s record of the person"),
    "correct": N_("said anew by a later fact"),
    "keep_both": N_("both kept, as two acts"),
    "close": N_("closed: the centre will never take it"),
    "waive": N_("closed, what was paid is waived"),
    "recover": N_("closed, what was paid is claimed back"),
}
"""What was decided, told afterwards."""

REASON_WORDS: Final = {
    "no_reason_given": N_("no reason given"),
    "no_record_shown": N_("the centre showed no record"),
    "settling": N_("read too early to mean anything"),
    "fails_alone": N_("it failed again and again by itself, while others arrived"),
    "absent": N_("the centre finds it neither under its key nor under its number"),
    "absent_by_key": N_("not found under its key, and this centre cannot be asked by number"),
    "absent_again": N_("it was sent again, and is missing again"),
    "number_of_another": N_("not found under its key, and its number now belongs to somebody else"),
    "held_though_rejected": N_("the centre had rejected it, and holds it all the same"),
    "audit": N_("an audit found it lost, and let it be sent again"),
    "form_changed": N_(
        "its form in office.toml was changed after it was sent, and the same key stands for its bytes"
    ),
    "target_idempotent": N_("absence cannot be proved, and this centre takes the same unit only once"),
    "unknown_person": N_("nobody of that name is known there"),
    "aid_closed": N_("that aid was closed there"),
    "already_served": N_("served already, by another counter"),
    "missing_document": N_("a document is missing"),
}
"""Reasons that the program gives itself, and the codes that centres give most; others are shown as they wrote them."""

STANDING_WORDS: Final = {
    Standing.AS_TOLD: N_("as the journal has it"),
    Standing.PENDING: N_("not decided yet"),
    Standing.MISSING: N_("not found under its key"),
    Standing.FORGOTTEN: N_("held under its number, its key forgotten: never send it again"),
    Standing.LOST: N_("lost by the centre"),
    Standing.DISPUTED: N_("held with another content"),
    Standing.CONTRADICTED: N_("closed here as the one thing, and the other at the centre"),
    Standing.UNANSWERED: N_("the centre did not say"),
}
"""What an audit finds of a unit."""

HELD_WORDS: Final[dict[Reason, str]] = {
    "pause": N_("a planned pause"),
    "busy": N_("the centre asked for time"),
    "canary": N_("its first message has not been accepted yet, and the rest waits for that"),
}
"""What keeps units back that could go."""


def said_reason(text: Text, reason: str) -> str:
    """Why a unit stands where it does; a centre's own code keeps its words."""
    if reason.startswith("differs:"):
        names = reason.removeprefix("differs:").split(",")
        told = ", ".join(text(FIELDS.get(name, name)) for name in names)
        return text("Differs: {fields}", fields=told)
    if reason in REASON_WORDS:
        return text(REASON_WORDS[reason])
    told = reason.replace("_", " ")
    return told[:1].upper() + told[1:]


def trouble(cause: Cause) -> str:
    """What stood in the way of the last exchange, as a message id; empty where nothing did."""
    return CAUSE_WORDS.get(cause, "")
