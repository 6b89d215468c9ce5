"""The operating system's lock beside the journal: one writer at a time, and its name for whoever is refused."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.storage.database import translated


class WriterLock:
    """Held by whoever writes; released by the operating system when the process ends, however it ends.

    `what` is the file that it guards: the journal, or the copy of the register.
    """

    def __init__(self, data: Path, what: str = "journal") -> None:
        self._lock = FileLock(data / f"{what}.lock", timeout=0, thread_local=False)
        self._holder = data / f"{what}.holder"

    def acquire(self, program: str, since: str) -> None:
        """Take the lock or raise `another_writer` with the holder's program, process, machine and start."""
        with translated(self._holder):
            try:
                self._lock.acquire()
            except Timeout as error:
                raise EnvironmentFailed("another_writer", **self._read_holder()) from error
            words = {"program": program, "process": os.getpid(), "machine": platform.node(), "since": since}
            try:
                self._holder.write_text(json.dumps(words), encoding="utf-8")
            except OSError:
                self._lock.release()
                raise

    def release(self) -> None:
        """Give the lock back; the holder's name stays behind and means nothing without the lock."""
        self._lock.release()

    def _read_holder(self) -> dict[str, object]:
        """Program, machine, process and since when (this machine's time), as far as they can be read."""
        names = ("program", "machine", "process", "since")
        told: dict[str, object] = dict.fromkeys(names, "?")
        with suppress(OSError, ValueError, KeyError, TypeError, BadInput):
            words = json.loads(self._holder.read_text(encoding="utf-8"))
            told = {name: str(words[name]) for name in names}
            told["since"] = from_wire(str(told["since"])).astimezone()
        return told
