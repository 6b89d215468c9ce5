"""Keyed references of a person: what counters compare without exchanging names.

A reference is a keyed hash of an identifier under the office's key. It is worth nothing without the key, and
the key is destroyed at the end of retention.
"""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256
from typing import get_args

from counter_app.domain.commands import Person, Scheme
from counter_app.domain.names import fold

_LENGTH = 32
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


def person_references(person: Person, key: bytes) -> list[str]:
    """The references of a person, the strongest first: file number, identity numbers, folded names and birth.

    A number without any letter or digit (“–” for none) is no identifier. Names count only with a complete birth
    date that is no default one (1 January and 31 December stand for an unknown day): strangers are never tied.
    """
    ranked = sorted(person.numbers, key=lambda number: number.scheme != "file")
    found = [
        f"{number.scheme}:{_digest(key, number.scheme, plain)}"
        for number in ranked
        if (plain := fold(number.value).replace(" ", ""))
    ]
    name = name_reference(person, key)
    # The same number told twice, once with spaces, is one reference.
    return list(dict.fromkeys([*found, name] if name else found))


def number_references(number: str, key: bytes) -> list[str]:
    """The references that a number has under each scheme, for one that was told without saying what it is."""
    plain = fold(number).replace(" ", "")
    return [f"{scheme}:{_digest(key, scheme, plain)}" for scheme in SCHEMES] if plain else []


def name_reference(person: Person, key: bytes) -> str | None:
    """The reference made from names, birth date and birth place, where the date is whole."""
    if person.birth_date is None or not _is_whole(person.birth_date):
        return None
    words = "|".join(
        [
            fold(person.surname),
            fold(" ".join(person.given_names[:1])),
            person.birth_date,
            fold(person.birth_place or ""),
        ]
    )
    return f"name:{_digest(key, 'name', words)}"


def _is_whole(birth_date: str) -> bool:
    """Whether the date is a day of the calendar, and none that stands for an unknown one."""
    try:
        day = date.fromisoformat(birth_date)
    except ValueError:
        return False
    return (day.month, day.day) not in ((1, 1), (12, 31))


def _digest(key: bytes, scheme: str, words: str) -> str:
    return hmac.new(key, f"{scheme}\x1f{words}".encode(), sha256).hexdigest()[:_LENGTH]
