"""What a command must really say: words with a letter or a figure in them, and a birth that can have been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from counter_app.domain.commands import AnyCommand, Person
from counter_app.domain.errors import Refused

_MUST_SAY = frozenset({"surname", "reason", "waiver", "witnesses", "act"})
"""The fields by which somebody answers for an act, or is told apart from others."""


def check_filled(command: AnyCommand, today: date) -> None:
    """Raise `words_missing` or `birth_date_impossible` where a command only looks as if it were filled in.

    Spaces and signs that nobody sees are no reason and no name. A 31 February may stand on somebody's paper; a
    thirteenth month or a birth that is still to come is a slip of whoever types.
    """
    for part, name, value in _fields(command):
        told = value if isinstance(value, tuple) else (value,)
        if name in _MUST_SAY and any(
            isinstance(one, str) and one and not _says_something(one) for one in told
        ):
            raise Refused("words_missing", field=name)
        if isinstance(part, Person) and name == "birth_date" and value and not _may_be_born(value, today):
            raise Refused("birth_date_impossible", told=value)


def _fields(part: msgspec.Struct) -> Iterator[tuple[msgspec.Struct, str, Any]]:
    """The fields of a command and of its parts, with the part that each belongs to."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, msgspec.Struct):
            yield from _fields(value)
        else:
            yield part, name, value


def _says_something(words: str) -> bool:
    return any(sign.isalnum() for sign in words)


def _may_be_born(told: str, today: date) -> bool:
    """Whether the figures are those of a month and a day, known in part, and not of a time to come."""
    year, month, day = (*(int(part) for part in told.split("-")), 0, 0)[:3]
    return month <= 12 and day <= 31 and told <= today.isoformat()[: len(told)] and year > 0
