"""Audits of what the centres hold, and the units that an audit asks about."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.journal.entry import Entry
from counter_app.projections.custody import sent_from_here
from counter_app.projections.delivery import UnitRow, unit_columns, unit_of
from counter_app.projections.family import Family, Tables

AUDITED = "delivery_audited"

AUDITABLE = (
    UnitState.RECEIVED,
    UnitState.ACCEPTED,
    UnitState.SETTLED,
    UnitState.REJECTED,
    UnitState.CLOSED,
)
"""What a centre once answered for, or a person in its place: rejections and decisions are asked about too."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit of a service as it was recorded; `facts` are its figures by name."""

    service: str
    at: str
    chain: str
    seq: int
    facts: dict[str, object]


def _audited(tables: Tables, entry: Entry) -> None:
    facts = {name: value for name, value in entry.facts.items() if name != "service"}
    tables.run(
        "INSERT INTO p_audit (service, at, chain, seq, cut, facts) VALUES (?, ?, ?, ?, ?, ?)",
        (
            entry.facts["service"],
            entry.header["recorded_at"],
            entry.chain,
            entry.seq,
            entry.facts.get("cut"),
            msgspec.json.encode(facts, order="sorted").decode(),
        ),
    )


FAMILY = Family(
    name="audits",
    version=1,
    schema=(
        (
            "CREATE TABLE p_audit (service TEXT NOT NULL, at TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " cut TEXT, facts TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={AUDITED: _audited},
)


def audits(tables: Tables, service: str | None = None) -> list[AuditRow]:
    """The audits of a service, or of all, the newest first."""
    rows = tables.rows(
        "SELECT service, at, chain, seq, facts FROM p_audit WHERE ?1 IS NULL OR service = ?1"
        " ORDER BY at DESC, chain, seq DESC",
        (service,),
    )
    return [
        AuditRow(name, at, chain, seq, msgspec.json.decode(facts)) for name, at, chain, seq, facts in rows
    ]


def cut_to_look_behind(tables: Tables, chain: str, service: str) -> str | None:
    """When the service last went down, where this chain has not asked yet about what was on its way then."""
    row = tables.row(
        "SELECT max(happened_at) FROM p_incident_line WHERE service = ? AND state = 'down'", (service,)
    )
    cut = None if row is None or row[0] is None else str(row[0])
    known = "SELECT 1 FROM p_audit WHERE service = ? AND chain = ? AND cut = ?"
    if cut is None or tables.row(known, (service, chain, cut)):
        return None
    return cut


_PLACE = "(u.entry_id, u.part) > (?, ?)"
_SINCE = "(? IS NULL OR u.attempted_at >= ?)"


def _which(tables: Tables, chain: str, service: str, since: str | None) -> tuple[str, tuple[object, ...]]:
    here, values = sent_from_here(tables, chain, "u.")
    states = ", ".join(f"'{state}'" for state in AUDITABLE)
    return (
        f"{here} AND u.service = ? AND u.state IN ({states}) AND u.attempted_at IS NOT NULL AND {_SINCE}",
        (*values, service, since, since),
    )


def auditable(tables: Tables, chain: str, service: str, since: str | None) -> int:
    """How many units an audit of a service would ask about; `since` counts from their last attempt."""
    which, values = _which(tables, chain, service, since)
    row = tables.row(f"SELECT count(*) FROM p_unit u WHERE {which}", values)  # noqa: S608
    return 0 if row is None else int(row[0])


def to_audit(
    tables: Tables, chain: str, service: str, since: str | None, after: tuple[str, str], most: int
) -> list[UnitRow]:
    """The next of those units behind an entry id and part, in that order."""
    which, values = _which(tables, chain, service, since)
    rows = tables.rows(
        f"SELECT {unit_columns('u.')} FROM p_unit u WHERE {which} AND {_PLACE}"  # noqa: S608
        " ORDER BY u.entry_id, u.part LIMIT ?",
        (*values, *after, most),
    )
    return [unit_of(row) for row in rows]


def replayed(tables: Tables, service: str) -> set[tuple[str, str]]:
    """The units of a service that were allowed to be sent again before, by a rule or a person: entry id and part."""
    rows = tables.rows(
        "SELECT facts FROM p_told WHERE service = ? AND instr(facts, ?) > 0",
        (service, f'"{UnitFact.REPLAY_ALLOWED}"'),
    )
    return {
        (told[0], told[1])
        for (facts,) in rows
        for told in msgspec.json.decode(facts)
        if told[2] == UnitFact.REPLAY_ALLOWED
    }
