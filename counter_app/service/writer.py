"""The one writer: people's commands before machines', each job one durable transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from counter_app.clock import Clock
from counter_app.domain.errors import AppError, EnvironmentFailed
from counter_app.journal import store
from counter_app.journal.sidecar import Sidecar
from counter_app.projections.family import Tables
from counter_app.service.changes import Changes
from counter_app.service.context import Office
from counter_app.service.lanes import Lane, Lanes, Ticket
from counter_app.service.session import Session
from counter_app.storage.database import Connection, immediate, translated

T = TypeVar("T")


class Writer:
    """Owns the writing connection. `do` returns only when what the job appended is on the disk.

    `connect` opens a writing connection, again after a failed sync. After each commit `changes` tells what was
    appended, before `do` returns.
    """

    def __init__(self, path: Path, connect: Callable[[], Connection], office: Office, clock: Clock) -> None:
        self._path = path
        self._connect = connect
        self._office = office
        self._clock = clock
        self._connection = connect()
        self._sidecar = Sidecar(path.parent)
        self._lanes = Lanes()
        self._turn = threading.Lock()
        self._stopped_by: AppError | None = None
        self.changes = Changes()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Session], T], lane: Lane = Lane.PEOPLE) -> Ticket[T]:
        """Queue a job; its ticket has a result after its commit, or the error that rolled it back."""
        ticket: Ticket[T] = Ticket(job)
        self._lanes.put(ticket, lane)
        return ticket

    def do(self, job: Callable[[Session], T], lane: Lane = Lane.PEOPLE) -> T:
        """Run a job and wait until it is durable.

        While nobody else writes or waits, the caller's own thread does it: waking another one costs a person
        more than the job.
        """
        if self._turn.acquire(blocking=False):
            try:
                if self._lanes.idle:
                    ticket: Ticket[T] = Ticket(job)
                    self._serve_or_end(ticket)
                    return ticket.result()
            finally:
                self._turn.release()
        return self.submit(job, lane).result()

    def close(self) -> None:
        """Drain both lanes and close; safe to call twice."""
        self._lanes.close()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._lanes.wait():
                with self._turn:
                    ticket = self._lanes.first()
                    if ticket is not None:
                        self._serve_or_end(ticket)
        finally:
            self._lanes.close()
            with self._turn:
                self._lanes.refuse_the_rest()
                self._connection.close()
                self._sidecar.close()

    def _serve_or_end(self, ticket: Ticket[Any]) -> None:
        """Serve one ticket; whatever else goes wrong ends this writer, and nobody waits for it for ever."""
        try:
            self._serve(ticket)
        except BaseException as error:
            self._lanes.close()
            ticket.set_exception(error)
            raise

    def _serve(self, ticket: Ticket[Any]) -> None:
        if self._stopped_by is not None:
            ticket.set_exception(self._stopped_by)
            return
        connection = self._connection
        session = Session(connection, Tables(connection), self._office, self._clock, self._clock.now())
        decided: list[Any] = []
        try:
            with translated(self._path), immediate(connection):
                decided.append(ticket.job(session))
        except EnvironmentFailed as error:
            if error.code == "disk_failed" and decided and session.appended:
                self._after_failed_sync(session, decided[0], ticket)
            else:
                ticket.set_exception(error)
        except BaseException as error:  # noqa: BLE001  (carried to the thread that waits)
            ticket.set_exception(error)
        else:
            self._committed(session)
            ticket.set_result(decided[0])

    def _committed(self, session: Session) -> None:
        self._remember(session)
        self.changes.publish([*session.appended, *session.heard])

    def _remember(self, session: Session) -> None:
        """Note the head in the sidecar; a sidecar that cannot be written is only behind, never a failed entry."""
        if not session.appended:
            return
        last = session.appended[-1]
        try:
            self._sidecar.write(last.chain, last.seq, last.hash)
        except OSError as error:
            self._stop(error.strerror or str(error))

    def _after_failed_sync(self, session: Session, result: object, ticket: Ticket[Any]) -> None:
        """A failed sync is not answered by re-reading, for the row may come from the page cache.

        Reopen, find the entry and pass a TRUNCATE checkpoint: then it is as durable as any. Otherwise recording
        stops on this disk.
        """
        self._connection.close()
        last = session.appended[-1]
        try:
            with translated(self._path):
                self._connection = self._connect()
                busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                found = store.find(self._connection, last.entry_id, last.chain)
        except AppError as again:
            ticket.set_exception(self._stop(again.code))
            return
        if busy == 0 and found is not None and found.hash == last.hash:
            self._committed(session)
            ticket.set_result(result)
        else:
            ticket.set_exception(self._stop("checkpoint"))

    def _stop(self, problem: str) -> EnvironmentFailed:
        stopped = EnvironmentFailed("recording_stopped", path=str(self._path.parent), problem=problem)
        self._stopped_by = stopped
        return stopped
