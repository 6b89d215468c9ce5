"""The money behind an act: what its grant paid, less what came back and what was claimed back since."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry
from counter_app.projections import grants
from counter_app.projections.family import Tables


@dataclass(frozen=True, slots=True)
class MoneyOut:
    """Cents of one grant: `kept` was paid and did not come back, `out` is the part that nobody claimed yet."""

    grant: str
    kept: int
    out: int


def money_out(tables: Tables, chain: str, entry: Entry) -> MoneyOut:
    """Of the grant that an entry of a chain is, or is about; all zero where there is none.

    A grant has a unit at each of its services, and so has each payment, approval and return: all share its money.
    """
    about = str(entry.facts.get("grant", entry.entry_id))
    grant = grants.grant_row(tables, about, chain)
    if grant is None:
        return MoneyOut(about, 0, 0)
    kept = max(0, grant.paid_cents - grant.returned_cents)
    return MoneyOut(about, kept, max(0, kept - grants.claimed_cents(tables, about)))
