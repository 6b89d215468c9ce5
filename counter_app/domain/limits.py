"""The rules of an aid applied to one grant, each with its figure, what is left, and its version.

    decision = decide(asked, past, configuration)
    decision.refused, decision.approval, decision.may_still_cents

A rule only ever refuses or asks for a second person: no amount is raised or lowered here, so a cap is never
a floor. What is found about a fact that already happened is the caller's list of irregularities.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from counter_app.domain.catalogue import (
    Aid,
    AnyRule,
    Configuration,
    Means,
    MoneyIn,
    Regie,
    RegisterOnly,
    Units,
)
from counter_app.domain.findings import Asked, Decision, Finding, PastGrant
from counter_app.domain.rules import Case, is_in_force, judge, rolling_cap

__all__ = ["Asked", "Decision", "Finding", "PastGrant", "decide", "may_still"]

# What leaves a drawer of the régie; a transfer, a card or a hotel is paid by somebody else.
_FROM_THE_DRAWER = frozenset({"cash", "voucher"})
_CEILINGS = frozenset({"cap", "rolling_cap", "per_head", "cash_maximum"})
_CLOSED = frozenset({"count", "spacing", "register_only", "in_force"})


def decide(asked: Asked, past: Sequence[PastGrant], configuration: Configuration) -> Decision:
    """Apply every rule in force on the asked day, and the régie act, to one grant or contribution.

    `past` holds the grants to the same person, of all aids and in any order. Rules about the person bind
    only a confirmed identity: a homonym's ceiling refuses nobody.
    """
    case = Case(asked, past, configuration)
    judged = [_of_the_amount(case)]
    judged += [judge(rule, case) for rule in case.rules]
    if case.out:
        judged += [
            rolling_cap(rule, case, rule.aids)
            for rule in configuration.limits.person_rules
            if is_in_force(rule, asked.day)
        ]
    judged += _of_the_regie(case, configuration.regie)
    findings = tuple([finding for finding in judged if finding is not None])
    return Decision(
        findings=findings,
        refused=tuple([finding for finding in findings if finding.verdict == "refused"]),
        approval=tuple([finding for finding in findings if finding.verdict == "approval"]),
        may_still_cents=_lowest(findings) if case.out else None,
        estimate_cents=_estimate(case.rules, asked),
        contribution_cents=_contribution(case.rules, asked.quantity),
        missing=tuple([piece for finding in findings for piece in finding.missing]),
    )


def may_still(
    aid: Aid,
    past: Sequence[PastGrant],
    configuration: Configuration,
    day: date,
    *,
    confirmed: bool = True,
    heads: int = 1,
    claims: frozenset[str] = frozenset(),
    means: Means | None = None,
) -> int | None:
    """The most cents that one grant of `aid` may still have on `day`; `None` where no rule bounds it."""
    asked = Asked(
        aid=aid,
        cents=0,
        day=day,
        heads=heads,
        claims=claims,
        means=means,
        confirmed=confirmed,
        direction="out",
    )
    return decide(asked, past, configuration).may_still_cents


def _of_the_amount(case: Case) -> Finding | None:
    """What no rule of an aid says: there is a rule at all, and something is asked for.

    Zero is an amount only for a contribution and for aids counted in units.
    """
    asked = case.asked
    if not case.rules:
        return _built_in(case, "aid", "in_force", 0, "no_rule_in_force", left=0)
    if not case.out and not any(isinstance(rule, MoneyIn) for rule in case.rules):
        return _built_in(case, "money_in", "money_in", 0, "no_contribution")
    if asked.cents > 0 or (asked.cents == 0 and (not case.out or _is_counted(case.rules))):
        return None
    return _built_in(case, "amount", "amount", 1, "amount_not_positive")


def _is_counted(rules: Sequence[AnyRule]) -> bool:
    return any(
        isinstance(rule, Units) or (isinstance(rule, MoneyIn) and rule.unit_cents is not None)
        for rule in rules
    )


def _of_the_regie(case: Case, regie: Regie) -> list[Finding]:
    """What the régie act says about cash and vouchers: its means, its expenses, its maximum in cash.

    Source: the act and the dated order behind it (300 € in France), whichever way the cash moves.
    """
    asked = case.asked
    means: Means | None = "cash" if asked.paid_now_in_cash else asked.means
    found: list[Finding] = []
    if case.out and means in _FROM_THE_DRAWER:
        if means not in regie.means:
            found.append(_built_in(case, "regie.means", "regie_means", 0, "not_a_regie_means", act=regie))
        if regie.expenses and asked.aid.code not in regie.expenses:
            found.append(
                _built_in(case, "regie.expenses", "regie_expense", 0, "not_a_regie_expense", act=regie)
            )
    if means == "cash":
        most = regie.cash_max_cents
        code = "over_cash_maximum" if asked.cents > most else None
        found.append(_built_in(case, "regie.cash_max", "cash_maximum", most, code, left=most, act=regie))
    return found


def _built_in(
    case: Case,
    rule: str,
    kind: str,
    figure: int,
    code: str | None,
    *,
    left: int | None = None,
    act: Regie | None = None,
) -> Finding:
    """A finding that no rule of an aid makes; the régie's carry the date and the name of its act."""
    asked = case.asked
    return Finding(
        rule=rule,
        kind=kind,
        figure=figure,
        asked=asked.cents,
        currency=case.currency,
        verdict="refused" if code else "ok",
        code=code,
        left=left,
        since=act.since.isoformat() if act is not None and act.since is not None else "",
        source=act.act if act is not None else "",
    )


def _lowest(findings: tuple[Finding, ...]) -> int | None:
    lowest: int | None = None
    for finding in findings:
        if finding.kind in _CEILINGS:
            if finding.binding and finding.left is not None and (lowest is None or finding.left < lowest):
                lowest = finding.left
        elif finding.code is not None and finding.kind in _CLOSED:
            return 0
    return lowest


def _estimate(rules: Sequence[AnyRule], asked: Asked) -> int | None:
    if asked.resources_cents is None:
        return None
    for rule in rules:
        if isinstance(rule, RegisterOnly):
            ceiling = rule.couple_cents if asked.couple else rule.single_cents
            return max(0, ceiling - asked.resources_cents)
    return None


def _contribution(rules: Sequence[AnyRule], quantity: int) -> int | None:
    for rule in rules:
        if isinstance(rule, MoneyIn) and rule.unit_cents is not None:
            return rule.unit_cents * quantity
    return None
