"""The pairs that a run finds, and what becomes of each: linked, shown to a person, or left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from counter_app.register.linking.blocks import Blocks
from counter_app.register.linking.evidence import Evidence, Frequencies, Person, Plain, Weigher
from counter_app.register.linking.guards import HELD, LINK, REVIEW, Guard, guards

LEAST_BITS = -4.25
"""What is not told even without guards: one in twenty of such pairs would be the same person."""
_RIVAL_BITS = 4.0
"""How much more must speak for one person than for the next one that fits."""


class Decision(StrEnum):
    """What a score means for a pair."""

    LINK = "link"
    REVIEW = "review"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person: the odds in bits, the evidence in codes, and what holds them back."""

    id_a: str
    id_b: str
    odds_bits: float
    why: tuple[str, ...]
    held: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with its score between 0 and 1, and what it means; `why` names guards too, as `held:…`."""

    id_a: str
    id_b: str
    score: float
    decision: Decision
    why: tuple[str, ...]


class Finder:
    """Looks people up in list A; the records of both lists are counted, for a rare name tells more.

    With `within` A is looked up in itself: nobody is found twice, nor as the same record.
    """

    def __init__(self, list_a: Sequence[Person], list_b: Sequence[Person], *, within: bool = False) -> None:
        self._list_a, self._within = list_a, within
        frequencies = Frequencies()
        for one in (*list_a, *(() if within else list_b)):
            frequencies.count(one)
        self._prior_bits = log2(max(1, len(list_a), len(list_b)))
        self._blocks = Blocks(list_a)
        self._weigher = Weigher(frequencies, self._prior_bits + LEAST_BITS)

    def pairs(self, sought: Person, place: int) -> Iterator[Pair]:
        """Whom the record at a place of list B may be."""
        for other in self._blocks.near(sought):
            if self._within and other >= place:
                continue
            found = weighed(self._weigher, self._list_a[other], sought, self._prior_bits)
            if found is not None:
                yield found


def weighed(weigher: Weigher, one: Person, other: Person, prior_bits: float) -> Pair | None:
    """The pair of a record of list A and one of list B, where it is worth telling."""
    evidence = weigher.weigh(one, other)
    if evidence is None or evidence.weight - prior_bits < LEAST_BITS:
        return None
    odds_bits = evidence.weight - prior_bits
    return Pair(one.id, other.id, odds_bits, _why(evidence), guards(evidence, odds_bits))


def _why(evidence: Evidence) -> tuple[str, ...]:
    told = [
        f"given_name:{evidence.given}",
        f"surname:{evidence.surname}",
        f"birth:{evidence.birth}",
        f"postcode:{evidence.postcode}",
    ]
    if evidence.number is not Plain.MISSING:
        told.append(f"national_id:{evidence.number}")
    if evidence.crossed:
        told.append("names:exchanged")
    return tuple(told)


def judged(pairs: Iterable[Pair], *, raw: bool) -> list[Judged]:
    """The pairs in the order of their ids, with scores and decisions; without guards where `raw`.

    With guards only what is linked or to be reviewed is told, without them whatever was found.
    """
    rivals = _rivals(by_b := sorted(pairs, key=lambda pair: (pair.id_b, -pair.odds_bits, pair.id_a)))
    found: list[Judged] = []
    for pair in by_b:
        score = _score(pair.odds_bits)
        held = () if raw else pair.held
        if not raw and (pair.id_a, pair.id_b) in rivals:
            held = (*held, Guard.RIVALS)
        if held:
            score = min(score, HELD)
        decision = Decision.LINK if score >= LINK else Decision.REVIEW if score >= REVIEW else Decision.LEAVE
        if raw or decision is not Decision.LEAVE:
            why = (*pair.why, *(f"held:{guard}" for guard in held))
            found.append(Judged(pair.id_a, pair.id_b, score, decision, why))
    return found


def _score(odds_bits: float) -> float:
    """The odds as a probability, on four digits; never 1, for nothing here is certain."""
    # Beyond this a power of two would no longer be a number, and nobody could tell the scores apart.
    return min(0.9999, round(1 / (1 + 2 ** -max(-60.0, min(60.0, odds_bits))), 4))


def _rivals(pairs: Iterable[Pair]) -> set[tuple[str, str]]:
    """The pairs of records of list B that several people of list A fit about as well, the likeliest of them too."""
    of_b: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        of_b[pair.id_b].append(pair)
    found: set[tuple[str, str]] = set()
    for several in of_b.values():
        best, *others = several
        if others and best.odds_bits - others[0].odds_bits < _RIVAL_BITS:
            found.add((best.id_a, best.id_b))
        # Whoever is not the likeliest is never linked beside whoever is.
        found.update((other.id_a, other.id_b) for other in others)
    return found
