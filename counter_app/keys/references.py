"""Keyed references of a person: what counters compare without exchanging names.

A reference is a keyed hash of an identifier under the office's key. It is worth nothing without the key, and
the key is destroyed at the end of retention.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from counter_app.domain.commands import Person
from counter_app.domain.names import fold

_LENGTH = 32


def person_references(person: Person, key: bytes) -> list[str]:
    """The references of a person, the strongest first: file number, identity numbers, folded names and birth.

    Names count only with a complete birth date that is no default one (1 January and 31 December stand for an
    unknown day); otherwise they would tie strangers together.
    """
    ranked = sorted(person.numbers, key=lambda number: number.scheme != "file")
    found = [
        f"{number.scheme}:{_digest(key, number.scheme, fold(number.value).replace(' ', ''))}"
        for number in ranked
    ]
    name = name_reference(person, key)
    return [*found, name] if name else found


def name_reference(person: Person, key: bytes) -> str | None:
    """The reference made from names, birth date and birth place, where the date is whole."""
    if (
        person.birth_date is None
        or len(person.birth_date) < 10
        or person.birth_date[5:] in ("01-01", "12-31")
    ):
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


def _digest(key: bytes, scheme: str, words: str) -> str:
    return hmac.new(key, f"{scheme}\x1f{words}".encode(), sha256).hexdigest()[:_LENGTH]
