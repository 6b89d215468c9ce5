"""What was recorded, told as data after the commit, so that whoever shows the books asks them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from counter_app.journal.entry import Entry


@dataclass(frozen=True, slots=True)
class Change:
    """One or more commits: the kinds of their entries and the chains they stand in."""

    kinds: frozenset[str]
    chains: frozenset[str]

    def __or__(self, other: Change) -> Change:
        return Change(self.kinds | other.kinds, self.chains | other.chains)


Subscriber = Callable[[Change], None]


class Changes:
    """The subscribers of one writer; safe to share between threads.

    A subscriber is called on whichever thread has just committed, and must return at once: it notes the change
    and goes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` after every commit; returns what ends that."""
        with self._lock:
            self._subscribers.append(subscriber)

        def end() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return end

    def publish(self, entries: Sequence[Entry]) -> None:
        """Tell of committed entries; nothing is told where there are none."""
        if not entries or not self._subscribers:
            return
        change = Change(frozenset([one.kind for one in entries]), frozenset([one.chain for one in entries]))
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber(change)
