"""What people ask of the journal: frozen commands, one struct each, told apart by their field `command`.

They are the lines of `journal record`, and what a window will send. Amounts are whole cents of the office's
currency, times RFC 3339 with offset, days ISO dates, references the `entry_id` of an earlier entry.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from counter_app.domain.catalogue import Means
from counter_app.domain.command_shape import (
    Cents,
    Code,
    Command,
    Day,
    Denomination,
    EntryId,
    Month,
    Name,
    PartialDate,
    Pieces,
    Shape,
    Some,
    Voucher,
    Words,
)
from counter_app.domain.decision_commands import DecideUnit, HandUnit, JudgePair, MatchPerson, UndoDecision
from counter_app.domain.errors import BadInput

ServiceState = Literal["down", "unstable", "back"]
Scheme = Literal["file", "nir", "be_nn", "codice_fiscale", "other"]


class Number(Shape, frozen=True, kw_only=True):
    """An optional number of a person, such as a file number or an identity number; its form is never judged."""

    scheme: Scheme
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Person(Shape, frozen=True, kw_only=True):
    """The citizen as told: several ordered given names, a birth date known in part, or no number at all.

    `identity` says how it was established; `declared` never binds a limit. `distinct_from` names an entry
    of a homonym whom the agent holds for another person, `same_as` one of the same person; both want a
    `reason`.
    """

    surname: Name
    given_names: tuple[Name, ...] = ()
    used_name: Name | None = None
    birth_date: PartialDate | None = None
    birth_place: Name | None = None
    numbers: tuple[Number, ...] = ()
    identity: Literal["document", "known", "declared"] = "declared"
    same_as: EntryId | None = None
    distinct_from: EntryId | None = None
    reason: Words | None = None
    address: Words | None = None
    domiciled_by: Words | None = None
    phone: Words | None = None
    language: Code | None = None


class Payment(Shape, frozen=True, kw_only=True):
    """How the money leaves: `means`, who hands it over and how the citizen acknowledged it.

    Granter and payer differ, or `waiver` says why not. `witnesses` are named where the citizen cannot sign.
    """

    means: Means
    payer: Code | None = None
    waiver: Words | None = None
    acquit: Literal["signed", "cannot_sign", "missing"] = "signed"
    witnesses: tuple[Name, ...] = ()
    series: Code | None = None
    first: Voucher | None = None
    last: Voucher | None = None


class Circumstances(Shape, frozen=True, kw_only=True):
    """What the aid's rules ask about: evidence seen, claims ticked, the household and its monthly resources."""

    evidence: tuple[Code, ...] = ()
    claims: tuple[Code, ...] = ()
    heads: Annotated[int, msgspec.Meta(ge=1, le=30)] = 1
    couple: bool = False
    resources_cents: Cents | None = None


class RecordRequest(Command, tag="record_request", frozen=True, kw_only=True):
    """Take down what a citizen asks for; opens rights on the day it happened."""

    person: Person
    aid: Code
    asked_cents: Cents | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10000)] = 1
    circumstances: Circumstances = Circumstances()
    visit_of: EntryId | None = None


class GrantAid(Command, tag="grant_aid", frozen=True, kw_only=True):
    """Grant provisional aid, for a recorded `request` or directly for a `person`; with `payment`, pay it too.

    Above the approval threshold it is recorded as awaiting approval and nothing is paid.
    """

    aid: Code
    cents: Cents
    request: EntryId | None = None
    person: Person | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10000)] = 1
    means: Means | None = None
    circumstances: Circumstances | None = None
    payment: Payment | None = None


class RefuseAid(Command, tag="refuse_aid", frozen=True, kw_only=True):
    """Refuse a recorded `request`, or a `person` directly, with a reason code of the office and words."""

    aid: Code | None = None
    request: EntryId | None = None
    person: Person | None = None
    reason: Code
    words: Words | None = None


class DecideApproval(Command, tag="decide_approval", frozen=True, kw_only=True):
    """A second person approves or declines a grant that waits."""

    approver: Code
    grant: EntryId
    approved: bool
    reason: Words | None = None


class PayGrant(Command, tag="pay_grant", frozen=True, kw_only=True):
    """Pay a grant that was not paid when it was granted."""

    grant: EntryId
    payment: Payment


class CancelGrant(Command, tag="cancel_grant", frozen=True, kw_only=True):
    """Cancel a grant with its reason; a reservation is freed, paid money only comes back by `return_money`."""

    grant: EntryId
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class ReturnMoney(Command, tag="return_money", frozen=True, kw_only=True):
    """Paid money that the citizen gave back, in cash or by transfer."""

    grant: EntryId
    cents: Some
    means: Literal["cash", "transfer"] = "cash"


class ReceiveMoney(Command, tag="receive_money", frozen=True, kw_only=True):
    """A contribution that the citizen pays in for an aid (Navigo, meals); the receipt is the quittance.

    `months` (YYYY-MM) are those that it settles, where they were not taken when they were due: each settles once.
    """

    person: Person
    aid: Code
    cents: Cents
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10000)] = 1
    means: Literal["cash", "card"] = "cash"
    circumstances: Circumstances = Circumstances()
    months: Annotated[tuple[Month, ...], msgspec.Meta(max_length=36)] = ()


