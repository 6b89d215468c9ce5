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
from counter_app.service.delivery import Batch, Delivery
from counter_app.sync.port import Cause, Connector, Reply

_LOG = logging.getLogger(__name__)
_LONGEST_NAP_S = 5.0
_LONGEST_WAIT_S = 10.0
_FRESH_S = 1.0
"""How old an attempt may be when its first byte leaves: what the centre says of it later is dated from the attempt."""


@dataclass(slots=True)
class Trip:
    """How a courier's work went: exchanges, units moved, exchanges in a row that moved none, the last cause."""

    exchanges: int = 0
    moved: int = 0
    fruitless: int = 0
    cause: Cause = Cause.NONE
    finished: bool = False
    failures: dict[Cause, int] = field(default_factory=dict)


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

    It gives up after `patience` exchanges in a row that moved nothing, or where nothing is due for a while; what
    waits stays waiting for the next courier. `stop` ends it after the exchange under way. `nap` waits some seconds
    until something is due; practice shortens it.
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
    ) -> None:
        self._delivery = delivery
        self._connector = connector
        self._patience = patience
        self._stop = stop or threading.Event()
        self._watch = watch
        self._nap = nap or self._stop.wait

    def run(self) -> Trip:
        """Work until done, out of patience or stopped; never raises for a fault of network or centre."""
        trip = Trip()
        with ThreadPoolExecutor(1, thread_name_prefix="carrier") as carrier:
            while self._goes_on(trip):
                item = self._delivery.next_batch()
                if isinstance(item, Batch):
                    self._carry(item, trip, carrier)
                    continue
                if item.wait_s is None:
                    trip.finished = True
                    break
                if item.wait_s > _LONGEST_WAIT_S:
                    break
                self._nap(min(item.wait_s, _LONGEST_NAP_S))
        return trip

    def _goes_on(self, trip: Trip) -> bool:
        return not self._stop.is_set() and trip.fruitless < self._patience

    def _carry(self, batch: Batch, trip: Trip, carrier: ThreadPoolExecutor) -> None:
        """Exchange a batch and, while all goes well, those that follow it, each made ready before its turn."""
        under_way: Future[Reply] | None = carrier.submit(self._exchange, batch)
        ahead = None if batch.asks or not trip.moved or trip.fruitless else self._made_ready()
        while under_way is not None:
            reply = under_way.result()
            sendable = ahead is not None and reply.clean and self._goes_on(trip) and ahead.age_s < _FRESH_S
            under_way = carrier.submit(self._exchange, ahead.batch) if ahead and sendable else None
            moved, following = self._delivery.take_reply(batch, reply, ready=sendable)
            self._count(trip, reply, moved)
            if ahead is not None and not sendable:
                self._delivery.take_back(ahead.batch)
            if ahead is not None:
                batch, ahead = ahead.batch, None if following is None else _Ready(following)

    def _made_ready(self) -> _Ready | None:
        batch = self._delivery.batch_ahead()
        return None if batch is None else _Ready(batch)

    def _exchange(self, batch: Batch) -> Reply:
        if batch.asks:
            return self._connector.ask(batch.messages)
        return self._connector.send(batch.attempt_id, batch.messages)

    def _count(self, trip: Trip, reply: Reply, moved: int) -> None:
        trip.exchanges += 1
        trip.moved += moved
        trip.fruitless = 0 if moved else trip.fruitless + 1
        trip.cause = reply.cause
        if reply.cause is not Cause.NONE:
            trip.failures[reply.cause] = trip.failures.get(reply.cause, 0) + 1
            _LOG.warning("%s: %s", Plain(self._delivery.service.id), reply.cause)
        if self._watch is not None:
            self._watch(self._delivery.service.id, trip)
