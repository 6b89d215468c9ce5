"""What a daily log is made of: one record for each line that stands on it.

Times are aware and in the office's zone; numbers are those printed on receipts and stubs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from counter_app.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishment:
    """Money that the treasury put into the drawer, and the paper that came with it."""

    number: str = ""
    at: datetime
    amount: Money
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment; `beneficiary` is a file number or keyed reference, never a name or national number."""

    number: str
    at: datetime
    aid: str
    beneficiary: str
    amount: Money
    means: str
    acquit: Literal["signed", "cannot_sign", "missing"]
    document: str = ""
    is_irregular: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A grant of this day or of one before that stands and is not paid yet; `means` is how it is to be paid."""

    number: str
    at: datetime
    aid: str
    beneficiary: str
    amount: Money
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReceived:
    """Money in by stub number: a contribution, or aid that was given back (`is_return`)."""

    stub: str
    at: datetime
    what: str
    beneficiary: str
    amount: Money
    means: str
    is_return: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """A cancelled receipt; its number is never used again."""

    number: str
    at: datetime
    cancels: str
    amount: Money | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person's decision on receipt `number`: at the desk, by phone or at another counter."""

    number: str
    at: datetime
    approver: str
    way: Literal["desk", "phone", "counter"]
    is_approved: bool
    amount: Money | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused request."""

    number: str
    at: datetime
    aid: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherBook:
    """A book of vouchers: first and last number of every range, both included.

    received = issued + spoiled + returned + in hand, with no gap and no overlap.
    """

    series: str
    year: int
    face: Money
    received: tuple[int, int]
    issued: tuple[tuple[int, int], ...] = ()
    spoiled: tuple[tuple[int, int], ...] = ()
    returned: tuple[tuple[int, int], ...] = ()
    in_hand: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OddVouchers:
    """Vouchers that paper says were issued though they were issued before (`twice`) or were not in the stock."""

    series: str
    first: int
    last: int
    twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of one denomination were counted."""

    face: Money
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregular:
    """A fact that happened although it broke `rule`, and is not yet regularised."""

    number: str
    at: datetime
    rule: str
    what: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """The units that one central service has not settled, and since when the oldest waits."""

    service: str
    waiting: int
    unknown: int = 0
    to_decide: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """A numbered paper form that was given out and is not entered yet."""

    number: str
    given_at: datetime | None
    given_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The drawer passed from one person to another, with what was counted."""

    at: datetime
    given_by: str
    taken_by: str
    counted: Money
    difference: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJump:
    """The clock was set by so many minutes, backwards below zero, before the entry of that place at `at`."""

    seq: int
    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyLogRows:
    """One business day of one counter.

    `opening_float` is absent where the day was never opened, `counted` where nobody counted, `closed_at`
    where the day is not closed. `reopened_by` names the receipts recorded after the closing. `book_balance` is
    the ledger's, `difference_reason` what whoever closed said of a count that differs. `requests` counts whoever
    asked: what was granted or refused without a request of its own is one, too. `granted` are the day's grants that
    stand, `pending` counts those up to this day that wait for a second person. `seq` and `hash` are the journal's
    head that the log speaks of.
    """

    office_name: str
    office_address: str
    office_phone: str
    day: date
    regie_act: str
    regisseur: str
    mandataire: str = ""
    incident: str = ""
    currency: str = "EUR"
    opening_float: Money | None = None
    replenishments: Sequence[Replenishment] = ()
    payments: Sequence[Payment] = ()
    money_in: Sequence[MoneyReceived] = ()
    cancellations: Sequence[Cancellation] = ()
    approvals: Sequence[Approval] = ()
    refusals: Sequence[Refusal] = ()
    requests: int = 0
    granted: Sequence[Money] = ()
    unpaid: Sequence[Unpaid] = ()
    pending: int = 0
    books: Sequence[VoucherBook] = ()
    odd_vouchers: Sequence[OddVouchers] = ()
    handovers: Sequence[Handover] = ()
    book_balance: Money
    counted: Sequence[Counted] | None = None
    difference_reason: str = ""
    irregular: Sequence[Irregular] = ()
    unsent: Sequence[Unsent] = ()
    paper_forms: Sequence[PaperForm] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    reopened_by: tuple[str, ...] = ()
    clock_jumps: Sequence[ClockJump] = ()
    chain: str
    seq: int
    hash: str
    is_specimen: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the day was closed and nothing was recorded since."""
        return self.closed_at is not None and not self.reopened_by

    @property
    def counted_balance(self) -> Money | None:
        """What the counted notes and coins come to."""
        if self.counted is None:
            return None
        return Money(sum(row.face.cents * row.count for row in self.counted), self.currency)

    @property
    def difference(self) -> Money | None:
        """Counted less book: above zero there is too much in the drawer."""
        counted = self.counted_balance
        return None if counted is None else counted - self.book_balance
