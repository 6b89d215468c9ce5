"""The two lanes to the writing thread, and what a caller holds while its job waits there."""

from __future__ import annotations

from collections import deque
from enum import IntEnum
from queue import SimpleQueue
from threading import Lock
from typing import Any, Generic, TypeVar

from counter_app.domain.errors import EnvironmentFailed

T = TypeVar("T")


class Lane(IntEnum):
    """Who is waiting: a person always goes before a machine."""

    PEOPLE = 0
    MACHINES = 1


class Ticket(Generic[T]):
    """A job in a lane, and its end.

    A future of the standard library would do the same; it costs a person three times the wait at the lanes.
    """

    __slots__ = ("_done", "_error", "_result", "job")

    def __init__(self, job: Any) -> None:
        self.job = job
        self._result: Any = None
        self._error: BaseException | None = None
        self._done = Lock()
        self._done.acquire()

    def set_result(self, result: T) -> None:
        """End the wait with what the job returned; called once, or `set_exception` is."""
        self._result = result
        self._done.release()

    def set_exception(self, error: BaseException) -> None:
        """End the wait with an error."""
        self._error = error
        self._done.release()

    def result(self) -> T:
        """Wait for the end; returns what the job returned or raises its error."""
        with self._done:
            pass
        if self._error is not None:
            try:
                raise self._error
            finally:
                # The error's traceback holds this frame: without the circle it all goes at once.
                del self
        return self._result  # type: ignore[no-any-return]


class Lanes:
    """Tickets in order, people's first; any thread puts, one at a time takes."""

    def __init__(self) -> None:
        self._tickets: tuple[deque[Ticket[Any]], ...] = tuple(deque() for _ in Lane)
        # It rings true for each ticket, and false at the end.
        self._bell: SimpleQueue[bool] = SimpleQueue()
        self._lock = Lock()
        self._closed = False

    def put(self, ticket: Ticket[Any], lane: Lane) -> None:
        """Queue a ticket; raises `writer_closed` after the close."""
        with self._lock:
            if self._closed:
                raise EnvironmentFailed("writer_closed")
            self._tickets[lane].append(ticket)
            self._bell.put(True)

    @property
    def idle(self) -> bool:
        """Whether they are open and nobody waits."""
        return not (self._closed or any(self._tickets))

    def wait(self) -> bool:
        """Wait for the next ticket; false where the lanes were closed and there is none."""
        return self._bell.get()

    def first(self) -> Ticket[Any] | None:
        """The ticket whose turn it is, `None` where nobody waits."""
        for waiting in self._tickets:
            if waiting:
                return waiting.popleft()
        return None

    def close(self) -> None:
        """Let nothing in any more; safe to call twice."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._bell.put(False)

    def refuse_the_rest(self) -> None:
        """Close, and end every wait with `writer_closed`."""
        self.close()
        while (ticket := self.first()) is not None:
            ticket.set_exception(EnvironmentFailed("writer_closed"))
