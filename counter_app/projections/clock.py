"""What the entries tell of their clocks: jumps against the machine's steady clock, a centre's time, and corrections.

Each header carries the time of day beside a steady reading that nobody can set. Within one start of the machine
both run alike, so that a difference that grew is a clock that was set (or drifts); between two starts only a
clock that went back shows, as time that passed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

MAY_DIFFER_S = 120
"""Seconds that a clock may be put right by without anybody's being told: less than rights or deadlines depend on."""
_NOTED_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Jump:
    """Entry `seq` of a chain is the first behind a jump of the clock by `by_s` seconds, backwards below zero.

    Where the machine was started in between (`restarted`) it went back by at least that much.
    """

    chain: str
    seq: int
    at: str
    by_s: int
    restarted: bool


@dataclass(frozen=True, slots=True)
class CentreTime:
    """By how many seconds a centre's clock was ahead of the counter's, as told with its last answer."""

    service: str
    at: str
    ahead_s: int


@dataclass(frozen=True, slots=True)
class Correction:
    """From place `first` to `last` of a chain the clock was ahead by `ahead_s` seconds, behind below zero."""

    chain: str
    first: int
    last: int
    ahead_s: int


def _watch(tables: Tables, entry: Entry) -> None:
    header = entry.header
    wall = _milliseconds(header["recorded_at"])
    offset, boot = wall - header["monotonic_ms"], header["boot_id"]
    row = tables.row("SELECT boot_id, offset_ms, last_ms FROM p_clock WHERE chain = ?", (entry.chain,))
    if row is None:
        tables.run("INSERT INTO p_clock VALUES (?, ?, ?, ?)", (entry.chain, boot, offset, wall))
        return
    restarted = row[0] != boot
    # The last time is noted once a minute alone: most entries then only read one row here.
    moved = min(0, wall - row[2]) if restarted else offset - row[1]
    jumped = abs(moved) >= MAY_DIFFER_S * 1000
    if jumped:
        tables.run(
            "INSERT INTO p_clock_jump (chain, seq, at, by_s, restarted) VALUES (?, ?, ?, ?, ?)",
            (entry.chain, entry.seq, header["recorded_at"], round(moved / 1000), int(restarted)),
        )
    if jumped or restarted:
        tables.run(
            "UPDATE p_clock SET boot_id = ?, offset_ms = ?, last_ms = ? WHERE chain = ?",
            (boot, offset, wall, entry.chain),
        )
    elif wall - row[2] >= _NOTED_EVERY_MS:
        tables.run("UPDATE p_clock SET last_ms = ? WHERE chain = ?", (wall, entry.chain))


def _milliseconds(wire: str) -> int:
    return round(datetime.fromisoformat(wire).timestamp() * 1000)


def _centre(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    if "centre_ahead_s" in facts:
        tables.run(
            "INSERT INTO p_centre_time (chain, service, at, ahead_s) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (chain, service) DO UPDATE SET at = excluded.at, ahead_s = excluded.ahead_s",
            (entry.chain, facts["service"], entry.header["recorded_at"], facts["centre_ahead_s"]),
        )


def _correct(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT INTO p_clock_correction (chain, seq, first, last, ahead_s) VALUES (?, ?, ?, ?, ?)",
        (entry.chain, entry.seq, facts["first"], facts["last"], facts["ahead_s"]),
    )
    tables.run_many(
        "INSERT INTO p_right_day (chain, place, day) VALUES (?, ?, ?)"
        " ON CONFLICT (chain, place) DO UPDATE SET day = excluded.day",
        ((entry.chain, place, day) for place, day in right_days(facts)),
    )


def right_days(facts: dict[str, object]) -> list[tuple[int, str]]:
    """Place and right day of each entry that a correction moves to another day."""
    days = facts["right_days"]
    assert isinstance(days, dict)  # as the handler writes it
    return [(place, str(day)) for day, places in sorted(days.items()) for place in places]


FAMILY = Family(
    name="clock",
    version=1,
    schema=(
        (
            "CREATE TABLE p_clock (chain TEXT PRIMARY KEY, boot_id TEXT NOT NULL, offset_ms INTEGER NOT NULL,"
            " last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_clock_jump (chain TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,"
            " by_s INTEGER NOT NULL, restarted INTEGER NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_centre_time (chain TEXT NOT NULL, service TEXT NOT NULL, at TEXT NOT NULL,"
            " ahead_s INTEGER NOT NULL, PRIMARY KEY (chain, service)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_clock_correction (chain TEXT NOT NULL, seq INTEGER NOT NULL, first INTEGER NOT NULL,"
            " last INTEGER NOT NULL, ahead_s INTEGER NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_right_day (chain TEXT NOT NULL, place INTEGER NOT NULL, day TEXT NOT NULL,"
            " PRIMARY KEY (chain, place)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"delivery_answered": _centre, "clock_corrected": _correct},
    every=_watch,
)


def jumps(tables: Tables, chain: str) -> list[Jump]:
    """Every jump of a chain's clock, in order."""
    rows = tables.rows(
        "SELECT chain, seq, at, by_s, restarted FROM p_clock_jump WHERE chain = ? ORDER BY seq", (chain,)
    )
    return [Jump(str(r[0]), int(r[1]), str(r[2]), int(r[3]), bool(r[4])) for r in rows]


def corrections(tables: Tables, chain: str) -> list[Correction]:
    """Every correction of a chain's clock, in the order in which they were made."""
    rows = tables.rows(
        "SELECT chain, first, last, ahead_s FROM p_clock_correction WHERE chain = ? ORDER BY seq", (chain,)
    )
    return [Correction(str(r[0]), int(r[1]), int(r[2]), int(r[3])) for r in rows]


def unexplained_jumps(tables: Tables, chain: str) -> list[Jump]:
    """The jumps at whose edge no correction begins or ends: nobody has said yet what the clock did there."""
    edges = {place for made in corrections(tables, chain) for place in (made.first, made.last + 1)}
    return [jump for jump in jumps(tables, chain) if jump.seq not in edges]


def centre_times(tables: Tables, chain: str) -> list[CentreTime]:
    """By how much each centre's clock last differed, by service."""
    rows = tables.rows(
        "SELECT service, at, ahead_s FROM p_centre_time WHERE chain = ? ORDER BY service", (chain,)
    )
    return [CentreTime(str(r[0]), str(r[1]), int(r[2])) for r in rows]


def corrected_days(tables: Tables, chain: str, places: list[int]) -> dict[int, str]:
    """The right day of those of some entries that a correction moved, by place."""
    marks = ", ".join("?" * len(places))
    rows = tables.rows(
        f"SELECT place, day FROM p_right_day WHERE chain = ? AND place IN ({marks})",  # noqa: S608
        (chain, *places),
    )
    return {int(place): str(day) for place, day in rows}
