"""What an entry keeps of a person: keyed references in the facts, everything else in the private part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from counter_app.domain.catalogue import IDENTITY_PAPER, Aid, Evidence
from counter_app.domain.commands import Circumstances, Person
from counter_app.domain.errors import Refused
from counter_app.service.context import Context

_CONFIRMED = ("document", "known")


def person_facts(context: Context, person: Person) -> dict[str, Any]:
    """The references of a person and whether limits bind them.

    The agent's choice that this is the person of an earlier entry ties the two; the choice that it is another
    one (a homonym) takes the shared references away. Either wants a reason.
    """
    references = context.references(person)
    confirmed = person.identity in _CONFIRMED
    facts: dict[str, Any] = {"identity": person.identity}
    if (person.same_as or person.distinct_from) and not person.reason:
        raise Refused("reason_missing")
    if person.same_as:
        earlier = _references_of(context, person.same_as)
        references = [*references, *(r for r in earlier if r not in references)]
        confirmed, facts["same_as"] = True, person.same_as
    if person.distinct_from:
        other = _references_of(context, person.distinct_from)
        references = [r for r in references if r not in other]
        facts["distinct_from"] = person.distinct_from
    return facts | {"references": references, "confirmed": confirmed}


def _references_of(context: Context, entry_id: str) -> list[str]:
    person = context.own_entry(entry_id).facts.get("person")
    if not person:
        raise Refused("wrong_kind", entry_id=entry_id, kind=context.own_entry(entry_id).kind)
    return list(person["references"])


def plain(value: msgspec.Struct) -> dict[str, Any]:
    """A command's part as plain JSON values, without what was left at its default."""
    return dict(msgspec.json.decode(msgspec.json.encode(value)))


def with_identity_seen(circumstances: Circumstances, person: Mapping[str, Any], aid: Aid) -> Circumstances:
    """What was seen, with the identity paper where the person was identified on one and the aid's rules ask for it."""
    told = circumstances.evidence
    if person.get("identity") != "document" or IDENTITY_PAPER in told or not _asks_for_identity(aid):
        return circumstances
    return msgspec.structs.replace(circumstances, evidence=(*told, IDENTITY_PAPER))


def _asks_for_identity(aid: Aid) -> bool:
    return any(isinstance(rule, Evidence) and IDENTITY_PAPER in rule.required for rule in aid.rules)


def circumstance_facts(circumstances: Circumstances) -> dict[str, Any]:
    """What the rules asked about and may be kept; resources are personal and stay out."""
    kept = plain(circumstances)
    kept.pop("resources_cents", None)
    return kept


def private_part(context: Context, **parts: Any) -> dict[str, Any]:
    """The private part of an entry: the given parts that say something, and the command's note."""
    return {name: value for name, value in {**parts, "note": context.command.note}.items() if value}
