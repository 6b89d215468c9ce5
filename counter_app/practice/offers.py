"""What a citizen of practice comes for: an aid, an amount inside every rule, and what the rules ask about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from counter_app.domain.catalogue import Means
from counter_app.practice.script import Script
from counter_app.practice.terms import Terms

_STEP = 500
_BELOW_APPROVAL = 0.75
_AN_AMOUNT_TO_THE_CENT = 0.12


@dataclass(slots=True)
class Offer:
    """One grant, or one request for it, that no rule refuses; amounts in cents."""

    terms: Terms
    cents: int
    quantity: int
    heads: int
    means: Means | None
    circumstances: dict[str, Any]

    @property
    def is_money(self) -> bool:
        """Whether what is paid can be given back in money."""
        return self.cents > 0 and self.means in ("cash", "transfer", "hotel")

    @property
    def needs_approval(self) -> bool:
        """Whether a second person must approve it."""
        return self.terms.needs_approval(self.cents, self.quantity)


class Offers:
    """Draws offers from the terms of a catalogue; `face_cents` is what a voucher is worth."""

    def __init__(self, script: Script, terms: list[Terms], face_cents: int) -> None:
        self._script = script
        self._face = face_cents
        self._all = terms
        # Refunds of contributions are rarer than grants.
        grantable = [one for one in terms if one.grantable]
        self._grantable = grantable + 2 * [one for one in grantable if not one.money_in]
        self.times = {one.code: one.times for one in terms}
        self.contributory = [one for one in terms if one.contributory]

    def grant(self, *, spent: int = 0, without: Collection[str] = ()) -> Offer | None:
        """A grant for somebody who had `spent` already; none where no aid but those `without` leaves enough."""
        choices = [one for one in self._grantable if one.code not in without] if without else self._grantable
        if not choices:
            return None
        terms = self._script.one_of(choices)
        heads = self._heads()
        means = self._script.one_of(terms.means)
        ceiling = min(terms.ceiling(means, heads), terms.over_time_cents - spent)
        quantity, cents = 1, 0
        if terms.counted:
            quantity = self._units(terms)
        elif terms.money_in and terms.contributions:
            cents = self._script.one_of([one for one in terms.contributions if one > 0])
        else:
            cents = self._cents(terms, means, ceiling)
            if cents == 0:
                return None
        if cents > ceiling:
            return None
        return Offer(terms, cents, quantity, heads, means, self.circumstances(terms, heads))

    def request(self) -> Offer:
        """A request for any aid of the catalogue, those that are only registered too."""
        terms = self._script.one_of(self._all)
        if terms.grantable:
            offer = self.grant(without=[one.code for one in self._all if one is not terms])
            if offer is not None:
                return offer
        heads = self._heads()
        return Offer(terms, 0, 1, heads, None, self.circumstances(terms, heads))

    def circumstances(self, terms: Terms, heads: int) -> dict[str, Any]:
        """All evidence that must be seen, mostly what may follow, and what the rules ask about the household."""
        script = self._script
        said: dict[str, Any] = {}
        evidence = [*terms.evidence, *[piece for piece in terms.may_follow if script.chance(0.8)]]
        if evidence:
            said["evidence"] = evidence
        claims = [claim for claim in terms.claims if script.chance(0.4)]
        if claims:
            said["claims"] = claims
        if heads > 1:
            said["heads"] = heads
            if script.chance(0.5):
                said["couple"] = True
        if terms.resources_cents is not None:
            said["resources_cents"] = script.below(terms.resources_cents // 100) * 100
        elif terms.register_only or script.chance(0.3):
            said["resources_cents"] = script.below(140_000)
        return said

    def _heads(self) -> int:
        return 1 if self._script.chance(0.5) else 1 + self._script.below(8)

    def _units(self, terms: Terms) -> int:
        most = terms.most_units or 1
        if terms.approval_above_units is not None and self._script.chance(0.2):
            return most + 1 + self._script.below(most)
        return 1 + self._script.below(most)

    def _cents(self, terms: Terms, means: Means, ceiling: int) -> int:
        """Zero where the ceiling leaves no whole step."""
        script = self._script
        step = self._face if means == "voucher" else _STEP
        above = terms.approval_above_cents
        if above and script.chance(_BELOW_APPROVAL):
            ceiling = min(ceiling, above)
        steps = ceiling // step
        if steps < 1:
            return 0
        # Small amounts are more usual than large ones.
        lot = script.draw.random()
        cents = step * (1 + int(lot * lot * steps))
        if means != "voucher" and script.chance(_AN_AMOUNT_TO_THE_CENT):
            cents -= 1 + script.below(step - 1)
        return cents
