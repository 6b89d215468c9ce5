"""One service's courier: takes the next batch, lets the connector carry it, brings the answer back.

It keeps no state of its own: what was attempted, what is due and when stands in the journal and its schedule, so
that a courier that is killed anywhere is followed by one that asks first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from counter_app.logs import Plain
from counter_app.service.batches import Batch, Nothing, Taken
from counter_app.service.delivery import Delivery
from counter_app.sync.port import Cause, Connector, Reply
from counter_app.sync.restraint import READY_S, Held

_LOG = logging.getLogger(__name__)
_LONGEST_NAP_S = 5.0
LONGEST_WAIT_S = 10.0
_FRESH_S = READY_S
"""How old an attempt may be when its first byte leaves: what the centre says of it later is dated from the attempt."""


@dataclass(slots=True)
class Trip:
    """How a courier's work goes: exchanges, units moved, exchanges in a row that moved none, the last cause.

    Of the `total` units that there were at the beginning `done` need no run any more; `held` says what keeps the rest
    back, if anything does.
    """

    exchanges: int = 0
    moved: int = 0
    fruitless: int = 0
    cause: Cause = Cause.NONE
    finished: bool = False
    failures: dict[Cause, int] = field(default_factory=dict)
    total: int = 0
    done: int = 0
    held: Held | None = None
    since: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float | None:
        """About how many seconds the rest will take at the pace so far; `None` before there is one."""
        if not self.done:
            return None
        return (time.monotonic() - self.since) / self.done * max(0, self.total - self.done)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A batch whose attempt is recorded and of which no byte has left yet."""

    batch: Batch
    since: float = field(default_factory=time.monotonic)

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.since


Watch = Callable[[str, Trip], None]
Nap = Callable[[float], object]


class Courier:
    """Carries one service's units until nothing is left that could move by itself.

    It gives up after `patience` exchanges in a row that moved nothing, or where nothing is due for longer than
    `longest_wait_s`; what waits stays waiting for the next courier. `stop` ends it after the exchange under way. `nap`
    waits some seconds until something is due; practice shortens it.
    """

    def __init__(
        self,
        delivery: Delivery,
        connector: Connector,
        *,
        patience: int = 4,
        stop: threading.Event | None = None,
        watch: Watch | None = None,
        nap: Nap | None = None,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._delivery = delivery
        self._connector = connector
        self._patience = patience
        self._stop = stop or threading.Event()
        self._watch = watch
        self._nap = nap or self._stop.wait
        self._longest_wait_s = longest_wait_s

    def run(self) -> Trip:
        """Work until done, out of patience or stopped; never raises for a fault of network or centre."""
        trip = Trip(total=self._delivery.to_do())
        with ThreadPoolExecutor(1, thread_name_prefix="carrier") as carrier:
            while self._goes_on(trip):
                item = self._delivery.next_batch()
                if isinstance(item, Batch):
                    trip.held = None
                    self._carry(item, trip, carrier)
                elif not self._waits(item, trip):
                    break
        if not trip.finished and trip.held is None:
            trip.held = self._delivery.restraint.held_by_canary()
        return trip

    def _waits(self, item: Nothing, trip: Trip) -> bool:
        """Wait for what is due later; false where nothing will be, or not soon enough."""
        trip.held = item.held
        if item.wait_s is None:
            trip.finished = item.held is None
            return False
        if item.wait_s > self._longest_wait_s:
            return False
        if item.held is not None:
            self._tell(trip)
        self._nap(min(item.wait_s, _LONGEST_NAP_S))
        return True

    def _goes_on(self, trip: Trip) -> bool:
        return not self._stop.is_set() and trip.fruitless < self._patience

    def _carry(self, batch: Batch, trip: Trip, carrier: ThreadPoolExecutor) -> None:
        """Exchange a batch and, while all goes well, those that follow it, each made ready before its turn."""
        under_way: Future[tuple[Reply, float]] | None = carrier.submit(self._exchange, batch)
        ahead = None if batch.asks or not trip.moved or trip.fruitless else self._made_ready()
        while under_way is not None:
            reply, seconds = under_way.result()
            sendable = ahead is not None and reply.clean and self._goes_on(trip) and ahead.age_s < _FRESH_S
            under_way = carrier.submit(self._exchange, ahead.batch) if ahead and sendable else None
            taken = self._delivery.take_reply(batch, reply, ready=sendable, seconds=seconds)
            self._count(trip, reply, taken)
            if ahead is not None and not sendable:
                self._delivery.take_back(ahead.batch)
            if ahead is not None:
                batch, ahead = ahead.batch, None if taken.ahead is None else _Ready(taken.ahead)

    def _made_ready(self) -> _Ready | None:
        batch = self._delivery.batch_ahead()
        return None if batch is None else _Ready(batch)

    def _exchange(self, batch: Batch) -> tuple[Reply, float]:
        """The centre's answer, and how many seconds it took."""
        begun = time.monotonic()
        if batch.asks:
            reply = self._connector.ask(batch.messages)
        else:
            reply = self._connector.send(batch.attempt_id, batch.messages)
        return reply, time.monotonic() - begun

    def _count(self, trip: Trip, reply: Reply, taken: Taken) -> None:
        trip.exchanges += 1
        trip.moved += taken.moved
        trip.done += taken.done
        trip.fruitless = 0 if taken.moved else trip.fruitless + 1
        trip.cause = reply.cause
        if reply.cause is not Cause.NONE:
            trip.failures[reply.cause] = trip.failures.get(reply.cause, 0) + 1
            _LOG.warning("%s: %s", Plain(self._delivery.service.id), reply.cause)
        self._tell(trip)

    def _tell(self, trip: Trip) -> None:
        if self._watch is not None:
            self._watch(self._delivery.service.id, trip)
