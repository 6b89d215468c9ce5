"""What the centres last said of units, whatever people decided about them since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from counter_app.domain.delivery import UnitFact
from counter_app.domain.ids import counter_of
from counter_app.journal.entry import Entry
from counter_app.projections.custody import GIVEN
from counter_app.projections.family import Tables

Place = tuple[str, str, str]
"""Entry id, service and part of a unit."""

_SAID: Final = (
    UnitFact.RECEIVED,
    UnitFact.ACCEPTED,
    UnitFact.REJECTED,
    UnitFact.SETTLED,
    UnitFact.ABSENT,
    UnitFact.DISPUTED,
)
SHOWING: Final = frozenset({UnitFact.ACCEPTED, UnitFact.SETTLED, UnitFact.DISPUTED})
"""Facts by which a centre shows that it holds a record of the act, as sent or otherwise."""


@dataclass(frozen=True, slots=True)
class CentreSaid:
    """A centre's last word on a unit, its reason (empty where it gave none), and the entry that tells it."""

    fact: UnitFact
    reason: str
    chain: str
    seq: int


def centre_said(tables: Tables, entry_ids: Iterable[str]) -> dict[Place, CentreSaid]:
    """The last word on each unit of some entries, in one pass over all that was told."""
    wanted = sorted(set(entry_ids))
    if not wanted:
        return {}
    # Of one entry, what does not name it need not be taken apart.
    only = wanted[0] if len(wanted) == 1 else ""
    words = ", ".join(f"'{fact.value}'" for fact in _SAID)
    rows = tables.rows(
        "SELECT j.value ->> 0, service, j.value ->> 1, j.value ->> 2, j.value ->> 4, t.chain, t.seq"  # noqa: S608
        " FROM p_told t, json_each(t.facts) j WHERE instr(t.facts, ?) > 0"
        " AND j.value ->> 0 IN (SELECT value FROM json_each(?))"
        f" AND j.value ->> 2 IN ({words}) ORDER BY t.term, t.chain, t.seq",
        (only, json.dumps(wanted)),
    )
    return {
        (str(entry_id), str(service), str(part)): CentreSaid(UnitFact(fact), reason or "", chain, seq)
        for entry_id, service, part, fact, reason, chain, seq in rows
    }


def places_told(tables: Tables, service: str, chain: str) -> list[tuple[str, int]]:
    """When and at which places of a chain something was told of units of a service, attempts among it."""
    rows = tables.rows("SELECT at, seq FROM p_told WHERE service = ? AND chain = ?", (service, chain))
    return [(str(at), int(seq)) for at, seq in rows]


def told_without_custody(tables: Tables, entry: Entry, chain: str) -> bool:
    """Whether an applied entry of another counter tells of a unit of `chain` that was never given to that counter.

    A chain knows whom it gave its own units; what was told of them by anybody else is nobody's to tell.
    """
    facts = entry.facts
    return (
        tables.row(
            "SELECT 1 FROM p_told t, json_each(t.facts) j JOIN p_unit u ON u.entry_id = j.value ->> 0"
            " AND u.part = j.value ->> 1 AND u.service = t.service"
            " WHERE t.service = ? AND t.term = ? AND t.chain = ? AND t.seq = ? AND u.chain = ? AND NOT EXISTS"
            " (SELECT 1 FROM p_custody_rule r WHERE r.chain = u.chain AND r.kind = ? AND r.holder = ?"
            " AND r.upto >= u.seq) LIMIT 1",
            (
                facts.get("service", ""),
                int(facts.get("term", 0)),
                entry.chain,
                entry.seq,
                chain,
                GIVEN,
                counter_of(entry.chain),
            ),
        )
        is not None
    )
