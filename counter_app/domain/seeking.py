"""What somebody typed to find a person, understood: name words, birth dates, postcodes and numbers, in any order.

    sought = understood("dup mar 1980")
    sought.words        the words “dup” and “mar”, of which “mar” may also be March
    sought.demands      born in 1980, or living in postcode 1980

A word may always mean more than one thing; nothing is decided here that only the register can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from counter_app.domain.births import BirthDate, birth_from
from counter_app.domain.ids import COUNTER
from counter_app.domain.names import fold

MOST_CHARACTERS = 200
_MOST_WORDS = 8
_MOST_NUMBER = 64
_YEARS = range(1880, 2100)
_MONTH_NAMES = (
    "janvier january januari gennaio",
    "fevrier february februari febbraio",
    "mars march maart marzo mrt",
    "avril april aprile",
    "mai may mei maggio",
    "juin june juni giugno",
    "juillet july juli luglio",
    "aout august augustus agosto",
    "septembre september settembre",
    "octobre october oktober ottobre",
    "novembre november",
    "decembre december dicembre",
)


def _month_beginnings() -> dict[str, int]:
    """Each beginning of three letters and more of a month's name in the four languages, where it means one month."""
    found: dict[str, set[int]] = {}
    for month, names in enumerate(_MONTH_NAMES, 1):
        for name in names.split():
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(month)
    return {beginning: months.pop() for beginning, months in found.items() if len(months) == 1}


_MONTHS = _month_beginnings()

_DASH = re.compile("[-\u2010-\u2013]")
_CHAIN = re.compile(r"(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}")
_LENGTHS = range(4, 10)
"""How many figures a receipt's number has on paper."""

