"""What is asked of the rules and what they answer: one grant in, one finding for each rule out."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from counter_app.domain.catalogue import Aid, Direction, Means, Role
from counter_app.domain.money import Money

Verdict = Literal["ok", "refused", "approval"]
Unit = Literal["cents", "times", "days", "units", "pieces", "none"]


class PastGrant(msgspec.Struct, frozen=True):
    """A grant of `day` to the same confirmed person, in cents after deducting what was returned.

    Leave out what was cancelled or returned whole: every grant given here counts as one.
    """

    aid: str
    cents: int
    quantity: int
    day: date


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One grant, or with `direction` "in" one contribution, as asked for on `day` in the office's time zone.

    `direction` defaults to the aid's own; money out for an aid of direction "in" is a refund. `confirmed`
    says that the identity is; `resources_cents` are monthly, `None` where nobody told them.
    """

    aid: Aid
    cents: int
    day: date
    quantity: int = 1
    heads: int = 1
    couple: bool = False
    resources_cents: int | None = None
    claims: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()
    means: Means | None = None
    confirmed: bool = False
    paid_now_in_cash: bool = False
    direction: Direction | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says: its id and version (`since`, an ISO date), its `figure`, and what is `left` of it.

    `code` names the sentence of a refusal. `left` is what the rule still allows before this grant, in
    `unit`, never below zero. A rule that is not `binding` (the person is not confirmed) is information.
    """

    rule: str
    kind: str
    figure: int
    asked: int
    currency: str
    verdict: Verdict = "ok"
    code: str | None = None
    left: int | None = None
    unit: Unit = "cents"
    since: str = ""
    source: str = ""
    binding: bool = True
    by: Role | None = None
    free_on: date | None = None
    missing: tuple[str, ...] = ()
    allowed: tuple[int, ...] = ()

    @property
    def params(self) -> dict[str, object]:
        """The parameters of the sentence named by `code`: amounts as `Money`, days as `date`."""
        return {
            "rule": self.rule,
            "since": date.fromisoformat(self.since) if self.since else "",
            "limit": self._amount(self.figure),
            "asked": self._amount(self.asked),
            "left": self._amount(self.left or 0),
            "free_on": self.free_on or "",
            "missing": self.missing,
            "allowed": tuple(self._amount(figure) for figure in self.allowed),
        }

    def _amount(self, figure: int) -> Money | int:
        return Money(figure, self.currency) if self.unit == "cents" else figure


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """All findings in the catalogue's order, and what follows from them.

    `may_still_cents` is the most that the ceilings leave for one grant now, `None` where none bounds it;
    evidence, resources and means can be put right at the counter and do not lower it. `estimate_cents` is
    told where an aid is only registered, `contribution_cents` is due for this quantity, `missing` follows.
    """

    findings: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    approval: tuple[Finding, ...]
    may_still_cents: int | None = None
    estimate_cents: int | None = None
    contribution_cents: int | None = None
    missing: tuple[str, ...] = ()
