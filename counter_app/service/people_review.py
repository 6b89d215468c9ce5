"""Who of the journal is who in the register: pairs found by a child process, looked at and decided by a person.

    own command  register review-part --data DIR  < key  > lines of JSON

Nobody is tied by the program alone: a pair that no guard holds is offered as sure, all others to be looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from counter_app.domain.command_shape import Code
from counter_app.domain.commands import Number, Person
from counter_app.domain.decision_commands import MatchPerson
from counter_app.domain.errors import BadInput
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.references import person_references
from counter_app.projections import decisions
from counter_app.projections.family import Tables
from counter_app.register import search as register
from counter_app.register import store as register_store
from counter_app.register.linking.pairs import Decision
from counter_app.register.linking.review import found_in_register, register_rows
from counter_app.register.linking.table import Row
from counter_app.register.search import Registered
from counter_app.service.access_log import note_person_of
from counter_app.service.papers.aside import told_by_child
from counter_app.service.persons import one_person
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

_KINDS: Final = ("request_recorded", "aid_granted", "aid_refused", "money_received")
_POSTCODE: Final = re.compile(r"\b\d{5}\b|\b[1-9]\d{3}\b(?=\s+\w)")
_LONGEST_S = 1800


@dataclass(frozen=True, slots=True)
class PersonPair:
    """Somebody of the journal, by one entry about them, and somebody of the register.

    `sure` where no guard holds the pair; `evidence` are the codes of what agrees, `held` of what keeps it back.
    """

    target: str
    register_id: str
    score: float
    sure: bool
    evidence: tuple[str, ...]
    held: tuple[str, ...]
    receipt: str
    surname: str
    given_names: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells it from every other pair."""
        return f"{self.target}/{self.register_id}"


@dataclass(frozen=True, slots=True)
class FieldFit:
    """One field on both sides, how it agrees as a code, and how much that speaks for one person, from 0 to 1."""

    name: str
    ours: str
    theirs: str
    fit: str
    share: float


@dataclass(frozen=True, slots=True)
class PairCase:
    """A pair opened, with the names; `entries` is how many entries are about whom the journal means."""

    pair: PersonPair
    person: Person
    registered: Registered
    fields: tuple[FieldFit, ...]
    entries: int


SHARES: Final = {
    "same": 1.0,
    "sounds_alike": 0.85,
    "day_and_month_swapped": 0.8,
    "close": 0.75,
    "part": 0.7,
    "same_month": 0.7,
    "one_figure": 0.6,
    "begins": 0.6,
    "like": 0.5,
    "year_slip": 0.5,
    "same_year_rest_unknown": 0.5,
    "same_year": 0.3,
    "common_first_name": 0.35,
    "other_first_name": 0.3,
    "form_of_other_sex": 0.25,
}
"""How far a fit speaks for one person; what is not here speaks against, or says nothing."""


def pairs_to_review(workstation: Workstation) -> tuple[PersonPair, ...]:
    """The pairs that nobody decided yet, the surest first; a child process compares, for it takes a while.

    Raises `register_missing`, `register_unreadable` and `register_link_failed`.
    """
    if register_store.about(workstation.data, workstation.keyring) is None:
        raise BadInput("register_missing")
    said = told_by_child(workstation, ["register", "review-part"], _LONGEST_S, "register_link_failed")
    told = [json.loads(line) for line in said.splitlines()]
    with workstation.reading() as connection:
        known = decisions.verdicts(Tables(connection))
        found = [_pair(connection, line) for line in told if not _is_known(workstation, line, known)]
    return tuple(sorted((pair for pair in found if pair is not None), key=lambda one: (-one.score, one.key)))


def compare_people(workstation: Workstation) -> Iterator[dict[str, Any]]:
    """The child's side: every pair as a line."""
    ours = list(_people(workstation))
    with register_store.reading(workstation.data, workstation.keyring) as connection:
        for pair in found_in_register(ours, lambda: register_rows(connection)):
            yield {
                "target": pair.id_b,
                "register_id": pair.id_a,
                "score": pair.score,
                "sure": pair.decision is Decision.LINK,
                "why": list(pair.why),
            }


