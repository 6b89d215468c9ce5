"""What a balance says: each service from both sides, and every unit on which the two sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from counter_app.domain.money import Money

Standing = Literal["explained", "decided", "open"]
"""`explained`: the centre holds the act otherwise than sent; `decided`: a person closed it; `open`: nobody did yet."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many entries, so many euros, this hash.

    The hash is SHA-256 over the lines `key cents` of the units, in the order of these lines, each ended by a line feed:
    whoever holds the records can make it again.
    """

    entries: int
    amount: Money
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """Explained units of which the centre showed the amount: how many, what was sent, and what it holds."""

    entries: int
    sent: Money
    shown: Money


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service: what the journal holds for it, what it showed to have taken, and the difference by standing.

    `held` says with which amounts the centre holds what is explained; `None` where it showed none.
    """

    service: str
    name: str
    journal: Share
    centre: Share
    explained: tuple[int, Money]
    decided: tuple[int, Money]
    open: tuple[int, Money]
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One unit that the centre did not show as sent; nobody is named.

    `what` says how it stands and `why` the reason, both in the reader's words; `by` and `at` are whoever decided, whose
    words `why` then is. `said` is what the centre said against it and `shown` the amount that it showed, if any.
    """

    service: str
    standing: Standing
    entry_id: str
    part: str
    place: str
    receipt: str
    kind: str
    aid: str
    amount: Money
    what: str
    why: str
    number: str
    by: str
    at: datetime | None
    said: str = ""
    shown: Money | None = None

    @property
    def reasons(self) -> str:
        """The centre's reason, then that of whoever decided."""
        return " · ".join(part for part in (self.said, self.why) if part)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One unit of the journal as both sides may compare it: a line of the hashes is `key cents`."""

    service: str
    key: str
    entry_id: str
    part: str
    place: str
    aid: str
    cents: int
    state: str
    number: str


@dataclass(frozen=True, slots=True)
class BalanceRows:
    """A balance at one moment; `key_print` is the fingerprint of the key that signs it, `currency` of all amounts.

    `statement_sha256` is of the lines that are signed.
    """

    office: str
    address: str
    counter: str
    chains: tuple[str, ...]
    head: str
    made_at: datetime
    currency: str
    services: tuple[ServiceRow, ...]
    differences: tuple[DifferenceRow, ...]
    key_print: str
    is_specimen: bool
    statement_sha256: str = ""

    @property
    def unexplained(self) -> int:
        """The units that are neither explained nor decided."""
        return sum(row.open[0] for row in self.services)
