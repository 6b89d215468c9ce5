"""Ways to look for what was typed, from narrow to wide, in words that any index of folded names can answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from counter_app.domain.names import PARTICLES
from counter_app.domain.seeking import Demand, Sought, Word

Field = Literal["surname", "name", "born", "postcode"]
"""`name` is a surname or a given name; `born` holds `BirthDate.keys`."""


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word that stands in a field, or with `begins` the beginning of one."""

    field: Field
    word: str
    begins: bool = False


Clause = tuple[Term, ...]
"""One of these must stand there."""
Plan = tuple[Clause, ...]
"""All of these must be met."""


def narrow_plans(sought: Sought) -> Iterator[Plan]:
    """Whole words first, a surname before a given name, then the last word as far as it is typed.

    A single letter is never a whole word.
    """
    strict, words = _strict(sought), sought.words
    if not words or any(len(word.text) == 1 for word in words):
        return
    alone, last = words[0], len(words) - 1
    if last == 0:
        yield (_surname(alone, begins=False), *strict)
    yield (*(_clause(word, begins=False) for word in words), *strict)
    if last == 0:
        yield (_surname(alone, begins=True), *strict)
    else:
        yield (*(_clause(word, begins=place == last) for place, word in enumerate(words)), *strict)


def wide_plans(sought: Sought) -> Iterator[list[Plan]]:
    """Every word as a beginning, spelt in every way: with all that is demanded, then the year alone, then nothing."""
    spellings = list(dict.fromkeys(_spellings(sought.words)))
    for demands in dict.fromkeys((_strict(sought), _years(sought), ())):
        plans = [plan for spelling in spellings if (plan := spelling + demands)]
        if plans:
            yield plans


def last_plans(sought: Sought) -> Iterator[list[Plan]]:
    """When nothing fits: every name word but one, with what is demanded and then without."""
    cores = [word for word in sought.words if word.text not in PARTICLES]
    if len(cores) < 2:
        return
    for demands in dict.fromkeys((_strict(sought), ())):
        yield [
            (*(_clause(word, begins=True) for place, word in enumerate(cores) if place != left_out), *demands)
            for left_out in range(len(cores))
        ]


def _clause(word: Word, *, begins: bool) -> Clause:
    term = Term("name", word.text, begins)
    return (term,) if word.born is None else (term, Term("born", word.born.key))


def _surname(word: Word, *, begins: bool) -> Clause:
    return (Term("surname", word.text, begins),)


def _strict(sought: Sought) -> Plan:
    return tuple([_demanded(demand) for demand in sought.demands])


def _demanded(demand: Demand) -> Clause:
    born = [Term("born", birth.key) for birth in demand.births]
    return tuple([*born, Term("postcode", demand.postcode)] if demand.postcode else born)


def _years(sought: Sought) -> Plan:
    """A day is easily misheard, and often not known."""
    found: list[Clause] = []
    for demand in sought.demands:
        years = dict.fromkeys(f"{birth.year:04d}" for birth in demand.births if birth.year is not None)
        terms = [Term("born", year) for year in years]
        if terms:
            found.append(tuple([*terms, Term("postcode", demand.postcode)] if demand.postcode else terms))
    return tuple(found)


def _spellings(words: tuple[Word, ...]) -> Iterator[Plan]:
    """As typed; particles together with their name or left out; any two neighbours written together."""
    typed = [_clause(word, begins=True) for word in words]
    yield tuple(typed)
    grouped, group = [], ""
    for place, word in enumerate(words):
        if word.text in PARTICLES and place < len(words) - 1:
            group += word.text
            continue
        together = (Term("name", group + word.text, begins=True),) if group else ()
        grouped.append(typed[place] + together)
        group = ""
    yield tuple(grouped)
    for place in range(len(words) - 1):
        both = Term("name", words[place].text + words[place + 1].text, begins=True)
        yield (*typed[:place], (both,), *typed[place + 2 :])
