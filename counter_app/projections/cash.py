"""The régie's books: balances per workstation, account and day, from the ledger's postings."""

from __future__ import annotations

from counter_app.domain.cash import POSTING_KINDS, postings
from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _post(tables: Tables, entry: Entry) -> None:
    day = entry.header["day"]
    tables.run_many(
        "INSERT INTO p_ledger (chain, account, day, cents) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (chain, account, day) DO UPDATE SET cents = cents + excluded.cents",
        [(entry.chain, account, day, cents) for account, cents in postings(entry.kind, entry.facts)],
    )


FAMILY = Family(
    name="cash",
    version=1,
    schema=(
        (
            "CREATE TABLE p_ledger (chain TEXT NOT NULL, account TEXT NOT NULL, day TEXT NOT NULL,"
            " cents INTEGER NOT NULL, PRIMARY KEY (chain, account, day)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds=dict.fromkeys(POSTING_KINDS, _post),
)


def balance(tables: Tables, chain: str, account: str, upto_day: str | None = None) -> int:
    """The balance of an account in cents, at the end of a day or now."""
    row = tables.row(
        "SELECT coalesce(sum(cents), 0) FROM p_ledger WHERE chain = ? AND account = ? AND day <= ?",
        (chain, account, upto_day or "9999-12-31"),
    )
    return 0 if row is None else int(row[0])


def balances(tables: Tables, chain: str) -> dict[str, int]:
    """Every account of a workstation with its balance in cents; they sum to zero."""
    rows = tables.rows(
        "SELECT account, sum(cents) FROM p_ledger WHERE chain = ? GROUP BY account ORDER BY account", (chain,)
    )
    return {str(account): int(cents) for account, cents in rows}
