"""What people decided about delivery units, who has which unit in hand, and whom they matched with the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

Place = tuple[str, str, str]
"""Entry id, service and part of a unit."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision that stands, and the entry that says it."""

    place: Place
    decision: str
    agent: str
    at: str
    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class HandedRow:
    """Who has a unit in hand, from whom, and the entry that says it."""

    place: Place
    to: str
    agent: str
    at: str
    chain: str
    seq: int


def _decide(tables: Tables, entry: Entry) -> None:
    facts, header = entry.facts, entry.header
    tables.run(
        "INSERT INTO p_decision (chain, seq, entry_id, target, service, part, decision, agent, at, undone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            entry.chain,
            entry.seq,
            entry.entry_id,
            facts["target"],
            facts["service"],
            facts["part"],
            facts["decision"],
            header["agent"],
            header["recorded_at"],
        ),
    )


def _undo(tables: Tables, entry: Entry) -> None:
    """A chain undoes its own decisions alone, so that the decision is always there before."""
    tables.run(
        "UPDATE p_decision SET undone = 1 WHERE chain = ? AND entry_id = ?",
        (entry.chain, entry.facts["decided_by"]),
    )


def _hand(tables: Tables, entry: Entry) -> None:
    facts, header = entry.facts, entry.header
    tables.run(
        "INSERT INTO p_handed (chain, seq, target, service, part, taker, agent, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.chain,
            entry.seq,
            facts["target"],
            facts["service"],
            facts["part"],
            facts["to"],
            header["agent"],
            header["recorded_at"],
        ),
    )


def _match(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run_many(
        "INSERT INTO p_match (chain, seq, target, reference, verdict, at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [
            (entry.chain, entry.seq, facts["target"], one, facts["verdict"], entry.header["recorded_at"])
            for one in facts["register"]
        ],
    )


FAMILY = Family(
    name="decisions",
    version=1,
    schema=(
        (
            "CREATE TABLE p_decision (chain TEXT NOT NULL, seq INTEGER NOT NULL, entry_id TEXT NOT NULL,"
            " target TEXT NOT NULL, service TEXT NOT NULL, part TEXT NOT NULL, decision TEXT NOT NULL,"
            " agent TEXT NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL, PRIMARY KEY (chain, seq))"
            " STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_decision_target ON p_decision (target)",
        (
            "CREATE TABLE p_handed (chain TEXT NOT NULL, seq INTEGER NOT NULL, target TEXT NOT NULL,"
            " service TEXT NOT NULL, part TEXT NOT NULL, taker TEXT NOT NULL, agent TEXT NOT NULL,"
            " at TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_match (chain TEXT NOT NULL, seq INTEGER NOT NULL, target TEXT NOT NULL,"
            " reference TEXT NOT NULL, verdict TEXT NOT NULL, at TEXT NOT NULL,"
            " PRIMARY KEY (chain, seq, reference)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={
        "unit_decided": _decide,
        "decision_undone": _undo,
        "unit_handed": _hand,
        "person_matched": _match,
    },
)


def standing(tables: Tables, service: str | None = None) -> dict[Place, DecisionRow]:
    """The last decision on each unit that nobody undid."""
    rows = tables.rows(
        "SELECT target, service, part, decision, agent, at, chain, seq FROM p_decision"
        " WHERE undone = 0 AND (? IS NULL OR service = ?) ORDER BY at, chain, seq",
        (service, service),
    )
    return {_place(row): DecisionRow(_place(row), *row[3:]) for row in rows}


def standing_on(tables: Tables, targets: Iterable[str]) -> dict[Place, DecisionRow]:
    """The last decision on each unit of some entries that nobody undid."""
    found: dict[Place, DecisionRow] = {}
    for target in targets:
        rows = tables.rows(
            "SELECT target, service, part, decision, agent, at, chain, seq FROM p_decision"
            " WHERE target = ? AND undone = 0 ORDER BY at, chain, seq",
            (target,),
        )
        found |= {_place(row): DecisionRow(_place(row), *row[3:]) for row in rows}
    return found


def handed(tables: Tables) -> dict[Place, HandedRow]:
    """Who has which unit in hand, as last said."""
    rows = tables.rows(
        "SELECT target, service, part, taker, agent, at, chain, seq FROM p_handed ORDER BY at, chain, seq"
    )
    return {_place(row): HandedRow(_place(row), *row[3:]) for row in rows}


def verdicts(tables: Tables) -> dict[tuple[str, str], str]:
    """What was last said of each entry's person and a keyed reference of the register: `same` or `other`."""
    rows = tables.rows("SELECT target, reference, verdict FROM p_match ORDER BY at, chain, seq")
    return {(str(target), str(reference)): str(verdict) for target, reference, verdict in rows}


def _place(row: tuple[object, ...]) -> Place:
    return str(row[0]), str(row[1]), str(row[2])
