"""What waits for a second person: each grant with why it waits and what the limits leave for it now.

The very rules of the approval are asked, on one snapshot and without recording; approving asks them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.clock import from_wire
from counter_app.domain.catalogue import Approval, Configuration
from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import AppError, Refused
from counter_app.domain.findings import Decision, Finding
from counter_app.domain.limits import decide
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import budget
from counter_app.projections import grants as books
from counter_app.projections.family import Tables
from counter_app.projections.grants import GrantRow
from counter_app.service.context import Context
from counter_app.service.handlers.approvals import asked_again
from counter_app.service.handlers.grants import past_grants
from counter_app.service.workstation import Workstation

_CEILINGS = ("cap", "rolling_cap", "per_head", "cash_maximum")


@dataclass(frozen=True, slots=True)
class Reason:
    """The rule that asks for a second person: its `threshold` in money or units, `None` where it always does.

    `who` is the office's own word for that person, a text per language; empty where it has none.
    """

    rule: str
    since: str
    source: str
    threshold: Money | int | None
    who: dict[str, str]


@dataclass(frozen=True, slots=True)
class Left:
    """What one ceiling of the aid or the person leaves before this grant, and out of what."""

    rule: str
    kind: str
    left: Money
    ceiling: Money


@dataclass(frozen=True, slots=True)
class WaitingGrant:
    """A grant that waits: `at` in the office's zone, `surname` empty where the private part is not here.

    `over` says what refuses it now, for other grants may have come between; `slice_left` is what remains of this
    counter's slice. `is_paid` where paper paid before anybody approved. `confirmed` says that the identity is.
    """

    entry_id: str
    number: str
    at: datetime
    agent: str
    surname: str
    given_names: tuple[str, ...]
    birth_date: str
    aid: str
    amount: Money
    quantity: int
    means: str
    is_paid: bool
    confirmed: bool
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    note: str
    reasons: tuple[Reason, ...]
    left: tuple[Left, ...]
    slice_left: Money
    over: tuple[AppError, ...]


def waiting_grants(workstation: Workstation) -> tuple[WaitingGrant, ...]:
    """Everything that waits at this counter, oldest first."""
    nobody = DecideApproval(agent="", approver="", grant="", approved=True)
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            now = workstation.clock.now()
            context = Context(connection, Tables(connection), workstation.office, now, nobody)
            found = []
            for row in books.pending_grants(context.tables, context.chain):
                entry = store.find(connection, row.entry_id, context.chain)
                if entry is not None:
                    found.append(_waiting(context, row, entry))
            return tuple(found)
        finally:
            connection.execute("ROLLBACK")


def _waiting(context: Context, row: GrantRow, entry: Entry) -> WaitingGrant:
    others = past_grants(context, entry.facts["person"], without=row.entry_id)
    decision = decide(asked_again(context, row, entry), others, context.configuration)
    private = entry.private or {}
    person = private.get("person") or {}
    left = budget.slice_of(context.tables, context.chain).left_cents
    is_paid = row.payment in ("paid", "returned")
    over: list[AppError] = [Refused(one.code or "refused", **one.params) for one in decision.refused]
    if not is_paid and row.cents > left:
        asked, still = Money(row.cents, row.currency), Money(max(0, left), row.currency)
        over.append(Refused("over_slice", asked=asked, left=still))
    return WaitingGrant(
        entry_id=row.entry_id,
        number=row.number or "",
        at=from_wire(entry.header["happened_at"]).astimezone(context.office.zone),
        agent=row.agent,
        surname=str(person.get("surname", "")),
        given_names=tuple(person.get("given_names", ())),
        birth_date=str(person.get("birth_date") or ""),
        aid=row.aid,
        amount=Money(row.cents, row.currency),
        quantity=row.quantity,
        means=row.means or "",
        is_paid=is_paid,
        confirmed=bool(entry.facts["person"]["confirmed"]),
        evidence=tuple(entry.facts["circumstances"].get("evidence", ())),
        missing=decision.missing,
        note=str(private.get("note") or ""),
        reasons=tuple(_reason(context.configuration, row, finding) for finding in decision.approval),
        left=_ceilings(decision, row.currency),
        slice_left=Money(max(0, left), row.currency),
        over=tuple(over),
    )


def _reason(configuration: Configuration, row: GrantRow, finding: Finding) -> Reason:
    threshold: Money | int | None = finding.figure
    if finding.unit == "cents":
        threshold = Money(finding.figure, finding.currency) if finding.figure else None
    aid = configuration.aid(row.aid)
    who = next(
        (
            rule.who
            for rule in (aid.rules if aid else ())
            if isinstance(rule, Approval)
            and (rule.id, rule.since.isoformat()) == (finding.rule, finding.since)
        ),
        {},
    )
    return Reason(finding.rule, finding.since, finding.source, threshold, who)


def _ceilings(decision: Decision, currency: str) -> tuple[Left, ...]:
    """The ceilings in money, the one that leaves least first."""
    found = [
        Left(one.rule, one.kind, Money(one.left, currency), Money(one.figure, currency))
        for one in decision.findings
        if one.kind in _CEILINGS and one.unit == "cents" and one.left is not None
    ]
    return tuple(sorted(found, key=lambda one: one.left))
