"""Which chain may send another's units: after a restore the new epoch of a counter, for its epochs before."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _succeed(tables: Tables, entry: Entry) -> None:
    """Each epoch before passes on; of two that claim it, the later epoch has it."""
    tables.run_many(
        "INSERT INTO p_custody (chain, holder, term) VALUES (?, ?, ?) ON CONFLICT (chain) DO UPDATE SET"
        " holder = excluded.holder, term = excluded.term WHERE (excluded.term, excluded.holder) > (term, holder)",
        [(chain, entry.chain, entry.facts["term"]) for chain in entry.facts["chains"]],
    )


FAMILY = Family(
    name="custody",
    version=1,
    schema=(
        (
            "CREATE TABLE p_custody (chain TEXT PRIMARY KEY, holder TEXT NOT NULL, term INTEGER NOT NULL)"
            " STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_custody_holder ON p_custody (holder)",
    ),
    kinds={"epoch_opened": _succeed},
)


def in_custody(tables: Tables, chain: str) -> tuple[str, ...]:
    """The chains whose units this one sends, itself first; none where a later epoch goes on elsewhere."""
    if holder_of(tables, chain) != chain:
        return ()
    rows = tables.rows("SELECT chain FROM p_custody WHERE holder = ? ORDER BY chain", (chain,))
    return (chain, *(str(row[0]) for row in rows))


def holder_of(tables: Tables, chain: str) -> str:
    """The chain that sends the units of `chain`: itself, unless a later epoch took them over."""
    row = tables.row("SELECT holder FROM p_custody WHERE chain = ?", (chain,))
    return chain if row is None else str(row[0])
