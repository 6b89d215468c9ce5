"""What finds a person by name: the folded names of private parts that are here, and visits tied to earlier ones.

One row an entry, in the order of arrival, and no index: the cheapest thing to add to a grant. A search reads all
rows of the workstation's own names, which are some thousands. Names are erasable: whoever erases a private part
calls `forget` in the same transaction, and SQLite overwrites what it deletes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counter_app.domain.births import birth_of
from counter_app.domain.likeness import Known
from counter_app.domain.names import fold, joined
from counter_app.domain.plans import Clause, Plan, Term
from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


@dataclass(frozen=True, slots=True)
class Named:
    """An entry under which somebody was named: the entry that the names are `about`, and where they were told."""

    about: str
    chain: str
    seq: int
    known: Known


def _name(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    about = facts["target"] if entry.kind == "entry_corrected" else entry.entry_id
    person = (entry.private or {}).get("person")
    if person:
        tables.run(
            "INSERT INTO p_name (arrival, chain, seq, about, words) VALUES (?, ?, ?, ?, ?)",
            (entry.arrival, entry.chain, entry.seq, about, _words(person)),
        )
    for earlier in (facts.get("visit_of"), (facts.get("person") or {}).get("same_as")):
        if earlier:
            tables.run(
                "INSERT INTO p_return (earlier, later, chain) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (earlier, about, entry.chain),
            )


FAMILY = Family(
    name="names",
    version=2,
    schema=(
        (
            "CREATE TABLE p_name (arrival INTEGER PRIMARY KEY, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " about TEXT NOT NULL, words TEXT NOT NULL) STRICT"
        ),
        (
            "CREATE TABLE p_return (earlier TEXT NOT NULL, later TEXT NOT NULL, chain TEXT NOT NULL,"
            " PRIMARY KEY (earlier, later, chain)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={},
    every=_name,
)


def learn(tables: Tables, entry: Entry) -> None:
    """Take in the names told by one entry, whose private part came later than the entry itself."""
    _name(tables, entry)


def forget(tables: Tables, entry: Entry) -> None:
    """Drop the names told by one entry, whose private part is being erased."""
    tables.run("DELETE FROM p_name WHERE arrival = ?", (entry.arrival,))


def named(tables: Tables, plans: list[Plan], most: int) -> list[Named]:
    """The last `most` entries whose person fits one of the plans, the last that arrived first.

    Names that a correction took back are left out.
    """
    if not plans:
        return []
    values: list[Any] = []
    conditions = [" AND ".join([_clause(clause, values) for clause in _rarest_first(plan)]) for plan in plans]
    rows = tables.rows(
        "SELECT n.about, n.chain, n.seq, n.words FROM p_name n"  # noqa: S608
        f" WHERE ({' OR '.join(conditions)}) AND NOT EXISTS (SELECT 1 FROM"
        " p_corrected c WHERE c.entry_id = n.about AND c.chain = n.chain AND c.seq > n.seq)"
        " ORDER BY n.arrival DESC LIMIT ?",
        (*values, most),
    )
    return [Named(str(about), str(chain), int(seq), _known(str(words))) for about, chain, seq, words in rows]


def correction_of(tables: Tables, entry_id: str, chain: str) -> int | None:
    """The seq of the last entry that said anew who the person of an entry is."""
    row = tables.row("SELECT seq FROM p_corrected WHERE entry_id = ? AND chain = ?", (entry_id, chain))
    return None if row is None else int(row[0])


def returns_of(tables: Tables, entry_id: str) -> list[str]:
    """The entries whose person an agent tied to this one's."""
    rows = tables.rows("SELECT later FROM p_return WHERE earlier = ? ORDER BY chain, later", (entry_id,))
    return [str(row[0]) for row in rows]


def _words(person: dict[str, Any]) -> str:
    """Surname, used name, given names, other spellings, keys of the birth date and the date as told.

    Each word stands between blanks, the parts between strokes.
    """
    names = [
        fold(person["surname"]),
        fold(person.get("used_name") or ""),
        fold(" ".join(person.get("given_names") or ())),
    ]
    spellings = " ".join([word for name in names for word in joined(name.split())])
    told = person.get("birth_date") or ""
    return f" {' / '.join([*names, spellings, ' '.join(birth_of(told).keys), told])} "


def _known(words: str) -> Known:
    surname, used, given, _, _, told = words[1:-1].split(" / ")
    return Known(surname, given, birth_of(told), used=used)


def _rarest_first(plan: Plan) -> list[Clause]:
    """The longest words first: most rows are done with after one of them."""
    return sorted(plan, key=lambda clause: -min(len(term.word) for term in clause))


def _clause(clause: Clause, values: list[Any]) -> str:
    return f"({' OR '.join([_term(term, values) for term in clause])})"


def _term(term: Term, values: list[Any]) -> str:
    """A postcode is part of an address here, which is not looked into."""
    if term.field == "postcode":
        return "0"
    values.append(f" {term.word}" if term.begins else f" {term.word} ")
    return "instr(n.words, ?)"
