"""What each kind of rule says about one grant: a figure, what is left of it, and whether it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import assert_never

from counter_app.domain.catalogue import (
    AnyRule,
    Approval,
    Cap,
    Configuration,
    Count,
    Evidence,
    MoneyIn,
    PayableBy,
    PerHead,
    RegisterOnly,
    Resources,
    Role,
    RollingCap,
    Rule,
    Spacing,
    Units,
)
from counter_app.domain.findings import Asked, Finding, PastGrant, Unit, Verdict
from counter_app.domain.windows import fullest_window

GrantRule = Cap | RollingCap | Count | Spacing | PerHead | Units | Approval | PayableBy | RegisterOnly


class Case:
    """One question with what every rule needs to answer it; `rules` are the aid's in force on that day."""

    __slots__ = ("asked", "currency", "out", "past", "rules")

    def __init__(self, asked: Asked, past: Sequence[PastGrant], configuration: Configuration) -> None:
        self.asked = asked
        self.past = past
        self.currency = configuration.office.currency
        self.out = (asked.direction or asked.aid.direction) == "out"
        day = asked.day
        self.rules = [rule for rule in asked.aid.rules if is_in_force(rule, day)]

    def found(
        self,
        rule: Rule,
        figure: int,
        asked: int,
        unit: Unit,
        *,
        code: str | None = None,
        verdict: Verdict = "ok",
        left: int | None = None,
        binding: bool = True,
        by: Role | None = None,
        free_on: date | None = None,
        missing: tuple[str, ...] = (),
        allowed: tuple[int, ...] = (),
    ) -> Finding:
        """A finding of `rule`; it refuses where it has a code."""
        return Finding(
            rule=rule.id,
            kind=_kind(type(rule)),
            figure=figure,
            asked=asked,
            currency=self.currency,
            verdict="refused" if code else verdict,
            code=code,
            left=left,
            unit=unit,
            since=rule.since.isoformat(),
            source=rule.source,
            binding=binding,
            by=by,
            free_on=free_on,
            missing=missing,
            allowed=allowed,
        )

    def ceiling(self, rule: Rule, figure: int, left: int, code: str, *, binding: bool = True) -> Finding:
        """A finding about the amount, which refuses what is above `left`."""
        cents = self.asked.cents
        refused = binding and cents > left
        return self.found(
            rule, figure, cents, "cents", left=left, binding=binding, code=code if refused else None
        )


@cache
def _kind(rule: type[Rule]) -> str:
    return str(rule.__struct_config__.tag)


def is_in_force(rule: Rule, day: date) -> bool:
    """Whether `day` lies between the rule's `since` and the day before its `until`."""
    return rule.since <= day and (rule.until is None or day < rule.until)


def judge(rule: AnyRule, case: Case) -> Finding | None:
    """What the rule says of this case; `None` where it is no matter of this direction of money."""
    if isinstance(rule, MoneyIn):
        return None if case.out else _money_in(rule, case)
    if isinstance(rule, Evidence | Resources):
        # Conditions are judged when the aid is given, not at a refund or when its meals are paid for.
        if case.out != (case.asked.aid.direction == "out"):
            return None
        return _evidence(rule, case) if isinstance(rule, Evidence) else _resources(rule, case)
    return _judge_grant(rule, case) if case.out else None


def rolling_cap(rule: RollingCap, case: Case, aids: tuple[str, ...]) -> Finding:
    """The ceiling over months for one person and `aids`, or every aid where none is named."""
    asked = case.asked
    figure = rule.cents
    if rule.raised_cents is not None and rule.raised_by in asked.claims:
        figure = rule.raised_cents
    dated = [(grant.day, grant.cents) for grant in case.past if not aids or grant.aid in aids]
    left = max(0, figure - fullest_window(asked.day, rule.months, dated))
    return case.ceiling(rule, figure, left, "over_rolling_ceiling", binding=asked.confirmed)


