"""Money that moves at a counter of practice: paid out, paid in, and told of by paper forms."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import Any

from counter_app.domain.catalogue import IDENTITY_PAPER
from counter_app.practice.offers import Offer
from counter_app.practice.people import Citizen, People
from counter_app.practice.script import Script
from counter_app.practice.till import Till

_PAPER_FAULTS = ("alone", "", "over", "", "unseen")
_BEYOND_ANY_COUNTER = 10**6


class Payments:
    """Writes money lines and the parts of others that tell of money."""

    def __init__(self, script: Script, people: People, till: Till) -> None:
        self._script = script
        self._people = people
        self._till = till
        self._faults = cycle(_PAPER_FAULTS)

    def payment(self, offer: Offer, granter: str, *, alone: bool = False) -> dict[str, Any]:
        """How an offer is paid, with cash and vouchers really there; `alone` breaks the rule of two people."""
        script = self._script
        said: dict[str, Any] = {"means": offer.means}
        if not alone:
            self._add_payer(said, granter, cash=offer.means == "cash")
        if offer.means == "cash":
            self._till.take(offer.cents)
        elif offer.means == "voucher":
            said.update(self._till.vouchers(offer.cents // self._till.face_cents))
        lot = script.draw.random()
        if lot < 0.07:
            said["acquit"] = "cannot_sign"
            said["witnesses"] = [self._people.witness() for _ in range(1 + script.below(2))]
        elif lot < 0.12:
            said["acquit"] = "missing"
        elif lot < 0.2:
            said["acquit"] = "signed"
        return said

    def contribution(self, citizen: Citizen, offer: Offer) -> str:
        """What a citizen pays in for an aid that asks for it, in cash up to the régie's maximum."""
        script, terms = self._script, offer.terms
        fields: dict[str, Any] = {"person": citizen, "aid": terms.code}
        if terms.unit_cents is not None:
            fields["quantity"] = 1 + script.below(10)
            cents = terms.unit_cents * fields["quantity"]
        else:
            cents = script.one_of(terms.contributions)
        fields["cents"] = cents
        if cents > terms.cash_max_cents or not self._till.has_room(cents) or script.chance(0.25):
            fields["means"] = "card"
        else:
            self._till.put(cents)
        if offer.circumstances:
            fields["circumstances"] = offer.circumstances
        return script.write("receive_money", script.agent(), fields, refer=True)

    def unexpected(self, citizen: Citizen, offer: Offer) -> str:
        """Cash that a paper form tells of although the aid asks for none; the entry is irregular."""
        script = self._script
        cents = 500 * (1 + script.below(10))
        self._till.put(cents)
        fields = {
            **script.paper(),
            "person": citizen,
            "aid": offer.terms.code,
            "cents": cents,
            "note": script.phrases.unexpected_money,
        }
        return script.write("receive_money", script.agent(), fields, refer=True)

    def paper_grant(self, citizen: Citizen, offer: Offer) -> str:
        """A grant that a form says was paid; returns its entry id where it surely broke a rule, else nothing."""
        script, terms = self._script, offer.terms
        fault = next(self._faults)
        circumstances = dict(offer.circumstances)
        broken = fault == "alone"
        if fault == "over":
            above = self._above(offer)
            broken = above > offer.cents
            offer = replace(offer, cents=above)
        elif fault == "unseen" and not terms.money_in:
            identified = citizen.get("identity") == "document"
            broken = any(code != IDENTITY_PAPER or not identified for code in terms.evidence)
            circumstances.pop("evidence", None)
        broken = broken or offer.needs_approval
        self._till.cover(offer.cents)
        agent = script.agent()
        fields = {**script.paper(), "aid": terms.code, "cents": offer.cents, "person": citizen}
        if offer.quantity > 1:
            fields["quantity"] = offer.quantity
        if circumstances:
            fields["circumstances"] = circumstances
        fields["payment"] = self.payment(offer, agent, alone=fault == "alone")
        return script.write("grant_aid", agent, fields, refer=broken)

    def _above(self, offer: Offer) -> int:
        """A little more than the rules allow; the amount itself where it has no such bound."""
        terms, means = offer.terms, offer.means
        if terms.counted or terms.money_in or means is None:
            return offer.cents
        ceiling = terms.ceiling(means, offer.heads)
        if ceiling >= _BEYOND_ANY_COUNTER:
            return offer.cents
        step = self._till.face_cents if means == "voucher" else 500
        return ceiling - ceiling % step + step * (1 + self._script.below(3))

    def _add_payer(self, said: dict[str, Any], granter: str, *, cash: bool) -> None:
        """Somebody else hands it over, or the granter alone, who says why."""
        script = self._script
        able = script.mandated if cash else script.workers
        others = [one for one in able if one != granter]
        if not others or (granter in able and script.chance(0.06)):
            said["waiver"] = script.one_of(script.phrases.waivers)
        else:
            said["payer"] = script.one_of(others)
