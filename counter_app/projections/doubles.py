"""What may have been asked or paid twice while nobody could look: settled months, and pairs that were judged."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables
from counter_app.projections.people import VALID

_OTHER_VALID = VALID.replace("r.", "o.")
_UNJUDGED = (
    "NOT EXISTS (SELECT 1 FROM p_pair j WHERE j.first IN (a.entry_id, b.entry_id)"
    " AND j.second IN (a.entry_id, b.entry_id))"
)


@dataclass(frozen=True, slots=True)
class SettledMonth:
    """A month (`YYYY-MM`) of one person's contribution to an aid, and the entry that settled it."""

    aid: str
    month: str
    entry_id: str
    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two requests that one person seems to have made for the same aid, the earlier first; days as YYYY-MM-DD.

    `confirmed` is 1 where the identity was seen both times."""

    first: str
    second: str
    aid: str
    first_chain: str
    second_chain: str
    first_day: str
    second_day: str
    confirmed: int


def _settled(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    rows = [
        (entry.chain, entry.seq, month, facts["aid"], entry.entry_id) for month in facts.get("months", ())
    ]
    if rows:
        tables.run_many("INSERT INTO p_month (chain, seq, month, aid, entry_id) VALUES (?, ?, ?, ?, ?)", rows)


def _judged(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT INTO p_pair (first, second, chain, seq, verdict) VALUES (?, ?, ?, ?, ?)",
        (facts["first"], facts["second"], entry.chain, entry.seq, facts["verdict"]),
    )


FAMILY = Family(
    name="doubles",
    version=1,
    schema=(
        (
            "CREATE TABLE p_month (chain TEXT NOT NULL, seq INTEGER NOT NULL, month TEXT NOT NULL, aid TEXT NOT NULL,"
            " entry_id TEXT NOT NULL, PRIMARY KEY (chain, seq, month)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_month_entry ON p_month (entry_id)",
        (
            "CREATE TABLE p_pair (first TEXT NOT NULL, second TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " verdict TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_pair_second ON p_pair (second)",
    ),
    kinds={"money_received": _settled, "pair_judged": _judged},
)


def settled_months(tables: Tables, references: list[str], aid: str) -> list[SettledMonth]:
    """The months that a person settled for an aid, at whichever counter, the first to settle each first."""
    marks = ", ".join("?" * len(references))
    rows = tables.rows(
        "SELECT DISTINCT m.aid, m.month, m.entry_id, m.chain, m.seq FROM p_reference r"  # noqa: S608
        " JOIN p_month m ON m.entry_id = r.entry_id AND m.chain = r.chain"
        f" WHERE r.reference IN ({marks}) AND {VALID} AND m.aid = ? ORDER BY m.month, m.chain, m.seq",
        (*references, aid),
    )
    return [SettledMonth(*row) for row in rows]


def settled_twice(tables: Tables) -> list[tuple[SettledMonth, SettledMonth]]:
    """The months that two entries settled for one person, as cut-off counters may, and nobody judged: each once."""
    rows = tables.rows(
        "SELECT DISTINCT a.aid, a.month, a.entry_id, a.chain, a.seq, b.entry_id, b.chain, b.seq FROM p_month a"  # noqa: S608
        " JOIN p_month b ON b.aid = a.aid AND b.month = a.month AND (b.chain, b.seq) > (a.chain, a.seq)"
        " JOIN p_reference r ON r.entry_id = a.entry_id AND r.chain = a.chain"
        " JOIN p_reference o ON o.reference = r.reference AND o.entry_id = b.entry_id AND o.chain = b.chain"
        f" WHERE {VALID} AND {_OTHER_VALID} AND {_UNJUDGED} ORDER BY a.month, a.chain, a.seq, b.chain, b.seq"
    )
    return [(SettledMonth(*row[:5]), SettledMonth(*row[:2], *row[5:])) for row in rows]


def pairs(tables: Tables, most_days: int) -> list[PairRow]:
    """Requests of one keyed reference for one aid, at most so many days apart, which nobody tied or judged yet.

    What follows from two verdicts is judged: where the second is the first again, the third stands to both alike.
    """
    rows = tables.rows(
        "SELECT a.entry_id, b.entry_id, a.aid, a.chain, b.chain, a.right_day, b.right_day,"  # noqa: S608
        " max(r.confirmed AND o.confirmed) FROM p_reference r"
        " JOIN p_request a ON a.entry_id = r.entry_id AND a.chain = r.chain"
        " JOIN p_reference o ON o.reference = r.reference AND o.entry_id != r.entry_id"
        " JOIN p_request b ON b.entry_id = o.entry_id AND b.chain = o.chain AND b.aid = a.aid"
        " AND (b.right_day, b.chain, b.seq) > (a.right_day, a.chain, a.seq)"
        " AND julianday(b.right_day) - julianday(a.right_day) <= ?"
        f" WHERE {VALID} AND {_OTHER_VALID}"
        " AND NOT EXISTS (SELECT 1 FROM p_return t WHERE t.earlier = a.entry_id AND t.later = b.entry_id)"
        f" AND {_UNJUDGED}"
        " GROUP BY a.entry_id, b.entry_id ORDER BY b.right_day, b.chain, b.seq, a.right_day, a.chain, a.seq",
        (most_days,),
    )
    known = _Verdicts(tables)
    return [pair for pair in (PairRow(*told) for told in rows) if not known.say(pair.first, pair.second)]


class _Verdicts:
    """Requests that are one, as people said, and which of these are not."""

    def __init__(self, tables: Tables) -> None:
        told = tables.rows("SELECT first, second, verdict FROM p_pair ORDER BY chain, seq")
        self._one: dict[str, str] = {}
        for first, second, verdict in told:
            if verdict == "same":
                self._one[self._of(str(first))] = self._of(str(second))
        self._apart = {
            frozenset((self._of(str(first)), self._of(str(second))))
            for first, second, verdict in told
            if verdict != "same"
        }

    def _of(self, entry_id: str) -> str:
        """The one that stands for all that are the same request."""
        while (further := self._one.get(entry_id, entry_id)) != entry_id:
            entry_id = further
        return entry_id

    def say(self, first: str, second: str) -> bool:
        """Whether it follows from what was said if both are one."""
        one, other = self._of(first), self._of(second)
        return one == other or frozenset((one, other)) in self._apart


def resubmission_of(tables: Tables, entry_ids: list[str]) -> dict[str, str]:
    """Of some entries the requests that a person judged to be another one made again, with the earlier one."""
    marks = ", ".join("?" * len(entry_ids))
    rows = tables.rows(
        f"SELECT second, first FROM p_pair WHERE second IN ({marks}) AND verdict = 'same'"  # noqa: S608
        " AND EXISTS (SELECT 1 FROM p_request q WHERE q.entry_id = second) ORDER BY chain, seq",
        tuple(entry_ids),
    )
    return {str(second): str(first) for second, first in rows}


def judged(tables: Tables, first: str, second: str) -> bool:
    """Whether somebody has judged this pair."""
    return (
        tables.row(
            "SELECT 1 FROM p_pair WHERE first IN (?1, ?2) AND second IN (?1, ?2) LIMIT 1", (first, second)
        )
        is not None
    )
