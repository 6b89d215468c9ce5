"""One person's page: visits, requests and grants as they stand, and what may still be granted.

`person_history` is the one door to a person's record. Whatever shows one goes through it, so that each look can
be logged in this one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from counter_app.clock import business_day
from counter_app.domain.commands import Number, Person, Scheme
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.domain.findings import PastGrant
from counter_app.domain.ids import counter_of
from counter_app.domain.limits import may_still
from counter_app.domain.money import Money
from counter_app.journal.entry import Entry
from counter_app.keys.references import number_references, person_references
from counter_app.projections import delivery, grants
from counter_app.projections.family import Tables
from counter_app.register import search as register
from counter_app.register import store as register_store
from counter_app.register.search import Registered
from counter_app.service.access_log import note_look
from counter_app.service.persons import OnePerson, one_person
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

RequestState = Literal["open", "pending", "granted", "refused"]
GrantState = Literal["pending", "granted", "paid", "returned", "refused", "cancelled"]

_VISITS = ("request_recorded", "aid_granted", "aid_refused", "money_received")


@dataclass(frozen=True, slots=True)
class Visit:
    """A day on which the person was served at a counter."""

    day: date
    counter: str


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request and what became of it; `day` is the one that opened the right."""

    entry_id: str
    number: str
    aid: str
    day: date
    counter: str
    asked: Money | None
    state: RequestState


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant with its decision and payment in one word, and where each central service stands with it."""

    entry_id: str
    number: str
    aid: str
    amount: Money
    day: date
    counter: str
    state: GrantState
    units: tuple[tuple[str, UnitState], ...]


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """A refusal with the office's code of its reason; `day` is the one on its receipt."""

    entry_id: str
    number: str
    aid: str
    day: date
    counter: str
    reason: str


@dataclass(frozen=True, slots=True)
class AidLeft:
    """The most that one grant of an aid may have today; `None` where no rule bounds it."""

    aid: str
    may_still: Money | None


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """A person as known here, the latest first in every list.

    `person` is as last told, or as registered; `None` where every name is erased. Where nobody `confirmed` who it
    is, limits over months bind nobody and `may_still` tells only what one grant may have. `registered` is the
    person of the register's copy, where one was asked for.
    """

    person: Person | None
    confirmed: bool
    references: tuple[str, ...]
    visits: tuple[Visit, ...]
    requests: tuple[RequestLine, ...]
    grants: tuple[GrantLine, ...]
    refusals: tuple[RefusalLine, ...]
    may_still: tuple[AidLeft, ...]
    registered: Registered | None = None


def person_history(
    workstation: Workstation,
    *,
    references: Sequence[str] = (),
    entry_id: str | None = None,
    register_id: str | None = None,
) -> PersonHistory:
    """The record of whoever has these references, stands in that entry, or has that id in the register.

    Raises `unknown_person` where that is nobody, and `register_missing` or `register_unreadable`.
    """
    key = workstation.office.reference_key
    registered = None if register_id is None else _registered(workstation, register_id)
    asked = [*references, *(registered_references(registered, key) if registered else ())]
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            found = one_person(connection, references=asked, entry_id=entry_id)
            if not found.entries and registered is None:
                raise BadInput("unknown_person")
            history = _history(workstation, connection, found, registered)
        finally:
            connection.execute("ROLLBACK")
    told = (*history.references[:1], entry_id, register_id)
    note_look(workstation, "person_opened", next(about for about in told if about))
    return history


def registered_person(registered: Registered) -> Person:
    """Somebody of the register as a form would have them: to be looked through, and confirmed by a document."""
    numbers = [Number(scheme="file", value=registered.id)]
    if registered.national_id:
        scheme = _scheme_of(registered.national_id)
        numbers.append(Number(scheme=scheme, value=registered.national_id))
    surname, given_names = registered.surname, tuple(registered.given_name.split())
    if not surname:
        surname, given_names = registered.given_name, ()
    return Person(
        surname=surname,
        given_names=given_names,
        birth_date=registered.birth.iso or None,
        numbers=tuple(numbers),
    )


def registered_references(registered: Registered, key: bytes) -> list[str]:
    """Every reference under which somebody of the register may stand in a journal."""
    numbers = number_references(registered.national_id, key) if registered.national_id else []
    return list(dict.fromkeys([*person_references(registered_person(registered), key), *numbers]))


def _scheme_of(number: str) -> Scheme:
    """What kind of identity number this looks like; the register does not say."""
    signs = "".join(c for c in number.upper() if c.isalnum())
    if len(signs) == 16 and signs[:6].isalpha():
        return "codice_fiscale"
    if len(signs) == 11 and signs.isdecimal():
        return "be_nn"
    if len(signs) in (13, 15) and signs.replace("2A", "00", 1).replace("2B", "00", 1).isdecimal():
        return "nir"
    return "other"


