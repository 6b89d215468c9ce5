"""Keeps the copies up in the background: one thread a medium, fed by what the writer tells after its commits.

The writer never waits for a copy and never hears of its faults. A medium that is pulled out is taken up again when
it is back. A share that hangs holds up its own thread alone.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from dataclasses import replace

from counter_app.clock import to_wire
from counter_app.domain.errors import AppError
from counter_app.service.changes import Change
from counter_app.service.mirror.media import Known, Medium, media, read_states, write_states
from counter_app.service.mirror.round import copy_round, is_there
from counter_app.service.workstation import Workstation
from counter_app.storage.lock import WriterLock

LOOK_S = 3.0
"""How often it is looked whether a medium came or went."""
_GATHER_S = 1.0
"""What is recorded within this time goes into one frame."""
_PATIENCE_S = 2.0
"""How long the end of the program waits for copies that are not complete."""
_BEAT_S = 20.0


class Keeper:
    """The threads of one open workstation; `close` gives them a moment to finish."""

    def __init__(self, workstation: Workstation) -> None:
        self._workstation = workstation
        self._stop = threading.Event()
        self._abandon = threading.Event()
        self._lock = WriterLock(workstation.data, "mirror")
        self._holds = False
        self._states = read_states(workstation.data)
        self._guard = threading.Lock()
        self._noted_at = 0.0
        self._wakes: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._end = workstation.writer.changes.subscribe(self._heard)
        self._watch = threading.Thread(target=self._watch_media, name="mirrors", daemon=True)
        self._watch.start()

    def close(self) -> None:
        """Let each medium that is there get what is new, for two seconds at most; the rest comes the next time."""
        self._end()
        self._stop.set()
        for wake in list(self._wakes.values()):
            wake.set()
        until = time.monotonic() + _PATIENCE_S
        for thread in (self._watch, *self._threads):
            thread.join(max(0.0, until - time.monotonic()))
        self._abandon.set()
        with self._guard:
            if self._holds:
                write_states(self._workstation.data, self._states)
                self._lock.release()
                self._holds = False

    def _heard(self, _: Change) -> None:
        for wake in list(self._wakes.values()):
            wake.set()

    def _watch_media(self) -> None:
        """Start a thread for each medium that is named, also later by another program."""
        while True:
            with suppress(AppError):
                for medium in media(self._workstation.data):
                    if medium.id not in self._wakes and self._take_lock():
                        self._begin(medium)
            if self._stop.wait(LOOK_S):
                return

    def _take_lock(self) -> bool:
        """One program copies at a time: `mirror now` may be at it."""
        if not self._holds:
            with suppress(AppError):
                self._lock.acquire("counter-app", to_wire(self._workstation.clock.now()))
                with self._guard:
                    # Whoever held it before may have copied meanwhile.
                    self._states = read_states(self._workstation.data)
                    self._holds = True
        return self._holds

    def _begin(self, medium: Medium) -> None:
        wake = self._wakes[medium.id] = threading.Event()
        thread = threading.Thread(target=self._run, args=(medium.id, wake), name="mirror", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, medium_id: str, wake: threading.Event) -> None:
        try:
            with closing(self._workstation.connect_reader()) as connection:
                wake.set()
                while True:
                    medium = self._named(medium_id)
                    if medium is None:
                        break
                    if wake.is_set() or self._came_back(medium):
                        wake.clear()
                        known = self._known(medium_id)
                        self._note(
                            medium_id, copy_round(self._workstation, connection, medium, known, self._abandon)
                        )
                    else:
                        self._look(medium)
                    if self._stop.is_set() and not wake.is_set():
                        break
                    if wake.wait(LOOK_S) and not self._stop.is_set():
                        self._stop.wait(_GATHER_S)
        except AppError as error:
            # The journal itself cannot be read: whoever records hears of that from the writer.
            self._note(medium_id, replace(self._known(medium_id), problem=error.code))
        finally:
            self._wakes.pop(medium_id, None)

    def _named(self, medium_id: str) -> Medium | None:
        return next((one for one in media(self._workstation.data) if one.id == medium_id), None)

    def _came_back(self, medium: Medium) -> bool:
        return bool(self._known(medium.id).problem) and is_there(medium)

    def _look(self, medium: Medium) -> None:
        """Nothing was recorded: the copy is as complete as before, while the medium is there."""
        known = self._known(medium.id)
        now = to_wire(self._workstation.clock.now())
        if not is_there(medium):
            self._note(medium.id, replace(known, problem="mirror_absent"))
        elif not known.problem:
            self._note(medium.id, replace(known, complete_at=now, seen_at=now))

    def _known(self, medium_id: str) -> Known:
        with self._guard:
            return self._states.get(medium_id, Known())

    def _note(self, medium_id: str, known: Known) -> None:
        with self._guard:
            before = self._states.get(medium_id)
            self._states[medium_id] = known
            told = before is not None and (before.arrival, before.problem) == (known.arrival, known.problem)
            if not told or time.monotonic() - self._noted_at > _BEAT_S:
                self._noted_at = time.monotonic()
                write_states(self._workstation.data, self._states)
