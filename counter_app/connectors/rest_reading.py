"""Reads answers in a centre's own form: JMESPath, statuses and words to verdicts, its record in our own terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from counter_app.connectors.answers import UnreadableError
from counter_app.connectors.causes import Fault
from counter_app.connectors.rest_request import Unit
from counter_app.connectors.rest_wire import Answer
from counter_app.domain.centre_form import Field, field
from counter_app.domain.rest_way import Answers
from counter_app.sync.port import Cause, Outcome, Reply, UnitReply
from counter_app.sync.shown import agrees, record_as_shown

Search = Callable[[Any], Any]

_NAMES: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_CREATED: Final = {"202": "received", "409": "conflict", "412": "conflict", "422": "conflict"}
"""What a status means of what was sent, where the office doesn't say otherwise; others of success are read."""


class AnswerForm:
    """How answers to one kind of request are read; `asks` where nothing was sent with it.

    `record` names where the centre's record shows our fields; where it names none, the record is in our own form.
    """

    def __init__(self, answers: Answers, record: Mapping[str, str], *, asks: bool) -> None:
        self._asks = asks
        self._statuses: Mapping[str, str] = (
            dict(answers.statuses) if asks else {**_CREATED, **answers.statuses}
        )
        self._verdicts = answers.verdicts
        self._results = _compiled(answers.results)
        self._key = _compiled(answers.key)
        self._verdict = _compiled(answers.verdict)
        self._absent = _compiled(answers.absent)
        self._count = _compiled(answers.count)
        self._number = _compiled(answers.number)
        self._reason = _compiled(answers.reason)
        self._words = _compiled(answers.words)
        self._record = _compiled(answers.record)
        self._shown = [(field(name), _search(path)) for name, path in record.items()]

    def one(self, unit: Unit, answer: Answer) -> UnitReply | Fault:
        """What the answer says of the one unit it is about."""
        meaning = self._statuses.get(str(answer.status), "read" if answer.good else "unknown")
        if meaning == "unknown":
            return answer.fault
        try:
            result = _read(answer.body)
        except UnreadableError as error:
            if meaning == "read":
                return answer.unreadable(error)
            result = None
        if meaning == "conflict" and answer.status == 409 and self._echo(unit, result) is None:
            # The idempotency draft answers 409 while the first request of the key is still being worked on.
            return answer.fault
        said = self._said(unit, result, meaning)
        return said or answer.unreadable(UnreadableError("no clear result"))

    def many(self, units: Sequence[Unit], answer: Answer, *, by_number: bool = False) -> Reply | Fault:
        """What the answer says of each of several units; one that is missing or contradicted is `UNKNOWN`.

        The key in a result is the unit's, or the centre's own number where it was asked `by_number`.
        """
        if not answer.good and self._statuses.get(str(answer.status)) != "read":
            return answer.fault
        try:
            results = None if self._results is None else self._results(_read(answer.body))
        except UnreadableError as error:
            return answer.unreadable(error)
        if not isinstance(results, list) or self._key is None:
            return answer.unreadable(UnreadableError("no results"))
        marked: dict[str, list[Unit]] = {}
        for unit in units:
            marked.setdefault((unit.message.number or "") if by_number else unit.message.key, []).append(unit)
        said: dict[str, UnitReply | None] = {}
        for result in results:
            for unit in marked.get(_text(self._key(result)) or "", ()):
                key = unit.message.key
                reply = self._said(unit, result)
                said[key] = reply if key not in said or said[key] == reply else None
        keys = [unit.message.key for unit in units]
        replies = tuple(said.get(key) or UnitReply(key, Outcome.UNKNOWN) for key in keys)
        unclear = sum(reply.outcome is Outcome.UNKNOWN for reply in replies)
        if unclear:
            detail = f"no clear result for {unclear} of {len(replies)}"
            return Reply(replies, Cause.UNREADABLE, detail=detail)
        return Reply(replies)

    def count(self, answer: Answer) -> int | None:
        """How many records the centre found, where it can be told."""
        try:
            found = None if self._count is None else self._count(_read(answer.body))
        except UnreadableError:
            return None
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def _said(self, unit: Unit, result: Any, meaning: str | None = "read") -> UnitReply | None:
        if meaning == "read":
            meaning = self._meaning(result)
        if meaning is None or meaning == "unknown":
            return None
        outcome = Outcome(meaning)
        if outcome is Outcome.ABSENT:
            return UnitReply(unit.message.key, outcome)
        return UnitReply(
            unit.message.key,
            outcome,
            number=self._told(self._number, result),
            echo=self._echo(unit, result),
            reason=self._told(self._reason, result),
            words=self._told(self._words, result),
        )

    def _meaning(self, result: Any) -> str | None:
        """What a result means by its content: absence first, then the verdict in a word, then that it is there."""
        if self._absent is not None and self._absent(result) is True:
            return "absent"
        if self._verdict is not None:
            return self._verdicts.get(_text(self._verdict(result)) or "")
        if self._asks and not isinstance(self._found(result), dict):
            return None
        return "accepted"

    def _echo(self, unit: Unit, result: Any) -> dict[str, object] | None:
        record = self._found(result)
        if not isinstance(record, dict):
            return None
        if not self._shown:
            return record
        shown = []
        for one, search in self._shown:
            text = _as_text(search(record), one)
            shown.append((one, text, agrees(one, unit.values, unit.message.key, text)))
        return record_as_shown(unit.message.key, unit.sent, shown)

    def _found(self, result: Any) -> Any:
        return result if self._record is None else self._record(result)

    @staticmethod
    def _told(search: Search | None, result: Any) -> str | None:
        return None if search is None else _text(search(result))


def _compiled(expression: str | None) -> Search | None:
    return None if expression is None else _search(expression)


def _search(expression: str) -> Search:
    if _NAMES.fullmatch(expression):
        return partial(_walk, expression.split("."))
    find = jmespath.compile(expression).search

    def search(value: Any) -> Any:
        try:
            return find(value)
        except (JMESPathError, TypeError, ArithmeticError, LookupError, RecursionError):
            # What the expression was not made for, such as the length of a number, is as good as not there.
            return None

    return search


def _walk(names: Sequence[str], value: Any) -> Any:
    """Names with points between them, as JMESPath reads them: ten times faster, and most expressions are no more."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _read(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no JSON") from error


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None


def _as_text(value: Any, one: Field) -> str:
    """What the centre shows, written as the field writes what was sent: 30 and "30.0" are both 30.00."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(_as_text(part, one) for part in value)
    if isinstance(value, float) and value.is_integer() and not one.form:
        return str(int(value))
    text = _text(value) or str(value)
    if one.form != "amount":
        return text
    try:
        amount = Decimal(text)
        return f"{amount:.2f}" if amount == round(amount, 2) else text
    except InvalidOperation:
        return text
