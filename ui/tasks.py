"""Work off the main thread: reading jobs side by side, commands one after the other; only values cross.

An answer that is older than its owner's last question is dropped, and so is one whose owner has gone or that comes
after the closing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from counter_app.domain.errors import AppError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
_READERS = 2


class _Asked(NamedTuple):
    future: Future[Any]
    then: Callable[[Any], object]
    failed: Callable[[AppError], object] | None
    owner: QObject | None
    question: tuple[int, str] | None
    turn: int


class Tasks(QObject):
    """The threads behind the windows. All its methods are called on the main thread."""

    _finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._turns: dict[tuple[int, str], int] = {}
        self._pending = 0
        self._closed = False
        self._finished.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    # Made with their first job: the first page has none, and it waits for no module that it does not need.
    @cached_property
    def _readers(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(_READERS, thread_name_prefix="reading")

    @cached_property
    def _commands(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(1, thread_name_prefix="command")

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._pending > 0

    def run(
        self,
        fn: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[AppError], object] | None = None,
        *,
        owner: QObject | None = None,
        question: str = "",
    ) -> None:
        """Run `fn` on a reading thread, then `then` with its value on the main thread, or `failed` with its error.

        With an `owner`, a later call with the same `question` makes the answer to this one void.
        """
        if self._closed:
            # A search that was waiting for calm asks once more after its window has gone.
            return
        key = None if owner is None else (id(owner), question)
        turn = 0
        if key is not None:
            turn = self._turns[key] = self._turns.get(key, 0) + 1
        self._submit(self._readers, fn, then, failed, owner, key, turn)

    def do(
        self,
        fn: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[AppError], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Run a command behind those that were given before it; it is done even where its owner has gone."""
        self._submit(self._commands, fn, then, failed, owner, None, 0)

    def close(self) -> None:
        """Let commands end, forget what was only to be read; no answer is told any more."""
        self._closed = True
        # A property that nobody asked for is in nobody's dictionary.
        for name in ("_readers", "_commands"):
            if name in self.__dict__:
                getattr(self, name).shutdown(wait=True, cancel_futures=name == "_readers")

    def _submit(
        self,
        executor: ThreadPoolExecutor,
        fn: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[AppError], object] | None,
        owner: QObject | None,
        question: tuple[int, str] | None,
        turn: int,
    ) -> None:
        future = executor.submit(fn)
        self._pending += 1
        asked = _Asked(future, then, failed, owner, question, turn)
        future.add_done_callback(lambda _future: self._tell(asked))

    def _tell(self, asked: _Asked) -> None:
        if isValid(self):
            self._finished.emit(asked)

    def _answer(self, asked: _Asked) -> None:
        self._pending -= 1
        if asked.future.cancelled() or (asked.owner is not None and not isValid(asked.owner)):
            return
        if self._closed:
            # It would be told to pages that are gone, or to the play that came after this one.
            return
        if asked.question is not None and self._turns.get(asked.question) != asked.turn:
            return
        error = asked.future.exception()
        if error is None:
            asked.then(asked.future.result())
        elif isinstance(error, AppError) and asked.failed is not None:
            asked.failed(error)
        else:
            raise error