def _judge_grant(rule: GrantRule, case: Case) -> Finding:
    asked = case.asked
    match rule:
        case Cap():
            return case.ceiling(rule, rule.cents, rule.cents, "over_ceiling")
        case RollingCap():
            return rolling_cap(rule, case, rule.aids or (asked.aid.code,))
        case Approval():
            return _approval(rule, case)
        case PayableBy():
            allowed = asked.means is None or asked.means in rule.means
            return case.found(rule, 0, 0, "none", code=None if allowed else "means_not_allowed")
        case PerHead():
            figure = rule.cents + rule.extra_cents * max(0, asked.heads - rule.heads)
            return case.ceiling(rule, figure, figure, "over_household_ceiling")
        case Count():
            return _count(rule, case)
        case Spacing():
            return _spacing(rule, case)
        case Units():
            return _units(rule, case)
        case RegisterOnly():
            figure = rule.couple_cents if asked.couple else rule.single_cents
            return case.found(rule, figure, asked.cents, "cents", code="register_only", left=0)
    assert_never(rule)


def _count(rule: Count, case: Case) -> Finding:
    asked = case.asked
    dated = [(grant.day, 1) for grant in case.past if grant.aid == asked.aid.code]
    left = max(0, rule.times - fullest_window(asked.day, rule.months, dated))
    code = "too_many_grants" if asked.confirmed and left < 1 else None
    return case.found(rule, rule.times, 1, "times", left=left, code=code, binding=asked.confirmed)


def _spacing(rule: Spacing, case: Case) -> Finding:
    """`left` is 1 where a grant may be made on the asked day, 0 where it must wait until `free_on`."""
    asked = case.asked
    gap = timedelta(days=rule.days)
    free_on = asked.day
    for day in sorted([grant.day for grant in case.past if grant.aid == asked.aid.code]):
        if abs(free_on - day) < gap:
            free_on = day + gap
    left = 1 if free_on == asked.day else 0
    code = "too_soon" if asked.confirmed and not left else None
    return case.found(
        rule, rule.days, 0, "days", left=left, code=code, binding=asked.confirmed, free_on=free_on
    )


def _units(rule: Units, case: Case) -> Finding:
    quantity = case.asked.quantity
    over = quantity > rule.most
    return case.found(
        rule,
        rule.most,
        quantity,
        "units",
        left=rule.most,
        code="too_many_units" if over and rule.beyond is None else None,
        verdict="approval" if over else "ok",
        by=rule.beyond,
    )


def _approval(rule: Approval, case: Case) -> Finding:
    """The figure is the threshold that was passed, else the first that stands."""
    asked = case.asked
    cents, units = rule.above_cents, rule.above_units
    over_cents = cents is not None and asked.cents > cents
    over_units = units is not None and asked.quantity > units
    always = not cents and units is None
    verdict: Verdict = "approval" if always or over_cents or over_units else "ok"
    if units is not None and (cents is None or (over_units and not over_cents)):
        return case.found(rule, units, asked.quantity, "units", left=units, verdict=verdict, by=rule.by)
    return case.found(rule, cents or 0, asked.cents, "cents", left=cents or 0, verdict=verdict, by=rule.by)


def _evidence(rule: Evidence, case: Case) -> Finding:
    missing = tuple([piece for piece in rule.required if piece not in case.asked.evidence])
    code = "evidence_missing" if missing and not rule.may_follow else None
    required = len(rule.required)
    return case.found(rule, required, required - len(missing), "pieces", code=code, missing=missing)


def _resources(rule: Resources, case: Case) -> Finding:
    asked = case.asked
    figure = rule.cents + rule.cents * rule.extra_percent * (asked.heads - 1) // 100
    if asked.resources_cents is None:
        return case.found(rule, figure, 0, "cents", code="resources_unknown")
    code = "resources_too_high" if asked.resources_cents > figure else None
    return case.found(rule, figure, asked.resources_cents, "cents", code=code)


def _money_in(rule: MoneyIn, case: Case) -> Finding:
    """The figure is the contribution due where there is only one."""
    asked = case.asked
    allowed = rule.allowed_cents
    if rule.unit_cents is not None:
        allowed = (rule.unit_cents * asked.quantity,)
    figure = allowed[0] if len(allowed) == 1 else 0
    code = None if asked.cents in allowed else "wrong_contribution"
    return case.found(rule, figure, asked.cents, "cents", code=code, allowed=allowed)
