"""Money that moves: paying a grant, taking back what was returned, receiving a contribution."""

from __future__ import annotations

from typing import Any

from counter_app.access.roles import COUNTER_WORK, colleague
from counter_app.domain.command_shape import NOT_ON_PAPER
from counter_app.domain.commands import PayGrant, Payment, ReceiveMoney, ReturnMoney
from counter_app.domain.errors import Refused
from counter_app.domain.findings import Asked
from counter_app.domain.limits import decide
from counter_app.domain.money import Money
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import cash as ledger
from counter_app.projections import grants as books
from counter_app.projections import vouchers as stock
from counter_app.projections.doubles import settled_months
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.persons import (
    circumstance_facts,
    person_facts,
    plain,
    private_part,
    with_identity_seen,
)
from counter_app.service.handlers.units import all_units, behind_grant, paying_units


def own_grant(context: Context, entry_id: str) -> tuple[books.GrantRow, Entry]:
    """A grant of this workstation as it stands, and its entry."""
    entry = context.own_entry(entry_id, "aid_granted")
    row = books.grant_row(context.tables, entry.entry_id, context.chain)
    if row is None:
        raise Refused("unknown_entry", entry_id=entry_id)
    return row, entry


def check_payment(context: Context, breaches: Breaches, payment: Payment, cents: int, granter: str) -> None:
    """What must hold before money leaves: two people or a waiver, a mandate, cash or vouchers really there."""
    payer = payment.payer or granter
    try:
        colleague(context.configuration, payer, COUNTER_WORK)
    except Refused as refusal:
        # Whoever handed the money over did so: paper that says it is kept as told.
        breaches.add("payer", refusal.code, **refusal.params)
    # Of two who are both not known nobody can say that they are one.
    if payer == granter != NOT_ON_PAPER and not payment.waiver:
        breaches.add("granter_pays", "granter_pays", person=payer)
    if payment.acquit == "cannot_sign" and not payment.witnesses:
        breaches.add("witnesses", "witnesses_missing")
    if payment.means == "cash":
        _check_mandate(context, breaches, payer)
        left = ledger.balance(context.tables, context.chain, "drawer")
        if cents > left:
            currency = context.currency
            breaches.add(
                "drawer", "not_enough_cash", asked=Money(cents, currency), left=Money(left, currency)
            )
    if payment.means == "voucher":
        _check_vouchers(context, breaches, payment, cents)


def _check_mandate(context: Context, breaches: Breaches, payer: str) -> None:
    """Cash is handed over by the régisseur or by a mandataire whose mandate holds on the day."""
    regie, day = context.configuration.regie, context.right_day()
    if payer == regie.regisseur:
        return
    for mandate in regie.mandates:
        if (
            mandate.person == payer
            and mandate.since <= day
            and (mandate.until is None or day <= mandate.until)
        ):
            return
    breaches.add("mandate", "no_mandate", person=payer, day=day)


def _check_vouchers(context: Context, breaches: Breaches, payment: Payment, cents: int) -> None:
    if (
        payment.series is None
        or payment.first is None
        or payment.last is None
        or payment.last < payment.first
    ):
        breaches.add("vouchers.numbers", "voucher_numbers_missing")
        return
    if payment.last - payment.first >= stock.MOST_AT_ONCE:
        raise Refused("voucher_range", first=payment.first, last=payment.last, most=stock.MOST_AT_ONCE)
    found = stock.voucher_states(context.tables, context.chain, payment.series, payment.first, payment.last)
    if len(found) != payment.last - payment.first + 1 or any(state != "in_hand" for *_, state in found):
        breaches.add(
            "vouchers", "voucher_not_in_hand", series=payment.series, first=payment.first, last=payment.last
        )
        return
    year = context.right_day().year
    if any(valid < year for _, _, valid, _ in found):
        breaches.add("vouchers.year", "voucher_expired", series=payment.series, year=year)
    value = sum(face for _, face, _, _ in found)
    if value != cents:
        currency = context.currency
        breaches.add(
            "vouchers.value", "voucher_value", value=Money(value, currency), asked=Money(cents, currency)
        )


def payment_facts(payment: Payment, granter: str) -> dict[str, Any]:
    """The payment as kept: no name of a witness, the payer always named."""
    kept = plain(payment)
    kept.pop("witnesses", None)
    return kept | {"payer": payment.payer or granter, "acquit": payment.acquit}


