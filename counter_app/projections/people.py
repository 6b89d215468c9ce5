"""Which entries speak of the same person, by keyed references and never by name."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _refer(tables: Tables, entry: Entry) -> None:
    person = entry.facts.get("person")
    if not person:
        return
    for reference in person["references"]:
        tables.run(
            "INSERT INTO p_reference (reference, chain, seq, entry_id, confirmed) VALUES (?, ?, ?, ?, ?)",
            (reference, entry.chain, entry.seq, entry.entry_id, int(person["confirmed"])),
        )


FAMILY = Family(
    name="people",
    version=1,
    schema=(
        (
            "CREATE TABLE p_reference (reference TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " entry_id TEXT NOT NULL, confirmed INTEGER NOT NULL, PRIMARY KEY (reference, chain, seq))"
            " STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={},
    every=_refer,
)


def entries_about(tables: Tables, references: list[str]) -> list[str]:
    """The ids of all entries, of all chains, that carry one of these references."""
    marks = ", ".join("?" * len(references))
    rows = tables.rows(
        f"SELECT DISTINCT entry_id FROM p_reference WHERE reference IN ({marks}) ORDER BY chain, seq",  # noqa: S608
        tuple(references),
    )
    return [str(row[0]) for row in rows]
