"""What each aid of a catalogue allows whatever the day: the strictest of all versions of its rules."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.domain.catalogue import (
    Aid,
    AnyRule,
    Approval,
    Cap,
    Configuration,
    Count,
    Evidence,
    Means,
    MoneyIn,
    PayableBy,
    PerHead,
    RegisterOnly,
    Resources,
    RollingCap,
    Spacing,
    Units,
)

_NO_BOUND = 10**7
_FROM_THE_DRAWER: tuple[Means, ...] = ("cash", "voucher")


@dataclass(slots=True)
class Terms:
    """One aid's bounds, in cents and units; a grant inside them is never refused.

    `over_time_cents` bounds all grants to one person together, `times` how many of this aid they may have.
    """

    code: str
    money_in: bool
    means: tuple[Means, ...]
    cash_max_cents: int
    most_cents: int = _NO_BOUND
    over_time_cents: int = _NO_BOUND
    times: int = 1000
    household: PerHead | None = None
    approval_above_cents: int | None = None
    approval_above_units: int | None = None
    most_units: int | None = None
    evidence: tuple[str, ...] = ()
    may_follow: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    resources_cents: int | None = None
    unit_cents: int | None = None
    contributions: tuple[int, ...] = ()
    register_only: bool = False

    @property
    def grantable(self) -> bool:
        """Whether a counter may grant it at all."""
        return not self.register_only and bool(self.means)

    @property
    def counted(self) -> bool:
        """Whether it is given in units and not in money."""
        return self.most_units is not None

    @property
    def contributory(self) -> bool:
        """Whether citizens pay something for it."""
        return bool(self.contributions) or self.unit_cents is not None

    def ceiling(self, means: Means, heads: int) -> int:
        """The most cents of one grant to a household of `heads`."""
        most = min(self.most_cents, self.over_time_cents)
        if means == "cash":
            most = min(most, self.cash_max_cents)
        if self.household is not None:
            extra = self.household.extra_cents * max(0, heads - self.household.heads)
            most = min(most, self.household.cents + extra)
        return most

    def needs_approval(self, cents: int, quantity: int) -> bool:
        """Whether a second person must approve."""
        over_cents, over_units = self.approval_above_cents, self.approval_above_units
        if over_cents is not None and (over_cents == 0 or cents > over_cents):
            return True
        return over_units is not None and quantity > over_units


def terms_of(configuration: Configuration) -> list[Terms]:
    """The terms of every aid of the catalogue, in its order."""
    return [_terms(aid, configuration) for aid in configuration.aids]


def _terms(aid: Aid, configuration: Configuration) -> Terms:
    usual: tuple[Means, ...] = ("transfer",)
    for rule in aid.rules:
        if isinstance(rule, PayableBy):
            usual = rule.means
    regie = configuration.regie
    means = tuple(
        [
            one
            for one in usual
            if one not in _FROM_THE_DRAWER
            or (one in regie.means and (not regie.expenses or aid.code in regie.expenses))
        ]
    )
    terms = Terms(aid.code, aid.direction == "in", means, regie.cash_max_cents)
    for rule in (*aid.rules, *configuration.limits.person_rules):
        _tighten(terms, rule)
    return terms


def _tighten(terms: Terms, rule: AnyRule) -> None:
    match rule:
        case Cap():
            terms.most_cents = min(terms.most_cents, rule.cents)
        case RollingCap():
            terms.over_time_cents = min(terms.over_time_cents, rule.cents)
            if rule.raised_by is not None:
                terms.claims = (*terms.claims, rule.raised_by)
        case PerHead():
            if terms.household is None or rule.cents < terms.household.cents:
                terms.household = rule
        case Count():
            terms.times = min(terms.times, rule.times)
        case Spacing():
            terms.times = 1
        case Approval():
            _approve(terms, rule)
        case _:
            _require(terms, rule)


def _require(terms: Terms, rule: AnyRule) -> None:
    """What bounds no amount: what must be seen, known or paid in, and how much there is to give."""
    match rule:
        case Evidence():
            held = "may_follow" if rule.may_follow else "evidence"
            setattr(terms, held, (*getattr(terms, held), *rule.required))
        case Resources():
            terms.resources_cents = min(terms.resources_cents or rule.cents, rule.cents)
        case RegisterOnly():
            terms.register_only = True
        case Units():
            terms.most_units = min(terms.most_units or rule.most, rule.most)
            if rule.beyond is not None:
                terms.approval_above_units = terms.most_units
        case MoneyIn():
            terms.unit_cents = rule.unit_cents
            terms.contributions = rule.allowed_cents


def _approve(terms: Terms, rule: Approval) -> None:
    cents, units = rule.above_cents, rule.above_units
    always = not cents and units is None
    if always or cents:
        above = 0 if always else cents or 0
        before = terms.approval_above_cents
        terms.approval_above_cents = above if before is None else min(before, above)
    if units is not None:
        before = terms.approval_above_units
        terms.approval_above_units = units if before is None else min(before, units)
