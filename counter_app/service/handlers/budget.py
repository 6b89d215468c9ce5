"""Slices of the envelope: raised by the authority, released to another counter, taken once."""

from __future__ import annotations

from counter_app.access.roles import ANYBODY, SUPERVISION, colleague
from counter_app.domain.commands import CarrySlice, RaiseEnvelope, ReleaseSlice, TakeSlice
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_counter, check_entry_id
from counter_app.domain.money import Money
from counter_app.journal.entry import Fact
from counter_app.projections import budget as books
from counter_app.projections.custody import epochs_of
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part


def raise_envelope(context: Context, command: RaiseEnvelope) -> Fact:
    """A dated decision of the authority: the envelope and this slice grow by the same cents."""
    colleague(context.configuration, command.approver, SUPERVISION)
    facts = {
        "cents": command.cents,
        "currency": context.currency,
        "act": command.act,
        "approver": command.approver,
    }
    return Fact("envelope_raised", facts, private_part(context))


def release_slice(context: Context, command: ReleaseSlice) -> Fact:
    """Give budget away: it leaves this slice now, whether or not the other counter ever hears of it."""
    colleague(context.configuration, command.approver, SUPERVISION)
    check_counter(command.to)
    if command.to == context.office.counter:
        raise Refused("release_to_itself", counter=command.to)
    if context.configuration.counter(command.to) is None:
        raise Refused("unknown_counter", counter=command.to)
    left = max(0, books.slice_of(context.tables, context.chain).left_cents)
    if command.cents > left:
        currency = context.currency
        raise Refused("over_slice", asked=Money(command.cents, currency), left=Money(left, currency))
    facts = {
        "to": command.to,
        "cents": command.cents,
        "currency": context.currency,
        "approver": command.approver,
    }
    return Fact("slice_released", facts, private_part(context))


def take_slice(context: Context, command: TakeSlice) -> Fact:
    """Apply a release that the giver's chain shows, once."""
    colleague(context.configuration, command.agent, ANYBODY)
    release_id = check_entry_id(command.release)
    release = books.release_for(context.tables, release_id, context.office.counter)
    if release is None:
        raise Refused("unknown_release", entry_id=release_id)
    if books.taken(context.tables, release_id):
        raise Refused("release_taken", entry_id=release_id)
    giver, cents = release
    facts = {"release": release_id, "from": giver, "cents": cents, "currency": context.currency}
    return Fact("slice_taken", facts, private_part(context))


def carry_slice(context: Context, command: CarrySlice) -> Fact:
    """Move what the epochs before had left to this one, as far as their entries are known.

    What was lost with a machine may have used some of it: a supervisor decides once the papers were looked through.
    """
    colleague(context.configuration, command.approver, SUPERVISION)
    before = [chain for chain in epochs_of(context.tables, context.chain) if chain != context.chain]
    lefts = {chain: max(0, books.slice_of(context.tables, chain).left_cents) for chain in before}
    if command.cents > sum(lefts.values()):
        currency, left = context.currency, sum(lefts.values())
        raise Refused("over_slice", asked=Money(command.cents, currency), left=Money(left, currency))
    moved, rest = {}, command.cents
    for chain, left in lefts.items():
        moved[chain] = min(left, rest)
        rest -= moved[chain]
    facts = {
        "from": {chain: cents for chain, cents in moved.items() if cents},
        "cents": command.cents,
        "currency": context.currency,
        "approver": command.approver,
    }
    return Fact("slice_carried", facts, private_part(context))
