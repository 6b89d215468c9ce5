"""Keys under which names that sound or are spelt alike fall together: Soundex, Phonex, and two for romanised names.

All of them take one folded word (`counter_app.domain.names.fold`, without blanks). They say where to look and what may
be a spelling of the same name; none of them says that two people are one. `VERSION` rises with every change that
gives some name another key, for keys that were kept would no longer meet those made anew.
"""

from __future__ import annotations

import re
from typing import Final

VERSION: Final = 1

_VOWELS = frozenset("aeiou")
_VOWELS_AND_Y = _VOWELS | {"y"}

_SOUNDEX = {
    letter: digit
    for digit, letters in (("1", "bfpv"), ("2", "cgjkqsxz"), ("3", "dt"), ("4", "l"), ("5", "mn"), ("6", "r"))
    for letter in letters
}


def soundex(word: str) -> str:
    """The first letter and three digits, as the United States' National Archives describe it for the censuses.

    Letters of one digit count once where nothing or only h and w part them. Empty for a word without letters of a–z.
    """
    letters = [letter for letter in word if "a" <= letter <= "z"]
    if not letters:
        return ""
    code, before = letters[0].upper(), _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != before:
            code += digit
        if letter not in "hw":
            before = digit
    return f"{code}000"[:4]


_PHONEX_PAIRS = {"kn": "n", "ph": "f", "wr": "r"}
_PHONEX_FIRST = {"p": "b", "k": "c", "q": "c", "v": "f", "j": "g", "z": "s"} | dict.fromkeys("eiouy", "a")


def phonex(word: str) -> str:
    """A letter and three digits after A. J. Lait and B. Randell, “An assessment of name matching algorithms” (1996).

    Final s falls, the first letters are levelled, then consonants are coded: d and t not before c, l and r only
    before a vowel or at the end, m and n together with a d or g behind them. Empty for a word without letters of a–z.
    """
    letters = "".join(letter for letter in word if "a" <= letter <= "z").rstrip("s")
    letters = _PHONEX_PAIRS.get(letters[:2], letters[:2]) + letters[2:]
    letters = letters.removeprefix("h")
    if not letters:
        return ""
    letters = _PHONEX_FIRST.get(letters[0], letters[0]) + letters[1:]
    code, before = letters[0].upper(), _phonex_digit(letters, 0)
    skipped = False
    for place in range(1, len(letters)):
        if skipped:
            skipped = False
            continue
        digit = _phonex_digit(letters, place)
        skipped = letters[place] in "mn" and letters[place + 1 : place + 2] in ("d", "g")
        if digit and digit != before:
            code += digit
        before = digit
    return f"{code}000"[:4]


def _phonex_digit(letters: str, place: int) -> str:
    letter, behind = letters[place], letters[place + 1 : place + 2]
    digit = _SOUNDEX.get(letter, "")
    if digit == "3" and behind == "c":
        return ""
    if digit in ("4", "6") and behind and behind not in _VOWELS_AND_Y:
        return ""
    return digit


# Spellings of one sound in French, Dutch, Italian and in what became of Arabic names in French and English hands.
# The longest first: what one of them has read, no other reads again.
_SOUNDS: Final = {
    "eaux": "o", "eau": "o", "aux": "o", "tch": "x", "sch": "x", "ssh": "x",
    "ch": "x", "sh": "x", "ph": "f", "ck": "k", "cq": "k", "qu": "k", "kh": "k", "gh": "g", "dj": "j", "dh": "d",
    "th": "t", "ce": "se", "ci": "si", "cy": "si", "gue": "ge", "gui": "gi", "gn": "ni", "ij": "i",
    "au": "o", "ou": "u", "oo": "u", "ow": "u", "ee": "i", "ie": "i", "ai": "e", "ay": "e", "ae": "a", "ei": "e",
    "ey": "e", "ks": "x",
    "c": "k", "q": "k", "w": "u", "y": "i", "z": "s", "h": "",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_TWICE = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?<=..)(?:(?<=[or])(?:lt|ld|[dt])|et|er|es|ez|e|ks)$")
# The article of an Arabic name written as it is spoken: before these letters its l becomes one of them.
_SERVANT = re.compile(r"^abd[aeiou]?[lrsn]?(?=[rsnl])")
_OF_FAITH = re.compile(r"[aeu][ld]?d+i+n$")


def sounds(word: str) -> str:
    """The word in a spelling by sound: `philippe` and `filip`, `chraibi` and `shraibi`, `dubois` and `duboys` meet."""
    spelt = _SOUND.sub(lambda found: _SOUNDS[found[0]], word)
    return _ENDING.sub("", _TWICE.sub(r"\1", spelt)) or word


def skeleton(word: str) -> str:
    """What stays of a romanised name when its vowels go, which every hand wrote otherwise: `mohamed`, `muhammad`.

    The article within a name is taken for what it is spoken as: `abdelrahman` and `abderrahmane`, `nuraldin` and
    `noureddine`. A vowel at the beginning stays as a mark.
    """
    spelt = _OF_FAITH.sub("din", _SERVANT.sub("abd", sounds(word).removesuffix("e")))
    bare = "".join(letter for letter in spelt if letter not in _VOWELS_AND_Y)
    return f"a{bare}" if spelt[:1] in _VOWELS_AND_Y else bare
