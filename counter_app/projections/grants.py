"""Requests and grants on their axes: decision and payment, with what each still allows for a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables
from counter_app.projections.people import VALID


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as it stands, in cents; `decision` and `payment` are the words of the design."""

    entry_id: str
    chain: str
    number: str | None
    request: str | None
    aid: str
    cents: int
    currency: str
    quantity: int
    means: str | None
    decision: str
    payment: str
    paid_cents: int
    returned_cents: int
    day: str
    right_day: str
    agent: str


_GRANT_COLUMNS = (
    "entry_id, chain, number, request, aid, cents, currency, quantity, means, decision, payment,"
    " paid_cents, returned_cents, day, right_day, agent"
)


def _request(tables: Tables, entry: Entry) -> None:
    facts, header = entry.facts, entry.header
    tables.run(
        "INSERT INTO p_request (entry_id, chain, seq, number, aid, day, right_day) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            entry.entry_id,
            entry.chain,
            entry.seq,
            facts["number"],
            facts["aid"],
            header["day"],
            header["right_day"],
        ),
    )


_NEW_GRANT = (
    f"INSERT INTO p_grant (seq, confirmed, paid_at_once, {_GRANT_COLUMNS}) VALUES ("  # noqa: S608
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)"
)


def _grant(tables: Tables, entry: Entry) -> None:
    """A new grant stands as its own entry leaves it: acts on it only follow in its chain."""
    facts, header = entry.facts, entry.header
    paid = bool(facts.get("payment"))
    reserved = facts["decision"] == "granted" and not paid
    tables.run(
        _NEW_GRANT,
        (
            entry.seq,
            int(facts["person"]["confirmed"]),
            int(paid),
            entry.entry_id,
            entry.chain,
            facts["number"],
            facts.get("request"),
            facts["aid"],
            facts["cents"],
            facts["currency"],
            facts["quantity"],
            facts.get("means"),
            facts["decision"],
            "paid" if paid else "reserved" if reserved else "none",
            facts["cents"] if paid else 0,
            header["day"],
            header["right_day"],
            header["agent"],
        ),
    )
    if paid:
        _acquit(tables, entry)


def _payment(tables: Tables, entry: Entry) -> None:
    _note(tables, entry, entry.facts["grant"], "paid", entry.facts["cents"])
    _settle(tables, entry.facts["grant"], entry.chain)
    _acquit(tables, entry)


def _acquit(tables: Tables, entry: Entry) -> None:
    if entry.facts["payment"]["acquit"] == "missing":
        tables.run(
            "INSERT INTO p_unsigned (chain, seq, day) VALUES (?, ?, ?)",
            (entry.chain, entry.seq, entry.header["day"]),
        )


def _refusal(tables: Tables, entry: Entry) -> None:
    request = entry.facts.get("request")
    tables.run(
        "INSERT INTO p_refusal (entry_id, chain, seq, request, reason) VALUES (?, ?, ?, ?, ?)",
        (entry.entry_id, entry.chain, entry.seq, request, entry.facts["reason"]),
    )


def _note(tables: Tables, entry: Entry, grant: str, act: str, cents: int) -> None:
    tables.run(
        "INSERT INTO p_grant_act (grant_id, chain, seq, act, cents) VALUES (?, ?, ?, ?, ?)",
        (grant, entry.chain, entry.seq, act, cents),
    )


def _act(act: str) -> Any:
    def note(tables: Tables, entry: Entry) -> None:
        facts = entry.facts
        word = act if act != "decision" else ("approved" if facts["approved"] else "declined")
        # More than was paid never came back from this grant, whatever paper says that the drawer took.
        cents = facts["freed_cents"] if act == "returned" else facts["cents"]
        _note(tables, entry, facts["grant"], word, cents)
        _settle(tables, facts["grant"], entry.chain)

    return note


def _claim(tables: Tables, entry: Entry) -> None:
    if entry.facts.get("claim_cents"):
        _note(tables, entry, entry.facts["grant"], "claimed", entry.facts["claim_cents"])


def _unclaim(tables: Tables, entry: Entry) -> None:
    if entry.facts.get("claim_cents"):
        _note(tables, entry, entry.facts["grant"], "unclaimed", entry.facts["claim_cents"])


def _correct_days(tables: Tables, entry: Entry) -> None:
    """Rights open on the day on which the fact happened, not on the one that a wrong clock showed."""
    for day, places in sorted(entry.facts["right_days"].items()):
        for table in ("p_grant", "p_request"):
            tables.run(
                f"UPDATE {table} SET right_day = ? WHERE chain = ? AND seq IN (SELECT value FROM json_each(?))",  # noqa: S608
                (day, entry.chain, json.dumps(places)),
            )


