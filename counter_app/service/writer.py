"""The one writing thread: people's commands before machines', each job one durable transaction."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

from counter_app.clock import Clock
from counter_app.domain.errors import AppError, EnvironmentFailed
from counter_app.journal import store
from counter_app.journal.sidecar import Sidecar
from counter_app.projections.family import Tables
from counter_app.service.context import Office
from counter_app.service.session import Session
from counter_app.storage.database import Connection, immediate, translated

T = TypeVar("T")
Job = Callable[[Session], Any]


class Lane(IntEnum):
    """Who is waiting: a person always goes before a machine."""

    PEOPLE = 0
    MACHINES = 1


class Writer:
    """Owns the writing connection. `do` returns only when what the job appended is on the disk.

    `connect` opens a writing connection on the calling thread; it is called again after a failed sync.
    """

    def __init__(self, path: Path, connect: Callable[[], Connection], office: Office, clock: Clock) -> None:
        self._path = path
        self._connect = connect
        self._office = office
        self._clock = clock
        self._lanes: tuple[deque[tuple[Job, Future[Any]]], ...] = (deque(), deque())
        self._wake = threading.Condition()
        self._stopping = False
        self._stopped_by: AppError | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()
        self._ready.result()

    def submit(self, job: Callable[[Session], T], lane: Lane = Lane.PEOPLE) -> Future[T]:
        """Queue a job; its future is done after its commit, or with the error that rolled it back."""
        future: Future[T] = Future()
        with self._wake:
            if self._stopping:
                raise EnvironmentFailed("writer_closed")
            self._lanes[lane].append((job, future))
            self._wake.notify()
        return future

    def do(self, job: Callable[[Session], T], lane: Lane = Lane.PEOPLE) -> T:
        """Run a job and wait until it is durable."""
        return self.submit(job, lane).result()

    def close(self) -> None:
        """Drain both lanes, checkpoint, and close; safe to call twice."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        sidecar = Sidecar(self._path.parent)
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001  (carried to the thread that waits)
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        try:
            while (item := self._next()) is not None:
                connection = self._serve(connection, sidecar, *item)
        finally:
            sidecar.close()
            connection.close()

    def _next(self) -> tuple[Job, Future[Any]] | None:
        with self._wake:
            while True:
                for lane in self._lanes:
                    if lane:
                        return lane.popleft()
                if self._stopping:
                    return None
                self._wake.wait()

    def _serve(self, connection: Connection, sidecar: Sidecar, job: Job, future: Future[Any]) -> Connection:
        if self._stopped_by is not None:
            future.set_exception(self._stopped_by)
            return connection
        session = Session(connection, Tables(connection), self._office, self._clock, self._clock.now())
        try:
            with translated(self._path), immediate(connection):
                result = job(session)
        except EnvironmentFailed as error:
            if error.code == "disk_failed" and session.appended:
                return self._after_failed_sync(connection, sidecar, session, error, future)
            future.set_exception(error)
            return connection
        except BaseException as error:  # noqa: BLE001  (carried to the thread that waits)
            future.set_exception(error)
            return connection
        self._remember(sidecar, session)
        future.set_result(result)
        return connection

    def _remember(self, sidecar: Sidecar, session: Session) -> None:
        """Note the head in the sidecar; a sidecar that cannot be written is only behind, never a failed entry."""
        if not session.appended:
            return
        last = session.appended[-1]
        try:
            sidecar.write(last.chain, last.seq, last.hash)
        except OSError as error:
            self._stopped_by = EnvironmentFailed(
                "recording_stopped", path=str(self._path.parent), problem=error.strerror or str(error)
            )

    def _after_failed_sync(
        self, connection: Connection, sidecar: Sidecar, session: Session, error: AppError, future: Future[Any]
    ) -> Connection:
        """A failed sync is not answered by re-reading, for the row may come from the page cache.

        Reopen, find the entry and pass a TRUNCATE checkpoint; otherwise recording stops on this disk.
        """
        connection.close()
        try:
            with translated(self._path):
                connection = self._connect()
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                last = session.appended[-1]
                found = store.find(connection, last.entry_id, last.chain)
        except AppError as again:
            self._stopped_by = EnvironmentFailed(
                "recording_stopped", path=str(self._path.parent), problem=again.code
            )
            future.set_exception(self._stopped_by)
            return connection
        if busy == 0 and found is not None and found.hash == last.hash:
            self._remember(sidecar, session)
        future.set_exception(error)
        return connection
