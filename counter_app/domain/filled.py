"""What a command must really say: words with a letter or a figure in them, and a birth that can have been."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, get_args

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
    _check(command, today)


def _check(part: msgspec.Struct, today: date) -> None:
    must_say, parts = _fields(type(part))
    for name in must_say:
        value = getattr(part, name)
        if value and not all(map(_says_something, (value,) if isinstance(value, str) else value)):
            raise Refused("words_missing", field=name)
    if isinstance(part, Person) and part.birth_date and not _may_be_born(part.birth_date, today):
        raise Refused("birth_date_impossible", told=part.birth_date)
    for name in parts:
        value = getattr(part, name)
        if isinstance(value, msgspec.Struct):
            _check(value, today)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a command or a part of one: the fields that must say something, and those that are parts themselves."""
    names = kind.__struct_fields__
    parts = [field.name for field in msgspec.structs.fields(kind) if _is_part(field.type)]
    return tuple([name for name in names if name in _MUST_SAY]), tuple(parts)


def _is_part(told: Any) -> bool:
    return any(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in (told, *get_args(told)))


def _says_something(words: str) -> bool:
    return not words or any(map(str.isalnum, words))


def _may_be_born(told: str, today: date) -> bool:
    """Whether the figures are those of a month and a day, known in part, and not of a time to come."""
    year, month, day = [*map(int, told.split("-")), 0, 0][:3]
    return month <= 12 and day <= 31 and told <= today.isoformat()[: len(told)] and year > 0
