"""What no score may settle: where two records may be twins, siblings, namesakes or parent and child, a person decides.

A guard never raises a score. It caps it below the threshold of linking, and says why.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from counter_app.register.linking.births import BirthFit
from counter_app.register.linking.evidence import Evidence, Plain
from counter_app.register.linking.names import NameFit

LINK: Final = 0.9
REVIEW: Final = 0.5
HELD: Final = 0.89
"""The highest score of a pair that a guard holds back."""


class Guard(StrEnum):
    """Why a pair is not linked by itself."""

    TWINS = "may_be_twins"
    HOMONYMS = "may_be_namesakes"
    GENERATIONS = "may_be_parent_and_child"
    NO_BIRTH = "no_birth_date"
    NO_NAME = "name_missing"
    OTHER_SURNAME = "other_surname"
    OTHER_NUMBER = "other_number"
    RIVALS = "several_fit"


_NO_BIRTH_IN_COMMON = frozenset({BirthFit.OTHER, BirthFit.SAME_YEAR})
_NEAR_BIRTH = frozenset({BirthFit.FIGURE, BirthFit.YEAR, BirthFit.MONTH})
_OTHER_GIVEN = frozenset({NameFit.OTHER, NameFit.SEXES, NameFit.FIRST_OTHER, NameFit.FIRST_SAME})
_NEAR_NAME = frozenset({NameFit.SAME, NameFit.SOUNDS, NameFit.CLOSE})
_SURE_BIRTH = frozenset({BirthFit.SAME, BirthFit.SWAPPED})
_SURE_WITHOUT_SURNAME_BITS, _SURE_LIKE_BITS = 4.5, 8.0


def guards(evidence: Evidence, odds_bits: float) -> tuple[Guard, ...]:
    """The guards that hold this pair, whatever its score; `odds_bits` is what speaks for it, less what chance would do.

    An identity number that is the same on both sides proves what a missing name or date leaves open.
    """
    proved = evidence.number is Plain.SAME
    elsewhere = evidence.postcode is Plain.OTHER and not proved
    held = {
        Guard.TWINS: evidence.given in _OTHER_GIVEN
        or (evidence.given is NameFit.LIKE and not _all_else_same(evidence, odds_bits)),
        Guard.HOMONYMS: evidence.birth in _NO_BIRTH_IN_COMMON
        or (evidence.birth in _NEAR_BIRTH and elsewhere),
        Guard.GENERATIONS: evidence.birth is BirthFit.GENERATION,
        Guard.NO_BIRTH: evidence.birth is BirthFit.MISSING and not proved,
        Guard.NO_NAME: NameFit.MISSING in (evidence.given, evidence.surname) and not proved,
        Guard.OTHER_SURNAME: evidence.surname is NameFit.OTHER and not _married(evidence, odds_bits),
        Guard.OTHER_NUMBER: evidence.number is Plain.OTHER,
    }
    return tuple(guard for guard, holds in held.items() if holds)


def _all_else_same(evidence: Evidence, odds_bits: float) -> bool:
    """A given name that is only like the other is misspelt, where surname, date and more are the same."""
    return (
        evidence.surname in _NEAR_NAME
        and evidence.birth in _SURE_BIRTH
        and evidence.postcode is not Plain.OTHER
        and odds_bits >= _SURE_LIKE_BITS
    )


def _married(evidence: Evidence, odds_bits: float) -> bool:
    """Whether all but the surname is the same, and chance alone would hardly make it so: a name after marriage."""
    return (
        evidence.given in _NEAR_NAME
        and evidence.birth in _SURE_BIRTH
        and evidence.postcode is Plain.SAME
        and odds_bits >= _SURE_WITHOUT_SURNAME_BITS
    )
