"""Made-up identity numbers with right check digits: the French NIR, the Belgian NN, the Italian codice fiscale.

They look real so that forms and receipts are tried with their length; the serial parts come from a counter.
"""

from __future__ import annotations

from counter_app.domain.names import fold

# Odd places of a codice fiscale, counted from one (decreto ministeriale 23 December 1976).
_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
            strict=True,
        )
    ),
}
_MONTHS = "ABCDEHLMPRST"
_DEPARTMENTS = [f"{number:02d}" for number in range(1, 96) if number != 20] + ["2A", "2B", "99"]
_COMMUNES, _BIRTHS = 989, 999
_PLACES = "ABCDEFGHIL"
_UNKNOWN_MONTH = 20

NN_SERIALS = 498
"""How many men, or women, of one birth date can have a Belgian number."""
CF_SERIALS = len(_PLACES) * 999
"""How many people of one birth date are given a codice fiscale of their own here."""


def nir(*, woman: bool, year: int, month: int | None, serial: int) -> str:
    """A NIR of 15 characters; an unknown month is written 20, and each serial has its own number."""
    rest, birth = divmod(serial, _BIRTHS)
    rest, commune = divmod(rest, _COMMUNES)
    department = _DEPARTMENTS[rest % len(_DEPARTMENTS)]
    head = f"{2 if woman else 1}{year % 100:02d}{month or _UNKNOWN_MONTH:02d}"
    body = f"{head}{department}{commune + 1:03d}{birth + 1:03d}"
    figures = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - figures % 97:02d}"


def belgian_number(*, woman: bool, born: tuple[int, int, int], serial: int) -> str:
    """A national number with its dots and dashes; `serial` counts the people of one birth date and sex."""
    year, month, day = born
    number = 2 * serial + (2 if woman else 1)
    figures = f"{year % 100:02d}{month:02d}{day:02d}{number:03d}"
    check = 97 - int(("2" if year >= 2000 else "") + figures) % 97
    return f"{figures[:2]}.{figures[2:4]}.{figures[4:6]}-{number:03d}.{check:02d}"


def codice_fiscale(surname: str, given: str, *, woman: bool, born: tuple[int, int, int], serial: int) -> str:
    """A codice fiscale; the place's code counts `serial`, so it names no place where somebody was born."""
    year, month, day = born
    letter, place = divmod(serial, 999)
    body = (
        _three(surname, given=False)
        + _three(given, given=True)
        + f"{year % 100:02d}{_MONTHS[month - 1]}{day + 40 if woman else day:02d}"
        + f"{_PLACES[letter % len(_PLACES)]}{place + 1:03d}"
    )
    total = sum(
        _ODD[sign] if index % 2 == 0 else (int(sign) if sign.isdigit() else ord(sign) - ord("A"))
        for index, sign in enumerate(body)
    )
    return body + chr(ord("A") + total % 26)


def _three(name: str, *, given: bool) -> str:
    letters = [letter for letter in fold(name).upper() if "A" <= letter <= "Z"]
    consonants = [letter for letter in letters if letter not in "AEIOU"]
    if given and len(consonants) > 3:
        consonants = [consonants[0], *consonants[2:]]
    vowels = [letter for letter in letters if letter in "AEIOU"]
    return "".join([*consonants, *vowels, "X", "X", "X"][:3])
