"""Where to look for a person: keys that two records of the same person nearly always share one of.

Comparing 100,000 records with 10,000 would be a thousand million pairs; the keys leave some hundred for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counter_app.domain.name_keys import soundex
from counter_app.register.linking.evidence import Person
from counter_app.register.linking.names import Name

_MOST_IN_BLOCK = 400
"""A block that holds more tells nothing of anybody in it; others find them."""


class Blocks:
    """The records of one list, found by keys."""

    def __init__(self, people: Sequence[Person]) -> None:
        # Most keys are one person's alone: a list for each of them would double what this takes.
        self._found: dict[str, int | list[int]] = {}
        for place, one in enumerate(people):
            for key in set(_keys(one, one.given, one.surname)):
                held = self._found.setdefault(key, place)
                if isinstance(held, list):
                    held.append(place)
                elif held != place:
                    self._found[key] = [held, place]

    def near(self, one: Person) -> list[int]:
        """The places of whoever shares a key with `one`, each once and in the order of the list."""
        places: set[int] = set()
        for key in _sought_under(one):
            held = self._found.get(key)
            if isinstance(held, int):
                places.add(held)
            elif held is not None and len(held) <= _MOST_IN_BLOCK:
                places.update(held)
        return sorted(places)


def _sought_under(one: Person) -> Iterator[str]:
    """The keys of a record, and those it would have with given name and surname, or day and month, exchanged."""
    yield from _keys(one, one.given, one.surname)
    yield from _keys(one, one.surname, one.given)
    figures = one.birth.figures
    if len(figures) == 8:
        yield f"b{figures[:4]}{figures[6:]}{figures[4:6]}"


def _keys(one: Person, given: Name, surname: Name) -> Iterator[str]:
    figures = one.birth.figures
    year = figures[:4]
    if one.number:
        yield f"n{one.number}"
    if len(figures) == 8:
        yield f"b{figures}"
        if not one.birth.is_default:
            yield f"d{figures[4:]}{given.key}"
            yield f"e{figures[4:]}{surname.key}"
            yield f"f{figures[4:]}{one.postcode}"
    if surname.whole:
        yield f"s{surname.sound}|{year}"
        yield f"p{surname.sound}|{one.postcode}"
        yield f"t{surname.key}|{year[:3]}{one.postcode}"
    if given.whole:
        yield f"g{given.key}|{year}{one.postcode}"
    if given.whole and surname.whole:
        yield f"x{surname.key}|{given.key}|{year}"
        yield f"y{surname.bare}|{given.bare}"
        yield f"z{surname.sound}|{given.sound[:1]}"
        yield f"w{soundex(surname.core)}|{given.sound}"
        for word in surname.words:
            yield f"v{word}|{given.key}"
