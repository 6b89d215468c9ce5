"""Folding of names to search keys, and their spellings; the original is always kept beside them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_BY_HAND = {
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ħ": "h",
    "ŋ": "n",
}


class _Folded(dict[int, str]):
    """What becomes of a character, looked up in Unicode's tables once for each."""

    def __missing__(self, code: int) -> str:
        # Decomposing may uncover capitals (™ is TM), and lower case may have to be decomposed once more.
        lower = unicodedata.normalize("NFKD", chr(code)).casefold()
        self[code] = "".join([_kept(letter) for letter in unicodedata.normalize("NFKD", lower)])
        return self[code]


def _kept(letter: str) -> str:
    if letter in _BY_HAND:
        return _BY_HAND[letter]
    return "" if unicodedata.combining(letter) else letter if letter.isalnum() else " "


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Lower case without diacritics, only letters and digits, words parted by one space.

    Letters that Unicode does not decompose (œ, ß, ł…) are spelt out by hand. Folding twice changes nothing more.
    """
    return " ".join(text.translate(_FOLDED).split())


PARTICLES = frozenset(
    "a abd abdel abdul ait al aux bel ben bin d da dal dalla das de degli dei del dell della den der des di do"
    " dos du el en i il l la las le les lo los m n o op s san t te ten ter the van vanden vander von y zu".split()
)
"""Folded words that go with the name behind them, and are written together with it as often as apart."""


def joined(words: Sequence[str]) -> list[str]:
    """The other spellings of a name of several folded words: particles with their name, and all in one word.

    `van den broeck` is also `vandenbroeck`; `jean pierre` is also `jeanpierre`.
    """
    if len(words) < 2:
        return []
    found: list[str] = []
    group = ""
    for word in words:
        if group and word not in PARTICLES:
            found.append(group + word)
        group = group + word if word in PARTICLES else ""
    return list(dict.fromkeys([*found, "".join(words)]))