def _registered(workstation: Workstation, register_id: str) -> Registered:
    with register_store.reading(workstation.data, workstation.keyring) as connection:
        found = register.person_of_id(connection, register_id)
    if found is None:
        raise BadInput("unknown_person")
    return found


def _history(
    workstation: Workstation, connection: Connection, found: OnePerson, registered: Registered | None
) -> PersonHistory:
    tables = Tables(connection)
    rows = [
        row
        for entry in found.entries.values()
        if entry.kind == "aid_granted"
        and (row := grants.grant_row(tables, entry.entry_id, entry.chain)) is not None
    ]
    person = found.person or (registered_person(registered) if registered else None)
    latest = list(reversed(found.entries.values()))
    return PersonHistory(
        person=person,
        confirmed=found.confirmed,
        references=tuple(found.references),
        visits=visits_of(found.entries.values()),
        requests=tuple(
            [_request(entry, rows, found) for entry in latest if entry.kind == "request_recorded"]
        ),
        grants=tuple([_grant(tables, row, found.entries[row.entry_id]) for row in reversed(rows)]),
        refusals=tuple([_refusal(entry) for entry in latest if entry.kind == "aid_refused"]),
        may_still=_may_still(workstation, tables, found),
        registered=registered,
    )


def visits_of(entries: Iterable[Entry]) -> tuple[Visit, ...]:
    """The days and counters of the entries for which somebody stood at a counter, the latest first."""
    places = {(_right_day(entry), counter_of(entry.chain)) for entry in entries if entry.kind in _VISITS}
    return tuple([Visit(day, counter) for day, counter in sorted(places, reverse=True)])


def _request(entry: Entry, rows: Sequence[grants.GrantRow], found: OnePerson) -> RequestLine:
    answers = {row.decision for row in rows if row.request == entry.entry_id}
    refused = any(
        one.kind == "aid_refused" and one.facts.get("request") == entry.entry_id
        for one in found.entries.values()
    )
    state: RequestState = "refused" if refused else "open"
    if "granted" in answers:
        state = "granted"
    elif "pending" in answers:
        state = "pending"
    facts, cents = entry.facts, entry.facts.get("asked_cents")
    return RequestLine(
        entry_id=entry.entry_id,
        number=str(facts["number"]),
        aid=str(facts["aid"]),
        day=_right_day(entry),
        counter=counter_of(entry.chain),
        asked=None if cents is None else Money(int(cents), str(facts["currency"])),
        state=state,
    )


def _refusal(entry: Entry) -> RefusalLine:
    return RefusalLine(
        entry_id=entry.entry_id,
        number=str(entry.facts.get("number") or ""),
        aid=str(entry.facts["aid"]),
        day=_right_day(entry),
        counter=counter_of(entry.chain),
        reason=str(entry.facts["reason"]),
    )


def _grant(tables: Tables, row: grants.GrantRow, entry: Entry) -> GrantLine:
    units = [
        (unit.service, unit.state)
        for told in entry.facts.get("units") or ()
        if (unit := delivery.unit_row(tables, row.chain, row.entry_id, told["service"], told["part"]))
    ]
    return GrantLine(
        entry_id=row.entry_id,
        number=str(row.number or ""),
        aid=row.aid,
        amount=Money(row.cents, row.currency),
        day=date.fromisoformat(row.right_day),
        counter=counter_of(row.chain),
        state=grant_state(row),
        units=tuple(units),
    )


def grant_state(row: grants.GrantRow) -> GrantState:
    """Decision and payment of a grant in one word."""
    if row.decision == "granted":
        return {"paid": "paid", "returned": "returned"}.get(row.payment, "granted")  # type: ignore[return-value]
    return row.decision  # type: ignore[return-value]


def _may_still(workstation: Workstation, tables: Tables, found: OnePerson) -> tuple[AidLeft, ...]:
    configuration = workstation.configuration
    day = business_day(workstation.clock.now(), workstation.office.zone)
    past = [
        PastGrant(aid, cents, quantity, date.fromisoformat(granted_on))
        for _, aid, cents, quantity, granted_on in grants.past_grants(tables, found.references)
    ]
    left = []
    for aid in configuration.aids:
        if aid.direction == "out":
            cents = may_still(aid, past, configuration, day, confirmed=found.confirmed)
            money = None if cents is None else Money(cents, configuration.office.currency)
            left.append(AidLeft(aid.code, money))
    return tuple(left)


def _right_day(entry: Entry) -> date:
    return date.fromisoformat(entry.header["right_day"])
