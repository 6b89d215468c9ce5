"""One service's courier: takes the next batch, lets the connector carry it, brings the answer back.

It keeps no state of its own: what was attempted, what is due and when stands in the journal and its schedule, so
that a courier that is killed anywhere is followed by one that asks first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from counter_app.logs import Plain
from counter_app.service.delivery import Batch, Delivery, Nothing
from counter_app.sync.port import Cause, Connector, Reply

_LOG = logging.getLogger(__name__)
_LONGEST_NAP_S = 5.0
_LONGEST_WAIT_S = 10.0


@dataclass(slots=True)
class Trip:
    """How a courier's work went: exchanges, units moved, exchanges in a row that moved none, the last cause."""

    exchanges: int = 0
    moved: int = 0
    fruitless: int = 0
    cause: Cause = Cause.NONE
    finished: bool = False
    failures: dict[Cause, int] = field(default_factory=dict)


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
        item: Batch | Nothing | None = None
        while isinstance(item, Batch) or self._goes_on(trip):
            item = item or self._delivery.next_batch()
            if isinstance(item, Batch):
                item = self._carry(item, trip)
                continue
            if item.wait_s is None:
                trip.finished = True
                break
            if item.wait_s > _LONGEST_WAIT_S:
                break
            self._nap(min(item.wait_s, _LONGEST_NAP_S))
            item = None
        return trip

    def _goes_on(self, trip: Trip) -> bool:
        return not self._stop.is_set() and trip.fruitless < self._patience

    def _carry(self, batch: Batch, trip: Trip) -> Batch | Nothing | None:
        """One exchange; what comes next, where that was decided together with the verdict."""
        reply = self._exchange(batch)
        moved, following = self._delivery.take_reply_and_next(batch, reply, lambda: not self._stop.is_set())
        self._count(trip, reply, moved)
        return following

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
