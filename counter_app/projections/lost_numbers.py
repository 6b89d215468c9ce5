"""The epochs opened from copies, each with the receipt numbers that the copy may lack, and where a search was ended."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


@dataclass(frozen=True, slots=True)
class Opened:
    """An epoch opened behind place `seq` of `before`: from `first_missing` on receipts of `before` may be lost."""

    before: str
    seq: int
    first_missing: str


def _open(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT OR IGNORE INTO p_epoch (chain, seq, before, before_seq, first_missing) VALUES (?, ?, ?, ?, ?)",
        (entry.chain, entry.seq, facts["before"], facts["seq"], facts["first_missing"]),
    )


def _settle(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT OR IGNORE INTO p_numbers_settled (before, chain, seq, last) VALUES (?, ?, ?, ?)",
        (facts["before"], entry.chain, entry.seq, facts.get("last") or ""),
    )


FAMILY = Family(
    name="lost_numbers",
    version=1,
    schema=(
        (
            "CREATE TABLE p_epoch (chain TEXT NOT NULL, seq INTEGER NOT NULL, before TEXT NOT NULL,"
            " before_seq INTEGER NOT NULL, first_missing TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_numbers_settled (before TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " last TEXT NOT NULL, PRIMARY KEY (before, chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"epoch_opened": _open, "numbers_settled": _settle},
)


def opened_by(tables: Tables, chains: tuple[str, ...]) -> list[Opened]:
    """The epochs that these chains opened behind others, in the order of their names."""
    if not chains:
        return []
    marks = ", ".join("?" * len(chains))
    rows = tables.rows(
        f"SELECT before, before_seq, first_missing FROM p_epoch WHERE chain IN ({marks}) ORDER BY chain, seq",  # noqa: S608
        chains,
    )
    return [Opened(str(before), int(seq), str(first)) for before, seq, first in rows]


def settled_upto(tables: Tables, before: str) -> str | None:
    """The last number that was given as a supervisor has it; empty where none is lost, `None` where nobody said it."""
    row = tables.row(
        "SELECT last FROM p_numbers_settled WHERE before = ? ORDER BY chain DESC, seq DESC LIMIT 1", (before,)
    )
    return None if row is None else str(row[0])
