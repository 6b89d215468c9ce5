"""Facts that happened although a rule said no, until a supervisor regularises them; and the paper forms entered."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _list(tables: Tables, entry: Entry) -> None:
    form = entry.facts.get("form")
    if form:
        tables.run(
            "INSERT OR IGNORE INTO p_form (form, kind, chain, seq) VALUES (?, ?, ?, ?)",
            (form, entry.kind, entry.chain, entry.seq),
        )
    for rule in entry.facts.get("irregular") or ():
        tables.run(
            "INSERT OR IGNORE INTO p_irregular (entry_id, chain, seq, rule) VALUES (?, ?, ?, ?)",
            (entry.entry_id, entry.chain, entry.seq, rule),
        )


def _settle(tables: Tables, entry: Entry) -> None:
    tables.run(
        "INSERT OR IGNORE INTO p_regularised (target, chain, seq) VALUES (?, ?, ?)",
        (entry.facts["target"], entry.chain, entry.seq),
    )


FAMILY = Family(
    name="irregular",
    version=2,
    schema=(
        (
            "CREATE TABLE p_form (form TEXT NOT NULL, kind TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " PRIMARY KEY (form, kind, chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_irregular (entry_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " rule TEXT NOT NULL, PRIMARY KEY (entry_id, chain, rule)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_regularised (target TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " PRIMARY KEY (target, chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"irregularity_settled": _settle},
    every=_list,
)


def was_entered(tables: Tables, form: str, kind: str) -> bool:
    """Whether an entry of this kind was made from the paper form of that number, on any chain heard here."""
    return tables.row("SELECT 1 FROM p_form WHERE form = ? AND kind = ? LIMIT 1", (form, kind)) is not None


def forms_from(tables: Tables, prefix: str) -> list[tuple[str, str, int]]:
    """Number, chain and seq of every entry made from a paper whose number begins so, in order; `prefix` is ASCII."""
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = tables.rows(
        "SELECT form, chain, seq FROM p_form WHERE form >= ? AND form < ? ORDER BY form, chain, seq",
        (prefix, after),
    )
    return [(str(form), str(chain), int(seq)) for form, chain, seq in rows]


def open_irregularities(tables: Tables, chain: str) -> list[tuple[str, str]]:
    """Entry id and rule of what is not yet regularised in a chain, in order."""
    rows = tables.rows(
        "SELECT i.entry_id, i.rule FROM p_irregular i WHERE i.chain = ? AND NOT EXISTS"
        " (SELECT 1 FROM p_regularised r WHERE r.target = i.entry_id) ORDER BY i.seq, i.rule",
        (chain,),
    )
    return [(str(entry_id), str(rule)) for entry_id, rule in rows]
