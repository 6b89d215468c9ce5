"""What every command is made of: the forms of its fields, and what all of them carry."""

from __future__ import annotations

from typing import Annotated

import msgspec

Cents = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Some = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=4000)]
PartialDate = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$(?!\n)")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10)]
Time = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$", max_length=40
    ),
]
EntryId = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$", max_length=36)
]
Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$(?!\n)", max_length=7)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Voucher = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Denomination = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,6}$(?!\n)")]
Pieces = Annotated[int, msgspec.Meta(ge=0, le=10**6)]


NOT_ON_PAPER = "?"
"""In the place of a colleague: the paper does not say who it was."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a command; unknown fields are refused, so that a misspelt one is never lost in silence."""


class Command(Shape, tag_field="command", frozen=True, kw_only=True):
    """What every command carries.

    `agent` is the colleague who acts, `entry_id` an optional UUID of the caller's own, `happened_at` the
    time of the fact where it differs from now, `happened_on` its day where nobody knows the time.
    `already_happened` marks paper forms and cash that moved: such a fact is recorded as irregular, never refused,
    where it breaks a rule. `form` is the number of the paper form, or that of a receipt which a restored journal
    lacks; `done_by` is whom the paper names as the one who did it, where that is not `agent`, or `?` where it names
    nobody. `note` is free text for the erasable part.
    """

    agent: Code
    entry_id: EntryId | None = None
    happened_at: Time | None = None
    happened_on: Day | None = None
    already_happened: bool = False
    form: Code | None = None
    done_by: Code | None = None
    note: Words | None = None
