"""What citizens of practice come for: they ask, come back, are taken for others, pay, and fill in paper forms."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from counter_app.practice.grants import Grants
from counter_app.practice.offers import Offer, Offers
from counter_app.practice.payments import Payments
from counter_app.practice.people import Citizen, People
from counter_app.practice.script import Line, Script
from counter_app.practice.till import Till

_REMEMBERED = 60
_TRIES = 100


@dataclass(slots=True)
class Known:
    """Somebody who may come back: the entry that told of them, and all they were promised, in cents."""

    citizen: Citizen
    entry_id: str = ""
    spent: int = 0
    times: dict[str, int] = field(default_factory=dict)

    def promise(self, offer: Offer) -> None:
        """Count a grant before it is written, so that no other is offered beside it that would be too much."""
        self.spent += offer.cents
        self.times[offer.terms.code] = self.times.get(offer.terms.code, 0) + 1


class Visits:
    """Writes visits. Each method is one act, after which some lines may still be to come."""

    def __init__(self, script: Script, people: People, till: Till, offers: Offers) -> None:
        self._script = script
        self._people = people
        self._offers = offers
        self._payments = Payments(script, people, till)
        self._grants = Grants(script, till, self._payments)
        self._known: deque[Known] = deque(maxlen=_REMEMBERED)
        self._told: deque[tuple[str, Citizen]] = deque(maxlen=20)
        self._declines = True
        self._reasons = sorted(script.configuration.reasons)

    def request(self) -> None:
        """Somebody new asks; often nothing more can be done today."""
        known = self._newcomer()
        offer = self._offers.request()
        self._ask(known, offer)
        if offer.means is not None and self._script.chance(0.35):
            known.promise(offer)
            self._script.later(partial(self._answer, offer, known.entry_id))

    def grant(self) -> None:
        """Somebody new asks and is granted aid, with a request or without."""
        offer = self._offers.grant()
        if offer is None:
            return
        known = self._newcomer(offer)
        if self._script.chance(0.6):
            self._ask(known, offer)
            self._grants.whole(offer, request=known.entry_id)
        else:
            self._grant(known, offer)

    def minor(self) -> None:
        """A child, spoken for by an adult."""
        known = Known(self._people.minor())
        note = self._script.phrases.minor.format(name=self._people.witness())
        self._ask(known, self._offers.request(), {"note": note})

    def refusal(self) -> None:
        """Somebody is refused, at once or after a request; now and then it was on paper."""
        script, known = self._script, self._newcomer()
        offer = self._offers.request()
        if script.chance(0.5):
            self._ask(known, offer)
            self._refuse(known.entry_id)
            return
        fields = {
            **(script.paper() if script.chance(0.15) else {}),
            "aid": offer.terms.code,
            "person": known.citizen,
            "reason": script.one_of(self._reasons),
            "words": script.one_of(script.phrases.refusals),
        }
        known.entry_id = script.write("refuse_aid", script.agent(), fields, refer=True)
        self._remember(known)

    def back_again(self) -> None:
        """Somebody comes a second or third time; what the rules leave is sometimes granted."""
        known = self._somebody()
        offer = self._second_grant(known) if self._script.chance(0.6) else None
        self._ask(known, offer or self._offers.request(), {"visit_of": known.entry_id})
        if offer is not None:
            self._grants.whole(offer, request=known.entry_id)

    def same_person(self) -> None:
        """Somebody told otherwise whom the agent knows for the person of an earlier entry."""
        known, script = self._somebody(), self._script
        citizen = self._people.again(known.citizen, known.entry_id, script.one_of(script.phrases.same))
        offer = self._second_grant(known)
        known.citizen = citizen
        if offer is None:
            self._ask(known, self._offers.request())
        else:
            self._grant(known, offer)
        known.citizen = {key: value for key, value in citizen.items() if key not in ("same_as", "reason")}

    def homonym(self) -> None:
        """Somebody of the same names as a known person, whose grants are nobody else's."""
        known, script = self._somebody(), self._script
        reason = script.one_of(script.phrases.homonym)
        offer = self._offers.grant()
        if offer is not None:
            citizen = self._people.homonym(known.citizen, known.entry_id, reason)
            self._grants.whole(offer, citizen=citizen)

    def contribution(self) -> None:
        """Somebody pays for an aid; where no aid of the office takes money, the paper says that it was taken."""
        script, known = self._script, self._newcomer()
        if not self._offers.contributory:
            target = self._payments.unexpected(known.citizen, self._offers.request())
            script.later(partial(self._settle, target))
            return
        terms = script.one_of(self._offers.contributory)
        offer = Offer(terms, 0, 1, 1, None, self._offers.circumstances(terms, 1))
        self._told.append((self._payments.contribution(known.citizen, offer), known.citizen))

    def approval(self) -> None:
        """A grant that a second person looks at: one is approved, the next one declined."""
        offer = self._drawn(lambda offer: offer.needs_approval)
        if offer is not None:
            held = self._grants.record(offer, citizen=self._people.adult())
            self._declines = not self._declines
            follows = self._grants.decline if self._declines else self._grants.approve_and_pay
            self._script.later(partial(follows, held))

    def cancellation(self) -> None:
        """A grant is cancelled before it is paid."""
        offer = self._offers.grant()
        if offer is not None:
            held = self._grants.record(offer, citizen=self._people.adult())
            self._script.later(partial(self._grants.cancel, held))

    def repayment(self) -> None:
        """Money that was paid comes back."""
        if self._grants.give_back():
            return
        offer = self._drawn(lambda offer: offer.is_money)
        if offer is not None:
            self._grants.pay_at_last(offer, self._people.adult())
            self._grants.give_back()

    def correction(self) -> None:
        """What an earlier entry said of somebody is put right."""
        script = self._script
        if self._told:
            target, citizen = self._told.popleft()
        else:
            known = self._somebody()
            target, citizen = known.entry_id, known.citizen
        fields = {
            "target": target,
            "reason": script.one_of(script.phrases.corrections),
            "person": self._people.mended(citizen),
        }
        script.write("correct_entry", script.agent(), fields)

    def paper_forms(self) -> None:
        """A few forms of the dark days are entered; some broke a rule, and a supervisor looks at those."""
        for _ in range(1 + self._script.below(3)):
            self._paper_form()

    def _paper_form(self) -> None:
        script = self._script
        citizen, offer = self._people.adult(), self._offers.grant()
        if offer is None or script.chance(0.4):
            self._write_request(citizen, offer or self._offers.request(), script.paper())
            return
        target = self._payments.paper_grant(citizen, offer)
        if target:
            script.later(partial(self._settle, target))

    def _settle(self, target: str) -> None:
        script = self._script
        supervisor = script.supervisor()
        fields = {
            "approver": supervisor,
            "target": target,
            "reason": script.one_of(script.phrases.settled),
        }
        script.write("settle_irregularity", supervisor, fields)

    def _drawn(self, fits: Callable[[Offer], bool]) -> Offer | None:
        """An offer of a kind; none where the catalogue hardly has it."""
        for _ in range(_TRIES):
            offer = self._offers.grant()
            if offer is not None and fits(offer):
                return offer
        return None

    def _newcomer(self, offer: Offer | None = None) -> Known:
        """Somebody new, who is promised `offer` where it will be granted."""
        known = Known(self._people.adult())
        if offer is not None:
            known.promise(offer)
        return known

    def _somebody(self) -> Known:
        if not self._known:
            self.request()
        return self._script.one_of(self._known)

    def _remember(self, known: Known) -> None:
        if self._script.chance(0.5) or not self._known:
            self._known.append(known)
        elif self._script.chance(0.3):
            self._told.append((known.entry_id, known.citizen))

    def _second_grant(self, known: Known) -> Offer | None:
        full = [code for code, times in known.times.items() if times >= self._offers.times[code]]
        offer = self._offers.grant(spent=known.spent, without=full)
        if offer is not None:
            known.promise(offer)
        return offer

    def _ask(self, known: Known, offer: Offer, further: Line | None = None) -> None:
        first = not known.entry_id
        known.entry_id = self._write_request(known.citizen, offer, further or {})
        if first:
            self._remember(known)

    def _write_request(self, citizen: Citizen, offer: Offer, further: Line) -> str:
        script = self._script
        fields: Line = {**further, "person": citizen, "aid": offer.terms.code}
        if offer.cents:
            fields["asked_cents"] = offer.cents + (1000 * script.below(4) if script.chance(0.3) else 0)
        if offer.quantity > 1:
            fields["quantity"] = offer.quantity
        if offer.circumstances:
            fields["circumstances"] = offer.circumstances
        return script.write("record_request", script.agent(), fields, refer=True)

    def _answer(self, offer: Offer, request: str) -> None:
        if self._script.chance(0.3):
            self._refuse(request)
        else:
            self._grants.whole(offer, request=request)

    def _refuse(self, request: str) -> None:
        script = self._script
        fields = {"request": request, "reason": script.one_of(self._reasons)}
        if script.chance(0.6):
            fields["words"] = script.one_of(script.phrases.refusals)
        script.write("refuse_aid", script.agent(), fields)

    def _grant(self, known: Known, offer: Offer) -> None:
        """A grant without a request; its entry is what tells of somebody new."""
        entry_id = self._grants.whole(offer, citizen=known.citizen)
        if entry_id and not known.entry_id:
            known.entry_id = entry_id
            self._remember(known)
