"""What has to be asked at the counter before an aid is given: only what one of its rules in force looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from counter_app.domain.catalogue import (
    Aid,
    AnyRule,
    Approval,
    Configuration,
    Evidence,
    Means,
    PayableBy,
    PerHead,
    RegisterOnly,
    Resources,
    RollingCap,
    Units,
)
from counter_app.domain.rules import is_in_force


@dataclass(frozen=True, slots=True)
class Needs:
    """What the rules of one aid look at on one day.

    `evidence` and `claims` are codes in the catalogue's order, `means` those that the aid allows, the usual one
    first; without a rule on them all of the régie's and the transfer. `approval_above_cents` is the lowest threshold.
    """

    evidence: tuple[str, ...]
    may_follow: frozenset[str]
    claims: tuple[str, ...]
    heads: bool
    couple: bool
    resources: bool
    quantity: bool
    register_only: bool
    means: tuple[Means, ...]
    approval_above_cents: int | None


def needs_of(aid: Aid, configuration: Configuration, day: date) -> Needs:
    """What to ask for `aid` on `day`; the office's ceilings over all aids may ask for claims too."""
    rules = [rule for rule in aid.rules if is_in_force(rule, day)]
    evidence = [rule for rule in rules if isinstance(rule, Evidence)]
    rolling = [rule for rule in rules if isinstance(rule, RollingCap)]
    rolling += [rule for rule in configuration.limits.person_rules if is_in_force(rule, day)]
    approvals = [rule for rule in rules if isinstance(rule, Approval)]
    above = [
        rule.above_cents or 0 for rule in approvals if not (rule.above_cents is None and rule.above_units)
    ]
    return Needs(
        evidence=tuple(dict.fromkeys(piece for rule in evidence for piece in rule.required)),
        may_follow=frozenset(piece for rule in evidence if rule.may_follow for piece in rule.required),
        claims=tuple(dict.fromkeys(rule.raised_by for rule in rolling if rule.raised_by is not None)),
        heads=any(isinstance(rule, PerHead | Resources) for rule in rules),
        couple=any(isinstance(rule, RegisterOnly) for rule in rules),
        resources=any(isinstance(rule, Resources | RegisterOnly) for rule in rules),
        quantity=any(isinstance(rule, Units) for rule in rules)
        or any(rule.above_units is not None for rule in approvals),
        register_only=any(isinstance(rule, RegisterOnly) for rule in rules),
        means=_means(rules, configuration),
        approval_above_cents=min(above, default=None),
    )


def _means(rules: Sequence[AnyRule], configuration: Configuration) -> tuple[Means, ...]:
    for rule in rules:
        if isinstance(rule, PayableBy) and rule.means:
            return rule.means
    return tuple(dict.fromkeys((*configuration.regie.means, "transfer")))
