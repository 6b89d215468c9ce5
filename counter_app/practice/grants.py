"""Grants of practice on their way: recorded, approved or declined, paid, cancelled, given back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial

from counter_app.practice.offers import Offer
from counter_app.practice.payments import Payments
from counter_app.practice.people import Citizen
from counter_app.practice.script import Line, Script
from counter_app.practice.till import Till

_CANCELLED, _DECLINED = 0.05, 0.18
_PAID_AT_ONCE, _EVER_PAID, _GIVEN_BACK = 0.65, 0.85, 0.2


@dataclass(slots=True)
class Held:
    """A grant that a later line refers to."""

    entry_id: str
    agent: str
    offer: Offer


class Grants:
    """Writes what is done with grants; a second person and a payment come some lines later."""

    def __init__(self, script: Script, till: Till, payments: Payments) -> None:
        self._script = script
        self._till = till
        self._payments = payments
        self._paid: deque[Held] = deque(maxlen=20)

    def whole(self, offer: Offer, *, request: str = "", citizen: Citizen | None = None) -> str:
        """A grant and all that follows; returns its entry id where the line has one."""
        at_once = not offer.needs_approval and self._script.chance(_PAID_AT_ONCE)
        held = self.record(offer, request=request, citizen=citizen, pay=at_once)
        if offer.needs_approval:
            self._script.later(partial(self._decide, held))
        elif not at_once and self._script.chance(_EVER_PAID):
            self._script.later(partial(self._pay, held))
        return held.entry_id

    def record(
        self, offer: Offer, *, request: str = "", citizen: Citizen | None = None, pay: bool = False
    ) -> Held:
        """The line itself, after whatever it needs; without approval it takes from the slice at once."""
        script, terms = self._script, offer.terms
        agent = script.agent()
        if not offer.needs_approval:
            self._till.cover(offer.cents)
        fields: Line = {"aid": terms.code, "cents": offer.cents}
        if request:
            fields["request"] = request
        else:
            fields["person"] = citizen
        if not request or script.chance(0.2):
            fields["circumstances"] = offer.circumstances
        if offer.quantity > 1:
            fields["quantity"] = offer.quantity
        if pay:
            fields["payment"] = self._payments.payment(offer, agent)
        elif offer.means is not None:
            fields["means"] = offer.means
        given_back = pay and offer.is_money and script.chance(_GIVEN_BACK)
        refer = given_back or not pay or script.chance(0.2)
        held = Held(script.write("grant_aid", agent, fields, refer=refer), agent, offer)
        if given_back:
            self._paid.append(held)
        return held

    def approve(self, held: Held) -> None:
        """A second person says yes; the slice bears it from now on."""
        approver = self._script.supervisor(other_than=held.agent)
        self._till.cover(held.offer.cents)
        fields = {"approver": approver, "grant": held.entry_id, "approved": True}
        self._script.write("decide_approval", approver, fields)

    def approve_and_pay(self, held: Held) -> None:
        """Approved now, mostly paid later."""
        self.approve(held)
        if self._script.chance(_EVER_PAID):
            self._script.later(partial(self._pay, held))

    def decline(self, held: Held) -> None:
        """A second person says no, and why."""
        script = self._script
        approver = script.supervisor(other_than=held.agent)
        reason = script.one_of(script.phrases.declined)
        fields = {"approver": approver, "grant": held.entry_id, "approved": False, "reason": reason}
        script.write("decide_approval", approver, fields)

    def cancel(self, held: Held) -> None:
        """A grant that nobody approved or paid is cancelled; what waited had taken nothing from the slice."""
        script = self._script
        reason = script.one_of(script.phrases.cancellations)
        script.write("cancel_grant", script.agent(), {"grant": held.entry_id, "reason": reason})
        if not held.offer.needs_approval:
            self._till.free(held.offer.cents)

    def give_back(self) -> bool:
        """Money that was paid comes back, whole or in part; false where nobody has any."""
        if not self._paid:
            return False
        script, held = self._script, self._paid.popleft()
        cents = held.offer.cents
        if script.chance(0.4):
            cents = 1 + script.below(cents)
        means = "cash" if held.offer.means == "cash" else "transfer"
        script.write("return_money", script.agent(), {"grant": held.entry_id, "cents": cents, "means": means})
        if means == "cash":
            self._till.put(cents)
        self._till.free(cents)
        return True

    def pay_at_last(self, offer: Offer, citizen: Citizen) -> None:
        """A grant in money that is approved and paid without waiting, and may then be given back."""
        held = self.record(offer, citizen=citizen)
        if offer.needs_approval:
            self.approve(held)
        self._write_payment(held)
        self._paid.append(held)

    def _decide(self, held: Held) -> None:
        """A second person's word, mostly yes; some grants are cancelled before anybody looks."""
        lot = self._script.draw.random()
        if lot < _CANCELLED:
            self.cancel(held)
        elif lot < _DECLINED:
            self.decline(held)
        else:
            self.approve_and_pay(held)

    def _pay(self, held: Held) -> None:
        self._write_payment(held)
        if held.offer.is_money and self._script.chance(_GIVEN_BACK):
            self._paid.append(held)

    def _write_payment(self, held: Held) -> None:
        payment = self._payments.payment(held.offer, held.agent)
        fields = {"grant": held.entry_id, "payment": payment}
        self._script.write("pay_grant", self._script.agent(), fields)
