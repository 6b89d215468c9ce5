"""Whether a well-formed configuration makes sense: names that exist, sums that fit, words in every language."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counter_app.domain.catalogue import (
    Aid,
    Approval,
    Configuration,
    Evidence,
    MoneyIn,
    RollingCap,
    Rule,
    Signature,
    Units,
)
from counter_app.domain.ids import COUNTER
from counter_app.domain.money import Money
from counter_app.domain.ssh_line import ssh_line
from counter_app.settings.figures import figures
from counter_app.settings.problem import Path, Problem
from counter_app.settings.reach import unreachable

_CURRENCY = re.compile(r"[A-Z]{3}")
_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
# Bech32 as age writes it (age-encryption.org/v1): 32 bytes and a checksum.
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_SSH_SIGNATURE = "-----BEGIN SSH SIGNATURE-----"
# The PHC string format as Argon2id writes it (github.com/P-H-C/phc-string-format), with costs that a machine can bear.
_PIN = re.compile(
    r"\$argon2id\$v=19\$m=[1-9]\d{0,5},t=[1-9]\d?,p=[1-9]\d?\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}"
)


def senseless(configuration: Configuration, *, adopted: bool = False) -> Iterator[Problem]:
    """Everything that the types cannot say, each at its own key.

    With `adopted` nothing is said of connectors that other packages bring.
    """
    yield from figures(configuration)
    yield from _office(configuration)
    yield from _regie(configuration)
    yield from _limits(configuration)
    yield from _counters(configuration)
    yield from _people(configuration)
    yield from _services(configuration, adopted)
    for place, aid in enumerate(configuration.aids):
        yield from _aid(aid, ("aids", place), configuration)
    yield from _unique([aid.code for aid in configuration.aids], ("aids",), "code")
    for kind in ("reasons", "words"):
        for code, texts in getattr(configuration, kind).items():
            yield from _spoken(texts, (kind, code), configuration)
    yield from _signature(configuration)


def _office(configuration: Configuration) -> Iterator[Problem]:
    office = configuration.office
    for key in ("code", "name", "address", "phone"):
        if not getattr(office, key).strip():
            yield Problem(("office", key), "configuration_text_empty")
    if not _CURRENCY.fullmatch(office.currency):
        yield Problem(("office", "currency"), "configuration_no_currency", {"value": office.currency})
    try:
        ZoneInfo(office.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem(("office", "time_zone"), "configuration_no_time_zone", {"value": office.time_zone})
    if not office.languages:
        yield Problem(("office", "languages"), "configuration_text_empty")
    for key in ("silence", "appeal", "next_steps"):
        yield from _spoken(getattr(configuration.paper, key), ("paper", key), configuration)


def _regie(configuration: Configuration) -> Iterator[Problem]:
    regie = configuration.regie
    yield from _known(
        [person.id for person in configuration.people],
        [(("regie", "regisseur"), regie.regisseur)]
        + [(("regie", "mandates", i, "person"), mandate.person) for i, mandate in enumerate(regie.mandates)],
        "configuration_unknown_person",
    )
    yield from _known(
        [aid.code for aid in configuration.aids],
        [(("regie", "expenses", place), code) for place, code in enumerate(regie.expenses)],
        "configuration_unknown_aid",
    )
    for place, mandate in enumerate(regie.mandates):
        if mandate.until is not None and mandate.since >= mandate.until:
            yield Problem(("regie", "mandates", place, "until"), "configuration_period_empty")


def _limits(configuration: Configuration) -> Iterator[Problem]:
    limits = configuration.limits
    given = sum(counter.slice_cents for counter in configuration.counters)
    if given > limits.envelope_cents:
        currency = configuration.office.currency
        amounts: dict[str, object] = {
            "sum": Money(given, currency),
            "envelope": Money(limits.envelope_cents, currency),
        }
        yield Problem(("limits", "envelope_cents"), "configuration_envelope_passed", amounts)
    yield from _rules(limits.person_rules, ("limits", "person_rules"), configuration)


def _counters(configuration: Configuration) -> Iterator[Problem]:
    for place, counter in enumerate(configuration.counters):
        path: Path = ("counters", place)
        if not COUNTER.fullmatch(counter.id):
            yield Problem((*path, "id"), "counter_id_malformed", {"counter": counter.id})
        if counter.public_key is not None and not _PUBLIC_KEY.fullmatch(counter.public_key):
            yield Problem((*path, "public_key"), "configuration_no_public_key")
        if counter.recipient is not None and not _RECIPIENT.fullmatch(counter.recipient):
            yield Problem((*path, "recipient"), "recipient_malformed", {"recipient": counter.recipient})
    for place, recipient in enumerate(configuration.bundles.recipients):
        if not _RECIPIENT.fullmatch(recipient):
            where: Path = ("bundles", "recipients", place)
            yield Problem(where, "recipient_malformed", {"recipient": recipient})
    yield from _unique([counter.id for counter in configuration.counters], ("counters",), "id")


def _people(configuration: Configuration) -> Iterator[Problem]:
    for place, person in enumerate(configuration.people):
        path: Path = ("people", place)
        for key in ("id", "name"):
            if not getattr(person, key).strip():
                yield Problem((*path, key), "configuration_text_empty")
        for key, hashed in (("pin", person.pin), ("badge", person.badge)):
            if hashed is not None and not _PIN.fullmatch(hashed):
                yield Problem((*path, key), "configuration_no_pin_hash")
    yield from _unique([person.id for person in configuration.people], ("people",), "id")
    if not any(person.role == "supervisor" for person in configuration.people):
        yield Problem(("people",), "configuration_no_supervisor")


def _services(configuration: Configuration, adopted: bool) -> Iterator[Problem]:
    for place, service in enumerate(configuration.services):
        path: Path = ("services", place)
        if not service.id.strip():
            yield Problem((*path, "id"), "configuration_text_empty")
        yield from _spoken(service.names, (*path, "names"), configuration)
        for number, pause in enumerate(service.pauses):
            if not pause.is_possible:
                yield Problem((*path, "pauses", number, "until"), "configuration_pause_impossible")
        yield from _signers(service.signers, (*path, "signers"))
        yield from unreachable(service, path, configuration, adopted=adopted)
    yield from _unique([service.id for service in configuration.services], ("services",), "id")


def _signers(lines: tuple[str, ...], path: Path) -> Iterator[Problem]:
    for place, line in enumerate(lines):
        try:
            ssh_line(line)
        except ValueError:
            yield Problem((*path, place), "configuration_no_signer")


def _aid(aid: Aid, path: Path, configuration: Configuration) -> Iterator[Problem]:
    if not aid.code.strip():
        yield Problem((*path, "code"), "configuration_text_empty")
    yield from _spoken(aid.names, (*path, "names"), configuration)
    if aid.for_whom:
        yield from _spoken(aid.for_whom, (*path, "for_whom"), configuration)
    if not aid.services:
        yield Problem((*path, "services"), "configuration_nobody_learns")
    yield from _known(
        [service.id for service in configuration.services],
        [((*path, "services", place), service) for place, service in enumerate(aid.services)],
        "configuration_unknown_service",
    )
    if aid.direction == "in" and not any(isinstance(rule, MoneyIn) for rule in aid.rules):
        yield Problem((*path, "direction"), "configuration_no_contribution")
    yield from _rules(aid.rules, (*path, "rules"), configuration)


def _rules(rules: tuple[Rule, ...], path: Path, configuration: Configuration) -> Iterator[Problem]:
    for place, rule in enumerate(rules):
        here: Path = (*path, place)
        if not rule.id.strip():
            yield Problem((*here, "id"), "configuration_text_empty")
        if rule.until is not None and rule.since >= rule.until:
            yield Problem((*here, "until"), "configuration_period_empty")
        elif any(rule.id == other.id and _overlap(rule, other) for other in rules[:place]):
            yield Problem((*here, "id"), "configuration_used_twice", {"value": rule.id})
        yield from _of_kind(rule, here, configuration)


def _overlap(one: Rule, other: Rule) -> bool:
    """Two versions of a rule share its id, never a day."""
    return (one.until is None or other.since < one.until) and (other.until is None or one.since < other.until)


def _of_kind(rule: Rule, path: Path, configuration: Configuration) -> Iterator[Problem]:
    match rule:
        case RollingCap():
            yield from _raise(rule, path)
            aids = [((*path, "aids", place), code) for place, code in enumerate(rule.aids)]
            yield from _known([aid.code for aid in configuration.aids], aids, "configuration_unknown_aid")
            if rule.raised_by is not None:
                yield from _named([((*path, "raised_by"), rule.raised_by)], configuration)
        case Evidence():
            pieces = [((*path, "required", place), piece) for place, piece in enumerate(rule.required)]
            yield from _named(pieces, configuration)
        case MoneyIn() if bool(rule.allowed_cents) == (rule.unit_cents is not None):
            yield Problem((*path, "allowed_cents"), "configuration_contribution_unclear")
        case Approval():
            if rule.who:
                yield from _spoken(rule.who, (*path, "who"), configuration)
            yield from _held(rule.by, (*path, "by"), configuration)
        case Units() if rule.beyond is not None:
            yield from _held(rule.beyond, (*path, "beyond"), configuration)


def _raise(rule: RollingCap, path: Path) -> Iterator[Problem]:
    if rule.raised_by is not None and rule.raised_cents is None:
        yield Problem((*path, "raised_by"), "configuration_raise_incomplete")
    elif rule.raised_cents is not None and (rule.raised_by is None or rule.raised_cents < rule.cents):
        yield Problem((*path, "raised_cents"), "configuration_raise_incomplete")


def _held(role: str, path: Path, configuration: Configuration) -> Iterator[Problem]:
    if not any(person.role == role for person in configuration.people):
        yield Problem(path, "configuration_nobody_approves", {"role": role})


def _signature(configuration: Configuration) -> Iterator[Problem]:
    signature = configuration.signature
    if signature == Signature():
        return
    if not _PUBLIC_KEY.fullmatch(signature.public_key):
        yield Problem(("signature", "public_key"), "configuration_no_public_key")
    if signature.signature and not signature.signature.startswith(_SSH_SIGNATURE):
        yield Problem(("signature", "signature"), "configuration_no_signature")


def _spoken(texts: Mapping[str, str], path: Path, configuration: Configuration) -> Iterator[Problem]:
    for language in configuration.office.languages:
        if not texts.get(language, "").strip():
            yield Problem((*path, language), "configuration_words_missing", {"language": language})


def _named(codes: Iterable[tuple[Path, str]], configuration: Configuration) -> Iterator[Problem]:
    for path, code in codes:
        if code not in configuration.words:
            yield Problem(path, "configuration_unnamed", {"value": code})


def _known(names: Iterable[str], used: Iterable[tuple[Path, str]], code: str) -> Iterator[Problem]:
    known = set(names)
    for path, name in used:
        if name not in known:
            yield Problem(path, code, {"value": name})


def _unique(names: list[str], path: Path, key: str) -> Iterator[Problem]:
    seen: Tally[str] = Tally()
    for place, name in enumerate(names):
        seen[name] += 1
        if seen[name] == 2:
            yield Problem((*path, place, key), "configuration_used_twice", {"value": name})
