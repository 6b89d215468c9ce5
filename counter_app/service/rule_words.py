"""What the rules of the office are called, on every screen and paper alike."""

from __future__ import annotations

from typing import Final

from counter_app.domain.catalogue import (
    Aid,
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
    RollingCap,
    Spacing,
    Units,
)
from counter_app.domain.money import Money
from counter_app.service.office_words import of_office
from counter_app.text import N_, Text

BROKEN: Final = {
    "approval_missing": N_("no second person had approved"),
    "cash": N_("not enough cash in the books"),
    "drawer": N_("not enough cash in the books"),
    "grant_not_open": N_("the grant was not open"),
    "granter_pays": N_("the granter paid too"),
    "form": N_("a paper form of this number was entered already"),
    "mandate": N_("no mandate for the drawer"),
    "paid": N_("paid already"),
    "paid_already": N_("paid already"),
    "month_settled": N_("a month that was settled before"),
    "amount": N_("no amount"),
    "in_force": N_("no rule of this aid was in force on that day"),
    "money_in": N_("nothing is paid in for this aid"),
    "payer": N_("the payer may not pay, or is not known here"),
    "opened": N_("the day was open already"),
    "float": N_("a float above books and advance"),
    "day_empty": N_("nothing was recorded on that day"),
    "denomination": N_("no such note or coin"),
    "request_answered": N_("the request was answered already"),
    "returned": N_("more came back than was paid"),
    "slice": N_("above this counter’s slice"),
    "vouchers": N_("vouchers not in hand"),
    "vouchers.numbers": N_("the vouchers’ numbers are missing"),
    "vouchers.value": N_("vouchers of another value"),
    "vouchers.year": N_("vouchers of another year"),
    "witnesses": N_("witnesses missing"),
    "regie.means": N_("not a means of the régie act"),
    "regie.expenses": N_("not an expense of the régie act"),
    "regie.cash_max": N_("above the maximum in cash"),
}
_WITHOUT_FIGURE: Final[dict[type[AnyRule], str]] = {
    Evidence: N_("papers not seen"),
    MoneyIn: N_("another contribution than the rules ask for"),
    PayableBy: N_("not a means of payment of this aid"),
    Resources: N_("resources above the ceiling, or not told"),
}
_CEILINGS: Final = {
    "cap": N_("One grant of this aid"),
    "per_head": N_("This household"),
    "cash_maximum": N_("One payment in cash"),
}


def broken_rules(text: Text, configuration: Configuration, aid: str, rules: tuple[str, ...]) -> str:
    """The rules that a fact broke, in words; a rule of the aid by what it bounds."""
    said = []
    for rule in rules:
        found = _rule(configuration, aid, rule)
        if rule in BROKEN:
            said.append(text(BROKEN[rule]))
        elif found is not None:
            said.append(_broken(text, configuration, found))
        else:
            said.append(rule)
    return "; ".join(said)


def _broken(text: Text, configuration: Configuration, rule: AnyRule) -> str:
    bound = rule_words(text, configuration, rule)
    if isinstance(rule, Cap | RollingCap | Count | PerHead | Units):
        return text("more than {bound}", bound=bound)
    return bound or text(_WITHOUT_FIGURE[type(rule)])


def ceiling_name(text: Text, configuration: Configuration, aid: str, rule: str, kind: str) -> str:
    """What a ceiling bounds: one grant, this person over months, a payment in cash."""
    found = _rule(configuration, aid, rule)
    if isinstance(found, RollingCap):
        return _rolling(text, configuration, found)
    return text(_CEILINGS[kind]) if kind in _CEILINGS else rule


def rule_words(text: Text, configuration: Configuration, rule: AnyRule) -> str:
    """One rule in a few words with its figure; empty for rules that bound no amount and no number."""
    currency = configuration.office.currency

    def money(cents: int) -> str:
        return text.money(Money(cents, currency))

    if isinstance(rule, Cap):
        return text("{amount} a grant", amount=money(rule.cents))
    if isinstance(rule, RollingCap):
        return _rolled(text, rule, currency)
    if isinstance(rule, Count):
        times = text.plural("{n} grant", "{n} grants", rule.times)
        return text("{times} in {months} months", times=times, months=rule.months)
    if isinstance(rule, Spacing):
        return text.plural("{n} day between two grants", "{n} days between two grants", rule.days)
    if isinstance(rule, PerHead):
        return text(
            "{amount} for {heads}, {extra} for each further person",
            amount=money(rule.cents),
            heads=rule.heads,
            extra=money(rule.extra_cents),
        )
    if isinstance(rule, Units):
        return text.plural("{n} piece a grant", "{n} pieces a grant", rule.most)
    if isinstance(rule, Approval):
        who = of_office(text, configuration, rule.who) if rule.who else text("a second person")
        return text("{bound}: {who}", bound=_bound(text, configuration, rule), who=who)
    return text("registered only while the centre is down") if isinstance(rule, RegisterOnly) else ""


def _rolled(text: Text, rule: RollingCap, currency: str) -> str:
    words = text("{amount} in {months} months", amount=Money(rule.cents, currency), months=rule.months)
    if rule.raised_cents is None:
        return words
    raised = Money(rule.raised_cents, currency)
    return text("{words} (up to {raised} with a claim)", words=words, raised=raised)


def _rolling(text: Text, configuration: Configuration, rule: RollingCap) -> str:
    if rule in configuration.limits.person_rules:
        return text("This person, all aids, {months} months", months=rule.months)
    return text("This person, this aid, {months} months", months=rule.months)


def approval_words(text: Text, configuration: Configuration, rule: Approval) -> str:
    """From where on an aid needs a second person, and who that is where a rule says it."""
    bound = _bound(text, configuration, rule)
    if not rule.who:
        return bound
    return text("{bound}: {who}", bound=bound, who=of_office(text, configuration, rule.who))


def _bound(text: Text, configuration: Configuration, rule: Approval) -> str:
    amount = Money(rule.above_cents or 0, configuration.office.currency)
    if rule.above_units is not None and rule.above_cents is None:
        return text("above {units} pieces", units=rule.above_units)
    return text("above {amount}", amount=amount) if amount.cents else text("always")


def _rule(configuration: Configuration, aid: str, rule: str) -> AnyRule | None:
    """The newest version of a rule of an aid, or of the rules about a person."""
    found: Aid | None = configuration.aid(aid)
    every = (*(found.rules if found else ()), *configuration.limits.person_rules)
    return next((one for one in reversed(every) if one.id == rule), None)