def _settle(tables: Tables, grant: str, chain: str) -> None:
    """What the acts on a grant of a chain, in order, make of it: only its own chain acts on it."""
    acts = tables.rows(
        "SELECT act, cents FROM p_grant_act WHERE grant_id = ? AND chain = ? ORDER BY seq", (grant, chain)
    )
    words = [str(act) for act, _ in acts]
    paid = sum(int(cents) for act, cents in acts if act == "paid")
    returned = sum(int(cents) for act, cents in acts if act == "returned")
    decision = None
    if "approved" in words:
        decision = "granted"
    elif "declined" in words:
        decision = "refused"
    if "cancelled" in words:
        decision = "cancelled"
    tables.run(
        "UPDATE p_grant SET decision = coalesce(?1, decision), paid_cents = ?2 + paid_at_once * cents,"
        " returned_cents = ?3, payment = CASE WHEN ?3 > 0 AND ?3 >= ?2 + paid_at_once * cents THEN 'returned'"
        " WHEN ?4 OR paid_at_once THEN 'paid' WHEN coalesce(?1, decision) = 'granted' THEN 'reserved'"
        " ELSE 'none' END WHERE entry_id = ?5 AND chain = ?6",
        (decision, paid, returned, int("paid" in words), grant, chain),
    )


FAMILY = Family(
    name="grants",
    version=1,
    schema=(
        (
            "CREATE TABLE p_request (entry_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " number TEXT, aid TEXT NOT NULL, day TEXT NOT NULL, right_day TEXT NOT NULL,"
            " PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_grant (entry_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL, number TEXT,"
            " request TEXT, aid TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL,"
            " quantity INTEGER NOT NULL, means TEXT, decision TEXT NOT NULL, payment TEXT NOT NULL,"
            " paid_cents INTEGER NOT NULL, returned_cents INTEGER NOT NULL, day TEXT NOT NULL,"
            " right_day TEXT NOT NULL, agent TEXT NOT NULL, confirmed INTEGER NOT NULL, paid_at_once INTEGER NOT NULL,"
            " PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_grant_pending ON p_grant (chain, seq) WHERE decision = 'pending'",
        "CREATE INDEX i_grant_request ON p_grant (request) WHERE request IS NOT NULL",
        (
            "CREATE TABLE p_grant_act (grant_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " act TEXT NOT NULL, cents INTEGER NOT NULL, PRIMARY KEY (grant_id, chain, seq, act)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_refusal (entry_id TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " request TEXT, reason TEXT NOT NULL, PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_unsigned (chain TEXT NOT NULL, seq INTEGER NOT NULL, day TEXT NOT NULL,"
            " PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_refusal_request ON p_refusal (request) WHERE request IS NOT NULL",
    ),
    kinds={
        "request_recorded": _request,
        "aid_granted": _grant,
        "aid_refused": _refusal,
        "approval_decided": _act("decision"),
        "grant_paid": _payment,
        "grant_cancelled": _act("cancelled"),
        "money_returned": _act("returned"),
        "unit_decided": _claim,
        "decision_undone": _unclaim,
        "clock_corrected": _correct_days,
    },
)


def grant_row(tables: Tables, entry_id: str, chain: str) -> GrantRow | None:
    """A grant of a chain as it stands now."""
    row = tables.row(
        f"SELECT {_GRANT_COLUMNS} FROM p_grant WHERE entry_id = ? AND chain = ?",  # noqa: S608
        (entry_id, chain),
    )
    return None if row is None else GrantRow(*row)


def counts(grant: GrantRow) -> bool:
    """Whether a grant takes a part of its person's ceilings, as `past_grants` says."""
    stands = grant.decision in ("granted", "pending") and grant.payment != "returned"
    return grant.paid_cents > grant.returned_cents or stands


def claimed_cents(tables: Tables, grant: str) -> int:
    """What decisions on rejected units have claimed back of a grant's paid money, less what was taken back again.

    Whoever decides may sit at another counter than the grant's own.
    """
    row = tables.row(
        "SELECT coalesce(sum(CASE act WHEN 'claimed' THEN cents WHEN 'unclaimed' THEN -cents END), 0)"
        " FROM p_grant_act WHERE grant_id = ?",
        (grant,),
    )
    return 0 if row is None else int(row[0])


def pending_grants(tables: Tables, chain: str) -> list[GrantRow]:
    """What waits for a second person, oldest first."""
    rows = tables.rows(
        f"SELECT {_GRANT_COLUMNS} FROM p_grant WHERE chain = ? AND decision = 'pending' ORDER BY seq",  # noqa: S608
        (chain,),
    )
    return [GrantRow(*row) for row in rows]


def pending_count(tables: Tables, chain: str) -> int:
    """How many grants of a chain wait for a second person."""
    row = tables.row("SELECT count(*) FROM p_grant WHERE chain = ? AND decision = 'pending'", (chain,))
    return 0 if row is None else int(row[0])


def unpaid_grants(tables: Tables, chain: str) -> list[GrantRow]:
    """What is granted and not paid, oldest first."""
    rows = tables.rows(
        f"SELECT {_GRANT_COLUMNS} FROM p_grant WHERE chain = ? AND payment = 'reserved' ORDER BY seq",  # noqa: S608
        (chain,),
    )
    return [GrantRow(*row) for row in rows]


def reserved_count(tables: Tables, chain: str) -> int:
    """How many grants of a chain are granted and not paid."""
    row = tables.row("SELECT count(*) FROM p_grant WHERE chain = ? AND payment = 'reserved'", (chain,))
    return 0 if row is None else int(row[0])


def unpaid_cents(tables: Tables, chain: str) -> int:
    """What the grants of a chain come to that are granted and not paid."""
    row = tables.row(
        "SELECT coalesce(sum(cents), 0) FROM p_grant WHERE chain = ? AND payment = 'reserved'", (chain,)
    )
    return 0 if row is None else int(row[0])


def request_row(tables: Tables, entry_id: str, chain: str) -> tuple[str, str] | None:
    """Aid and number of a request of a chain."""
    row = tables.row("SELECT aid, number FROM p_request WHERE entry_id = ? AND chain = ?", (entry_id, chain))
    return None if row is None else (str(row[0]), str(row[1]))


def past_grants(tables: Tables, references: list[str]) -> list[tuple[Any, ...]]:
    """Entry id, aid, cents still held, quantity and day of right of the grants to a confirmed person, in any chain.

    Waiting and granted ones count, and whatever was paid and kept; money given back is taken off, and what was
    given back whole does not count.
    """
    if not references:
        return []
    marks = ", ".join("?" * len(references))
    rows = tables.rows(
        "SELECT g.entry_id, g.aid, CASE WHEN g.paid_cents > 0 THEN g.paid_cents - g.returned_cents"  # noqa: S608
        " ELSE g.cents END, g.quantity, g.right_day FROM p_reference r"
        " JOIN p_grant g ON g.entry_id = r.entry_id AND g.chain = r.chain"
        f" WHERE r.reference IN ({marks}) AND r.confirmed = 1 AND {VALID}"
        " AND (g.paid_cents > g.returned_cents"
        "  OR (g.decision IN ('granted', 'pending') AND g.payment != 'returned'))",
        tuple(references),
    )
    # Several references of the person may lead to one grant.
    return list(dict.fromkeys(rows))


def grants_for(tables: Tables, references: list[str], aid: str) -> list[GrantRow]:
    """Every grant of an aid, in any chain, to whoever has one of these references, as it stands; oldest first."""
    marks = ", ".join("?" * len(references))
    columns = ", ".join([f"g.{name.strip()}" for name in _GRANT_COLUMNS.split(",")])
    rows = tables.rows(
        f"SELECT DISTINCT {columns} FROM p_reference r"  # noqa: S608
        " JOIN p_grant g ON g.entry_id = r.entry_id AND g.chain = r.chain"
        f" WHERE r.reference IN ({marks}) AND {VALID} AND g.aid = ? ORDER BY g.right_day, g.chain, g.seq",
        (*references, aid),
    )
    return [GrantRow(*row) for row in rows]


def unsigned(tables: Tables, chain: str, day: str) -> int:
    """How many payments recorded on a business day lack the citizen's acquit."""
    row = tables.row("SELECT count(*) FROM p_unsigned WHERE chain = ? AND day = ?", (chain, day))
    return 0 if row is None else int(row[0])


def granted_cents(tables: Tables, chain: str) -> int:
    """The cents of all grants of a chain that stand."""
    row = tables.row(
        "SELECT coalesce(sum(cents), 0) FROM p_grant WHERE chain = ? AND decision = 'granted'", (chain,)
    )
    return 0 if row is None else int(row[0])


def act_places(tables: Tables, grant: str, chain: str) -> list[int]:
    """The seqs of the entries that acted on a grant after its own, in order."""
    rows = tables.rows(
        "SELECT DISTINCT seq FROM p_grant_act WHERE grant_id = ? AND chain = ? ORDER BY seq", (grant, chain)
    )
    return [int(row[0]) for row in rows]


def answers_to(tables: Tables, request: str) -> list[str]:
    """The ids of the grants and refusals that answered a request, whatever became of them."""
    rows = tables.rows(
        "SELECT entry_id FROM p_grant WHERE request = ? UNION SELECT entry_id FROM p_refusal WHERE request = ?",
        (request, request),
    )
    return sorted(str(row[0]) for row in rows)


def answered(tables: Tables, request: str) -> bool:
    """Whether a request was refused or has a grant that stands or waits."""
    return (
        tables.row(
            "SELECT 1 FROM p_refusal WHERE request = ? UNION ALL SELECT 1 FROM p_grant"
            " WHERE request = ? AND decision IN ('granted', 'pending')",
            (request, request),
        )
        is not None
    )
