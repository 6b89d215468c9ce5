"""Vouchers by number: received = issued + spoiled + returned + in hand, without gap or overlap."""

from __future__ import annotations

from typing import Any, Literal

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

MOST_AT_ONCE = 5000
"""Vouchers that one act may speak of: more is a slip of the pen, and would hold every other act up."""
Oddity = Literal["issued_twice", "not_in_hand"]


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
    told = numbers_told(entry.facts.get("payment") or {})
    if told is not None:
        place = (entry.chain, *told)
        _note_oddities(tables, entry, *told)
        tables.run(_MARK, ("issued", entry.seq, *place))


def numbers_told(payment: dict[str, Any]) -> tuple[str, int, int] | None:
    """Series, first and last number of the vouchers of a payment; none where paper did not say them all."""
    series, first, last = (payment.get(name) for name in ("series", "first", "last"))
    return None if series is None or first is None or last is None else (series, first, last)


def _note_oddities(tables: Tables, entry: Entry, series: str, first: int, last: int) -> None:
    """What paper says was issued although it was issued before, or was not in the stock: its numbers in runs."""
    runs: list[tuple[Oddity, int, int]] = []
    awaited = first
    for number, _, _, state in voucher_states(tables, entry.chain, series, first, last):
        if number > awaited:
            runs.append(("not_in_hand", awaited, number - 1))
        if state != "in_hand":
            what: Oddity = "issued_twice" if state == "issued" else "not_in_hand"
            if runs and runs[-1][0] == what and runs[-1][2] == number - 1:
                runs[-1] = (what, runs[-1][1], number)
            else:
                runs.append((what, number, number))
        awaited = number + 1
    if awaited <= last:
        runs.append(("not_in_hand", awaited, last))
    for what, begin, end in runs:
        tables.run(
            "INSERT OR IGNORE INTO p_voucher_odd (chain, seq, series, first, last, what) VALUES (?, ?, ?, ?, ?, ?)",
            (entry.chain, entry.seq, series, begin, end, what),
        )


def _withdraw(tables: Tables, entry: Entry) -> None:
    """What was issued stays issued, whatever paper says of its withdrawal."""
    facts = entry.facts
    place = (entry.chain, facts["series"], facts["first"], facts["last"])
    tables.run(_MARK + " AND state = 'in_hand'", (facts["why"], entry.seq, *place))


FAMILY = Family(
    name="vouchers",
    version=2,
    schema=(
        (
            "CREATE TABLE p_voucher (chain TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,"
            " face_cents INTEGER NOT NULL, year INTEGER NOT NULL, state TEXT NOT NULL, changed_seq INTEGER NOT NULL,"
            " PRIMARY KEY (chain, series, number)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_voucher_odd (chain TEXT NOT NULL, seq INTEGER NOT NULL, series TEXT NOT NULL,"
            " first INTEGER NOT NULL, last INTEGER NOT NULL, what TEXT NOT NULL,"
            " PRIMARY KEY (chain, seq, series, first)) STRICT, WITHOUT ROWID"
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


def odd_runs(tables: Tables, chain: str, seq: int) -> list[tuple[Oddity, str, int, int]]:
    """What was said to be issued up to a place though it was not there to be: why, series, first and last number."""
    return [
        (row[0], str(row[1]), int(row[2]), int(row[3]))
        for row in tables.rows(
            "SELECT what, series, first, last FROM p_voucher_odd WHERE chain = ? AND seq <= ? ORDER BY seq, first",
            (chain, seq),
        )
    ]


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
