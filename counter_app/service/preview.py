"""What would become of a grant if it were recorded now: the very rules of recording, asked without recording.

    found = preview(workstation, command)
    found.may_still, found.refused, found.approval

Nothing is reserved: between the answer and the recording another act may come, and recording decides again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from counter_app.access.roles import COUNTER_WORK
from counter_app.domain.catalogue import Aid, Means
from counter_app.domain.commands import AnyCommand, Circumstances, GrantAid, Person, RecordRequest
from counter_app.domain.errors import AppError, BadInput, Refused
from counter_app.domain.findings import Asked, Decision, Finding, PastGrant
from counter_app.domain.limits import decide
from counter_app.domain.money import Money
from counter_app.keys.references import person_references
from counter_app.projections import budget, cash, vouchers
from counter_app.projections.family import Tables
from counter_app.service.context import Context
from counter_app.service.handlers.grants import asked_of_rules, grant_aid, past_grants, usual_means
from counter_app.service.handlers.persons import person_facts, with_identity_seen
from counter_app.service.workstation import Workstation

_CEILINGS = ("cap", "rolling_cap", "per_head", "cash_maximum")
_CLOSED = ("count", "spacing", "register_only", "in_force")


@dataclass(frozen=True, slots=True)
class VoucherRun:
    """Vouchers in hand whose value is exactly what is to be paid."""

    series: str
    first: int
    last: int
    face: Money


@dataclass(frozen=True, slots=True)
class Preview:
    """What recording would answer: every refusal, each with its sentence's code, and what asks for a second person.

    `may_still` is the most that one grant may have now, `None` where no ceiling bounds it. `missing` are codes of
    evidence that may follow, `estimate` is told where the aid is only registered, `left` is what remains of the
    counter's slice, `drawer` the cash at hand, `vouchers` a run that would pay the amount.
    """

    may_still: Money | None
    refused: tuple[AppError, ...]
    approval: tuple[Finding, ...]
    missing: tuple[str, ...]
    estimate: Money | None
    left: Money
    drawer: Money
    vouchers: VoucherRun | None

    @property
    def would_be_recorded(self) -> bool:
        """Whether nothing refuses it."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class AidRight:
    """What a person may still have of one aid: `bound` is the rule to tell of, `why` what closes the aid for now.

    `may_still` is the most that one grant may have. `ceiling` is the figure of that rule and `left` what remains
    of it before this grant; both `None` where no amount bounds the aid.
    """

    aid: str
    may_still: Money | None
    ceiling: Money | None
    left: Money | None
    bound: Finding | None
    why: AppError | None
    is_binding: bool


def preview(workstation: Workstation, command: GrantAid) -> Preview:
    """Ask the rules about a grant, with its payment where there is one. Raises `unknown_aid`."""
    with asking(workstation, command) as context:
        aid = context.aid(command.aid)
        facts, told = _of_whom(context, command)
        circumstances = with_identity_seen(told, facts, aid)
        decision = decide(
            asked_of_rules(context, command, aid, circumstances, confirmed=bool(facts["confirmed"])),
            past_grants(context, facts),
            context.configuration,
        )
        refused: list[AppError] = [Refused(one.code or "refused", **one.params) for one in decision.refused]
        if not refused:
            refused = _by_recording(context, command)
        left = budget.slice_of(context.tables, context.chain).left_cents
        return Preview(
            may_still=_money(context, decision.may_still_cents),
            refused=tuple(refused),
            approval=decision.approval,
            missing=decision.missing,
            estimate=_money(context, decision.estimate_cents),
            left=Money(max(0, left), context.currency),
            drawer=Money(cash.balance(context.tables, context.chain, "drawer"), context.currency),
            vouchers=_run(context, command.cents),
        )


def rights(workstation: Workstation, person: Person) -> tuple[AidRight, ...]:
    """What the person may still have of each aid that pays out, in the catalogue's order."""
    command = RecordRequest(agent="", person=person, aid="")
    with asking(workstation, command) as context:
        facts = _references(context, person)
        past = past_grants(context, facts)
        return tuple(
            [
                _right(context, aid, past, confirmed=bool(facts["confirmed"]))
                for aid in context.configuration.aids
                if aid.direction == "out"
            ]
        )


def proposed_vouchers(workstation: Workstation, cents: int) -> VoucherRun | None:
    """An unbroken run of vouchers in hand, valid this year, that is worth `cents`; the oldest series first."""
    command = RecordRequest(agent="", person=Person(surname="-"), aid="")
    with asking(workstation, command) as context:
        return _run(context, cents)


