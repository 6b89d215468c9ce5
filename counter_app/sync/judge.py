"""What one answer of a centre proves about one unit; a bare acceptance proves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any

import msgspec

from counter_app.domain.delivery import UnitFact, UnitState, moves
from counter_app.sync.body import MATCHED
from counter_app.sync.port import Outcome, UnitReply

SETTLING = "settling"
"""The reason of a verdict on an absence that was read too early to mean anything."""


class Verdict(msgspec.Struct, frozen=True):
    """The fact to record of a unit, `None` where the answer says nothing new, with the reason in a word."""

    fact: UnitFact | None
    number: str | None = None
    reason: str | None = None


def judge(
    state: UnitState,
    body: bytes,
    reply: UnitReply,
    *,
    asked: bool,
    attempted_at: datetime,
    now: datetime,
    settling_s: float,
) -> Verdict:
    """The verdict on one unit; `now` is when the exchange began, for a slow answer tells of that moment.

    Acceptance wants the centre's record to agree on act, person, aid and amount. Absence counts only when it
    was read later than `settling_s` seconds after the last attempt. A time-out says nothing at all.
    """
    verdict = _read(body, reply, asked=asked)
    if verdict.fact is UnitFact.ABSENT and now < attempted_at + timedelta(seconds=settling_s):
        return Verdict(None, reason=SETTLING)
    if verdict.fact is None or moves(state, verdict.fact):
        return verdict
    return Verdict(None, verdict.number, verdict.reason)


def _read(body: bytes, reply: UnitReply, *, asked: bool) -> Verdict:
    match reply.outcome:
        case Outcome.NOT_SENT:
            return Verdict(None if asked else UnitFact.NOT_SENT, reason=reply.reason)
        case Outcome.RECEIVED:
            return Verdict(UnitFact.RECEIVED, reply.number)
        case Outcome.REJECTED:
            return Verdict(UnitFact.REJECTED, reply.number, reply.reason or "no_reason_given")
        case Outcome.ABSENT:
            return Verdict(UnitFact.ABSENT if asked else None)
        case Outcome.ACCEPTED | Outcome.CONFLICT:
            return _compare(body, reply)
        case Outcome.UNKNOWN:
            return Verdict(None, reason=reply.reason)


def _compare(body: bytes, reply: UnitReply) -> Verdict:
    if reply.echo is None:
        return Verdict(None, reply.number, "no_record_shown")
    different = differing_fields(body, reply.echo)
    if different:
        return Verdict(UnitFact.DISPUTED, reply.number, "differs:" + ",".join(different))
    return Verdict(UnitFact.ACCEPTED, reply.number)


def differing_fields(body: bytes, echo: dict[str, object]) -> list[str]:
    """The matched fields on which the centre's record is not what was sent; a field it omits differs."""
    sent = _matched_of(_read_matched(body))
    try:
        # Nearly every record agrees, and then one comparison says so.
        if _matched_in(echo) == sent:
            return []
    except KeyError:
        pass
    return [
        name for name, value in zip(MATCHED, sent, strict=True) if name not in echo or echo[name] != value
    ]


def names_nobody(body: bytes) -> bool:
    """Whether a body names no person: none was meant, or the names were erased here since."""
    return getattr(_read_matched(body), "person", None) is None


_matched_in = itemgetter(*MATCHED)
_matched_of = attrgetter(*MATCHED)
_read_matched = msgspec.json.Decoder(
    msgspec.defstruct("Matched", [(name, Any, None) for name in MATCHED])
).decode
