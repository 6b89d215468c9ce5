"""The body of a unit: what a central system is told of one entry, as bytes that are never rendered twice."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct

from counter_app.journal.entry import Entry

MATCHED = ("entry_id", "part", "kind", "aid", "cents", "currency", "refers_to", "person")
"""The fields on which a centre's echo must agree before its acceptance counts: act, aid, amount, person."""


def render_body(
    entry: Entry, part: str, corrected_day: str | None = None, resubmits: str | None = None
) -> bytes:
    """The JSON body of one part of an entry, UTF-8, keys sorted; `cents` is 0 where the act moves no money.

    It is put together from the entry's canonical bytes, of which nothing else is looked at; `corrected_day` is the
    day that opens the right where the clock was wrong and a correction says so, `resubmits` the request that this one
    repeats where a person said so.
    """
    content = _read_content(entry.content)
    header, facts = content.header, content.facts
    private = None if entry.private_bytes is None else _read_private(entry.private_bytes)
    body = _Body(
        entry_id=entry.entry_id,
        part=part,
        kind=header.kind,
        aid=facts.aid,
        cents=facts.cents or 0,
        office=header.office,
        counter=header.workstation,
        place=f"{entry.chain}/{entry.seq}",
        happened_on=header.right_day if corrected_day is None else Raw(f'"{corrected_day}"'.encode()),
        happened_at=header.happened_at,
        refers_to=facts.grant or facts.request or facts.target,
        person=None if private is None else private.person,
        currency=facts.currency,
        number=facts.number,
        quantity=facts.quantity,
        means=facts.means,
        decision=facts.decision,
        approved=facts.approved,
        reason=facts.reason,
        asked_cents=facts.asked_cents,
        payment=facts.payment,
        irregular=facts.irregular,
        months=facts.months,
        resubmits=UNSET if resubmits is None else resubmits,
    )
    return _write(body)


class _Header(Struct):
    kind: Raw
    office: Raw
    workstation: Raw
    right_day: Raw
    happened_at: Raw


class _Facts(Struct):
    aid: Any = None
    cents: int | None = None
    grant: str | None = None
    request: str | None = None
    target: str | None = None
    currency: Any = UNSET
    number: Any = UNSET
    quantity: Any = UNSET
    means: Any = UNSET
    decision: Any = UNSET
    approved: Any = UNSET
    reason: Any = UNSET
    asked_cents: Any = UNSET
    payment: Any = UNSET
    irregular: Any = UNSET
    months: Any = UNSET


class _Content(Struct):
    header: _Header
    facts: _Facts


class _Person(Struct):
    surname: Any = UNSET
    given_names: Any = UNSET
    used_name: Any = UNSET
    birth_date: Any = UNSET
    birth_place: Any = UNSET
    numbers: Any = UNSET


class _Private(Struct):
    person: _Person | None = None


class _Body(Struct, kw_only=True):
    entry_id: str
    part: str
    kind: Raw
    aid: Any
    cents: int
    office: Raw
    counter: Raw
    place: str
    happened_on: Raw
    happened_at: Raw
    refers_to: str | None
    person: _Person | None
    currency: Any
    number: Any
    quantity: Any
    means: Any
    decision: Any
    approved: Any
    reason: Any
    asked_cents: Any
    payment: Any
    irregular: Any
    months: Any
    resubmits: Any


_read_content = msgspec.json.Decoder(_Content).decode
_read_private = msgspec.json.Decoder(_Private).decode
_write = msgspec.json.Encoder(order="sorted").encode
