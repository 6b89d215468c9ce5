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
    told = result.get
    status, record = told("status"), told("record")
    outcome = meanings.get(status) if isinstance(status, str) else None
    if outcome is None or told("key", key) != key or not (record is None or isinstance(record, dict)):
        return None
    number, reason, words = _text(told("number")), _text(told("reason")), _text(told("words"))
    return UnitReply(key, outcome, number, record, reason, words)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def batch_reply(messages: Sequence[Message], data: bytes, meanings: Mapping[str, Outcome]) -> Reply:
    """One answer per message out of `{"results":[…]}`, in the order of the messages.

    A key that is missing, contradicted within the answer or unreadable is `UNKNOWN`, and the cause then
    is `UNREADABLE`; answers about other keys are ignored. `UnreadableError` when there are no results at all.
    """
    wanted = {message.key for message in messages}
    said: dict[str, UnitReply | None] = {}
    for result in _results(data):
        if not isinstance(result, dict):
            continue
        key = result.get("key")
        if not isinstance(key, str) or key not in wanted:
            continue
        reply = unit_reply(key, result, meanings)
        said[key] = reply if key not in said or said[key] == reply else None
    return _gathered(tuple(said.get(message.key) or _unknown(message) for message in messages))


def number_reply(messages: Sequence[Message], data: bytes) -> Reply:
    """The same for an answer about the messages' numbers; a message without one is `UNKNOWN` and tells of no fault."""
    said: dict[str, dict[str, object] | None] = {}
    for result in _results(data):
        if not isinstance(result, dict):
            continue
        number = result.get("number")
        if isinstance(number, str):
            said[number] = result if number not in said or said[number] == result else None
    units = []
    for message in messages:
        about = said.get(message.number or "")
        reply = None if about is None else unit_reply(message.key, {**about, "key": message.key}, HOLDINGS)
        units.append(reply or _unknown(message))
    return _gathered(tuple(units), sum(not message.number for message in messages))


def _results(data: bytes) -> list[object]:
    results = read_object(data).get("results")
    if not isinstance(results, list):
        raise UnreadableError("no results")
    return results


def _unknown(message: Message) -> UnitReply:
    return UnitReply(message.key, Outcome.UNKNOWN)


def _gathered(units: tuple[UnitReply, ...], expected: int = 0) -> Reply:
    """The units as one reply, which tells of a fault where more than the `expected` ones are unknown."""
    unclear = sum(unit.outcome is Outcome.UNKNOWN for unit in units)
    if unclear > expected:
        return Reply(units, Cause.UNREADABLE, detail=f"no clear result for {unclear} of {len(units)}")
    return Reply(units)
