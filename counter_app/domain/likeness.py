"""How well a known person fits what was typed: a score between 0 and 1, and the reasons for it.

A score orders the matches of one search and says nothing of whether two records are the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from counter_app.domain.births import BirthDate
from counter_app.domain.names import PARTICLES, joined
from counter_app.domain.seeking import Demand, Sought, Word


class Reason(StrEnum):
    """Why a person was found, the strongest first."""

    FILE_NUMBER = "file_number"
    IDENTITY_NUMBER = "identity_number"
    NUMBER_BEGINS = "number_begins"
    SURNAME = "surname"
    PART_OF_SURNAME = "part_of_surname"
    SURNAME_BEGINS = "surname_begins"
    SURNAME_JOINED = "surname_joined"
    GIVEN_NAME = "given_name"
    GIVEN_NAME_BEGINS = "given_name_begins"
    GIVEN_NAME_JOINED = "given_name_joined"
    BIRTH_DATE = "birth_date"
    BIRTH_MONTH = "birth_month"
    BIRTH_YEAR = "birth_year"
    BIRTH_DAY = "birth_day"
    BIRTH_SWAPPED = "birth_swapped"
    OTHER_BIRTH = "other_birth"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person: folded surnames (of birth, used), folded given names, birth, folded postcode."""

    surnames: tuple[str, ...]
    given: str
    birth: BirthDate
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score, and why, in the order of `Reason`."""

    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One way to write a part of somebody's name; `whole` where it is all that this name has besides particles."""

    text: str
    is_surname: bool
    is_joined: bool
    whole: bool


_SAID_ALREADY = (
    (Reason.SURNAME, Reason.PART_OF_SURNAME),
    (Reason.SURNAME_JOINED, Reason.SURNAME_BEGINS),
    (Reason.GIVEN_NAME_JOINED, Reason.GIVEN_NAME_BEGINS),
)
_PARTICLE_WEIGHT = 0.2
_GIVEN, _JOINED = 0.97, 0.98
_PART_OF_NAME = 0.94
_MONTH_WORD = 0.7
_NO_BIRTH_KNOWN = 0.3
_NUMBER_WEIGHT, _POSTCODE_WEIGHT = 3.0, 0.5


def likeness(sought: Sought, known: Known, number: Reason | None = None) -> Likeness:
    """The likeness of a person to a query; `number` says that one of its numbers is this person's, and which."""
    points, weights = 0.0, 0.0
    why: set[Reason] = set()
    if number is not None:
        weights += _NUMBER_WEIGHT
        points += _NUMBER_WEIGHT * (0.9 if number is Reason.NUMBER_BEGINS else 1.0)
        why.add(number)
    for weight, quality in _names(sought.words, known, why):
        weights += weight
        points += weight * quality
    for demand in sought.demands:
        if number is None or not _is_of_number(demand, sought):
            weight, quality = _demanded(demand, known, why)
            weights += weight
            points += weight * quality
    score = round(points / weights, 3) if weights else 0.0
    return Likeness(score, tuple(reason for reason in Reason if reason in why))


def _names(words: tuple[Word, ...], known: Known, why: set[Reason]) -> Iterator[tuple[float, float]]:
    """Weight and quality of each name word; the longest choose first, and no two share one name."""
    spellings = list(_spellings(known))
    found: dict[int, tuple[float, _Spelling | None]] = {}
    free = spellings.copy()
    for place in sorted(range(len(words)), key=lambda one: -len(words[one].text)):
        quality, spelling = _best(words[place].text, free)
        if spelling is not None and not spelling.is_joined:
            free.remove(spelling)
        found[place] = quality, spelling
    if len(words) > 1 and any(quality == 0 for quality, _ in found.values()):
        _try_together(words, spellings, found)
    for place, word in enumerate(words):
        quality, spelling = found[place]
        if word.born is not None and quality < _MONTH_WORD and _same_month(word.born, known.birth):
            quality, spelling = _MONTH_WORD, None
            why.add(Reason.BIRTH_MONTH)
        if spelling is not None:
            why.add(_reason(word.text, spelling))
        yield (_PARTICLE_WEIGHT if word.text in PARTICLES else 1.0), quality
    for stronger, weaker in _SAID_ALREADY:
        if stronger in why:
            why.discard(weaker)


def _spellings(known: Known) -> Iterator[_Spelling]:
    for name, is_surname in [*((surname, True) for surname in known.surnames), (known.given, False)]:
        words = name.split()
        cores = sum(word not in PARTICLES for word in words)
        for word in words:
            whole = cores <= 1 and (word not in PARTICLES or len(words) == 1)
            yield _Spelling(word, is_surname, is_joined=False, whole=whole)
        for text in joined(words):
            yield _Spelling(text, is_surname, is_joined=True, whole=text == "".join(words))


