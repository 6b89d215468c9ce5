"""Which workstations the office's IT declared suspect, and what two people released, as each chain learnt it.

A row belongs to the chain that recorded it (`witness`): what another counter believes decides nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

SUSPECTED = "journal_suspected"
ASKED = "journal_release_asked"
RELEASED = "journal_released"


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """One signed statement about a chain; `since` and `declared_at` are wire times."""

    chain: str
    public_key: str
    since: str
    statement: str
    signature: str


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One person's word that a suspect chain may be believed up to a place; `done` where it was the second."""

    chain: str
    upto: int
    hash: str
    person: str
    done: bool


def _suspect(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT INTO p_suspect (witness, seq, chain, public_key, since, statement, signature)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            entry.chain,
            entry.seq,
            facts["suspect"],
            facts["public_key"],
            facts["since"],
            facts["statement"],
            facts["signature"],
        ),
    )


def _release(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT INTO p_suspect_release (witness, seq, chain, upto, hash, person, done) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            entry.chain,
            entry.seq,
            facts["suspect"],
            facts["upto"],
            facts["upto_hash"],
            entry.header["agent"],
            int(entry.kind == RELEASED),
        ),
    )


FAMILY = Family(
    name="suspects",
    version=1,
    schema=(
        (
            "CREATE TABLE p_suspect (witness TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL,"
            " public_key TEXT NOT NULL, since TEXT NOT NULL, statement TEXT NOT NULL, signature TEXT NOT NULL,"
            " PRIMARY KEY (witness, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_suspect_release (witness TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL,"
            " upto INTEGER NOT NULL, hash TEXT NOT NULL, person TEXT NOT NULL, done INTEGER NOT NULL,"
            " PRIMARY KEY (witness, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={SUSPECTED: _suspect, ASKED: _release, RELEASED: _release},
)


def suspect_rows(tables: Tables, witness: str) -> list[SuspectRow]:
    """The statements that a chain recorded, in order."""
    rows = tables.rows(
        "SELECT chain, public_key, since, statement, signature FROM p_suspect WHERE witness = ? ORDER BY seq",
        (witness,),
    )
    return [SuspectRow(*map(str, row)) for row in rows]


def suspected_since(tables: Tables, witness: str, chain: str) -> str | None:
    """The earliest time from which a chain is suspect, `None` where it is not."""
    found = [row.since for row in suspect_rows(tables, witness) if row.chain == chain]
    return min(found, default=None)


def release_rows(tables: Tables, witness: str, chain: str) -> list[ReleaseRow]:
    """Who released what of a suspect chain, in the order of their words."""
    rows = tables.rows(
        "SELECT chain, upto, hash, person, done FROM p_suspect_release WHERE witness = ? AND chain = ? ORDER BY seq",
        (witness, chain),
    )
    return [ReleaseRow(str(r[0]), int(r[1]), str(r[2]), str(r[3]), bool(r[4])) for r in rows]


def released_upto(tables: Tables, witness: str, chain: str) -> int:
    """The last place of a suspect chain that two people released; 0 where they released nothing."""
    return max((row.upto for row in release_rows(tables, witness, chain) if row.done), default=0)
