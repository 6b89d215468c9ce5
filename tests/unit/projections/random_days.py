"""Random but plausible days at a counter of the sample `ccas`, drawn from a seed; the rules may refuse any of it."""

from __future__ import annotations

from random import Random
from typing import Any

from counter_app.domain.errors import Refused
from counter_app.service.outcome import Outcome
from tests.unit.counters import AGENT, COLLEAGUE, IT, REGISSEUR, SUPERVISOR, Desk, person

PEOPLE = ("Amara", "Benoît", "Çelik", "D’Onofrio", "Étienne", "Fønss")
AIDS = {"FR-SECURG": ("interview", "cash"), "FR-CAP": ("identity", "voucher")}
MINE = ("aid_granted", "request_recorded", "incident_declared", "money_received")


class RandomDays:
    """Draws one command after the other; `irregular` is how often a fact had already happened."""

    def __init__(self, desk: Desk, seed: int, *, irregular: float = 0.0, cash: int = 60_000) -> None:
        self.desk = desk
        self.draw = Random(seed)
        self.refused: list[str] = []
        self._irregular = irregular
        self._grants: list[str] = []
        self._requests: list[str] = []
        self._incidents: list[str] = []
        self._broken: list[str] = []
        self._next_voucher = 1
        desk.fill_drawer(cash)
        self.receive_vouchers()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    def step(self) -> None:
        """One command; a refusal is noted by its code."""
        weighted = [
            (self.grant, 30),
            (self.pay, 14),
            (self.request, 8),
            (self.decide, 8),
            (self.cancel, 6),
            (self.give_back, 6),
            (self.refuse, 4),
            (self.receive_vouchers, 3),
            (self.withdraw, 4),
            (self.replenish, 3),
            (self.raise_envelope, 2),
            (self.release, 3),
            (self.correct, 3),
            (self.settle, 2),
            (self.incident, 3),
            (self.close, 2),
            (self.open, 1),
        ]
        act = self.draw.choices([act for act, _ in weighted], [weight for _, weight in weighted])[0]
        self.desk.clock.jump(self.draw.randrange(0, 40_000))
        try:
            act()
        except Refused as error:
            self.refused.append(error.code)

    def _do(self, command: str, **fields: Any) -> Outcome:
        happened = self.draw.random() < self._irregular
        more = {"already_happened": True, "form": f"P{self.draw.randrange(99)}"} if happened else {}
        outcome = self.desk.do(command, **fields, **more)
        if outcome.irregular:
            self._broken.append(outcome.entry.entry_id)
        return outcome

    def _one(self, ids: list[str]) -> str:
        if not ids:
            raise Refused("nothing_to_choose_from")
        return self.draw.choice(ids)

    def _somebody(self) -> dict[str, Any]:
        surname = self.draw.choice(PEOPLE)
        fields = self.draw.choice(
            [{}, {"numbers": [{"scheme": "file", "value": surname}]}, {"identity": "declared"}]
        )
        return person(surname, **fields)

    def _payment(self, means: str, cents: int) -> dict[str, Any]:
        payment: dict[str, Any] = {"means": means, "payer": self.draw.choice([COLLEAGUE, REGISSEUR])}
        if means == "voucher":
            first = self.draw.randrange(1, self._next_voucher)
            payment |= {"series": "K", "first": first, "last": first + max(1, cents // 500) - 1}
        payment["acquit"] = self.draw.choice(["signed", "signed", "missing"])
        return payment

    def grant(self) -> None:
        aid = self.draw.choice(sorted(AIDS))
        evidence, means = AIDS[aid]
        cents = self.draw.choice([500, 1000, 2500, 3000, 4000, 6000, 8000])
        fields: dict[str, Any] = {"aid": aid, "cents": cents, "circumstances": {"evidence": [evidence]}}
        if self._requests and self.draw.random() < 0.3:
            fields["request"] = self.draw.choice(self._requests)
        else:
            fields["person"] = self._somebody()
        if self.draw.random() < 0.5:
            fields["payment"] = self._payment(means, cents)
        self._grants.append(self._do("grant_aid", **fields).entry.entry_id)

    def pay(self) -> None:
        grant = self._one(self._grants)
        row = self.desk.grant_row(grant)
        self._do("pay_grant", grant=grant, payment=self._payment(AIDS[row.aid][1], row.cents))

    def request(self) -> None:
        aid = self.draw.choice(sorted(AIDS))
        again = (
            {"visit_of": self.draw.choice(self._requests)}
            if self._requests and self.draw.random() < 0.4
            else {}
        )
        outcome = self._do("record_request", person=self._somebody(), aid=aid, note="à revoir", **again)
        self._requests.append(outcome.entry.entry_id)

    def decide(self) -> None:
        approved = self.draw.random() < 0.7
        told = {"approver": self.draw.choice([SUPERVISOR, REGISSEUR]), "approved": approved, "reason": "seen"}
        self._do("decide_approval", grant=self._one(self._grants), **told)

    def cancel(self) -> None:
        self._do("cancel_grant", grant=self._one(self._grants), reason="wrong person")

    def give_back(self) -> None:
        cents = self.draw.choice([500, 1000, 4000, 9000])
        means = self.draw.choice(["cash", "transfer"])
        self._do("return_money", grant=self._one(self._grants), cents=cents, means=means)

    def refuse(self) -> None:
        self._do("refuse_aid", request=self._one(self._requests), reason="not_urgent")

    def receive_vouchers(self) -> None:
        first, count = self._next_voucher, self.draw.randrange(5, 30)
        self._do(
            "receive_vouchers", series="K", first=first, last=first + count - 1, face_cents=500, year=2026
        )
        self._next_voucher += count

    def withdraw(self) -> None:
        first = self.draw.randrange(1, self._next_voucher)
        why = self.draw.choice(["spoiled", "returned"])
        self._do("withdraw_vouchers", series="K", first=first, last=first + 1, why=why, reason="torn")

    def replenish(self) -> None:
        self._do("replenish_cash", cents=self.draw.randrange(1, 20_000), document="BX")

    def raise_envelope(self) -> None:
        self._do("raise_envelope", approver=SUPERVISOR, cents=self.draw.randrange(1, 9000), act="Decision 7")

    def release(self) -> None:
        to = self.draw.choice([c for c in ("A1", "A2", "A3") if c != self.desk.workstation.office.counter])
        self._do("release_slice", approver=SUPERVISOR, to=to, cents=self.draw.randrange(1, 9000))

    def correct(self) -> None:
        target = self._one(self._grants + self._requests)
        self._do("correct_entry", target=target, person=self._somebody(), reason="misread")

    def settle(self) -> None:
        self._do("settle_irregularity", approver=SUPERVISOR, target=self._one(self._broken), reason="seen")

    def incident(self) -> None:
        state = self.draw.choice(["down", "unstable", "back"])
        if not self._incidents or self.draw.random() < 0.3:
            outcome = self._do("declare_incident", agent=IT, services={"aid-file": state}, title="Outage")
            self._incidents.append(outcome.entry.entry_id)
        elif self.draw.random() < 0.5:
            services = {self.draw.choice(["aid-file", "treasury"]): state}
            self._do(
                "update_incident", agent=IT, incident=self._one(self._incidents), services=services, words="…"
            )
        else:
            self._do("close_incident", agent=IT, incident=self._one(self._incidents))

    def close(self) -> None:
        self._do("close_day", agent=AGENT, approver=SUPERVISOR, counted={"100": self.draw.randrange(0, 700)})

    def open(self) -> None:
        self._do("open_day", float_cents=self.draw.randrange(0, 70_000))
