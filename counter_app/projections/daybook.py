"""The daybook: every entry under the business day on which it was recorded, for today's list and the daily log."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _write_down(tables: Tables, entry: Entry) -> None:
    header = entry.header
    tables.run(
        "INSERT INTO p_daybook (chain, day, seq, kind) VALUES (?, ?, ?, ?)",
        (entry.chain, header["day"], entry.seq, header["kind"]),
    )


def _close(tables: Tables, entry: Entry) -> None:
    tables.run(
        "INSERT INTO p_closing (chain, seq, day, entry_id) VALUES (?, ?, ?, ?)",
        (entry.chain, entry.seq, entry.facts["day"], entry.entry_id),
    )


FAMILY = Family(
    name="daybook",
    version=2,
    schema=(
        (
            "CREATE TABLE p_daybook (chain TEXT NOT NULL, day TEXT NOT NULL, seq INTEGER NOT NULL,"
            " kind TEXT NOT NULL, PRIMARY KEY (chain, day, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_closing (chain TEXT NOT NULL, seq INTEGER NOT NULL, day TEXT NOT NULL,"
            " entry_id TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"day_closed": _close},
    every=_write_down,
)


def entries_of_day(tables: Tables, chain: str, day: str) -> list[tuple[int, str]]:
    """Seq and kind of what a chain recorded on a business day, in order."""
    return [
        (int(seq), str(kind))
        for seq, kind in tables.rows(
            "SELECT seq, kind FROM p_daybook WHERE chain = ? AND day = ? ORDER BY seq", (chain, day)
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


def every_closing(tables: Tables, chain: str) -> list[int]:
    """The seqs of all closings of a chain, in order."""
    return [
        int(r[0]) for r in tables.rows("SELECT seq FROM p_closing WHERE chain = ? ORDER BY seq", (chain,))
    ]


def places_of_kinds(tables: Tables, kinds: tuple[str, ...]) -> list[tuple[str, int]]:
    """Chain and seq of every entry of some kinds, in any chain, in the order of chain and seq."""
    marks = ", ".join("?" * len(kinds))
    rows = tables.rows(
        f"SELECT chain, seq FROM p_daybook WHERE kind IN ({marks}) ORDER BY chain, seq",  # noqa: S608
        kinds,
    )
    return [(str(chain), int(seq)) for chain, seq in rows]


def day_states(tables: Tables, chain: str) -> list[tuple[str, int, int, int]]:
    """Day, acts of people, seq of the last closing (0 where none) and acts behind it, the latest day first.

    What machines record (deliveries, exchange, adoption) is no act of people and reopens nothing.
    """
    rows = tables.rows(
        "SELECT d.day, count(*), coalesce(c.closed, 0), sum(c.closed IS NOT NULL AND d.seq > c.closed)"
        " FROM p_daybook d LEFT JOIN (SELECT day, max(seq) AS closed FROM p_closing WHERE chain = ?1 GROUP BY day) c"
        " ON c.day = d.day WHERE d.chain = ?1 AND d.kind NOT LIKE 'delivery\\_%' ESCAPE '\\'"
        " AND d.kind NOT LIKE 'journal\\_%' ESCAPE '\\' AND d.kind NOT LIKE 'configuration\\_%' ESCAPE '\\'"
        " GROUP BY d.day ORDER BY d.day DESC",
        (chain,),
    )
    return [(str(day), int(acts), int(closed), int(after or 0)) for day, acts, closed, after in rows]
