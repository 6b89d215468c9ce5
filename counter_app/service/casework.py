"""What the counter's pages need of a person and a grant before something is recorded for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from counter_app.clock import business_day
from counter_app.domain.commands import Circumstances, Person
from counter_app.domain.errors import Refused
from counter_app.domain.money import Money
from counter_app.domain.names import fold
from counter_app.journal import store
from counter_app.keys.references import person_references
from counter_app.projections import grants
from counter_app.projections.family import Tables
from counter_app.service.access_log import note_person_of
from counter_app.service.citizen import PersonHistory, person_history
from counter_app.service.search import PersonMatch, search
from counter_app.service.today import State, state_of
from counter_app.service.workstation import Workstation

_MOST_HOMONYMS = 12


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A person's record with the person as a new act would name them, and others of the same name.

    `entry_id` is the entry that the person was found by, where there is one.
    """

    history: PersonHistory
    person: Person
    entry_id: str | None
    homonyms: tuple[PersonMatch, ...]


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request of this counter as it was told: `number` and `day` as on its receipt."""

    entry_id: str
    number: str
    day: date
    aid: str
    asked: Money | None
    quantity: int
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Settling:
    """A grant of this counter as it stands; `request` and `number` as on its receipt, `granter` the colleague's id."""

    entry_id: str
    number: str
    aid: str
    amount: Money
    means: str
    state: State
    granter: str
    day: date
    person: Person | None


def open_file(
    workstation: Workstation, *, entry_id: str | None, register_id: str | None, reason: str
) -> OpenFile:
    """The record of somebody found, and the person whom a new act names.

    Whoever cannot be recognised by a number or a whole birth date is tied to the entry they were found by, with
    `reason`; who was confirmed once is `known` from then on.
    Raises what `person_history` raises, and `unknown_person` where every name is erased.
    """
    history = person_history(workstation, entry_id=entry_id, register_id=register_id)
    person = history.person
    if person is None:
        raise Refused("unknown_person")
    person = msgspec.structs.replace(
        person,
        identity="known" if history.confirmed else "declared",
        same_as=None,
        distinct_from=None,
        reason=None,
    )
    own = set(person_references(person, workstation.office.reference_key))
    if entry_id is not None and not own & set(history.references) and _is_own(workstation, entry_id):
        person = msgspec.structs.replace(person, same_as=entry_id, reason=reason)
    found = homonyms(workstation, person)
    others = [
        one
        for one in found
        if one.entry_id != entry_id
        and not (register_id is not None and one.register_id == register_id)
        and not set(one.references) & set(history.references)
    ]
    return OpenFile(history, person, entry_id, tuple(others))


def homonyms(workstation: Workstation, person: Person) -> tuple[PersonMatch, ...]:
    """Everybody known here under the same surname and first given name, the person included."""
    query = " ".join([person.surname, *person.given_names[:1]])
    wanted = fold(person.surname), fold(" ".join(person.given_names[:1]))
    return tuple(
        [
            one
            for one in search(workstation, query, _MOST_HOMONYMS).matches
            if (fold(one.surname), fold(" ".join(one.given_names[:1]))) == wanted
        ]
    )


def settling(workstation: Workstation, entry_id: str) -> Settling:
    """A grant of this counter; raises `unknown_entry` where there is none of that id."""
    with workstation.reading() as connection:
        tables = Tables(connection)
        row = grants.grant_row(tables, entry_id, workstation.chain)
        entry = store.find(connection, entry_id, workstation.chain)
        if row is None or entry is None:
            raise Refused("unknown_entry", entry_id=entry_id)
        told = (entry.private or {}).get("person")
        note_person_of(workstation, entry)
        return Settling(
            entry_id=row.entry_id,
            number=row.number or "",
            aid=row.aid,
            amount=Money(row.cents, row.currency),
            means=row.means or "",
            state=state_of(tables, entry),
            granter=row.agent,
            day=date.fromisoformat(row.right_day),
            person=msgspec.convert(told, Person) if told else None,
        )


def asked_request(workstation: Workstation, entry_id: str) -> AskedRequest:
    """A request of this counter; raises `unknown_entry` where there is none of that id."""
    with workstation.reading() as connection:
        entry = store.find(connection, entry_id, workstation.chain)
    if entry is None or entry.kind != "request_recorded":
        raise Refused("unknown_entry", entry_id=entry_id)
    facts, cents = entry.facts, entry.facts.get("asked_cents")
    told = {**facts["circumstances"], "resources_cents": (entry.private or {}).get("resources_cents")}
    return AskedRequest(
        entry_id=entry.entry_id,
        number=str(facts["number"]),
        day=date.fromisoformat(entry.header["right_day"]),
        aid=str(facts["aid"]),
        asked=None if cents is None else Money(int(cents), str(facts["currency"])),
        quantity=int(facts["quantity"]),
        circumstances=msgspec.convert(told, Circumstances),
    )


def _is_own(workstation: Workstation, entry_id: str) -> bool:
    with workstation.reading() as connection:
        return store.find(connection, entry_id, workstation.chain) is not None


def today(workstation: Workstation) -> date:
    """The business day that it is now."""
    return business_day(workstation.clock.now(), workstation.office.zone)
