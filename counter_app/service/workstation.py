"""An open workstation: its office, its keys, its writer where it writes, and a reading connection per thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from counter_app.clock import Clock
from counter_app.domain.catalogue import Configuration
from counter_app.domain.commands import AnyCommand
from counter_app.domain.errors import EnvironmentFailed
from counter_app.journal.verify import CLOSING
from counter_app.keys.keyring import Keyring
from counter_app.projections.family import Tables
from counter_app.service.context import Office
from counter_app.service.lanes import Lane
from counter_app.service.outcome import Outcome
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.signing import sign_closings
from counter_app.service.writer import Writer
from counter_app.storage.database import Connection, translated
from counter_app.storage.lock import WriterLock


@dataclass
class Workstation:
    """What commands and queries need of one workstation; made and closed by `bootstrap`.

    `at_close` is called once nothing more is recorded and while the journal can still be read. `looker` is the id of
    the colleague who sits at the window, empty for the command line; `looks` what they looked at a moment ago.
    `is_silent` says that it records and reads no more.
    """

    data: Path
    journal: Path
    office: Office
    keyring: Keyring
    clock: Clock
    connect_reader: Callable[[], Connection]
    open_writer: Writer | None = None
    lock: WriterLock | None = None
    at_close: list[Callable[[], None]] = field(default_factory=list)
    looker: str = ""
    looks: dict[tuple[str, str, str], float] = field(default_factory=dict)
    is_silent: bool = False
    _local: threading.local = field(default_factory=threading.local)

    @property
    def configuration(self) -> Configuration:
        """The adopted configuration of the office."""
        return self.office.configuration

    @property
    def chain(self) -> str:
        """The own chain."""
        return self.office.chain

    @property
    def writer(self) -> Writer:
        """The writing thread; raises `opened_for_reading` where this workstation was opened to read."""
        if self.open_writer is None:
            raise EnvironmentFailed("opened_for_reading")
        return self.open_writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """This thread's reading connection, with the disk's faults named."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect_reader()
        with translated(self.journal):
            yield connection

    @contextmanager
    def tables(self) -> Iterator[Tables]:
        """The projections, for reading."""
        with self.reading() as connection:
            yield Tables(connection)

    def record(self, command: AnyCommand, channel: str, pin_of: str | None = None) -> Outcome:
        """Record a command; returns when it is durable. Raises `Refused` where a rule says no."""

        def job(session: Session) -> Outcome:
            return record(session, command, channel, pin_of)

        outcome = self.writer.do(job, Lane.PEOPLE)
        if outcome.entry.kind == CLOSING:
            self.sign_closings()
        return outcome

    def sign_closings(self) -> None:
        """Sign the closings that have no signature; a disk that fails now leaves that to the next opening."""
        with suppress(EnvironmentFailed), self.reading() as connection:
            sign_closings(self.writer, connection, self.keyring, self.chain)

    def close(self) -> None:
        """Drain the writer, close this thread's reader, give the lock back; safe to call twice."""
        self.fall_silent()
        if self.lock is not None:
            self.lock.release()

    def fall_silent(self) -> None:
        """Record and read nothing more here, and keep the lock: for work on the files themselves."""
        self.is_silent = True
        if self.open_writer is not None:
            self.open_writer.close()
        while self.at_close:
            self.at_close.pop()()
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
