"""The daybook: every entry under the business day on which it was recorded, for today's list and the daily log."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _write_down(tables: Tables, entry: Entry) -> None:
    header = entry.header
    tables.run(
        "INSERT INTO p_daybook (chain, day, seq, entry_id, kind, number) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.chain, header["day"], entry.seq, entry.entry_id, header["kind"], entry.facts.get("number")),
    )


def _close(tables: Tables, entry: Entry) -> None:
    tables.run(
        "INSERT INTO p_closing (chain, seq, day, entry_id) VALUES (?, ?, ?, ?)",
        (entry.chain, entry.seq, entry.facts["day"], entry.entry_id),
    )


FAMILY = Family(
    name="daybook",
    version=1,
    schema=(
        (
            "CREATE TABLE p_daybook (chain TEXT NOT NULL, day TEXT NOT NULL, seq INTEGER NOT NULL,"
            " entry_id TEXT NOT NULL, kind TEXT NOT NULL, number TEXT, PRIMARY KEY (chain, day, seq))"
            " STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_daybook_number ON p_daybook (number) WHERE number IS NOT NULL",
        (
            "CREATE TABLE p_closing (chain TEXT NOT NULL, seq INTEGER NOT NULL, day TEXT NOT NULL,"
            " entry_id TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"day_closed": _close},
    every=_write_down,
)


def entries_of_day(tables: Tables, chain: str, day: str) -> list[tuple[int, str, str]]:
    """Seq, entry id and kind of what a chain recorded on a business day, in order."""
    return [
        (int(seq), str(entry_id), str(kind))
        for seq, entry_id, kind in tables.rows(
            "SELECT seq, entry_id, kind FROM p_daybook WHERE chain = ? AND day = ? ORDER BY seq", (chain, day)
        )
    ]


def days(tables: Tables, chain: str) -> list[str]:
    """The business days on which a chain recorded something, in order."""
    return [
        str(r[0])
        for r in tables.rows("SELECT DISTINCT day FROM p_daybook WHERE chain = ? ORDER BY day", (chain,))
    ]


def closings(tables: Tables, chain: str, day: str) -> list[int]:
    """The seqs at which a business day was closed; more than one where later entries reopened it."""
    return [
        int(r[0])
        for r in tables.rows(
            "SELECT seq FROM p_closing WHERE chain = ? AND day = ? ORDER BY seq", (chain, day)
        )
    ]


def entry_of_number(tables: Tables, number: str) -> str | None:
    """The entry id behind a receipt number."""
    row = tables.row("SELECT entry_id FROM p_daybook WHERE number = ? ORDER BY chain LIMIT 1", (number,))
    return None if row is None else str(row[0])
