"""Names as they are compared: each spelling prepared once, and how two of them agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counter_app.domain.name_keys import phonex, skeleton, sounds
from counter_app.domain.names import PARTICLES, fold


class NameFit(StrEnum):
    """How two names agree, the best first."""

    SAME = "same"
    SOUNDS = "sounds_alike"
    PART = "part"
    CLOSE = "close"
    BEGINS = "begins"
    LIKE = "like"
    SEXES = "form_of_other_sex"
    FIRST_OTHER = "other_first_name"
    FIRST_SAME = "common_first_name"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One spelling: all of it in one word, without particles, word by word, by sound and without vowels.

    `words` are the folded words with their particles joined to them; `key` is the Phonex of the first of them.
    """

    place: int
    whole: str
    core: str
    words: tuple[str, ...]
    word_sounds: frozenset[str]
    sound: str
    bare: str
    key: str


class NameBook:
    """Every spelling that occurs, prepared once: the same text gives the same object."""

    def __init__(self) -> None:
        self._told: dict[str, Name] = {}
        self._folded: dict[str, Name] = {}

    def name(self, text: str) -> Name:
        """The name of a text; what differs by case, signs and diacritics alone is one name."""
        known = self._told.get(text)
        if known is None:
            folded = fold(text)
            known = self._folded.get(folded)
            if known is None:
                known = self._folded[folded] = _prepared(len(self._folded), folded)
            self._told[text] = known
        return known


def _prepared(place: int, folded: str) -> Name:
    words, cores = _parted(folded.split())
    whole = "".join(words)
    core = "".join(cores)
    return Name(
        place,
        whole,
        core,
        words,
        frozenset(sounds(word) for word in (*words, *cores)),
        sounds(core),
        skeleton(core),
        phonex(cores[0]) if cores else "",
    )


def _parted(folded: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words with the particles before them, and without; a name of nothing but particles is one word."""
    words: list[str] = []
    cores: list[str] = []
    group = ""
    for word in folded:
        group += word
        if word not in PARTICLES:
            words.append(group)
            cores.append(word)
            group = ""
    if group:
        words.append(group)
        cores.append(group)
    return tuple(words), tuple(cores)


class NameComparer:
    """Says how two names agree; the same answer whichever comes first."""

    def __init__(self) -> None:
        from rapidfuzz.distance import OSA, JaroWinkler  # compiled, and needed by this work alone

        self._distance = OSA.distance
        self._likeness = JaroWinkler.similarity
        self._known: dict[tuple[int, int], NameFit] = {}

    def fit(self, one: Name, other: Name) -> NameFit:
        """How they agree."""
        if one is other:
            return NameFit.SAME if one.whole else NameFit.MISSING
        pair = (one.place, other.place) if one.place < other.place else (other.place, one.place)
        found = self._known.get(pair)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[pair] = self._compared(one, other)
        return found

    def _compared(self, one: Name, other: Name) -> NameFit:
        if not one.whole or not other.whole:
            return NameFit.MISSING
        if one.whole == other.whole:
            return NameFit.SAME
        if one.core == other.core or one.sound == other.sound:
            return NameFit.SOUNDS
        shorter = min(len(one.whole), len(other.whole))
        likeness = self._likeness(one.sound, other.sound)
        if one.bare == other.bare and len(one.bare) > 1 and likeness >= _SAME_BARE:
            return NameFit.SOUNDS
        if self._distance(one.whole, other.whole, score_cutoff=2) <= (2 if shorter >= _LONG else 1):
            return NameFit.CLOSE if shorter >= _SHORT else NameFit.LIKE
        if (len(one.words) > 1 or len(other.words) > 1) and one.word_sounds & other.word_sounds:
            return NameFit.PART if _within(one, other) else NameFit.LIKE
        if shorter >= _BEGINNING and (one.whole.startswith(other.whole) or other.whole.startswith(one.whole)):
            return NameFit.BEGINS
        if max(likeness, self._likeness(one.whole, other.whole)) >= _LIKE:
            return NameFit.LIKE
        return NameFit.OTHER


def _within(one: Name, other: Name) -> bool:
    """Whether all words of the shorter name are among those of the longer."""
    fewer, more = (one, other) if len(one.words) <= len(other.words) else (other, one)
    if len(fewer.words) == len(more.words):
        return False
    return all(sounds(word) in more.word_sounds for word in fewer.words)


def differs_by_sex(one: str, other: str) -> bool:
    """Whether one is the other's form for the other sex: Mario and Maria, Karim and Karima, Louis and Louise."""
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} in _MENS_AND_WOMENS
    return long.startswith(short) and long[len(short) :] in _WOMENS_ENDINGS


_MENS_AND_WOMENS = ({"a", "o"}, {"a", "i"})
_WOMENS_ENDINGS = ("a", "e", "ne", "le", "te", "ina", "ine", "ette")
_REMEMBERED = 500_000
_SAME_BARE = 0.75
_SHORT, _LONG = 4, 9
_BEGINNING = 3
_LIKE = 0.82
