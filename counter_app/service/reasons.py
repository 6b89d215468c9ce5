"""Why somebody was found, in short words for people."""

from __future__ import annotations

from collections.abc import Iterable

from counter_app.domain.likeness import Reason
from counter_app.text import N_

_WORDS = {
    Reason.RECEIPT_NUMBER: N_("receipt number"),
    Reason.FILE_NUMBER: N_("file number"),
    Reason.IDENTITY_NUMBER: N_("identity number"),
    Reason.NUMBER_BEGINS: N_("number begins like this"),
    Reason.SURNAME: N_("same surname"),
    Reason.PART_OF_SURNAME: N_("part of the surname"),
    Reason.SURNAME_BEGINS: N_("surname begins like this"),
    Reason.SURNAME_JOINED: N_("surname in one word or in several"),
    Reason.USED_NAME: N_("used name"),
    Reason.GIVEN_NAME: N_("same given name"),
    Reason.GIVEN_NAME_BEGINS: N_("given name begins like this"),
    Reason.GIVEN_NAME_JOINED: N_("given name in one word or in several"),
    Reason.BIRTH_DATE: N_("date of birth"),
    Reason.BIRTH_MONTH: N_("month and year of birth"),
    Reason.BIRTH_YEAR: N_("year of birth"),
    Reason.BIRTH_DAY: N_("day and month of birth"),
    Reason.BIRTH_SWAPPED: N_("day and month of birth the other way round"),
    Reason.OTHER_BIRTH: N_("another date of birth"),
    Reason.POSTCODE: N_("postcode"),
}


def in_words(why: Iterable[Reason]) -> tuple[str, ...]:
    """English message ids, in the same order; `Text` says them in the reader's language."""
    return tuple([_WORDS[reason] for reason in why])
