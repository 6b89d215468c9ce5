"""Reads a centre's answers about units, without trusting any of them: HTTP results and acknowledgement lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply

VERDICTS: Mapping[str, Outcome] = {
    "accepted": Outcome.ACCEPTED,
    "received": Outcome.RECEIVED,
    "rejected": Outcome.REJECTED,
    "conflict": Outcome.CONFLICT,
}
"""What a centre may say of a unit that it was sent."""
HOLDINGS: Mapping[str, Outcome] = {**VERDICTS, "absent": Outcome.ABSENT}
"""What a centre may say of a key that it was asked about."""


class UnreadableError(ValueError):
    """The answer isn't strict UTF-8 JSON of the expected shape."""


def check_load(messages: Sequence[Message], batch_max: int) -> tuple[Message, ...]:
    """The messages of one exchange; `ValueError` when there are too many or two share a key."""
    if len(messages) > batch_max:
        raise ValueError(f"{len(messages)} messages in one exchange, at most {batch_max} are allowed")
    if len({message.key for message in messages}) != len(messages):
        raise ValueError("two messages of one exchange have the same key")
    return tuple(messages)


def read_object(data: bytes) -> dict[str, object]:
    """The JSON object in `data`, else `UnreadableError`.

    Refused too: NaN and infinity, nesting beyond reason, and halves of characters, which no UTF-8 file
    could keep afterwards.
    """
    try:
        value = msgspec.json.decode(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no JSON") from error
    if not isinstance(value, dict):
        raise UnreadableError("no JSON object")
    return value


def unit_reply(key: str, result: Mapping[str, object], meanings: Mapping[str, Outcome]) -> UnitReply | None:
    """What `result` says of `key`, `None` where it says nothing that can be relied on."""
    status = result.get("status")
    outcome = meanings.get(status) if isinstance(status, str) else None
    record = result.get("record")
    if outcome is None or result.get("key", key) != key or not (record is None or isinstance(record, dict)):
        return None
    return UnitReply(
        key,
        outcome,
        number=_text(result.get("number")),
        echo=record,
        reason=_text(result.get("reason")),
        words=_text(result.get("words")),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def batch_reply(messages: Sequence[Message], data: bytes, meanings: Mapping[str, Outcome]) -> Reply:
    """One answer per message out of `{"results":[…]}`, in the order of the messages.

    A key that is missing, contradicted within the answer or unreadable is `UNKNOWN`, and the cause then
    is `UNREADABLE`; answers about other keys are ignored. `UnreadableError` when there are no results at all.
    """
    results = read_object(data).get("results")
    if not isinstance(results, list):
        raise UnreadableError("no results")
    wanted = {message.key for message in messages}
    said: dict[str, UnitReply | None] = {}
    for result in results:
        key = result.get("key") if isinstance(result, dict) else None
        if not isinstance(key, str) or key not in wanted:
            continue
        reply = unit_reply(key, result, meanings)
        said[key] = reply if key not in said or said[key] == reply else None
    units = tuple(said.get(message.key) or UnitReply(message.key, Outcome.UNKNOWN) for message in messages)
    unclear = sum(unit.outcome is Outcome.UNKNOWN for unit in units)
    if unclear:
        return Reply(units, Cause.UNREADABLE, detail=f"no clear result for {unclear} of {len(units)}")
    return Reply(units)