def pay_grant(context: Context, command: PayGrant) -> Fact:
    """Pay a grant that stands and was not paid."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    grant, entry = own_grant(context, command.grant)
    breaches = Breaches(context)
    if grant.decision != "granted":
        breaches.add("grant_not_open", "grant_not_open", number=grant.number, decision=grant.decision)
    if grant.payment in ("paid", "returned"):
        breaches.add("paid_already", "paid_already", number=grant.number)
    aid = context.aid(grant.aid)
    payment = command.payment
    asked = Asked(
        aid=aid,
        cents=grant.cents,
        day=context.right_day(),
        means=payment.means,
        quantity=grant.quantity,
        direction="out",
    )
    for finding in decide(asked, [], context.configuration).refused:
        if finding.kind in ("means", "regie_means", "regie_expense", "cash_maximum"):
            breaches.add(finding.rule, finding.code or "refused", **finding.params)
    check_payment(context, breaches, payment, grant.cents, grant.agent)
    breaches.take_form(command.form, "grant_paid")
    facts = {
        "grant": grant.entry_id,
        "grant_number": grant.number,
        "person": entry.facts["person"],
        "aid": grant.aid,
        "cents": grant.cents,
        "currency": grant.currency,
        "payment": payment_facts(payment, grant.agent),
        # A reservation became money; paper that paid without one uses the slice now.
        "used_cents": 0 if grant.payment == "reserved" else grant.cents,
        "irregular": breaches.rules,
        "form": command.form,
        "units": behind_grant(context, grant.entry_id, paying_units(aid)),
    }
    private = private_part(
        context, person=(entry.private or {}).get("person"), witnesses=list(payment.witnesses)
    )
    return Fact("grant_paid", facts, private)


def return_money(context: Context, command: ReturnMoney) -> Fact:
    """Money that came back; the only way in which paid money leaves a grant."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    grant, entry = own_grant(context, command.grant)
    breaches = Breaches(context)
    left = max(0, grant.paid_cents - grant.returned_cents)
    if command.cents > left:
        currency = grant.currency
        breaches.add(
            "returned", "more_than_paid", asked=Money(command.cents, currency), left=Money(left, currency)
        )
    breaches.take_form(command.form, "money_returned")
    aid = context.aid(grant.aid)
    facts = {
        "grant": grant.entry_id,
        "grant_number": grant.number,
        "person": entry.facts["person"],
        "aid": grant.aid,
        "cents": command.cents,
        "currency": grant.currency,
        "means": command.means,
        "freed_cents": min(command.cents, left),
        "irregular": breaches.rules,
        "form": command.form,
        "units": behind_grant(context, grant.entry_id, paying_units(aid)),
    }
    private = private_part(context, person=(entry.private or {}).get("person"))
    return Fact("money_returned", facts, private, numbered=True)


def receive_money(context: Context, command: ReceiveMoney) -> Fact:
    """A contribution paid in; its receipt is the quittance."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    aid = context.aid(command.aid)
    breaches = Breaches(context)
    person = person_facts(context, command.person)
    circumstances = with_identity_seen(command.circumstances, person, aid)
    asked = Asked(
        aid=aid,
        cents=command.cents,
        day=context.right_day(),
        quantity=command.quantity,
        heads=circumstances.heads,
        resources_cents=circumstances.resources_cents,
        claims=frozenset(circumstances.claims),
        evidence=frozenset(circumstances.evidence),
        means=command.means,
        confirmed=person["confirmed"],
        direction="in",
    )
    breaches.take(decide(asked, [], context.configuration))
    _settle(context, breaches, command, person["references"])
    breaches.take_form(command.form, "money_received")
    facts = {
        "person": person,
        "aid": aid.code,
        "cents": command.cents,
        "currency": context.currency,
        "quantity": command.quantity,
        "months": list(command.months) or None,
        "means": command.means,
        "circumstances": circumstance_facts(circumstances),
        "irregular": breaches.rules,
        "form": command.form,
        "units": all_units(aid),
    }
    private = private_part(
        context, person=plain(command.person), resources_cents=circumstances.resources_cents
    )
    return Fact("money_received", facts, private, numbered=True)


def _settle(context: Context, breaches: Breaches, command: ReceiveMoney, references: list[str]) -> None:
    """Each month settles once, at whichever counter that was heard of, and none before it has begun."""
    if not command.months:
        return
    told: set[str] = set()
    settled = {one.month: one for one in settled_months(context.tables, references, command.aid)}
    for month in command.months:
        if month in told:
            raise Refused("month_twice", month=month)
        told.add(month)
        if month > context.today().isoformat()[:7]:
            raise Refused("month_to_come", month=month)
        before = settled.get(month)
        if before is not None:
            breaches.add(
                "month_settled", "month_settled", month=month, counter=before.chain, entry_id=before.entry_id
            )
