"""One call at a time to a target that may hang, and the line after which a call may have left a trace there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from counter_app.connectors.causes import Fault
from counter_app.connectors.deadline import start
from counter_app.sync.port import Cause, Outcome

T = TypeVar("T")


class Threshold:
    """Crossed by the thread that works, given up by the one that waits: whichever is first decides.

    A call that was given up before it crossed never crosses any more, so nothing of it was sent.
    """

    def __init__(self) -> None:
        self._decided = threading.Lock()
        self._crossed = False
        self._given_up = False

    def cross(self) -> None:
        """From here on something may be left at the target; `TimeoutError` once nobody waits for it any more."""
        with self._decided:
            if self._given_up:
                raise TimeoutError("nobody waits for this call any more")
            self._crossed = True

    def give_up(self) -> Outcome:
        """What a call proves whose time is over: `NOT_SENT`, or `UNKNOWN` where it had crossed."""
        with self._decided:
            self._given_up = True
            return Outcome.UNKNOWN if self._crossed else Outcome.NOT_SENT


class Turns:
    """Calls in turn, each within `deadline_s` seconds; one that still hangs keeps every later one out."""

    def __init__(self, deadline_s: float, hung: Fault) -> None:
        self._deadline_s = deadline_s
        self._hung = hung
        self._turn = threading.Lock()
        self._underway: Future[object] | None = None
        self.closed = False

    def run(self, work: Callable[[], T]) -> T | Fault:
        """What `work` returns or raises, or why it was not begun; `TimeoutError` where it is still not done."""
        with self._turn:
            if self.closed:
                return Fault(Outcome.NOT_SENT, Cause.NONE, "closed")
            if self._underway is not None and not self._underway.done():
                return self._hung
            future = start(work)
            self._underway = future  # type: ignore[assignment]
            return future.result(timeout=self._deadline_s)

    def after(self, work: Callable[[], None]) -> None:
        """Do `work` once the call underway has ended, or not at all where it still hangs: it then ends by itself."""
        if self._turn.acquire(timeout=0.2):
            try:
                if self._underway is None or self._underway.done():
                    work()
            finally:
                self._turn.release()