class OpenDay(Command, tag="open_day", frozen=True, kw_only=True):
    """Open the business day with the float found in the drawer, in cents, counted."""

    float_cents: Cents


class ReplenishCash(Command, tag="replenish_cash", frozen=True, kw_only=True):
    """Money that the treasury put into the drawer, with the paper that came with it."""

    cents: Some
    document: Words


class ReceiveVouchers(Command, tag="receive_vouchers", frozen=True, kw_only=True):
    """A book of vouchers taken into stock: every number from `first` to `last` at face value."""

    series: Code
    first: Voucher
    last: Voucher
    face_cents: Some
    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class WithdrawVouchers(Command, tag="withdraw_vouchers", frozen=True, kw_only=True):
    """Vouchers of the stock that are spoiled or returned to where they came from, by number."""

    series: Code
    first: Voucher
    last: Voucher
    why: Literal["spoiled", "returned"]
    reason: Words


class CloseDay(Command, tag="close_day", frozen=True, kw_only=True):
    """A supervisor closes the business day: `counted` is cents of a denomination to how many were counted."""

    approver: Code
    counted: Annotated[dict[Denomination, Pieces], msgspec.Meta(max_length=100)]
    day: Day | None = None


class RaiseEnvelope(Command, tag="raise_envelope", frozen=True, kw_only=True):
    """A dated decision of the authority that adds to the envelope, all of it to this workstation's slice."""

    approver: Code
    cents: Some
    act: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ReleaseSlice(Command, tag="release_slice", frozen=True, kw_only=True):
    """Give a part of this workstation's slice away: recorded here before the other counter may use it."""

    approver: Code
    to: Code
    cents: Some


class TakeSlice(Command, tag="take_slice", frozen=True, kw_only=True):
    """Apply, once, a release that another counter recorded for this one."""

    release: EntryId


class CarrySlice(Command, tag="carry_slice", frozen=True, kw_only=True):
    """After a restore: give this epoch what the ones before it had left of their slice, or a part of that."""

    approver: Code
    cents: Some


class SettleNumbers(Command, tag="settle_numbers", frozen=True, kw_only=True):
    """After a restore: a supervisor ends the search for the receipts of `before` that the copy lacks.

    `last` is the last number that was given as far as anybody can tell, none where no receipt is lost. What was not
    entered again up to it is given up; a paper that turns up later is entered all the same.
    """

    approver: Code
    before: Code
    last: Code | None = None
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class DeclareIncident(Command, tag="declare_incident", frozen=True, kw_only=True):
    """An outage begins: the services concerned and the state of each."""

    services: dict[Code, ServiceState]
    title: Words
    cause: Words | None = None
    source: Words | None = None


class UpdateIncident(Command, tag="update_incident", frozen=True, kw_only=True):
    """A sourced line of the timeline: what changed for which service."""

    incident: EntryId
    services: dict[Code, ServiceState] = {}
    words: Words
    source: Words | None = None


class CloseIncident(Command, tag="close_incident", frozen=True, kw_only=True):
    """The incident is over for `services`, or for all of them where none is named."""

    incident: EntryId
    services: tuple[Code, ...] = ()
    words: Words | None = None


class CorrectEntry(Command, tag="correct_entry", frozen=True, kw_only=True):
    """Correct what an earlier entry said of a person; the entry itself is never changed."""

    target: EntryId
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    person: Person


class SettleIrregularity(Command, tag="settle_irregularity", frozen=True, kw_only=True):
    """A supervisor regularises a fact that was recorded although it broke a rule."""

    approver: Code
    target: EntryId
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class CorrectClock(Command, tag="correct_clock", frozen=True, kw_only=True):
    """From entry `first` to entry `last` of this counter the clock was ahead by `ahead_s` seconds, behind below zero.

    The entries stay as they are. What they recorded as it happened counts for the day on which it really did; cash
    stays in the day under which it was counted.
    """

    approver: Code
    first: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    last: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    ahead_s: Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


AnyCommand = (
    RecordRequest
    | GrantAid
    | RefuseAid
    | DecideApproval
    | PayGrant
    | CancelGrant
    | ReturnMoney
    | ReceiveMoney
    | OpenDay
    | ReplenishCash
    | ReceiveVouchers
    | WithdrawVouchers
    | CloseDay
    | RaiseEnvelope
    | ReleaseSlice
    | TakeSlice
    | CarrySlice
    | SettleNumbers
    | DeclareIncident
    | UpdateIncident
    | CloseIncident
    | CorrectEntry
    | SettleIrregularity
    | DecideUnit
    | UndoDecision
    | HandUnit
    | MatchPerson
    | JudgePair
    | CorrectClock
)

# Nobody who feeds a line reads regular expressions; the schema holds them.
_PATTERN = re.compile(r"Expected `str` matching regex '.*'")
_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


def parse_command(line: bytes | str) -> AnyCommand:
    """Read one JSON line; raises `command_malformed` with the place and the problem."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(
            "command_malformed", problem=_PATTERN.sub("Not written as it must be", str(error))
        ) from error


def command_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of one command line."""
    (schema,), definitions = msgspec.json.schema_components([AnyCommand], ref_template="#/$defs/{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": definitions}
