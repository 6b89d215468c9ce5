"""What stands on paper already, before it is entered: what recording would say of it, and what it may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from counter_app.domain.commands import AnyCommand, Person
from counter_app.domain.errors import Refused
from counter_app.domain.filled import check_filled
from counter_app.domain.ids import receipt_number
from counter_app.domain.money import Money
from counter_app.keys.references import person_references
from counter_app.projections import grants
from counter_app.projections.family import Tables
from counter_app.service.handlers import HANDLERS
from counter_app.service.lost_numbers import NumberSearch, figure_of, searches_in
from counter_app.service.persons import one_person
from counter_app.service.preview import asking
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Foretold:
    """What recording a paper would answer: the rules that it broke, and whether a supervisor has to approve it."""

    rules: tuple[str, ...]
    awaits_approval: bool


@dataclass(frozen=True, slots=True)
class UnpaidGrant:
    """A grant of this counter that stands and was not paid; `means` is how it was to be paid."""

    entry_id: str
    number: str
    aid: str
    amount: Money
    means: str
    day: date


def searches(workstation: Workstation) -> tuple[NumberSearch, ...]:
    """What this counter's journal lacks since it was restored; the latest search last."""
    with workstation.reading() as connection:
        return searches_in(connection, Tables(connection), workstation.chain)


def as_printed(searches: Sequence[NumberSearch], typed: str) -> str:
    """The number that was typed, as the receipt has it where it is one of those that are searched for."""
    bare = typed.strip()
    prefix, _, rest = bare.rpartition("-")
    alike = [one.before for one in searches if one.before.casefold() == prefix.casefold()]
    chain = prefix if prefix in alike or len(alike) != 1 else alike[0]
    figure = figure_of(f"{chain}-{rest}", chain) if alike else None
    return bare if figure is None else receipt_number(chain, figure)


def foretell(workstation: Workstation, command: AnyCommand) -> Foretold:
    """Ask the very rules of recording, and record nothing; raises `Refused` where even a paper cannot be entered so."""
    with asking(workstation, command) as context:
        check_filled(command, context.today())
        facts = HANDLERS[type(command)](context, command).facts
    return Foretold(tuple(facts.get("irregular") or ()), facts.get("decision") == "pending")


def unpaid_grants(workstation: Workstation, person: Person) -> tuple[UnpaidGrant, ...]:
    """The grants to a person that a payment on paper may belong to, the latest first.

    Only those of this epoch: what was granted before a restore is entered again, with its payment.
    """
    references = person_references(person, workstation.office.reference_key)
    with workstation.reading() as connection:
        found = one_person(connection, references=references, entry_id=person.same_as)
        told = [
            grants.grant_row(Tables(connection), entry.entry_id, workstation.chain)
            for entry in reversed(found.entries.values())
            if entry.kind == "aid_granted" and entry.chain == workstation.chain
        ]
    rows = [row for row in told if row is not None and row.payment == "reserved"]
    return tuple(
        [
            UnpaidGrant(
                entry_id=row.entry_id,
                number=row.number or "",
                aid=row.aid,
                amount=Money(row.cents, row.currency),
                means=row.means or "",
                day=date.fromisoformat(row.right_day),
            )
            for row in rows
        ]
    )


def moment_on_paper(workstation: Workstation, day: date, at: time) -> datetime:
    """A day and a time as a clock of the office showed them, with their offset.

    Raises `no_such_time` where clocks were put forward over it.
    """
    zone = workstation.office.zone
    told = datetime.combine(day, at, zone)
    if told.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != told.replace(tzinfo=None):
        raise Refused("no_such_time", time=f"{at:%H:%M}", day=day)
    return told
