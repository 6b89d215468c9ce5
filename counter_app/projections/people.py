"""Which entries speak of the same person, by keyed references and never by name."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _refer(tables: Tables, entry: Entry) -> None:
    if entry.kind == "person_matched":
        _match(tables, entry)
        return
    person = entry.facts.get("person")
    if not person:
        return
    about = entry.entry_id
    if entry.kind == "entry_corrected":
        # From now on the earlier entry, its limits with it, is about the person whom the correction names.
        about = entry.facts["target"]
        tables.run(
            "INSERT INTO p_corrected (entry_id, chain, seq) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET seq = excluded.seq",
            (about, entry.chain, entry.seq),
        )
    for reference in person["references"]:
        tables.run(
            "INSERT INTO p_reference (reference, chain, seq, entry_id, confirmed) VALUES (?, ?, ?, ?, ?)",
            (reference, entry.chain, entry.seq, about, int(person["confirmed"])),
        )


def _match(tables: Tables, entry: Entry) -> None:
    """Somebody of the journal was found in the register; the limits go on binding only those confirmed at a counter."""
    if entry.facts["verdict"] == "same":
        tables.run_many(
            "INSERT INTO p_reference (reference, chain, seq, entry_id, confirmed) VALUES (?, ?, ?, ?, 0)",
            [(one, entry.chain, entry.seq, entry.facts["target"]) for one in entry.facts["register"]],
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
        (
            "CREATE TABLE p_corrected (entry_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={},
    every=_refer,
)


VALID = "NOT EXISTS (SELECT 1 FROM p_corrected c WHERE c.entry_id = r.entry_id AND c.chain = r.chain AND c.seq > r.seq)"
"""What a reference `r` must fulfil: no later entry of its chain said anew who that person is."""


def entries_about(tables: Tables, references: list[str]) -> list[str]:
    """The ids of all entries, of all chains, that carry one of these references."""
    marks = ", ".join("?" * len(references))
    rows = tables.rows(
        f"SELECT DISTINCT r.entry_id FROM p_reference r WHERE r.reference IN ({marks}) AND {VALID}"  # noqa: S608
        " ORDER BY r.chain, r.seq",
        tuple(references),
    )
    return [str(row[0]) for row in rows]


def shared_references(tables: Tables, one: tuple[str, str], other: tuple[str, str]) -> list[str]:
    """The references that two entries (id and chain) both carry, the strongest first."""
    rows = tables.rows(
        "SELECT DISTINCT r.reference FROM p_reference r JOIN p_reference o ON o.reference = r.reference"  # noqa: S608
        f" WHERE r.entry_id = ? AND r.chain = ? AND o.entry_id = ? AND o.chain = ? AND {VALID}"
        f" AND {VALID.replace('r.', 'o.')}",
        (*one, *other),
    )
    return sorted((str(row[0]) for row in rows), key=_strength)


def _strength(reference: str) -> tuple[int, str]:
    """A file number first, names and birth date last."""
    return (0 if reference.startswith("file:") else 2 if reference.startswith("name:") else 1, reference)