def open_pair(workstation: Workstation, pair: PersonPair) -> PairCase | None:
    """Both people with their names; `None` where the entry's names are gone or the register no longer has them."""
    with register_store.reading(workstation.data, workstation.keyring) as connection:
        registered = register.person_of_id(connection, pair.register_id)
    with workstation.reading() as connection:
        entry = store.find(connection, pair.target)
        told = None if entry is None else _person_of(entry)
        about = one_person(connection, entry_id=pair.target)
    if entry is None or told is None or registered is None:
        return None
    note_person_of(workstation, entry)
    return PairCase(pair, told, registered, _fields(pair, told, registered), len(about.entries))


def match(
    workstation: Workstation, pair: PersonPair, verdict: str, agent: str, reason: str, channel: str
) -> None:
    """Record what a person says of a pair: `same` or `other`; raises `matched_before` where somebody did."""
    command = MatchPerson(
        agent=agent,
        target=pair.target,
        register_id=pair.register_id,
        verdict="same" if verdict == "same" else "other",
        score=round(pair.score * 1000),
        evidence=_codes((*pair.evidence, *(f"held:{guard}" for guard in pair.held))),
        reason=reason,
    )
    workstation.record(command, channel)


def _codes(words: Iterable[str]) -> tuple[Code, ...]:
    return tuple(word[:64] for word in words)


def _people(workstation: Workstation) -> Iterator[Row]:
    """Everybody whom an entry names and whom no file number ties to the register yet, once each."""
    seen: set[str] = set()
    with workstation.reading() as connection:
        for chain in store.chains(connection):
            for entry in store.entries(connection, chain.name):
                if entry.kind not in _KINDS:
                    continue
                references = [str(one) for one in (entry.facts.get("person") or {}).get("references", ())]
                told = _person_of(entry)
                if told is None or any(one.startswith("file:") for one in references):
                    continue
                keys = references or [f"{told.surname}|{told.given_names}|{told.birth_date}"]
                if seen.isdisjoint(keys):
                    yield _row(entry.entry_id, told)
                seen.update(keys)


def _row(entry_id: str, told: Person) -> Row:
    numbers = [one.value for one in told.numbers if one.scheme != "file"]
    postcode = _POSTCODE.search(told.address or "")
    return (
        entry_id,
        " ".join(told.given_names),
        told.surname,
        (told.birth_date or "").replace("-", "").ljust(8, "0") if told.birth_date else "",
        "" if postcode is None else postcode.group(),
        numbers[0] if numbers else "",
    )


def _person_of(entry: Entry) -> Person | None:
    told = (entry.private or {}).get("person")
    return None if told is None else msgspec.convert(told, Person)


def reference_of(workstation: Workstation, register_id: str) -> str:
    """The keyed reference under which the journal knows a file number of the register."""
    numbered = Person(surname="-", numbers=(Number(scheme="file", value=register_id),))
    return person_references(numbered, workstation.office.reference_key)[0]


def _is_known(workstation: Workstation, line: dict[str, Any], known: dict[tuple[str, str], str]) -> bool:
    return (str(line["target"]), reference_of(workstation, str(line["register_id"]))) in known


def _pair(connection: Connection, line: dict[str, Any]) -> PersonPair | None:
    entry = store.find(connection, str(line["target"]))
    told = None if entry is None else _person_of(entry)
    if entry is None or told is None:
        return None
    why = [str(one) for one in line["why"]]
    return PersonPair(
        target=entry.entry_id,
        register_id=str(line["register_id"]),
        score=float(line["score"]),
        sure=bool(line["sure"]),
        evidence=tuple(one for one in why if not one.startswith("held:")),
        held=tuple(one.removeprefix("held:") for one in why if one.startswith("held:")),
        receipt=str(entry.facts.get("number") or ""),
        surname=told.surname,
        given_names=told.given_names,
    )


def _fields(pair: PersonPair, told: Person, registered: Registered) -> tuple[FieldFit, ...]:
    numbers = [one.value for one in told.numbers if one.scheme != "file"]
    postcode = _POSTCODE.search(told.address or "")
    sides = {
        "surname": (told.surname, registered.surname),
        "given_name": (" ".join(told.given_names), registered.given_name),
        "birth": (told.birth_date or "", registered.birth.iso or ""),
        "postcode": ("" if postcode is None else postcode.group(), registered.postcode),
        "national_id": (numbers[0] if numbers else "", registered.national_id),
    }
    fits = dict(one.split(":", 1) for one in pair.evidence if ":" in one)
    return tuple(
        FieldFit(name, ours, theirs, fits.get(name, "missing"), SHARES.get(fits.get(name, ""), 0.0))
        for name, (ours, theirs) in sides.items()
        if ours or theirs
    )
