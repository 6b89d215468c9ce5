"""The one search box: people whom this counter served and people of the register's copy, each shown once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from counter_app.domain.births import BirthDate, birth_of
from counter_app.domain.commands import Person, Scheme
from counter_app.domain.likeness import Known, Likeness, NumberFit, Reason, likeness
from counter_app.domain.names import fold
from counter_app.domain.plans import last_plans, wide_plans
from counter_app.domain.seeking import Sought, receipt_numbers, understood
from counter_app.journal.numbered import entry_of_number
from counter_app.keys.references import number_references
from counter_app.projections import names, people
from counter_app.projections.family import Tables
from counter_app.projections.names import Named
from counter_app.register import search as register
from counter_app.register import store as register_store
from counter_app.register.search import Registered
from counter_app.register.store import About
from counter_app.service.citizen import registered_person, registered_references, visits_of
from counter_app.service.persons import OnePerson, one_person
from counter_app.service.reasons import in_words
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

Source = Literal["journal", "register"]

_MOST_ENTRIES = 300
_FEW = 5
_SHOWN_OF_NUMBER = 3


@dataclass(frozen=True, slots=True)
class PersonMatch:
    """Somebody found. Ask `person_history` for the record: by `register_id`, `references` or `entry_id`.

    `numbers` are masked but for their end; `birth_date` is ISO, known in part; `why` are message ids for `Text`.
    Who is in the journal and in the register is shown as of the journal, with the `register_id`.
    """

    source: Source
    surname: str
    given_names: tuple[str, ...]
    used_name: str
    birth_date: str
    numbers: tuple[tuple[Scheme, str], ...]
    references: tuple[str, ...]
    entry_id: str | None
    register_id: str | None
    visits: int
    last_visit: date | None
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The matches, best first, the milliseconds taken, and the copy of the register, `None` where there is none.

    `receipt` is the query as a receipt number where it is shaped like one and nobody was found by it.
    """

    took_ms: float
    matches: tuple[PersonMatch, ...]
    register: About | None
    receipt: str = ""


@dataclass(slots=True)
class _Candidate:
    """Somebody who fits: the entries about them, the likeness, and who they are in the register."""

    one: OnePerson
    likeness: Likeness
    registered: Registered | None = None


def search(workstation: Workstation, query: str, limit: int = 20) -> SearchResult:
    """People who fit a query; raises `register_unreadable` where there is a copy that cannot be opened.

    A receipt number finds the citizen of that receipt and nobody else.
    """
    began = time.perf_counter()
    sought = understood(query)
    receipts = receipt_numbers(query)
    about, registered = _of_register(workstation, sought, limit)
    key = workstation.office.reference_key
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            candidates = _of_receipt(connection, receipts)
            receipt = "" if candidates or not receipts else receipts[0]
            if not candidates:
                candidates = _of_journal(connection, sought, key, limit)
                _add_registered(connection, candidates, registered, key)
        finally:
            connection.execute("ROLLBACK")
    matches = [_match(candidate) for candidate in candidates]
    matches.sort(key=lambda one: (-one.score, one.source, fold(one.surname), one.given_names, one.birth_date))
    return SearchResult((time.perf_counter() - began) * 1000, tuple(matches[:limit]), about, receipt)


def _of_register(
    workstation: Workstation, sought: Sought, limit: int
) -> tuple[About | None, list[register.RegisterMatch]]:
    if not register_store.has_register(workstation.data):
        return None, []
    with register_store.reading(workstation.data, workstation.keyring) as connection:
        return register_store.read_about(connection), register.find_people(connection, sought, limit)


def _of_receipt(connection: Connection, numbers: Sequence[str]) -> list[_Candidate]:
    """The citizen of the first of these receipts that was given; nobody where it is not about a person."""
    for number in numbers:
        entry = entry_of_number(connection, number)
        one = OnePerson() if entry is None else one_person(connection, entry_id=entry.entry_id)
        if one.references or one.person is not None:
            return [_Candidate(one, Likeness(1.0, (Reason.RECEIPT_NUMBER,)))]
    return []


