"""Granting provisional aid and cancelling it: every rule applied, every decision explained."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from counter_app.access.roles import COUNTER_WORK, colleague
from counter_app.domain.catalogue import Aid, Means, PayableBy
from counter_app.domain.commands import CancelGrant, Circumstances, GrantAid
from counter_app.domain.errors import Refused
from counter_app.domain.findings import Asked, Decision, PastGrant
from counter_app.domain.limits import decide
from counter_app.domain.money import Money
from counter_app.domain.rules import is_in_force
from counter_app.journal.entry import Fact
from counter_app.projections import budget
from counter_app.projections import grants as books
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.payments import check_payment, own_grant, payment_facts
from counter_app.service.handlers.persons import (
    circumstance_facts,
    person_facts,
    plain,
    private_part,
    with_identity_seen,
)
from counter_app.service.handlers.units import (
    Units,
    all_units,
    behind_grant,
    file_units,
    only_told,
)


def grant_aid(context: Context, command: GrantAid) -> Fact:
    """Decide a grant from local facts alone; pending where a second person must approve, else granted."""
    agent = colleague(context.configuration, command.agent, COUNTER_WORK)
    aid = context.aid(command.aid)
    breaches = Breaches(context)
    person, private_person, told = _for_whom(context, command, aid, breaches)
    circumstances = with_identity_seen(told, person, aid)
    request = command.request and context.own_entry(command.request).entry_id
    asked = asked_of_rules(context, command, aid, circumstances, confirmed=person["confirmed"])
    decision = decide(asked, past_grants(context, person), context.configuration)
    breaches.take(decision)
    breaches.take_form(command.form, "aid_granted")
    pending = bool(decision.approval) and not (command.already_happened and command.payment)
    if decision.approval and not pending:
        breaches.add(decision.approval[0].rule, "approval_missing")
    payment = None if pending else command.payment
    if not pending:
        check_slice(context, breaches, command.cents)
    granter = command.done_by or agent.id
    if payment is not None:
        check_payment(context, breaches, payment, command.cents, granter)
    facts: dict[str, Any] = {
        "request": request,
        "person": person,
        "aid": aid.code,
        "cents": command.cents,
        "currency": context.currency,
        "quantity": command.quantity,
        "means": asked.means,
        "decision": "pending" if pending else "granted",
        "payment": payment_facts(payment, granter) if payment else None,
        "circumstances": circumstance_facts(circumstances),
        "basis": basis(decision),
        "irregular": breaches.rules,
        "form": command.form,
        "units": [] if pending else _units(context, aid, request, paid=payment is not None),
    }
    private = private_part(
        context,
        person=private_person,
        resources_cents=circumstances.resources_cents,
        witnesses=list(payment.witnesses) if payment else None,
    )
    return Fact("aid_granted", facts, private, numbered=True)


def asked_of_rules(
    context: Context, command: GrantAid, aid: Aid, circumstances: Circumstances, *, confirmed: bool
) -> Asked:
    """What the rules are asked about a grant, before it is recorded and while it is."""
    day = context.right_day()
    means = command.payment.means if command.payment else command.means or usual_means(aid, day)
    return Asked(
        aid=aid,
        cents=command.cents,
        day=day,
        quantity=command.quantity,
        heads=circumstances.heads,
        couple=circumstances.couple,
        resources_cents=circumstances.resources_cents,
        claims=frozenset(circumstances.claims),
        evidence=frozenset(circumstances.evidence),
        means=means,
        confirmed=confirmed,
        direction="out",
        paid_now_in_cash=command.payment is not None and means == "cash",
    )


def _for_whom(
    context: Context, command: GrantAid, aid: Aid, breaches: Breaches
) -> tuple[dict[str, Any], dict[str, Any] | None, Circumstances]:
    if (command.request is None) == (command.person is None):
        raise Refused("request_or_person")
    if command.person is not None:
        person = person_facts(context, command.person)
        return person, plain(command.person), command.circumstances or Circumstances()
    assert command.request is not None  # one of the two is there, see above
    request = context.own_entry(command.request, "request_recorded")
    if request.facts["aid"] != aid.code:
        raise Refused("request_for_other_aid", number=request.facts["number"], aid=request.facts["aid"])
    if books.answered(context.tables, request.entry_id):
        breaches.add("request_answered", "request_answered", number=request.facts["number"])
    private = request.private or {}
    told = {**request.facts["circumstances"], "resources_cents": private.get("resources_cents")}
    circumstances = command.circumstances or msgspec.convert(told, Circumstances)
    return request.facts["person"], private.get("person"), circumstances


def usual_means(aid: Aid, day: date) -> Means | None:
    """The first means of payment that the aid's rules of that day name."""
    for rule in aid.rules:
        if isinstance(rule, PayableBy) and rule.means and is_in_force(rule, day):
            return rule.means[0]
    return None


def past_grants(context: Context, person: dict[str, Any], without: str | None = None) -> list[PastGrant]:
    """The grants to the same confirmed person in all chains that were heard, but for one."""
    return [
        PastGrant(aid, cents, quantity, date.fromisoformat(day))
        for entry_id, aid, cents, quantity, day in books.past_grants(context.tables, person["references"])
        if entry_id != without
    ]


def check_slice(context: Context, breaches: Breaches, cents: int) -> None:
    """A workstation grants while reserved and paid stay within its slice, from local facts alone."""
    left = budget.slice_of(context.tables, context.chain).left_cents
    if cents > left:
        currency = context.currency
        breaches.add("slice", "over_slice", asked=Money(cents, currency), left=Money(max(0, left), currency))


def basis(decision: Decision) -> list[list[Any]]:
    """Why it was decided so: rule, version, figure, what was left and verdict, for each rule that spoke."""
    return [
        [finding.rule, finding.since, finding.figure, finding.left, finding.verdict]
        for finding in decision.findings
    ]


def _units(context: Context, aid: Aid, request: str | None, *, paid: bool) -> Units:
    units = all_units(aid, request) if paid else file_units(aid, request)
    return only_told(context, units)


def cancel_grant(context: Context, command: CancelGrant) -> Fact:
    """Cancel with a reason: a reservation is freed; paid money stays out until it is returned."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    grant, entry = own_grant(context, command.grant)
    if grant.decision not in ("granted", "pending"):
        raise Refused("grant_not_open", number=grant.number, decision=grant.decision)
    aid = context.aid(grant.aid)
    units: Units = []
    if grant.decision == "granted":
        make = all_units if grant.payment in ("paid", "returned") else file_units
        units = behind_grant(context, grant.entry_id, make(aid))
    reserved = grant.decision == "granted" and grant.payment == "reserved"
    facts = {
        "grant": grant.entry_id,
        "grant_number": grant.number,
        "person": entry.facts["person"],
        "aid": grant.aid,
        "cents": grant.cents,
        "currency": grant.currency,
        "paid_cents": grant.paid_cents,
        "freed_cents": grant.cents if reserved else 0,
        "units": units,
    }
    private = private_part(context, person=(entry.private or {}).get("person"), reason=command.reason)
    return Fact("grant_cancelled", facts, private)
