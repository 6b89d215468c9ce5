"""What codes are called on a screen: kinds of acts, their states, means of payment, ways to know somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counter_app.domain.errors import AppError
from counter_app.service.office_words import of_office
from counter_app.text import N_, Text
from ui.widgets.badge import State

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Configuration

STATES: Final = {
    "recorded": State(N_("Recorded"), "ok", "check"),
    "pending": State(N_("To approve"), "warn", "clock"),
    "granted": State(N_("Granted"), "ok", "check"),
    "paid": State(N_("Paid"), "info", "cash"),
    "returned": State(N_("Returned"), "neutral", "arrow-back-up"),
    "refused": State(N_("Refused"), "neutral", "ban"),
    "cancelled": State(N_("Cancelled"), "bad", "x"),
}
MEANS: Final = {
    "cash": N_("Cash"),
    "voucher": N_("Vouchers"),
    "transfer": N_("Transfer"),
    "card": N_("Card"),
    "kind": N_("In kind"),
    "hotel": N_("Hotel"),
}
IDENTITY: Final = {
    "document": N_("Seen on a document"),
    "known": N_("Known at this counter"),
    "declared": N_("As declared"),
}
ACQUITS: Final = {
    "signed": N_("Signed"),
    "cannot_sign": N_("Cannot sign: two witnesses"),
    "missing": N_("Signature missing"),
}
SCHEMES: Final = {
    "nir": N_("NIR (France)"),
    "be_nn": N_("National number (Belgium)"),
    "codice_fiscale": N_("Codice fiscale (Italy)"),
    "other": N_("Another number"),
}
RULES: Final = {
    "cap": N_("most for one grant"),
    "rolling_cap": N_("most over some months"),
    "count": N_("number of grants"),
    "spacing": N_("days between grants"),
    "per_head": N_("most for a household"),
    "money_in": N_("contribution"),
    "units": N_("number of pieces"),
    "evidence": N_("papers to see"),
    "resources": N_("resources"),
    "approval": N_("second person"),
    "means": N_("means of payment"),
    "register_only": N_("registered only"),
}
DOUBTS: Final = {
    "length": N_("This number has too many or too few characters. You can go on all the same."),
    "letters": N_("This number holds characters that do not belong there. You can go on all the same."),
    "check_digits": N_("The check digits do not fit: read the number again. You can go on all the same."),
    "parts": N_("A part of this number cannot be right: read it again. You can go on all the same."),
}


def aid_name(text: Text, configuration: Configuration, code: str) -> str:
    """What the office calls an aid in the reader's language, the code where it has none."""
    aid = configuration.aid(code)
    return code if aid is None else of_office(text, configuration, aid.names) or code


def service_name(text: Text, configuration: Configuration, service_id: str) -> str:
    """What a central service is called; its id where the office no longer has it."""
    service = configuration.service(service_id)
    return service_id if service is None else of_office(text, configuration, service.names) or service_id


def code_name(text: Text, configuration: Configuration, code: str) -> str:
    """What a code of evidence or a claim is called."""
    return of_office(text, configuration, configuration.words.get(code, {})) or code


def worded(text: Text, configuration: Configuration, error: AppError) -> str:
    """The sentence of an error with words for codes of evidence and rules, and colleagues by their names."""
    params = dict(error.params)
    missing, colleague = params.get("missing"), params.get("person")
    if isinstance(missing, tuple):
        params["missing"] = tuple([code_name(text, configuration, str(code)) for code in missing])
    rule = params.get("rule")
    if isinstance(rule, str):
        params["rule"] = _rule_name(text, configuration, rule)
    known = configuration.person(colleague) if isinstance(colleague, str) else None
    if known is not None:
        params["person"] = known.name
    return text.error(type(error)(error.code, **params))


def _rule_name(text: Text, configuration: Configuration, rule_id: str) -> str:
    every = (*configuration.limits.person_rules, *(rule for aid in configuration.aids for rule in aid.rules))
    tag = next((rule.__struct_config__.tag for rule in every if rule.id == rule_id), "")
    return text("“{rule}”", rule=text(RULES[str(tag)])) if tag in RULES else rule_id