def _best(text: str, spellings: list[_Spelling]) -> tuple[float, _Spelling | None]:
    best, chosen = 0.0, None
    for spelling in spellings:
        if spelling.text.startswith(text):
            quality = _quality(text, spelling)
            if quality > best:
                best, chosen = quality, spelling
    return best, chosen


def _quality(text: str, spelling: _Spelling) -> float:
    """1 for the whole name; a beginning is worth the more, the less is missing."""
    quality = 1.0 if spelling.text == text else 0.6 + 0.3 * len(text) / len(spelling.text)
    if not spelling.is_surname:
        quality *= _GIVEN
    if spelling.is_joined:
        quality *= _JOINED
    return quality if spelling.whole else quality * _PART_OF_NAME


def _try_together(
    words: tuple[Word, ...], spellings: list[_Spelling], found: dict[int, tuple[float, _Spelling | None]]
) -> None:
    """Neighbours that are one word in the record: `van den broeck` for Vandenbroeck."""
    for first in range(len(words)):
        text = words[first].text
        for last in range(first + 1, len(words)):
            text += words[last].text
            inside = range(first, last + 1)
            taken = [spelling for place, (_, spelling) in found.items() if place not in inside]
            quality, spelling = _best(text, [one for one in spellings if one not in taken])
            quality *= _JOINED
            if quality * len(inside) > sum(found[place][0] for place in inside):
                for place in inside:
                    found[place] = quality, spelling


def _reason(text: str, spelling: _Spelling) -> Reason:
    if spelling.is_joined or not spelling.text.startswith(text):
        return Reason.SURNAME_JOINED if spelling.is_surname else Reason.GIVEN_NAME_JOINED
    if not spelling.is_surname:
        return Reason.GIVEN_NAME if spelling.text == text else Reason.GIVEN_NAME_BEGINS
    if spelling.text != text:
        return Reason.SURNAME_BEGINS
    return Reason.SURNAME if spelling.whole or text in PARTICLES else Reason.PART_OF_SURNAME


def _is_of_number(demand: Demand, sought: Sought) -> bool:
    """Whether the figures of a demand are part of a longer number, and so were never meant as a date."""
    figures = [demand.postcode, *(birth.key for birth in demand.births)]
    return any(figure and figure in number for number in sought.numbers for figure in figures)


def _same_month(asked: BirthDate, known: BirthDate) -> bool:
    return asked.month == known.month and asked.year == known.year


def _demanded(demand: Demand, known: Known, why: set[Reason]) -> tuple[float, float]:
    """Weight and quality of a date or postcode."""
    best, reason = 0.0, None
    if demand.postcode and demand.postcode == known.postcode:
        best, reason = 1.0, Reason.POSTCODE
    for asked in demand.births:
        quality, found = _birth(asked, known.birth)
        if quality > best:
            best, reason = quality, found
    if reason is not None:
        why.add(reason)
    if not demand.births:
        return _POSTCODE_WEIGHT, best
    return max(0.7 if birth.month is None else 1.5 for birth in demand.births), best


def _birth(asked: BirthDate, known: BirthDate) -> tuple[float, Reason | None]:
    """How well a birth date fits one that was typed; what a record does not know contradicts nothing."""
    if asked.year is None:
        same = known.month is not None and (asked.month, asked.day) == (known.month, known.day)
        return (1.0, Reason.BIRTH_DAY) if same else (0.0, None)
    if known.year is None:
        return _NO_BIRTH_KNOWN, None
    if asked.year != known.year:
        return 0.05, Reason.OTHER_BIRTH
    if asked.key == known.key:
        return 1.0, _SAME[len(asked.key)]
    if asked.month is None:
        return 1.0, Reason.BIRTH_YEAR
    if known.month is None or known.is_default:
        return 0.7, Reason.BIRTH_YEAR
    if asked.month == known.month:
        vague = asked.day is None or known.day is None
        return (1.0 if asked.day is None else 0.75 if vague else 0.5), Reason.BIRTH_MONTH
    if (asked.month, asked.day) == (known.day, known.month):
        return 0.6, Reason.BIRTH_SWAPPED
    return 0.35, Reason.BIRTH_YEAR


_SAME = {4: Reason.BIRTH_YEAR, 6: Reason.BIRTH_MONTH, 8: Reason.BIRTH_DATE}
