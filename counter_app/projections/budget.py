"""Slices of the envelope: what each workstation may grant, what it has used, and releases between counters."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


@dataclass(frozen=True, slots=True)
class Slice:
    """A workstation's slice and its use (reserved and paid), in cents."""

    slice_cents: int
    used_cents: int

    @property
    def left_cents(self) -> int:
        """What may still be granted here; negative where irregular facts went beyond."""
        return self.slice_cents - self.used_cents


def _change(tables: Tables, entry: Entry, slice_cents: int = 0, used_cents: int = 0) -> None:
    _change_of(tables, entry.chain, slice_cents, used_cents)


def _change_of(tables: Tables, chain: str, slice_cents: int = 0, used_cents: int = 0) -> None:
    tables.run(
        "INSERT INTO p_slice (chain, slice_cents, used_cents) VALUES (?, ?, ?) ON CONFLICT (chain)"
        " DO UPDATE SET slice_cents = slice_cents + excluded.slice_cents,"
        " used_cents = used_cents + excluded.used_cents",
        (chain, slice_cents, used_cents),
    )


def _adopt(tables: Tables, entry: Entry) -> None:
    _change(tables, entry, slice_cents=entry.facts["slice_cents"])


def _raise(tables: Tables, entry: Entry) -> None:
    _change(tables, entry, slice_cents=entry.facts["cents"])
    tables.run(
        "INSERT INTO p_raise (chain, seq, cents, act) VALUES (?, ?, ?, ?)",
        (entry.chain, entry.seq, entry.facts["cents"], entry.facts["act"]),
    )


def _release(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    _change(tables, entry, slice_cents=-facts["cents"])
    tables.run(
        "INSERT INTO p_release (entry_id, chain, taker, cents) VALUES (?, ?, ?, ?)",
        (entry.entry_id, entry.chain, facts["to"], facts["cents"]),
    )


def _take(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    _change(tables, entry, slice_cents=facts["cents"])
    tables.run(
        "INSERT INTO p_taking (release, chain, seq) VALUES (?, ?, ?)",
        (facts["release"], entry.chain, entry.seq),
    )


def _carry(tables: Tables, entry: Entry) -> None:
    for chain, cents in entry.facts["from"].items():
        _change_of(tables, chain, slice_cents=-cents)
    _change(tables, entry, slice_cents=entry.facts["cents"])


def _use(tables: Tables, entry: Entry) -> None:
    if entry.facts["decision"] == "granted":
        _change(tables, entry, used_cents=entry.facts["cents"])


def _approve(tables: Tables, entry: Entry) -> None:
    if entry.facts["approved"]:
        _change(tables, entry, used_cents=entry.facts["used_cents"])


def _pay(tables: Tables, entry: Entry) -> None:
    _change(tables, entry, used_cents=entry.facts["used_cents"])


def _free(tables: Tables, entry: Entry) -> None:
    _change(tables, entry, used_cents=-entry.facts["freed_cents"])


FAMILY = Family(
    name="budget",
    version=1,
    schema=(
        (
            "CREATE TABLE p_slice (chain TEXT PRIMARY KEY, slice_cents INTEGER NOT NULL,"
            " used_cents INTEGER NOT NULL) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_raise (chain TEXT NOT NULL, seq INTEGER NOT NULL, cents INTEGER NOT NULL,"
            " act TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_release (entry_id TEXT NOT NULL, chain TEXT NOT NULL, taker TEXT NOT NULL,"
            " cents INTEGER NOT NULL, PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_taking (release TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " PRIMARY KEY (release, chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={
        "configuration_adopted": _adopt,
        "envelope_raised": _raise,
        "slice_released": _release,
        "slice_taken": _take,
        "slice_carried": _carry,
        "aid_granted": _use,
        "approval_decided": _approve,
        "grant_paid": _pay,
        "grant_cancelled": _free,
        "money_returned": _free,
    },
)


def slice_of(tables: Tables, chain: str) -> Slice:
    """The slice of a chain; zero where none was given."""
    row = tables.row("SELECT slice_cents, used_cents FROM p_slice WHERE chain = ?", (chain,))
    return Slice(0, 0) if row is None else Slice(int(row[0]), int(row[1]))


def slices(tables: Tables) -> dict[str, Slice]:
    """The slices of every chain that was heard of."""
    rows = tables.rows("SELECT chain, slice_cents, used_cents FROM p_slice ORDER BY chain")
    return {str(chain): Slice(int(given), int(used)) for chain, given, used in rows}


def raised_cents(tables: Tables) -> int:
    """What decisions of the authority added to the envelope, as far as heard."""
    row = tables.row("SELECT coalesce(sum(cents), 0) FROM p_raise")
    return 0 if row is None else int(row[0])


def release_for(tables: Tables, release: str, taker: str) -> tuple[str, int] | None:
    """Giver and cents of a release meant for `taker`."""
    row = tables.row(
        "SELECT chain, cents FROM p_release WHERE entry_id = ? AND taker = ? ORDER BY chain LIMIT 1",
        (release, taker),
    )
    return None if row is None else (str(row[0]), int(row[1]))


def taken(tables: Tables, release: str) -> bool:
    """Whether a release was applied already."""
    return tables.row("SELECT 1 FROM p_taking WHERE release = ?", (release,)) is not None


def open_releases(tables: Tables, taker: str) -> list[tuple[str, str, int]]:
    """Releases for `taker` that it has not applied: entry id, giver, cents."""
    rows = tables.rows(
        "SELECT r.entry_id, r.chain, r.cents FROM p_release r WHERE r.taker = ? AND NOT EXISTS"
        " (SELECT 1 FROM p_taking t WHERE t.release = r.entry_id) ORDER BY r.chain, r.entry_id",
        (taker,),
    )
    return [(str(e), str(chain), int(cents)) for e, chain, cents in rows]
