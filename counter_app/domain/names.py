"""Folding of names to search keys; the original is always kept beside it."""

from __future__ import annotations

import unicodedata

_BY_HAND = str.maketrans(
    {
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
)


def fold(text: str) -> str:
    """Lower case without diacritics, only letters and digits, words parted by one space.

    Letters that Unicode does not decompose (œ, ß, ł…) are spelt out by hand. Folding twice changes nothing more.
    """
    # Decomposing may uncover capitals (™ is TM), and lower case may have to be decomposed once more.
    lower = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", lower).translate(_BY_HAND)
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
