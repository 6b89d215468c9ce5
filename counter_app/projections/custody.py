"""Which machine sends a chain's units: the counter they were recorded at, until it gives them to another one.

Custody is of ranges of a chain, each with a term that every change of hands makes higher: facts told of a unit count in
the order of these terms, whenever they arrive. Who may say what is part of the rule, so that the tables are the same
for any order of arrival: the counter of origin gives and takes back, the custodian only returns. After a restore the
new epoch goes on for its counter, and what the lost tail of the epoch before gave away is void.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from counter_app.domain.ids import counter_of, term_of
from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

GIVEN, RETURNED, TAKEN_BACK = "custody_given", "custody_returned", "custody_taken_back"
_EPOCH = "epoch"
WHOLE = 2**53
"""A place behind every entry of a chain."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A range of a chain whose units one counter may send, and the term under which it does."""

    chain: str
    first: int
    last: int
    holder: str
    term: int


def _succeed(tables: Tables, entry: Entry) -> None:
    """Each epoch before passes on; of two that claim it, the later epoch has it."""
    facts = entry.facts
    tables.run_many(
        "INSERT INTO p_custody (chain, holder, term) VALUES (?, ?, ?) ON CONFLICT (chain) DO UPDATE SET"
        " holder = excluded.holder, term = excluded.term WHERE (excluded.term, excluded.holder) > (term, holder)",
        [(chain, entry.chain, facts["term"]) for chain in facts["chains"]],
    )
    counter = counter_of(entry.chain)
    lost = (facts.get("before", ""), facts.get("seq", WHOLE))
    for chain in facts["chains"]:
        _rule(tables, entry, _EPOCH, chain, WHOLE, counter, int(facts["term"]), lost)


def _move(tables: Tables, entry: Entry) -> None:
    """Custody was given, returned or taken back."""
    for chain, upto, term in entry.facts["ranges"]:
        holder = entry.facts["to"] if entry.kind == GIVEN else counter_of(chain)
        _rule(tables, entry, entry.kind, chain, upto, holder, term, ("", WHOLE))


def _rule(
    tables: Tables,
    entry: Entry,
    kind: str,
    chain: str,
    upto: int,
    holder: str,
    term: int,
    lost: tuple[str, int],
) -> None:
    tables.run(
        "INSERT INTO p_custody_rule (chain, term, by_chain, by_seq, kind, upto, holder, lost_chain, lost_after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (chain, term, entry.chain, entry.seq, kind, upto, holder, *lost),
    )
    tables.run("DELETE FROM p_holding WHERE chain = ?", (chain,))
    tables.run_many(
        "INSERT INTO p_holding (chain, first_seq, last_seq, holder, term) VALUES (?, ?, ?, ?, ?)",
        [(one.chain, one.first, one.last, one.holder, one.term) for one in _folded(tables, chain)],
    )


def _folded(tables: Tables, chain: str) -> list[Holding]:
    """The ranges of a chain as all rules in the order of their terms make them."""
    rules = tables.rows(
        "SELECT kind, upto, holder, term, by_chain, by_seq, lost_chain, lost_after FROM p_custody_rule"
        " WHERE chain = ? ORDER BY term, by_chain, by_seq",
        (chain,),
    )
    lost = {str(rule[6]): int(rule[7]) for rule in rules if rule[0] == _EPOCH}
    parts = [_whole(chain)]
    for kind, upto, holder, term, by_chain, by_seq, _, _ in rules:
        if by_seq > lost.get(by_chain, WHOLE):
            continue
        moved: list[Holding] = []
        for part in parts:
            if part.first > upto or not _may_move(kind, counter_of(by_chain), part):
                moved.append(part)
                continue
            moved.append(replace(part, last=min(part.last, upto), holder=holder, term=term))
            if part.last > upto:
                moved.append(replace(part, first=upto + 1))
        parts = moved
    return parts


def _may_move(kind: str, counter: str, part: Holding) -> bool:
    origin = counter_of(part.chain)
    if kind == RETURNED:
        return counter == part.holder
    return counter == origin and (kind != _EPOCH or part.holder == origin)


def _whole(chain: str) -> Holding:
    return Holding(chain, 1, WHOLE, counter_of(chain), term_of(chain))


