"""Small aids and offices for the tests of the rules, and one question asked of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from counter_app.domain.catalogue import (
    Aid,
    AnyRule,
    Cap,
    Configuration,
    Limits,
    MoneyIn,
    Office,
    Paper,
    Regie,
    RollingCap,
)
from counter_app.domain.limits import Asked, Decision, Finding, PastGrant, decide

SINCE = date(2024, 1, 1)
TODAY = date(2026, 3, 15)
VERSION: dict[str, Any] = {"since": SINCE, "source": "P: test"}


def an_aid(*rules: AnyRule, code: str = "AID", direction: Any = "out") -> Aid:
    return Aid(code=code, names={}, rules=rules, services=("aid-file",), direction=direction)


def an_office(*person_rules: RollingCap, **regie: Any) -> Configuration:
    act: dict[str, Any] = {
        "act": "Act 1",
        "since": SINCE,
        "regisseur": "r",
        "means": ("cash", "voucher"),
        "cash_max_cents": 30000,
        "advance_cents": 100000,
    }
    return Configuration(
        format=1,
        version="1",
        office=Office(
            code="T",
            name="T",
            address="T",
            phone="T",
            time_zone="Europe/Paris",
            currency="EUR",
            languages=("fr",),
        ),
        paper=Paper(since=SINCE, silence={}, appeal={}, next_steps={}),
        regie=Regie(**{**act, **regie}),
        limits=Limits(envelope_cents=10**9, person_rules=person_rules),
        people=(),
        aids=(),
        services=(),
    )


OFFICE = an_office()


def ask(
    *rules: AnyRule,
    cents: int = 100,
    past: list[PastGrant] | None = None,
    office: Configuration = OFFICE,
    in_aid: bool = False,
    **more: Any,
) -> Decision:
    aid = an_aid(*rules, direction="in" if in_aid else "out")
    asked = Asked(aid=aid, cents=cents, **{"day": TODAY, "confirmed": True, **more})
    return decide(asked, past or [], office)


def codes(decision: Decision) -> list[str | None]:
    return [finding.code for finding in decision.refused]


def found(decision: Decision, rule: str) -> Finding:
    return next(finding for finding in decision.findings if finding.rule == rule)


def cap(cents: int, **more: Any) -> Cap:
    return Cap(id="cap", cents=cents, **{**VERSION, **more})


def rolling(cents: int, months: int = 12, **more: Any) -> RollingCap:
    return RollingCap(id="rolling", cents=cents, months=months, **{**VERSION, **more})


def past_grant(day: date, cents: int = 100, aid: str = "AID") -> PastGrant:
    return PastGrant(aid, cents, 1, day)


PARTICIPATION = MoneyIn(id="participation", allowed_cents=(0, 3000, 9000, 36000), **VERSION)
