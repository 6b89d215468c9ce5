"""What delivery and the couriers hand to one another: batches of units, what an answer did, that nothing is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.projections.delivery import UnitRow
from counter_app.sync.port import Message
from counter_app.sync.restraint import Held


@dataclass(frozen=True, slots=True)
class Batch:
    """Units on their way: messages for the connector, and the units, as they stood before, in the same order.

    `made_at` is before the first byte: what an answer says was read no earlier. All units are of one range, and `term`
    is that of its custody when the batch was made: custody may go while an answer is on its way.
    """

    attempt_id: str
    asks: bool
    made_at: datetime
    units: tuple[UnitRow, ...]
    messages: tuple[Message, ...]
    term: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is due now; something will be in `wait_s` seconds, or never by itself where that is `None`.

    `held` says what keeps due units back, if anything does.
    """

    wait_s: float | None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer did: how many units it moved, how many of them no run will touch again, and the next batch."""

    moved: int
    done: int = 0
    ahead: Batch | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What the connector of a service can do, as the port says it."""

    batch_max: int
    askable: bool
    proves_absence: bool
