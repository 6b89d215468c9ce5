"""What a unit's state, next step and history are called on IT's screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.domain.money import Money
from counter_app.service.kind_words import KINDS
from counter_app.text import N_, Text
from ui.widgets.badge import State
from ui.widgets.masked_name import full_name
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Configuration

UNITS: Final = {
    UnitState.UNKNOWN: State(N_("Unknown"), "warn", "question-mark"),
    UnitState.REJECTED: State(N_("Rejected"), "bad", "ban"),
    UnitState.LOST: State(N_("Lost by the centre"), "bad", "alert-circle"),
    UnitState.DISPUTED: State(N_("Disputed"), "bad", "scale"),
    UnitState.SET_ASIDE: State(N_("Set aside"), "neutral", "paperclip"),
    UnitState.WAITING: State(N_("Waiting"), "info", "hourglass"),
    UnitState.RECEIVED: State(N_("Received"), "info", "inbox"),
    UnitState.ACCEPTED: State(N_("Accepted"), "ok", "check"),
    UnitState.SETTLED: State(N_("Settled"), "ok", "check"),
    UnitState.CLOSED: State(N_("Closed"), "neutral", "lock"),
}
STEPS: Final = {
    UnitState.UNKNOWN: N_("Run the recovery again first: the centre is asked before anything is sent twice."),
    UnitState.REJECTED: N_("Close it, and say what becomes of money that was paid."),
    UnitState.LOST: N_("Send it again, or close it if the centre will never take it."),
    UnitState.DISPUTED: N_("Compare both records. Keep the centre’s, or close it as never taken."),
    UnitState.SET_ASIDE: N_("Mend the cause, then send it again."),
}
_CHANGED_FORM: Final = {
    UnitState.UNKNOWN: N_(
        "Put the former form back into office.toml, or ask the centre’s people and decide."
    ),
    UnitState.SET_ASIDE: N_(
        "It may have arrived as it was written before: ask the centre’s people, then send it again."
    ),
}
_NOTHING_PAID: Final = N_("Close it: no money was paid for it.")
FACTS: Final = {
    UnitFact.ATTEMPTED: N_("Sent"),
    UnitFact.NOT_SENT: N_("Nothing of it left"),
    UnitFact.RECEIVED: N_("Received"),
    UnitFact.ACCEPTED: N_("Accepted"),
    UnitFact.REJECTED: N_("Rejected"),
    UnitFact.SETTLED: N_("Settled"),
    UnitFact.ABSENT: N_("The centre does not hold it"),
    UnitFact.DISPUTED: N_("The centre shows something else"),
    UnitFact.SET_ASIDE: N_("Set aside"),
    UnitFact.TAKEN_UP: N_("Taken up again"),
    UnitFact.REPLAY_ALLOWED: N_("Free to be sent again"),
    UnitFact.DECIDED: N_("Decided"),
    UnitFact.REKEYED: N_("Free to be sent under another key"),
    UnitFact.WITHHELD: N_("Not sent again by itself"),
    UnitFact.UNDONE: N_("Decision undone"),
}


def next_step(text: Text, state: UnitState, reason: str = "", *, paid: bool) -> str:
    """What to do next, empty where there is nothing; of money only where some was paid."""
    if reason == "form_changed" and state in _CHANGED_FORM:
        return text(_CHANGED_FORM[state])
    if state is UnitState.REJECTED and not paid:
        return text(_NOTHING_PAID)
    return text(STEPS[state]) if state in STEPS else ""


def unit_state(text: Text, state: UnitState) -> State:
    """A state as a badge in the reader's language."""
    found = UNITS[state]
    return State(text(found.words), found.tone, found.icon)


def reason_words(text: Text, reason: str) -> str:
    """Why a unit stands where it does; a centre's own code keeps its words."""
    from counter_app.service.unit_words import said_reason

    told = said_reason(text, reason)
    return told[:1].upper() + told[1:]


def field_words(text: Text, configuration: Configuration, name: str, value: Any) -> str:
    """One field of a record for reading; a dash where it is empty."""
    if value is None or value == "":
        return "—"
    if name == "cents" and type(value) is int:
        return text.money(Money(value, configuration.office.currency))
    if name == "kind":
        return text(KINDS.get(str(value), str(value)))
    if name == "aid":
        return aid_name(text, configuration, str(value))
    if name == "person" and isinstance(value, dict):
        return _person(value)
    return str(value)


def _person(told: dict[str, Any]) -> str:
    given = told.get("given_names")
    names = [str(one) for one in given] if isinstance(given, list) else []
    parts = [full_name(str(told.get("surname", "")), names)]
    parts += [str(told[name]) for name in ("birth_date", "birth_place") if told.get(name)]
    numbers = told.get("numbers")
    if isinstance(numbers, dict):
        parts += [str(number) for number in numbers.values()]
    return ", ".join(part for part in parts if part)
