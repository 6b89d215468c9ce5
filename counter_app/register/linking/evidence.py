"""What two records have in common, weighed: how much more often the same person looks so than two strangers.

Weights are logarithms to the base 2 of that ratio and add up, as I. P. Fellegi and A. B. Sunter showed (“A theory for
record linkage”, 1969). What a name weighs depends on how rare it is in the two lists; what it loses by being spelt
otherwise, and all else, is fixed here. `docs/decisions/0013-who-is-who.md` tells where the figures come from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from counter_app.domain.name_keys import sounds
from counter_app.domain.names import fold
from counter_app.register.linking.births import BirthFit, Born, birth_fit, born
from counter_app.register.linking.names import Name, NameBook, NameComparer, NameFit, differs_by_sex


class Plain(StrEnum):
    """How two postcodes or two identity numbers agree."""

    SAME = "same"
    FIGURE = "one_figure"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One record as it is compared."""

    id: str
    given: Name
    surname: Name
    birth: Born
    postcode: str
    number: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How two records agree in each field, and what it weighs together; `crossed` where given name and surname
    stand in each other's place."""

    given: NameFit
    surname: NameFit
    birth: BirthFit
    postcode: Plain
    number: Plain
    crossed: bool
    weight: float


def person(book: NameBook, row: tuple[str, str, str, str, str, str]) -> Person:
    """A record of `id, given_name, surname, date_of_birth, postcode, national_id`, prepared."""
    birth = _births.get(row[3])
    if birth is None:
        birth = _births[row[3]] = born(row[3])
    return Person(row[0], book.name(row[1]), book.name(row[2]), birth, _plain(row[4]), _plain(row[5]))


_births: dict[str, Born] = {}


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


class Frequencies:
    """How often each name, each word of a name and each postcode occurs in both lists together."""

    def __init__(self) -> None:
        self.people = 0
        self._names: Counter[str] = Counter()
        self._postcodes: Counter[str] = Counter()
        self._most: dict[int, float] = {}

    def count(self, one: Person) -> None:
        """Take in one record; given names and surnames are one table, since they are found in each other's place."""
        self.people += 1
        self._names.update(
            {one.given.sound, one.surname.sound, *one.given.word_sounds, *one.surname.word_sounds}
        )
        self._postcodes[one.postcode] += 1

    def name_bits(self, sound: str) -> float:
        """What a name tells by being rare, in bits; at most `_MOST_NAME_BITS`, for any name may be misspelt."""
        return min(_MOST_NAME_BITS, log2((self.people + 1) / max(1, self._names[sound])))

    def most_bits(self, name: Name) -> float:
        """What this name could weigh at the most, in whole or by one of its words, with any other."""
        known = self._most.get(name.place)
        if known is None:
            bits = max(map(self.name_bits, (name.sound, *name.word_sounds)))
            known = self._most[name.place] = max(_LEAST_MOST_BITS, bits)
        return known

    def postcode_bits(self, postcode: str) -> float:
        """What a postcode tells, in bits."""
        return min(_MOST_POSTCODE_BITS, log2((self.people + 1) / max(1, self._postcodes[postcode])))

    def is_common(self, sound: str) -> bool:
        """Whether so many people bear a name that two children of one family may well share it in two double names."""
        return self._names[sound] >= max(_CURRENT_AT_LEAST, self.people * _COMMON_SHARE)

    def is_current(self, sound: str) -> bool:
        """Whether so many people bear a name that it is no misspelling of another."""
        return self._names[sound] >= max(_CURRENT_AT_LEAST, self.people * _CURRENT_SHARE)


_MOST_NAME_BITS, _MOST_POSTCODE_BITS = 12.0, 9.0
_LEAST_MOST_BITS = 3.0
_CURRENT_AT_LEAST, _CURRENT_SHARE = 5, 0.0006
_COMMON_SHARE = 0.02

_GIVEN = {
    NameFit.SAME: -0.5,
    NameFit.SOUNDS: -1.5,
    NameFit.PART: -2.0,
    NameFit.CLOSE: -2.5,
    NameFit.BEGINS: -3.0,
}
_SURNAME = {
    NameFit.SAME: -0.5,
    NameFit.SOUNDS: -1.5,
    NameFit.PART: -2.0,
    NameFit.CLOSE: -2.5,
    NameFit.BEGINS: -4.0,
}
"""What is taken from a name's rarity where it is not simply the same; the next two weigh by themselves."""
_GIVEN_ELSE = {
    NameFit.LIKE: 0.0,
    NameFit.FIRST_OTHER: 1.0,
    NameFit.FIRST_SAME: 3.0,
    NameFit.SEXES: -2.0,
    NameFit.MISSING: 0.0,
    NameFit.OTHER: -5.5,
}
_SURNAME_ELSE = {NameFit.LIKE: 1.0, NameFit.MISSING: 0.0, NameFit.OTHER: -4.5}
_BIRTH = {
    BirthFit.SAME: 14.2,
    BirthFit.SWAPPED: 9.5,
    BirthFit.MONTH: 8.5,
    BirthFit.FIGURE: 5.5,
    BirthFit.YEAR_SLIP: 5.5,
    BirthFit.YEAR: 4.5,
    BirthFit.MISSING: 0.0,
    BirthFit.SAME_YEAR: -2.5,
    BirthFit.OTHER: -7.0,
    BirthFit.GENERATION: -12.0,
}
_POSTCODE = {Plain.SAME: -0.4, Plain.FIGURE: 1.0, Plain.MISSING: 0.0, Plain.OTHER: -2.2}
_NUMBER = {Plain.SAME: 18.0, Plain.FIGURE: 8.0, Plain.MISSING: 0.0, Plain.OTHER: -4.0}
_CROSSED = -3.5
_WITNESS = frozenset({NameFit.SAME, NameFit.SOUNDS, NameFit.PART, NameFit.CLOSE, NameFit.BEGINS})


