"""Reads what a counter sends: JSON, keys and unit bodies, strictly and without trusting any of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

NAME_MAX = 200
_CENTS_MAX = 2**63 - 1


class MalformedError(ValueError):
    """The message is no message of this protocol; its text says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit under its idempotency key: the record as it was sent, and the same as JSON text."""

    key: str
    record: dict[str, Any]
    text: str

    @property
    def problem(self) -> str | None:
        """Why no business row can be made of this record; None when one can."""
        for name in ("entry_id", "part", "currency"):
            if not _is_filled_text(self.record.get(name)):
                return f"{name}: a text is needed"
        if not (self.record.get("aid") is None or _is_filled_text(self.record["aid"])):
            return "aid: a text or null is needed"
        cents = self.record.get("cents")
        if type(cents) is not int or abs(cents) > _CENTS_MAX:
            return "cents: a whole number is needed"
        return None

    def same_content(self, text: str) -> bool:
        """Whether the record kept as TEXT has the same names and values, in whatever order and spacing."""
        return text == self.text or _canonical(json.loads(text)) == _canonical(self.record)


def read_json(data: bytes) -> Any:
    """DATA as JSON; MalformedError where it isn't strict UTF-8 JSON."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"this is no JSON: {error}") from error


def read_name(name: Any, what: str) -> str:
    """NAME where it can be that of a key or a service: 1 to 200 printable characters; MalformedError names WHAT."""
    if not _is_filled_text(name) or len(name) > NAME_MAX or not name.isprintable():
        raise MalformedError(f"{what}: a text of 1 to {NAME_MAX} printable characters is needed")
    return str(name)


def read_unit(key: Any, body: Any) -> Unit:
    """The unit of this KEY and BODY; MalformedError where there is no key or the body is no JSON object."""
    if not isinstance(body, dict):
        raise MalformedError("the body of a unit is a JSON object")
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"the body of a unit can't be kept: {error}") from error
    if not _is_encodable(text):
        raise MalformedError("the body of a unit holds half a character (a lone surrogate)")
    return Unit(read_name(key, "key"), body, text)


def other_person(number: int, record: dict[str, Any]) -> Unit:
    """A unit like the one of RECORD, of somebody else, as another office's counter would have sent it."""
    person = {"surname": f"Autre-{number}", "given_names": ["Camille"], "birth_date": "1971-04-09"}
    entry_id = f"00000000-0000-4000-8000-{number:012d}"
    return read_unit(f"other office {number}", {**record, "entry_id": entry_id, "person": person})


def _canonical(record: Any) -> str:
    # Compared as text because Python holds 1, 1.0 and True for equal.
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _is_filled_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not allowed")
