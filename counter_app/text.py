"""Words, numbers and dates for people: English message ids in, the reader's language out.

    text = Text("fr")
    text("Counter {counter}", counter="A3")
    text.plural("{n} entry", "{n} entries", 12)
    text.money(Money(12_000)), text.error(refused)

Words come from gettext, the form of every amount, number and date from CLDR through babel, which is loaded
with the first of them: importing this module costs nothing.
"""

from __future__ import annotations

import datetime as clocked
import gettext
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from counter_app.domain.errors import AppError
from counter_app.domain.money import Money

LANGUAGES: Final = ("fr", "en", "nl", "it")
PSEUDO: Final = "qps"
"""A language made at run time: longer words, accents everywhere, brackets that show where a text was cut."""

DateStyle = Literal["numeric", "long", "full"]

# The plain `en` of CLDR is American: months first and twelve hours.
_LOCALES: Final = {"fr": "fr", "en": "en_GB", "nl": "nl", "it": "it", PSEUDO: "en_GB"}
_DOMAIN: Final = "counter_app"


def N_(message: str) -> str:
    """Mark a message for extraction where it is defined; it is translated where it is shown."""
    return message


class Text:
    """One reader's language; anything else than fr, nl, it or the pseudo-language reads as English.

    Safe to share between threads. A message without a translation is shown in English.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in _LOCALES else "en"
        self._locale = _LOCALES[self.language]
        self._catalogue = _catalogue(self.language)

    def __call__(self, msgid: str, /, **params: object) -> str:
        """The translation of `msgid`, its `{named}` parameters written as `value` writes them."""
        return self._filled(self._catalogue.gettext(msgid), params)

    def plural(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The form of the message that `n` asks for in this language; `{n}` stands for the number."""
        return self._filled(self._catalogue.ngettext(one, many, n), {"n": self.number(n), **params})

    def error(self, error: AppError) -> str:
        """What went wrong and what to do next; an unknown code is shown as it is."""
        # With the first error: the window starts without any.
        from counter_app.domain.sentences import SENTENCES

        sentence = SENTENCES.get(error.code)
        return self(sentence, **error.params) if sentence else str(error)

    def value(self, value: object) -> str:
        """A parameter as a reader sees it: amounts and times by their own method, several with commas.

        A plain `int` stays as it is, for it is more often a line or a place in a chain than a quantity.
        """
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, AppError):
            return self.error(value)
        if isinstance(value, clocked.datetime):
            return self.datetime(value)
        if isinstance(value, clocked.date):
            return self.date(value)
        if isinstance(value, tuple | list):
            return ", ".join(self.value(part) for part in value)
        return str(value)

    def counter(self, chain: str) -> str:
        """A counter as people call it: by its id, which a restore leaves as it is.

        Behind a restore the beginning of its present numbers stands beside it, for those are on the receipts:
        `A3 (numbers A3b-…)`. What is addressed to a counter is addressed by its id alone.
        """
        # With the first counter: the window starts without any.
        from counter_app.domain.ids import counter_of

        counter = counter_of(chain)
        if counter == chain:
            return counter
        return self(N_("{counter} (numbers {chain}-…)"), counter=counter, chain=chain)

    def money(self, money: Money) -> str:
        """The amount with its currency, such as `1 234,50 €` in French with no-break spaces."""
        return _money(self._locale, money.cents, money.currency)

    def signed(self, money: Money) -> str:
        """The amount with its sign always shown, except for nothing at all."""
        if money.cents == 0:
            return self.money(money)
        sign = "+" if money.cents > 0 else "\N{MINUS SIGN}"
        return sign + self.money(Money(abs(money.cents), money.currency))

    def number(self, number: int) -> str:
        """A quantity with this language's grouping of thousands."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self._locale)

    def date(self, day: clocked.date, style: DateStyle = "numeric") -> str:
        """A day: `22/11/2025`, `22 November 2025` or `Saturday 22 November 2025`."""
        return _date(self._locale, day.toordinal(), style)

    def time(self, moment: clocked.datetime) -> str:
        """Hours and minutes as `moment` itself says them: convert to the office's zone before."""
        return _time(self._locale, moment.hour, moment.minute)

    def datetime(self, moment: clocked.datetime) -> str:
        """Day and time as `moment` itself says them, the day in figures."""
        return f"{self.date(moment)} {self.time(moment)}"

    def _filled(self, message: str, params: Mapping[str, object]) -> str:
        if not params:
            return message
        return message.format_map(_Shown({name: self.value(value) for name, value in params.items()}))


class _Shown(dict[str, str]):
    """Parameters of a message; one that nobody gave shows its name, for no sentence may fail at the edge."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class _Pseudo(gettext.NullTranslations):
    """Lengthens and accents every message, and leaves the parameters alone."""

    _LETTERS = str.maketrans("aceinouyACEINOUY", "áçéïñôûýÁÇÉÏÑÔÛÝ")

    def gettext(self, message: str) -> str:
        parts = message.replace("{", "\0{").replace("}", "}\0").split("\0")
        shown = "".join(part if part.startswith("{") else part.translate(self._LETTERS) for part in parts)
        return f"[{shown}{' ~' * (len(message) // 6)}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == PSEUDO:
        return _Pseudo()
    # The module reads no file before the first word is asked for; `importlib.resources` would take longer to
    # import than the catalogue to read.
    import resources

    path = Path(resources.__file__).parent / "translations" / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


# A page of the daily log repeats its amounts, days and minutes hundreds of times.
@lru_cache(maxsize=8192)
def _money(locale: str, cents: int, currency: str) -> str:
    from decimal import Decimal

    from babel.numbers import format_currency

    return format_currency(Decimal(cents).scaleb(-2), currency, locale=locale)


@lru_cache(maxsize=1024)
def _date(locale: str, ordinal: int, style: DateStyle) -> str:
    from babel.dates import format_date, format_skeleton

    day = clocked.date.fromordinal(ordinal)
    if style == "numeric":
        return format_skeleton("yMd", day, locale=locale)
    return format_date(day, style, locale=locale)


@lru_cache(maxsize=1440)
def _time(locale: str, hour: int, minute: int) -> str:
    from babel.dates import format_time

    return format_time(clocked.time(hour, minute), "short", locale=locale)
