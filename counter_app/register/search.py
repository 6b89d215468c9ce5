"""Finding people in the copy of the register: by names begun, birth dates, postcodes and numbers, best first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

from counter_app.domain.births import BirthDate, birth_of
from counter_app.domain.likeness import Known, Likeness, NumberFit, Reason, likeness
from counter_app.domain.plans import Clause, Plan, Term, last_plans, narrow_plans, wide_plans
from counter_app.domain.seeking import Sought
from counter_app.storage.database import Connection

_MOST_CANDIDATES = 100
"""How many people one way of looking may bring; who was not told apart by then needs another word typed."""
_FEW = 5
"""With fewer than these, people are shown too who do not fit all that was typed."""
_LEAST_BEGINNING = 6
_MOST_NUMBERS = 20

_COLUMNS = {"surname": "surname", "name": "{surname given}", "born": "born", "postcode": "postcode"}
_MATCHING = "SELECT rowid FROM word WHERE word MATCH ? LIMIT ?"
_NUMBERED = {
    Reason.FILE_NUMBER: "SELECT place FROM person WHERE id_key = ? LIMIT ?",
    Reason.IDENTITY_NUMBER: "SELECT place FROM person WHERE national_key = ? AND national_key <> '' LIMIT ?",
}
_NUMBER_BEGINS = (
    "SELECT place FROM person WHERE national_key >= ? AND national_key < ? AND national_key <> ''"
    " UNION SELECT place FROM person WHERE id_key >= ? AND id_key < ? LIMIT ?"
)


class _Row(NamedTuple):
    """A row of `person`, without the keys of its numbers."""

    place: int
    id: str
    given_name: str
    surname: str
    born: str
    postcode: str
    national_id: str
    more: str | None
    surname_key: str
    given_key: str
    postcode_key: str


_WHOLE = ", ".join(_Row._fields)


@dataclass(frozen=True, slots=True)
class Registered:
    """A person as the register has them; `date_of_birth` as exported, `more` the columns that have no name here."""

    id: str
    given_name: str
    surname: str
    date_of_birth: str
    postcode: str
    national_id: str
    more: dict[str, str]

    @property
    def birth(self) -> BirthDate:
        """The birth date as far as it is known and possible."""
        return birth_of(self.date_of_birth)


@dataclass(frozen=True, slots=True)
class RegisterMatch:
    """A person found, with the score and the reasons."""

    person: Registered
    likeness: Likeness


def find_people(connection: Connection, sought: Sought, limit: int) -> list[RegisterMatch]:
    """At most `limit` people who fit, best first; of equals, in the order of names, birth and id."""
    numbered = _numbered(connection, sought)
    places = dict.fromkeys(numbered)
    if len(numbered) < limit:
        places |= dict.fromkeys(_candidates(connection, sought, limit))
    judged = [
        (likeness(sought, _known(row), numbered.get(row.place)), row)
        for row in _rows(connection, list(places))
    ]
    judged.sort(key=lambda one: (-one[0].score, one[1].surname_key, one[1].given_key, one[1].born, one[1].id))
    return [RegisterMatch(_registered(row), found) for found, row in judged[:limit] if found.score > 0]


def person_of_id(connection: Connection, person_id: str) -> Registered | None:
    """The person of exactly this register id."""
    row = connection.execute(f"SELECT {_WHOLE} FROM person WHERE id = ?", (person_id,)).fetchone()  # noqa: S608
    return None if row is None else _registered(_Row._make(row))


def _numbered(connection: Connection, sought: Sought) -> dict[int, NumberFit]:
    """The people whose number was typed, whole or else begun."""
    found: dict[int, NumberFit] = {}
    for number in sought.numbers:
        for reason, sql in _NUMBERED.items():
            for (place,) in connection.execute(sql, (number, _MOST_NUMBERS)):
                found.setdefault(place, NumberFit(reason, number))
    longest = sought.numbers[0] if sought.numbers else ""
    if not found and len(longest) >= _LEAST_BEGINNING:
        end = longest[:-1] + chr(ord(longest[-1]) + 1)
        for (place,) in connection.execute(_NUMBER_BEGINS, (longest, end, longest, end, _MOST_NUMBERS)):
            found[place] = NumberFit(Reason.NUMBER_BEGINS, longest)
    return found


def _candidates(connection: Connection, sought: Sought, limit: int) -> dict[int, None]:
    """Row numbers from ever wider ways of looking: as many as fit, and others only where there are but few."""
    found: dict[int, None] = {}
    for plan in narrow_plans(sought):
        _add_matching(connection, plan, limit, found)
        if len(found) >= limit:
            return found
    for level, plans in enumerate(wide_plans(sought)):
        if level > 0 and len(found) >= _FEW:
            return found
        for plan in plans:
            _add_matching(connection, plan, limit, found)
            if len(found) >= limit:
                return found
    if not found:
        for plans in last_plans(sought):
            for plan in plans:
                _add_matching(connection, plan, limit, found)
            if found:
                return found
    return found


def _add_matching(connection: Connection, plan: Plan, limit: int, found: dict[int, None]) -> None:
    most = max(_MOST_CANDIDATES, limit)
    for (place,) in connection.execute(_MATCHING, (_expression(plan), most)):
        found[int(place)] = None


def _expression(plan: Plan) -> str:
    """The plan in FTS5's language; folded words are letters and digits alone, so nothing in them is an operator."""
    return " AND ".join(_either(clause) for clause in plan)


def _either(clause: Clause) -> str:
    return f"({' OR '.join(_term(term) for term in clause)})"


def _term(term: Term) -> str:
    return f'{_COLUMNS[term.field]} : "{term.word}"{" *" if term.begins else ""}'


def _rows(connection: Connection, places: list[int]) -> list[_Row]:
    marks = ", ".join("?" * len(places))
    rows = connection.execute(f"SELECT {_WHOLE} FROM person WHERE place IN ({marks})", places)  # noqa: S608
    return [_Row._make(row) for row in rows]


def _known(row: _Row) -> Known:
    return Known(row.surname_key, row.given_key, birth_of(row.born), row.postcode_key)


def _registered(row: _Row) -> Registered:
    more: dict[str, str] = json.loads(row.more) if row.more is not None else {}
    return Registered(row.id, row.given_name, row.surname, row.born, row.postcode, row.national_id, more)