def payers(workstation: Workstation, means: Means | None) -> list[str]:
    """Ids of the colleagues who may hand money over now: for cash the régisseur and who holds a mandate today."""
    configuration = workstation.configuration
    found = [person.id for person in configuration.people if person.role in COUNTER_WORK]
    if means != "cash":
        return found
    command = RecordRequest(agent="", person=Person(surname="-"), aid="")
    with asking(workstation, command) as context:
        day = context.right_day()
    mandated = {configuration.regie.regisseur}
    for mandate in configuration.regie.mandates:
        if mandate.since <= day and (mandate.until is None or day <= mandate.until):
            mandated.add(mandate.person)
    return [person for person in found if person in mandated]


@contextmanager
def asking(workstation: Workstation, command: AnyCommand) -> Iterator[Context]:
    """One command's view on one snapshot of the journal, for reading."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            now = workstation.clock.now()
            yield Context(connection, Tables(connection), workstation.office, now, command)
        finally:
            connection.execute("ROLLBACK")


def _by_recording(context: Context, command: GrantAid) -> list[AppError]:
    """What refuses besides the aid's rules: slice, drawer, mandates, vouchers, and the reasons that are missing."""
    try:
        grant_aid(context, command)
    except (Refused, BadInput) as refused:
        return [refused]
    return []


def _of_whom(context: Context, command: GrantAid) -> tuple[dict[str, object], Circumstances]:
    circumstances = command.circumstances or Circumstances()
    if command.person is not None:
        return _references(context, command.person), circumstances
    if command.request is None:
        raise Refused("request_or_person")
    entry = context.own_entry(command.request, "request_recorded")
    return entry.facts["person"], circumstances


def _references(context: Context, person: Person) -> dict[str, object]:
    """As recording ties people; a reason that is still missing hides no ceiling."""
    try:
        return person_facts(context, person)
    except Refused:
        confirmed = person.identity in ("document", "known")
        return {
            "references": person_references(person, context.office.reference_key),
            "confirmed": confirmed,
            "identity": person.identity,
        }


def _right(context: Context, aid: Aid, past: list[PastGrant], *, confirmed: bool) -> AidRight:
    day = context.right_day()
    asked = Asked(
        aid=aid, cents=0, day=day, means=usual_means(aid, day), confirmed=confirmed, direction="out"
    )
    decision = decide(asked, past, context.configuration)
    bound = _bounding(decision)
    closed = bound is not None and bound.kind in _CLOSED
    in_cents = bound is not None and bound.unit == "cents" and not closed
    return AidRight(
        aid=aid.code,
        may_still=_money(context, decision.may_still_cents),
        ceiling=_money(context, bound.figure) if bound is not None and in_cents else None,
        left=_money(context, bound.left) if bound is not None and in_cents else None,
        bound=bound,
        why=Refused(bound.code, **bound.params) if bound is not None and closed and bound.code else None,
        is_binding=confirmed,
    )


def _bounding(decision: Decision) -> Finding | None:
    """The rule to tell of: one that closes the aid for now, else the ceiling of which most is used up."""
    for finding in decision.findings:
        if finding.kind in _CLOSED and finding.code is not None:
            return finding
    ceilings = [
        finding
        for finding in decision.findings
        if finding.kind in _CEILINGS and finding.binding and finding.left is not None
    ]
    return max(ceilings, key=_share_used, default=None)


def _share_used(ceiling: Finding) -> tuple[float, int]:
    """Where nothing is used, the lowest ceiling says most."""
    left = ceiling.left or 0
    return (1 - left / ceiling.figure if ceiling.figure else 1.0), -left


def _run(context: Context, cents: int) -> VoucherRun | None:
    year = context.right_day().year
    for series, state, face, first, _, count in vouchers.voucher_runs(context.tables, context.chain):
        if state != "in_hand" or face <= 0 or cents <= 0 or cents % face or count < cents // face:
            continue
        last = first + cents // face - 1
        found = vouchers.voucher_states(context.tables, context.chain, series, first, last)
        if all(valid >= year for _, _, valid, _ in found):
            return VoucherRun(series, first, last, Money(face, context.currency))
    return None


def _money(context: Context, cents: int | None) -> Money | None:
    return None if cents is None else Money(cents, context.currency)
