"""Tries a service with messages of its own before anything real is sent: is it there, asked, free of doubles?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, Protocol
from uuid import uuid4

from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

_CENTS: Final = 100
_TAKEN: Final = (Outcome.ACCEPTED, Outcome.RECEIVED)
_NOT_THERE: Final = (
    Cause.NAME_NOT_FOUND,
    Cause.REFUSED,
    Cause.CERTIFICATE,
    Cause.WRONG_HOST,
    Cause.OTHER_KEY,
    Cause.TLS,
    Cause.DEADLINE,
    Cause.RESET,
    Cause.NOT_AUTHORISED,
)


class Tried(Protocol):
    """What is tried of a connector."""

    askable: bool

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """As of the port."""
        ...

    def ask(self, messages: Sequence[Message]) -> Reply:
        """As of the port."""
        ...

    def counted(self, message: Message) -> int | None:
        """How many records the centre finds under a key, where it tells."""
        ...


def probe(connector: Tried, trial: Tried | None, *, aid: str, repeats: bool) -> Probe:
    """What the service proves; `trial` leads to a place where nothing counts, in which `aid` may be granted.

    `repeats` says that what stayed unknown would be sent again unasked: without proof that is refused.
    """
    findings: list[Finding] = []
    reachable, askable = True, False
    if connector.askable:
        asked = connector.ask([_unit(str(uuid4()), aid)])
        if asked.cause in _NOT_THERE:
            return Probe(False, False, False, (Finding("reachable", False, _why(asked)),))
        askable = asked.units[0].outcome is Outcome.ABSENT
        findings += [Finding("reachable", True), Finding("askable", askable, "" if askable else _why(asked))]
    else:
        findings.append(Finding("askable", not repeats or trial is not None, "no question configured"))
    if trial is not None:
        tried = _Trial(trial, aid).finding()
        return Probe(reachable, tried.code == "idempotent" and tried.ok, askable, (*findings, tried))
    # Where it can be asked nothing is sent again before the centre said that it has none of it.
    risk = repeats and not askable
    detail = "it would be sent again unasked" if risk else "not proved: the service announces no sandbox"
    return Probe(reachable, False, askable, (*findings, Finding("idempotent", not risk, detail)))


class _Trial:
    """The same unit twice, then another content under its key; what the centre shows in between decides."""

    def __init__(self, trial: Tried, aid: str) -> None:
        self._trial = trial
        key = str(uuid4())
        self._unit, self._other = _unit(key, aid), _unit(key, aid, cents=2 * _CENTS)

    def finding(self) -> Finding:
        """The one finding of the trial, `sandbox` where nothing could be tried."""
        first = self._sent(self._unit)
        held = self._held(first.units[0])
        if held is None:
            return Finding("sandbox", False, _why(first))
        if self._another(held, self._sent(self._unit).units[0]):
            return Finding("idempotent", False, "the same unit posted twice stands there twice")
        other = self._sent(self._other).units[0]
        blind = not self._trial.askable and other.outcome in _TAKEN and other.echo is None
        if blind or _shows_other(other) or self._another(held, other):
            return Finding("idempotent", False, "another content under the same key was taken")
        return Finding("idempotent", True)

    def _sent(self, message: Message) -> Reply:
        return self._trial.send(str(uuid4()), [message])

    def _held(self, said: UnitReply) -> UnitReply | None:
        """What stands there now: as the centre says when asked, else as it said when it was sent."""
        if self._trial.askable:
            said = self._trial.ask([self._unit]).units[0]
        return said if said.outcome in _TAKEN else None

    def _another(self, held: UnitReply, said: UnitReply) -> bool:
        """Whether there is now another record than at first, or one more; an error of the centre's is neither."""
        now = self._held(said)
        numbers = {one.number for one in (held, said, now) if one is not None and one.outcome in _TAKEN}
        several = len(numbers - {None}) > 1 or (self._trial.counted(self._unit) or 1) > 1
        return several or (now is not None and _shows_other(now))


def _shows_other(said: UnitReply) -> bool:
    """Whether the record shown bears the amount of the other content."""
    return said.echo is not None and str(said.echo.get("cents")) in (str(2 * _CENTS), f"{_CENTS / 50:.2f}")


def _why(reply: Reply) -> str:
    if reply.cause is not Cause.NONE:
        return f"{reply.cause} {reply.detail}".strip()
    return f"it says {reply.units[0].outcome}"


def _unit(key: str, aid: str, *, cents: int = _CENTS) -> Message:
    body = {
        "aid": aid,
        "cents": cents,
        "currency": "EUR",
        "entry_id": key,
        "happened_on": "2026-01-01",
        "kind": "aid_granted",
        "part": "main",
        "person": {"surname": "Probe", "given_names": ["Probe"], "birth_date": "1980-01-01"},
        "refers_to": None,
    }
    return Message(key, json.dumps(body, separators=(",", ":"), sort_keys=True).encode())
