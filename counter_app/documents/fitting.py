"""Making words fit a place on paper: smaller, in lines, or cut with an ellipsis, never through a letter.

Widths and sizes are in points. Lines break at ordinary spaces and after hyphens and slashes, never at a
no-break space, so that an amount stays with its currency.
"""

from __future__ import annotations

import re
import unicodedata

from counter_app.documents.fonts import drawn, width

_ELLIPSIS = "…"
_BREAKS = re.compile(r"(?<=[-/–—])(?=[^\W\d_])| +")


def clusters(text: str) -> list[str]:
    """The letters of `text`, each with the marks that belong to it."""
    letters: list[str] = []
    for character in text:
        if letters and unicodedata.combining(character):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def ellipsis(text: str, font: str, size: float, limit: float) -> str:
    """`text`, or as much of its beginning as fits `limit` with `…` after it."""
    text = drawn(text)
    if width(text, font, size) <= limit:
        return text
    return _cut(text, font, size, limit - width(_ELLIPSIS, font, size)).rstrip(" \u00a0,;:.-–") + _ELLIPSIS


def shrunk(text: str, font: str, size: float, limit: float, smallest: float) -> tuple[str, float]:
    """`text` on one line and the size at which it fits; below `smallest` it is cut with an ellipsis."""
    text = drawn(text)
    wide = width(text, font, size)
    if wide <= limit:
        return text, size
    fitting = size * limit / wide
    if fitting >= smallest:
        return text, fitting
    return ellipsis(text, font, smallest, limit), smallest


def wrap(text: str, font: str, size: float, limit: float, most: int | None = None) -> list[str]:
    """`text` in lines of at most `limit`; of more than `most` lines the last ends with an ellipsis.

    A word that is wider than a line is broken between letters. Line ends in `text` are kept.
    """
    if "\n" not in text and width(text, font, size) <= limit:
        return [drawn(text)]
    lines = [line for part in text.split("\n") for line in _lines(drawn(part), font, size, limit)]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], ellipsis(" ".join(lines[most - 1 :]), font, size, limit)]


def _lines(text: str, font: str, size: float, limit: float) -> list[str]:
    lines: list[str] = []
    current = ""
    for joint, word in _words(text):
        if current and width(current + joint + word, font, size) <= limit:
            current += joint + word
            continue
        if current:
            lines.append(current)
        while width(word, font, size) > limit:
            head = _cut(word, font, size, limit) or clusters(word)[0]
            if head == word:
                break
            lines.append(head)
            word = word[len(head) :]
        current = word
    return [*lines, current]


def _words(text: str) -> list[tuple[str, str]]:
    """The unbreakable pieces of `text`, each with what joins it to the one before: a space or nothing."""
    words: list[tuple[str, str]] = []
    start, joint = 0, ""
    for found in _BREAKS.finditer(text):
        if unicodedata.combining(text[found.end() : found.end() + 1] or " "):
            continue
        if found.start() > start:
            words.append((joint, text[start : found.start()]))
        start, joint = found.end(), " " if found.group() else ""
    if start < len(text):
        words.append((joint, text[start:]))
    return words


def _cut(text: str, font: str, size: float, limit: float) -> str:
    """The longest beginning of `text` that fits `limit`, found by halving."""
    letters = clusters(text)
    low, high = 0, len(letters)
    while low < high:
        middle = (low + high + 1) // 2
        if width("".join(letters[:middle]), font, size) <= limit:
            low = middle
        else:
            high = middle - 1
    return "".join(letters[:low])
