"""What comes into the drawer and the voucher stock, and what is withdrawn from the stock."""

from __future__ import annotations

from counter_app.access.roles import COUNTER_WORK, colleague
from counter_app.domain.commands import ReceiveVouchers, ReplenishCash, WithdrawVouchers
from counter_app.domain.errors import Refused
from counter_app.journal.entry import Fact
from counter_app.projections import vouchers as stock
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.persons import private_part


def replenish_cash(context: Context, command: ReplenishCash) -> Fact:
    """Money put into the drawer, with the paper that came with it."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    breaches = Breaches(context)
    breaches.take_form(command.form, "cash_replenished")
    facts = {
        "cents": command.cents,
        "currency": context.currency,
        "document": command.document,
        "irregular": breaches.rules or None,
        "form": command.form,
    }
    return Fact("cash_replenished", facts, private_part(context), numbered=True)


def receive_vouchers(context: Context, command: ReceiveVouchers) -> Fact:
    """A book taken into stock; no number may be in the books already, and none is taken in twice."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    count = _count(command.first, command.last)
    known = stock.voucher_states(context.tables, context.chain, command.series, command.first, command.last)
    breaches = Breaches(context)
    if known:
        breaches.add(
            "vouchers", "vouchers_overlap", series=command.series, first=command.first, last=command.last
        )
    facts = {
        "series": command.series,
        "first": command.first,
        "last": command.last,
        "face_cents": command.face_cents,
        "cents": (count - len(known)) * command.face_cents,
        "currency": context.currency,
        "year": command.year,
        "irregular": breaches.rules,
    }
    return Fact("vouchers_received", facts, private_part(context))


def withdraw_vouchers(context: Context, command: WithdrawVouchers) -> Fact:
    """Vouchers in hand that are spoiled or returned; an issued one cannot be."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    count = _count(command.first, command.last)
    found = stock.voucher_states(context.tables, context.chain, command.series, command.first, command.last)
    breaches = Breaches(context)
    in_hand = [row for row in found if row[3] == "in_hand"]
    if len(in_hand) != count:
        breaches.add(
            "vouchers",
            "voucher_not_in_hand",
            series=command.series,
            first=command.first,
            last=command.last,
        )
    facts = {
        "series": command.series,
        "first": command.first,
        "last": command.last,
        "why": command.why,
        "cents": sum(face for _, face, _, _ in in_hand),
        "currency": context.currency,
        "irregular": breaches.rules,
    }
    return Fact("vouchers_withdrawn", facts, private_part(context, reason=command.reason))


def _count(first: int, last: int) -> int:
    if not 1 <= last - first + 1 <= stock.MOST_AT_ONCE:
        raise Refused("voucher_range", first=first, last=last, most=stock.MOST_AT_ONCE)
    return last - first + 1