FAMILY = Family(
    name="custody",
    version=2,
    schema=(
        (
            "CREATE TABLE p_custody (chain TEXT PRIMARY KEY, holder TEXT NOT NULL, term INTEGER NOT NULL)"
            " STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_custody_holder ON p_custody (holder)",
        (
            "CREATE TABLE p_custody_rule (chain TEXT NOT NULL, term INTEGER NOT NULL, by_chain TEXT NOT NULL,"
            " by_seq INTEGER NOT NULL, kind TEXT NOT NULL, upto INTEGER NOT NULL, holder TEXT NOT NULL,"
            " lost_chain TEXT NOT NULL, lost_after INTEGER NOT NULL,"
            " PRIMARY KEY (chain, term, by_chain, by_seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_holding (chain TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,"
            " holder TEXT NOT NULL, term INTEGER NOT NULL, PRIMARY KEY (chain, first_seq)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_holding_holder ON p_holding (holder)",
    ),
    kinds={"epoch_opened": _succeed, GIVEN: _move, RETURNED: _move, TAKEN_BACK: _move},
)


def epochs_of(tables: Tables, chain: str) -> tuple[str, ...]:
    """A chain and the epochs before that it goes on for; none where a later epoch goes on elsewhere."""
    if successor_of(tables, chain) != chain:
        return ()
    rows = tables.rows("SELECT chain FROM p_custody WHERE holder = ? ORDER BY chain", (chain,))
    return (chain, *(str(row[0]) for row in rows))


def successor_of(tables: Tables, chain: str) -> str:
    """The chain that goes on for `chain`: itself, unless a later epoch does."""
    row = tables.row("SELECT holder FROM p_custody WHERE chain = ?", (chain,))
    return chain if row is None else str(row[0])


def ranges_of(tables: Tables, chain: str) -> list[Holding]:
    """A chain cut into the ranges that one counter each may send, in order."""
    rows = tables.rows(
        "SELECT chain, first_seq, last_seq, holder, term FROM p_holding WHERE chain = ? ORDER BY first_seq",
        (chain,),
    )
    return [Holding(*row) for row in rows] or [_whole(chain)]


def holdings(tables: Tables, chain: str) -> list[Holding]:
    """The ranges whose units the machine of a chain may send: its own epochs' first, then what was entrusted to it."""
    epochs, counter = epochs_of(tables, chain), counter_of(chain)
    if not epochs:
        return []
    own = [part for one in epochs for part in ranges_of(tables, one) if part.holder == counter]
    return own + [part for part in entrusted(tables, counter) if part.chain not in epochs]


def entrusted(tables: Tables, counter: str) -> list[Holding]:
    """The ranges of other counters' chains that a counter may send."""
    rows = tables.rows(
        "SELECT chain, first_seq, last_seq, holder, term FROM p_holding WHERE holder = ? ORDER BY chain, first_seq",
        (counter,),
    )
    return [part for row in rows if counter_of((part := Holding(*row)).chain) != counter]


def holder_at(tables: Tables, chain: str, seq: int) -> Holding:
    """Who may send the units of one entry."""
    return next(part for part in ranges_of(tables, chain) if part.first <= seq <= part.last)


def next_term(tables: Tables, chain: str) -> int:
    """The term of the next change of hands of a chain, as far as this journal has heard."""
    row = tables.row("SELECT max(term) FROM p_custody_rule WHERE chain = ?", (chain,))
    return 1 + max(term_of(chain), 0 if row is None or row[0] is None else int(row[0]))


def shown(tables: Tables, chain: str, unit: str = "") -> tuple[str, tuple[str, ...]]:
    """The condition, and its values, for the units that the machine of a chain shows.

    All of its own, wherever they are sent from, and those entrusted to it.
    """
    epochs = epochs_of(tables, chain)
    if not epochs:
        return "0", ()
    marks = ", ".join("?" * len(epochs))
    entrusted_to_it = (
        f"EXISTS (SELECT 1 FROM p_holding h WHERE h.chain = {unit}chain AND h.holder = ?"  # noqa: S608
        f" AND {unit}seq BETWEEN h.first_seq AND h.last_seq)"
    )
    return f"({unit}chain IN ({marks}) OR {entrusted_to_it})", (*epochs, counter_of(chain))


def sent_from_here(tables: Tables, chain: str, unit: str = "") -> tuple[str, tuple[str, ...]]:
    """The condition, and its values, for the units that the machine of a chain may send."""
    epochs = epochs_of(tables, chain)
    if not epochs:
        return "0", ()
    marks = ", ".join("?" * len(epochs))
    held = f"SELECT 1 FROM p_holding h WHERE h.chain = {unit}chain"  # noqa: S608
    condition = (
        f"(({unit}chain IN ({marks}) AND NOT EXISTS ({held}))"
        f" OR EXISTS ({held} AND h.holder = ? AND {unit}seq BETWEEN h.first_seq AND h.last_seq))"
    )
    return condition, (*epochs, counter_of(chain))
