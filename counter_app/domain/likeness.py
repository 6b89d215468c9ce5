"""How well a known person fits what was typed: a score between 0 and 1, and the reasons for it.

A score orders the matches of one search and says nothing of whether two records are the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from counter_app.domain.births import BirthDate
from counter_app.domain.names import PARTICLES, joined
from counter_app.domain.seeking import Demand, Sought, Word


class Reason(StrEnum):
    """Why a person was found, the strongest first."""

    RECEIPT_NUMBER = "receipt_number"
    FILE_NUMBER = "file_number"
    IDENTITY_NUMBER = "identity_number"
    NUMBER_BEGINS = "number_begins"
    SURNAME = "surname"
    PART_OF_SURNAME = "part_of_surname"
    SURNAME_BEGINS = "surname_begins"
    SURNAME_JOINED = "surname_joined"
    USED_NAME = "used_name"
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
    """What is known of a person, names and postcode folded; `used` is a surname beside the one of birth."""

    surname: str
    given: str
    birth: BirthDate
    postcode: str = ""
    used: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score, and why, in the order of `Reason`."""

    score: float
    why: tuple[Reason, ...]


class NumberFit(NamedTuple):
    """A number of the query, without blanks and signs, that is somebody's: `reason` says which of theirs."""

    reason: Reason
    number: str


_Kind = Literal["surname", "used", "given"]


class _Spelling(NamedTuple):
    """One way to write a part of somebody's name; `whole` where nothing but particles would be left of that name."""

    text: str
    kind: _Kind
    is_joined: bool
    whole: bool


_ORDER = {reason: place for place, reason in enumerate(Reason)}
_SAID_ALREADY = (
    (Reason.SURNAME, Reason.PART_OF_SURNAME),
    (Reason.SURNAME_JOINED, Reason.SURNAME_BEGINS),
    (Reason.GIVEN_NAME_JOINED, Reason.GIVEN_NAME_BEGINS),
    (Reason.BIRTH_MONTH, Reason.BIRTH_YEAR),
)
_PARTICLE_WEIGHT = 0.2
_GIVEN, _JOINED = 0.97, 0.98
_PART_OF_NAME = 0.94
_MONTH_WORD = 0.7
_USUAL_LENGTH = 5
"""A letter is a beginning, even where a name has a word of one letter, and very short names are none the nearer."""
_NO_BIRTH_KNOWN = 0.3
_NUMBER_WEIGHT, _POSTCODE_WEIGHT = 3.0, 0.5


def likeness(sought: Sought, known: Known, number: NumberFit | None = None) -> Likeness:
    """The likeness of a person to a query; `number` says that one of its numbers is this person's."""
    points, weights = 0.0, 0.0
    why: set[Reason] = set()
    if number is not None:
        weights += _NUMBER_WEIGHT
        points += _NUMBER_WEIGHT * (0.9 if number.reason is Reason.NUMBER_BEGINS else 1.0)
        why.add(number.reason)
    if sought.words:
        for weight, quality in _names(sought.words, known, why):
            weights += weight
            points += weight * quality
    for demand in sought.demands:
        if number is None or not _is_part_of(number.number, demand):
            weight, quality = _demanded(demand, known, why)
            weights += weight
            points += weight * quality
    for stronger, weaker in _SAID_ALREADY:
        if stronger in why:
            why.discard(weaker)
    score = round(points / weights, 3) if weights else 0.0
    return Likeness(score, tuple(sorted(why, key=_ORDER.__getitem__)))


def _names(words: tuple[Word, ...], known: Known, why: set[Reason]) -> Iterator[tuple[float, float]]:
    """Weight and quality of each name word; the longest choose first, and no two share one name."""
    spellings = _spellings(known)
    found: dict[int, tuple[float, _Spelling | None]] = {}
    free = spellings.copy()
    # A particle is part of a name that was typed whole, but by itself it is not the name.
    forgiven = frozenset() if all(word.text in PARTICLES for word in words) else PARTICLES
    for place in sorted(range(len(words)), key=lambda one: -len(words[one].text)):
        found[place] = quality, spelling = _best(words[place].text, free, forgiven)
        if spelling is not None and not spelling.is_joined:
            free.remove(spelling)
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


def _spellings(known: Known) -> list[_Spelling]:
    found = _spellings_of(known.surname, "surname") + _spellings_of(known.given, "given")
    return found + _spellings_of(known.used, "used") if known.used else found


def _spellings_of(name: str, kind: _Kind) -> list[_Spelling]:
    words = name.split()
    if len(words) < 2:
        return [_Spelling(name, kind, False, True)] if name else []
    alone = sum(word not in PARTICLES for word in words) <= 1
    found = [_Spelling(word, kind, False, alone and word not in PARTICLES) for word in words]
    whole = "".join(words)
    return found + [_Spelling(text, kind, True, text == whole) for text in joined(words)]


def _best(
    text: str, spellings: list[_Spelling], forgiven: frozenset[str] = PARTICLES
) -> tuple[float, _Spelling | None]:
    """The best quality: 1 for a whole surname; a beginning is worth the more, the less is missing."""
    best, chosen = 0.0, None
    for spelling in spellings:
        if spelling.text.startswith(text):
            exact = spelling.text == text and len(text) > 1
            quality = 1.0 if exact else 0.6 + 0.3 * len(text) / max(len(spelling.text), _USUAL_LENGTH)
            if spelling.kind == "given":
                quality *= _GIVEN
            if spelling.is_joined:
                quality *= _JOINED
            if not spelling.whole and text not in forgiven:
                quality *= _PART_OF_NAME
            if quality > best:
                best, chosen = quality, spelling
    return best, chosen


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
    if spelling.kind == "used":
        return Reason.USED_NAME
    is_surname = spelling.kind == "surname"
    if spelling.is_joined or not spelling.text.startswith(text):
        return Reason.SURNAME_JOINED if is_surname else Reason.GIVEN_NAME_JOINED
    if spelling.text != text or len(text) == 1:
        return Reason.SURNAME_BEGINS if is_surname else Reason.GIVEN_NAME_BEGINS
    if not is_surname:
        return Reason.GIVEN_NAME
    return Reason.SURNAME if spelling.whole else Reason.PART_OF_SURNAME


def _is_part_of(number: str, demand: Demand) -> bool:
    """Whether the figures of a demand were typed as part of a number, and so never meant as a date."""
    figures = [demand.postcode, *(birth.key for birth in demand.births)]
    return any(figure and figure in number for figure in figures)


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