class Weigher:
    """Weighs pairs of records against the frequencies of two lists; the same whichever record comes first."""

    def __init__(self, frequencies: Frequencies, least: float = -100.0) -> None:
        """Pairs that weigh less than `least` need not be told."""
        self._often = frequencies
        self._least = least
        self._names = NameComparer()

    def weigh(self, one: Person, other: Person) -> Evidence | None:
        """The evidence for a pair, or nothing where no name and no whole date speaks for it."""
        birth = birth_fit(one.birth, other.birth)
        postcode = _figures(one.postcode, other.postcode)
        number = _figures(one.number, other.number)
        weight = _BIRTH[birth] + _POSTCODE[postcode] + _NUMBER[number]
        if postcode is Plain.SAME:
            weight += self._often.postcode_bits(one.postcode)
        if weight + self._most_name_bits(one) < self._least:
            return None
        given, surname, crossed, name_weight = self._names_of(one, other)
        if birth is not BirthFit.SAME and not _speaks(given, surname):
            return None
        return Evidence(given, surname, birth, postcode, number, crossed, weight + name_weight)

    def _most_name_bits(self, one: Person) -> float:
        """No name of another person tells more than this, whatever it is; names are most of the work."""
        return self._often.most_bits(one.given) + self._often.most_bits(one.surname)

    def _names_of(self, one: Person, other: Person) -> tuple[NameFit, NameFit, bool, float]:
        """How the names agree, whether exchanged, and what they weigh."""
        given, given_weight = self._given(one.given, other.given)
        surname, surname_weight = self._surname(one.surname, other.surname)
        straight = given_weight + surname_weight
        if given in _WITNESS and surname in _WITNESS:
            return given, surname, False, straight
        # Nobody can tell which was the given name: the weaker fit stands for it, as the guards ask most of it.
        weaker, stronger = sorted(
            (self._given(one.given, other.surname), self._given(one.surname, other.given)),
            key=lambda found: (found[1], found[0]),
        )
        crossed = weaker[1] + stronger[1] + _CROSSED
        if _speaks(weaker[0], stronger[0]) and crossed > straight:
            return weaker[0], stronger[0], True, crossed
        return given, surname, False, straight

    def _given(self, one: Name, other: Name) -> tuple[NameFit, float]:
        fit = self._names.fit(one, other)
        if fit is NameFit.PART or fit in _UNSURE:
            fit = self._doubted(one, other, fit)
        if fit in _GIVEN_ELSE:
            return fit, _GIVEN_ELSE[fit]
        return fit, self._bits(one, other, fit) + _GIVEN[fit]

    def _doubted(self, one: Name, other: Name, fit: NameFit) -> NameFit:
        """The fit of two given names that may well be those of two children of one family."""
        first, second = one.words[0], other.words[0]
        if fit is NameFit.PART:
            if sounds(first) != sounds(second):
                return NameFit.FIRST_OTHER
            return NameFit.FIRST_SAME if self._often.is_common(sounds(first)) else NameFit.PART
        if differs_by_sex(first, second):
            return NameFit.SEXES
        if fit is NameFit.SOUNDS or sounds(first) == sounds(second):
            return fit
        # Two names that many people bear are two names, however near they are spelt.
        both_current = self._often.is_current(sounds(first)) and self._often.is_current(sounds(second))
        return NameFit.OTHER if both_current else fit

    def _surname(self, one: Name, other: Name) -> tuple[NameFit, float]:
        fit = self._names.fit(one, other)
        if fit in _SURNAME_ELSE:
            return fit, _SURNAME_ELSE[fit]
        return fit, self._bits(one, other, fit) + _SURNAME[fit]

    def _bits(self, one: Name, other: Name, fit: NameFit) -> float:
        if fit is NameFit.PART:
            return max(self._often.name_bits(word) for word in one.word_sounds & other.word_sounds)
        return min(self._often.name_bits(one.sound), self._often.name_bits(other.sound))


def _speaks(given: NameFit, surname: NameFit) -> bool:
    return given in _WITNESS or surname in _WITNESS


_UNSURE = frozenset({NameFit.SOUNDS, NameFit.CLOSE, NameFit.LIKE, NameFit.BEGINS})


def _figures(one: str, other: str) -> Plain:
    if not one or not other:
        return Plain.MISSING
    if one == other:
        return Plain.SAME
    if len(one) != len(other):
        return Plain.OTHER
    different = [place for place in range(len(one)) if one[place] != other[place]]
    if len(different) == 2 and different[1] == different[0] + 1:
        first, second = different
        turned = one[first] == other[second] and one[second] == other[first]
        return Plain.FIGURE if turned else Plain.OTHER
    return Plain.FIGURE if len(different) == 1 else Plain.OTHER
