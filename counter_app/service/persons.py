"""Which entries, of all chains heard here, are about one and the same person.

Entries belong together by their references, and where somebody has none, by what an agent said: an answer to a
request, a return visit, the same person as before. Names alone never tie two entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from counter_app.domain.commands import Person
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import grants, names, people
from counter_app.projections.family import Tables
from counter_app.storage.database import Connection

_MOST_ENTRIES = 500


@dataclass(slots=True)
class OnePerson:
    """The entries about a person by id, their references, and the latest told names, which may be erased.

    `confirmed` says that somebody once saw who it is, so that limits bind.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    person: Person | None = None
    confirmed: bool = False


def one_person(
    connection: Connection, *, references: Iterable[str] = (), entry_id: str | None = None
) -> OnePerson:
    """Everything about the person who has these references or stands in that entry; empty where nobody does."""
    return _Gathering(connection).gather(references, entry_id)


class _Gathering:
    """Follows references and ties until nothing new turns up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = Tables(connection)
        self._found = OnePerson()
        self._waiting: list[str] = []
        self._told: list[tuple[str, Person]] = []

    def gather(self, references: Iterable[str], entry_id: str | None) -> OnePerson:
        """The person, with the entries in the order in which they happened."""
        if entry_id is not None:
            self._waiting.append(entry_id)
        self._add_references(references)
        while self._waiting and len(self._found.entries) < _MOST_ENTRIES:
            waiting = self._waiting.pop()
            if waiting not in self._found.entries:
                self._add_entry(waiting)
        found = self._found
        found.entries = dict(sorted(found.entries.items(), key=lambda item: _when(item[1])))
        if self._told:
            found.person = max(self._told, key=lambda told: told[0])[1]
        return found

    def _add_references(self, references: Iterable[str]) -> None:
        new = [reference for reference in references if reference not in self._found.references]
        if new:
            self._found.references += new
            self._waiting += people.entries_about(self._tables, new)

    def _add_entry(self, entry_id: str) -> None:
        entry = store.find(self._connection, entry_id)
        if entry is None:
            return
        facts = entry.facts
        if entry.kind == "entry_corrected":
            self._waiting.append(facts["target"])
            return
        self._found.entries[entry_id] = entry
        said = self._said_last(entry)
        person: dict[str, Any] = said.facts.get("person") or {}
        self._add_references(person.get("references", ()))
        self._found.confirmed |= bool(person.get("confirmed"))
        told = (said.private or {}).get("person")
        if told:
            self._told.append((str(said.header["recorded_at"]), msgspec.convert(told, Person)))
        ties = (facts.get("request"), facts.get("grant"), facts.get("visit_of"), person.get("same_as"))
        self._waiting += [str(tie) for tie in ties if tie]
        self._waiting += names.returns_of(self._tables, entry_id)
        if entry.kind == "request_recorded":
            self._waiting += grants.answers_to(self._tables, entry_id)

    def _said_last(self, entry: Entry) -> Entry:
        """The entry that says who the person of this one is: itself, or the last correction of it."""
        seq = names.correction_of(self._tables, entry.entry_id, entry.chain)
        corrected = None if seq is None else store.at_place(self._connection, entry.chain, seq)
        return corrected or entry


def _when(entry: Entry) -> tuple[str, str, int]:
    return str(entry.header["happened_at"]), entry.chain, entry.seq