def _of_journal(connection: Connection, sought: Sought, key: bytes, limit: int) -> list[_Candidate]:
    """By number in every chain, for references travel; by name where the private part is here."""
    found: list[_Candidate] = []
    seen: set[str] = set()
    for entry_id, fit in _numbered(Tables(connection), sought, key):
        if entry_id not in seen:
            one = one_person(connection, entry_id=entry_id)
            seen |= one.entries.keys()
            found.append(_Candidate(one, likeness(sought, _known(one.person), fit)))
    judged = [(likeness(sought, named.known), named) for named in _named(Tables(connection), sought)]
    # Of entries that fit alike the latest comes first, as they were found.
    judged.sort(key=lambda one: -one[0].score)
    for fits, named in judged:
        if len(found) >= limit:
            break
        if named.about not in seen and fits.score > 0:
            one = one_person(connection, entry_id=named.about)
            seen |= one.entries.keys()
            found.append(_Candidate(one, fits))
    return found


def _numbered(tables: Tables, sought: Sought, key: bytes) -> Iterator[tuple[str, NumberFit]]:
    for number in sought.numbers:
        for reference in number_references(number, key):
            reason = Reason.FILE_NUMBER if reference.startswith("file:") else Reason.IDENTITY_NUMBER
            for entry_id in people.entries_about(tables, [reference]):
                yield entry_id, NumberFit(reason, number)


def _named(tables: Tables, sought: Sought) -> list[Named]:
    """Entries from ever wider ways of looking; the narrow ones cost as much here, where all rows are read."""
    found: list[Named] = []
    for plans in wide_plans(sought):
        found += names.named(tables, plans, _MOST_ENTRIES)
        if len(found) >= _FEW:
            return found
    if not found:
        for plans in last_plans(sought):
            found += names.named(tables, plans, _MOST_ENTRIES)
            if found:
                return found
    return found


def _add_registered(
    connection: Connection,
    candidates: list[_Candidate],
    registered: list[register.RegisterMatch],
    key: bytes,
) -> None:
    """Put the register's people beside the journal's; who was served here already is shown once."""
    for match in registered:
        one = one_person(connection, references=registered_references(match.person, key))
        known = next((other for other in candidates if one.entries.keys() & other.one.entries.keys()), None)
        if known is None:
            candidates.append(_Candidate(one, match.likeness, match.person))
        elif known.registered is None:
            known.registered = match.person
            if match.likeness.score > known.likeness.score:
                known.likeness = match.likeness


def _known(person: Person | None) -> Known:
    if person is None:
        return Known("", "", BirthDate())
    return Known(
        surname=fold(person.surname),
        given=fold(" ".join(person.given_names)),
        birth=birth_of(person.birth_date or ""),
        used=fold(person.used_name or ""),
    )


def _match(candidate: _Candidate) -> PersonMatch:
    one, registered = candidate.one, candidate.registered
    visits = visits_of(one.entries.values())
    person = one.person or (registered_person(registered) if registered else None)
    return PersonMatch(
        source="journal" if one.entries else "register",
        surname=person.surname if person else "",
        given_names=person.given_names if person else (),
        used_name=(person.used_name or "") if person else "",
        birth_date=birth_of(person.birth_date or "").iso if person else "",
        numbers=tuple([(number.scheme, _masked(number.value)) for number in person.numbers])
        if person
        else (),
        references=tuple(one.references),
        entry_id=next(reversed(one.entries), None),
        register_id=registered.id if registered else None,
        visits=len(visits),
        last_visit=visits[0].day if visits else None,
        score=candidate.likeness.score,
        why=in_words(candidate.likeness.why),
    )


def _masked(number: str) -> str:
    shown = number[-_SHOWN_OF_NUMBER:]
    return "•" * (len(number) - len(shown)) + shown
