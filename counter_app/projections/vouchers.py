"""Vouchers by number: received = issued + spoiled + returned + in hand, without gap or overlap."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _receive(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    for number in range(facts["first"], facts["last"] + 1):
        tables.run(
            "INSERT INTO p_voucher (chain, series, number, face_cents, year, state, changed_seq)"
            " VALUES (?, ?, ?, ?, ?, 'in_hand', ?) ON CONFLICT (chain, series, number) DO NOTHING",
            (entry.chain, facts["series"], number, facts["face_cents"], facts["year"], entry.seq),
        )


_MARK = "UPDATE p_voucher SET state = ?, changed_seq = ? WHERE chain = ? AND series = ? AND number BETWEEN ? AND ?"


def _issue(tables: Tables, entry: Entry) -> None:
    payment = entry.facts.get("payment")
    if payment and payment.get("series"):
        place = (entry.chain, payment["series"], payment["first"], payment["last"])
        tables.run(_MARK, ("issued", entry.seq, *place))


def _withdraw(tables: Tables, entry: Entry) -> None:
    """What was issued stays issued, whatever paper says of its withdrawal."""
    facts = entry.facts
    place = (entry.chain, facts["series"], facts["first"], facts["last"])
    tables.run(_MARK + " AND state = 'in_hand'", (facts["why"], entry.seq, *place))


FAMILY = Family(
    name="vouchers",
    version=1,
    schema=(
        (
            "CREATE TABLE p_voucher (chain TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,"
            " face_cents INTEGER NOT NULL, year INTEGER NOT NULL, state TEXT NOT NULL, changed_seq INTEGER NOT NULL,"
            " PRIMARY KEY (chain, series, number)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={
        "vouchers_received": _receive,
        "aid_granted": _issue,
        "grant_paid": _issue,
        "vouchers_withdrawn": _withdraw,
    },
)


def voucher_states(
    tables: Tables, chain: str, series: str, first: int, last: int
) -> list[tuple[int, int, int, str]]:
    """Number, face value, year and state of the known vouchers in a range."""
    rows = tables.rows(
        "SELECT number, face_cents, year, state FROM p_voucher"
        " WHERE chain = ? AND series = ? AND number BETWEEN ? AND ? ORDER BY number",
        (chain, series, first, last),
    )
    return [(int(n), int(face), int(year), str(state)) for n, face, year, state in rows]


def next_in_hand(tables: Tables, chain: str, year: int) -> tuple[str, int, int] | None:
    """Series, number and face value of the first voucher in hand that is valid in `year`."""
    row = tables.row(
        "SELECT series, number, face_cents FROM p_voucher WHERE chain = ? AND state = 'in_hand' AND year = ?"
        " ORDER BY series, number LIMIT 1",
        (chain, year),
    )
    return None if row is None else (str(row[0]), int(row[1]), int(row[2]))


def voucher_runs(tables: Tables, chain: str) -> list[tuple[str, str, int, int, int, int]]:
    """Series, state, face value, first, last and count of every unbroken run of vouchers in one state."""
    rows = tables.rows(
        "SELECT series, state, face_cents, min(number), max(number), count(*) FROM ("
        " SELECT series, state, face_cents, number,"
        "  number - row_number() OVER (PARTITION BY series, state, face_cents ORDER BY number) AS run"
        "  FROM p_voucher WHERE chain = ?)"
        " GROUP BY series, state, face_cents, run ORDER BY series, min(number)",
        (chain,),
    )
    return [(str(s), str(st), int(f), int(a), int(b), int(n)) for s, st, f, a, b, n in rows]


def year_of(tables: Tables, chain: str, series: str) -> int:
    """The year of validity of a series' newest vouchers."""
    row = tables.row("SELECT max(year) FROM p_voucher WHERE chain = ? AND series = ?", (chain, series))
    return 0 if row is None or row[0] is None else int(row[0])
