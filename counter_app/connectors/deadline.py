"""Puts an end to system calls that have none of their own: name look-ups and folders on a dead share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def start(work: Callable[[], T]) -> Future[T]:
    """Run `work` on a thread of its own that never keeps the process alive; its answer is in the future."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is awaited
            future.set_exception(error)
        else:
            future.set_result(answer)

    threading.Thread(target=run, name="bounded-call", daemon=True).start()
    return future


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns or raises, or `TimeoutError` after `seconds`: the work then ends unheard."""
    return start(work).result(timeout=seconds)
