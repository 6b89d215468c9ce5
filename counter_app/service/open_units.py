"""What the command line tells of each unit that needs a person: which act, on which paper, how much, in whose hands."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.projections import decisions
from counter_app.projections import delivery as books
from counter_app.projections.delivery import UnitRow
from counter_app.projections.family import Tables
from counter_app.service.money_out import money_out
from counter_app.service.reconciliation import NEEDS_SOMEBODY
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit that needs a person; nobody is named but the colleague whom it was handed to, by id.

    `receipt` is empty where the act has none. `paid` is what the grant behind it paid and nobody gave back or claimed.
    """

    unit: UnitRow
    receipt: str
    amount: Money
    paid: Money
    with_whom: str

    @property
    def place(self) -> str:
        """Where its entry stands: chain and seq."""
        return f"{self.unit.chain}/{self.unit.seq}"


def open_units(workstation: Workstation, service: str | None = None) -> list[OpenUnit]:
    """The units that need a person, of every service or of one, in the order of their acts."""
    currency = workstation.configuration.office.currency
    found = []
    with workstation.reading() as connection:
        tables = Tables(connection)
        in_hand = decisions.handed(tables)
        for unit in books.units(tables, workstation.chain, service, NEEDS_SOMEBODY):
            entry = store.at_place(connection, unit.chain, unit.seq)
            handed = in_hand.get((unit.entry_id, unit.service, unit.part))
            found.append(
                OpenUnit(
                    unit=unit,
                    receipt="" if entry is None else str(entry.facts.get("number") or ""),
                    amount=Money(unit.cents, currency),
                    paid=Money(0 if entry is None else money_out(tables, unit.chain, entry).out, currency),
                    with_whom="" if handed is None else handed.to,
                )
            )
    return found
