"""The body of a unit: what a central system is told of one entry, as bytes that are never rendered twice."""

from __future__ import annotations

from typing import Any

from counter_app.journal.codec import rewritten
from counter_app.journal.entry import Entry

_PERSON = ("surname", "given_names", "used_name", "birth_date", "birth_place", "numbers")
_FACTS = (
    "aid",
    "currency",
    "number",
    "quantity",
    "means",
    "decision",
    "approved",
    "reason",
    "asked_cents",
    "payment",
    "irregular",
)

MATCHED = ("entry_id", "part", "kind", "aid", "cents", "currency", "refers_to", "person")
"""The fields on which a centre's echo must agree before its acceptance counts: act, aid, amount, person."""


def render_body(entry: Entry, part: str) -> bytes:
    """The JSON body of one part of an entry, UTF-8, keys sorted; `cents` is 0 where the act moves no money."""
    header, facts = entry.header, entry.facts
    body: dict[str, Any] = {name: facts[name] for name in _FACTS if facts.get(name) is not None}
    body |= {
        "entry_id": entry.entry_id,
        "part": part,
        "kind": entry.kind,
        "aid": facts.get("aid"),
        "cents": facts.get("cents") or 0,
        "office": header["office"],
        "counter": header["workstation"],
        "place": f"{entry.chain}/{entry.seq}",
        "happened_on": header["right_day"],
        "happened_at": header["happened_at"],
        "refers_to": facts.get("grant") or facts.get("request") or facts.get("target"),
        "person": _person(entry),
    }
    return rewritten(body)


def _person(entry: Entry) -> dict[str, Any] | None:
    person = (entry.private or {}).get("person")
    if not person:
        return None
    return {name: person[name] for name in _PERSON if person.get(name)}