# Not within a longer number: a Belgian national number holds what looks like a date.
_BEFORE, _BEHIND = r"(?<![\w./-])", r"(?!\w|[./-]\d)"
_DATES = re.compile(
    _BEFORE
    + r"(?:(?P<y1>\d{4})(?P<s1>[-./ ])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})"
    + r"|(?P<d2>\d{1,2})(?P<s2>[-./])(?P<m2>\d{1,2})(?P=s2)(?P<y2>\d{4}|\d{2})"
    + r"|(?P<d3>\d{1,2}) (?P<m3>\d{1,2}) (?P<y3>\d{4})"
    + r"|(?P<y4>\d{4})[-./](?P<m4>\d{1,2})"
    + r"|(?P<m5>\d{1,2})[-./](?P<y5>\d{4})"
    + r"|(?P<d6>\d{1,2})[/.](?P<m6>\d{1,2})"
    + r"|(?P<d7>\d{1,2})(?:er|re|e|°)?[-. ]*(?P<w7>[^\W\d_]{3,})\.?[-. ]*(?P<y7>\d{4}|\d{2})"
    + r"|(?P<w8>[^\W\d_]{3,})\.?[-. ]+(?P<y8>\d{4})"
    + r"|(?P<d9>\d{8}|\d{6})"
    + r"|(?P<y0>\d{4}))"
    + _BEHIND
)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word of a name; before a year it may also name a month, and then tells when somebody was `born`."""

    text: str
    born: BirthDate | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What else must fit: one of these birth dates, or this postcode."""

    births: tuple[BirthDate, ...] = ()
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """One query: words and demands must all fit, or one of `numbers` (without blanks and signs) must."""

    words: tuple[Word, ...] = ()
    demands: tuple[Demand, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing that could be looked for was typed."""
        return not (self.words or self.demands or self.numbers)


def understood(query: str) -> Sought:
    """Understand a query; what is longer than 200 characters or eight words is cut."""
    text = " ".join(query[:MOST_CHARACTERS].split())
    words: list[Word] = []
    demands: list[Demand] = []
    last = 0
    for match in _DATES.finditer(text):
        taken = _demand(match)
        if taken is None:
            continue
        demand, born = taken
        words += _words(text[last : match.start()], demands)
        if born is not None:
            words.append(Word(fold(match["w8"]), born))
        demands.append(demand)
        last = match.end()
    words += _words(text[last:], demands)
    return Sought(tuple(words[:_MOST_WORDS]), tuple(demands), tuple(dict.fromkeys(_numbers(text))))


def receipt_numbers(query: str) -> tuple[str, ...]:
    """The receipt numbers that a query may be, as printed; none where it isn't shaped like one.

    The case and the dash may be missing: `a1 0005` is `A1-0005`. A last letter may be the counter's or an epoch's.
    """
    text = "".join(query.split())
    chain, dash, number = _DASH.sub("-", text).partition("-")
    if dash:
        return tuple(_receipts(chain, number))
    # A word with a year behind it is none: only a counter with a figure, or a number with a nought before it.
    parted = [(text[:-length], text[-length:]) for length in _LENGTHS]
    likely = [
        (chain, number)
        for chain, number in parted
        if (number[:1] == "0" and len(number) == _LENGTHS[0])
        or (number[:1] != "0" and any(c.isdecimal() for c in chain))
    ]
    return tuple([one for chain, number in likely for one in _receipts(chain, number)])


def _receipts(chain: str, number: str) -> Iterator[str]:
    """The readings of a chain and a number typed in any case."""
    if not (_CHAIN.fullmatch(chain) and number.isascii() and number.isdecimal() and len(number) in _LENGTHS):
        return
    if COUNTER.fullmatch(chain.upper()):
        yield f"{chain.upper()}-{number}"
    if chain[-1].isalpha() and COUNTER.fullmatch(chain[:-1].upper()):
        yield f"{chain[:-1].upper()}{chain[-1].lower()}-{number}"


def _words(text: str, demands: list[Demand]) -> list[Word]:
    """The name words of a stretch of text; what may be a year or a postcode becomes a demand, other figures do not."""
    found = []
    for word in fold(text).split():
        if word.isalpha():
            found.append(Word(word))
        elif word.isascii() and word.isdecimal() and len(word) in (4, 5):
            year = int(word)
            demands.append(Demand((birth_from(year),) if year in _YEARS else (), word))
    return found


def _demand(match: re.Match[str]) -> tuple[Demand, BirthDate | None] | None:
    """What a date as written demands, and year and month where the month's name may be somebody's too."""
    part = match.groupdict()
    if part["y0"] is not None:
        year = int(part["y0"])
        if year not in _YEARS:
            return None
        return Demand((birth_from(year),), part["y0"]), None
    if part["d9"] is not None:
        births = _run_together(part["d9"])
        return (Demand(births), None) if births else None
    if part["w8"] is not None:
        month, year = _MONTHS.get(fold(part["w8"])), int(part["y8"])
        if year not in _YEARS:
            return None
        if month is None:
            return None
        # The word stays a word, with its second meaning; only the year is sure.
        return Demand((birth_from(year),), part["y8"]), birth_from(year, month)
    if part["w7"] is not None:
        month = _MONTHS.get(fold(part["w7"]))
        births = _dates(part["y7"], month or 0, int(part["d7"]))
        return (Demand(births), None) if month and births else None
    if part["d6"] is not None:
        births = _day_and_month(int(part["d6"]), int(part["m6"]))
        return (Demand(births), None) if births else None
    figures = next(
        (part[f"y{n}"], int(part[f"m{n}"]), int(part.get(f"d{n}") or 0))
        for n in range(1, 6)
        if part[f"y{n}"] is not None
    )
    births = _dates(*figures)
    return (Demand(births), None) if births else None


def _dates(year: str, month: int, day: int) -> tuple[BirthDate, ...]:
    """The readings of a written date; a year of two figures may be of either century."""
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    if month > 12 >= day > 0:
        month, day = day, month
    if not 1 <= month <= 12 or day > 31:
        return ()
    return tuple([birth_from(one, month, day) for one in years if one in _YEARS])


def _day_and_month(day: int, month: int) -> tuple[BirthDate, ...]:
    if month > 12 >= day:
        day, month = month, day
    return (BirthDate(None, month, day),) if 1 <= month <= 12 and 1 <= day <= 31 else ()


def _run_together(figures: str) -> tuple[BirthDate, ...]:
    """`19800312`, `12031980` and `120380`; what is no date in a reading is none in it."""
    if len(figures) == 6:
        return _dates(figures[4:], int(figures[2:4]), int(figures[:2]))
    births = [
        *_dates(figures[:4], int(figures[4:6]), int(figures[6:])),
        *_dates(figures[4:], int(figures[2:4]), int(figures[:2])),
    ]
    return tuple(births)


def _numbers(text: str) -> Iterator[str]:
    """Every reading of the text as a number: all of it, runs of words with figures, single ones."""
    words = fold(text).split()
    runs = ["".join(words)]
    run = ""
    for word in [*words, ""]:
        if any(c.isdecimal() for c in word):
            run += word
            runs.append(word)
        elif run:
            runs.append(run)
            run = ""
    for number in sorted(runs, key=len, reverse=True):
        if len(number) <= _MOST_NUMBER and any(c.isdecimal() for c in number):
            yield number
