"""The typefaces of the papers: Fira Sans, embedded, with figures of one width for columns of amounts.

Everything that touches reportlab does so inside functions: it takes too long to load for a window to pay.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "Paper-Regular"
MEDIUM: Final = "Paper-Medium"
BOLD: Final = "Paper-SemiBold"
FIGURES: Final = "Paper-Figures"
"""The regular weight with figures of one width, for amounts, numbers and times under one another."""
BOLD_FIGURES: Final = "Paper-SemiBold-Figures"

_FILES: Final = {
    REGULAR: "FiraSans-Regular.ttf",
    MEDIUM: "FiraSans-Medium.ttf",
    BOLD: "FiraSans-SemiBold.ttf",
    FIGURES: "FiraSans-Regular.ttf",
    BOLD_FIGURES: "FiraSans-SemiBold.ttf",
}
_TABULAR: Final = (FIGURES, BOLD_FIGURES)

# French numbers group with U+202F, which Fira Sans lacks, as it lacks the other special spaces and the
# no-break hyphen. Control characters and the direction marks would be drawn as boxes.
_DRAWN: Final = {
    **dict.fromkeys((0x2007, 0x2008, 0x2009, 0x200A, 0x202F), "\N{NO-BREAK SPACE}"),
    0x2010: "-",
    0x2011: "-",
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    **dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060), None),
    **dict.fromkeys((*range(0x2066, 0x206A), 0xFEFF), None),
}


@cache
def load() -> None:
    """Register the faces with reportlab; the second call does nothing."""
    import fontpkg_fira_sans
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # Streams as bytes: as printable letters they are a quarter longer and take longer to write.
    rl_config.useA85 = 0
    folder = Path(fontpkg_fira_sans.__file__).parent / "files"
    for name, file in _FILES.items():
        font = TTFont(name, str(folder / file), shapable=False)
        if name in _TABULAR:
            _set_figures(font, (folder / file).read_bytes())
        pdfmetrics.registerFont(font)


@lru_cache(maxsize=16384)
def drawn(text: str) -> str:
    """`text` as the faces can draw it: composed (NFC), special spaces replaced, control characters gone.

    A letter that the faces lack is drawn as the plain letters it stands for (`18ᵉ` as `18e`); one that
    stands for none prints as a box, so that nobody takes the word for whole.
    """
    text = unicodedata.normalize("NFC", text).translate(_DRAWN)
    if text.isascii() or _letters().issuperset(text):
        return text
    return "".join(letter if letter in _letters() else _plain(letter) for letter in text)


@lru_cache(maxsize=32768)
def width(text: str, font: str, size: float) -> float:
    """How wide `text` is drawn, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    load()
    return float(stringWidth(drawn(text), font, size))


@cache
def _letters() -> frozenset[str]:
    from reportlab.pdfbase.pdfmetrics import getFont

    load()
    return frozenset(map(chr, getFont(REGULAR).face.charToGlyph))


def _plain(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    return plain if _letters().issuperset(plain) else letter


def _set_figures(font: TTFont, data: bytes) -> None:
    """Point the digits at the glyphs that the font's own feature `tnum` substitutes for them."""
    face = font.face
    substituted = _single_substitutions(data, b"tnum")
    for digit in map(ord, "0123456789"):
        glyph = substituted[face.charToGlyph[digit]]
        face.charToGlyph[digit] = glyph
        face.charWidths[digit] = face.hmetrics[glyph][0] * 1000 / face.unitsPerEm
    # reportlab names a document's fonts after the face: two of one name would take each other's place.
    face.name += b"Figures"


def _single_substitutions(data: bytes, feature: bytes) -> dict[int, int]:
    """Glyph to glyph for one feature of the font's GSUB table (OpenType 1.9, lookup type 1)."""

    def numbers(offset: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f">{count}H", data, offset)

    table = _table(data, b"GSUB")
    _, _, _, features, lookups = numbers(table, 5)
    features, lookups = table + features, table + lookups
    found: dict[int, int] = {}
    for record in range(features + 2, features + 2 + 6 * numbers(features, 1)[0], 6):
        if data[record : record + 4] != feature:
            continue
        at = features + numbers(record + 4, 1)[0]
        for index in numbers(at + 4, numbers(at + 2, 1)[0]):
            lookup = lookups + numbers(lookups + 2 + 2 * index, 1)[0]
            kind, _, count = numbers(lookup, 3)
            for subtable in numbers(lookup + 6, count) if kind == 1 else ():
                found |= _substitution(data, lookup + subtable)
    return found


def _substitution(data: bytes, at: int) -> dict[int, int]:
    form, coverage, third = struct.unpack_from(">HHH", data, at)
    glyphs = _covered(data, at + coverage)
    if form == 1:
        return {glyph: (glyph + third) & 0xFFFF for glyph in glyphs}
    return dict(zip(glyphs, struct.unpack_from(f">{third}H", data, at + 6), strict=True))


def _covered(data: bytes, at: int) -> list[int]:
    form, count = struct.unpack_from(">HH", data, at)
    if form == 1:
        return list(struct.unpack_from(f">{count}H", data, at + 4))
    ranges = struct.iter_unpack(">HHH", data[at + 4 : at + 4 + 6 * count])
    return [glyph for first, last, _ in ranges for glyph in range(first, last + 1)]


def _table(data: bytes, tag: bytes) -> int:
    for record in range(12, 12 + 16 * int.from_bytes(data[4:6], "big"), 16):
        if data[record : record + 4] == tag:
            return int.from_bytes(data[record + 8 : record + 12], "big")
    raise ValueError(f"the font has no {tag.decode()} table")
