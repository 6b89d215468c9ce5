"""The connection under the PostgreSQL connector: made and ended on time, its failures named by their cause."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from counter_app.connectors.causes import Fault, transport_fault
from counter_app.connectors.deadline import within
from counter_app.domain.postgres_way import PostgresWay
from counter_app.sync.port import Cause, Outcome

# libpq has no code for a connection that fails. Its own words are never translated in the wheels that bring it, the
# server's may be: they stand behind its severity.
_SAID: tuple[tuple[re.Pattern[str], Cause], ...] = (
    (re.compile(r"does not match host name|hostname mismatch", re.I), Cause.WRONG_HOST),
    (re.compile(r"certificate", re.I), Cause.CERTIFICATE),
    (re.compile(r"\bSSL\b|\bTLS\b"), Cause.TLS),
    (re.compile(r"starting up|shutting down|recovery mode|too many|connection slots", re.I), Cause.BUSY),
    (re.compile(r"session is (not )?read-only|server is (not )?in hot standby", re.I), Cause.BUSY),
    (re.compile(r"\bFATALE?:"), Cause.NOT_AUTHORISED),
    (re.compile(r"password|authentication", re.I), Cause.NOT_AUTHORISED),
    (re.compile(r"refused|10061", re.I), Cause.REFUSED),
    (re.compile(r"No such file or directory"), Cause.REFUSED),
    (re.compile(r"timed out|timeout expired", re.I), Cause.DEADLINE),
)
_CLASSES = {
    "08": Cause.RESET,
    "28": Cause.NOT_AUTHORISED,
    "40": Cause.BUSY,
    "53": Cause.BUSY,
    "55": Cause.BUSY,
}
_CODES = {
    "25006": Cause.BUSY,  # read_only_sql_transaction: a standby took the place of the primary
    "42501": Cause.NOT_AUTHORISED,  # insufficient_privilege
    "57014": Cause.DEADLINE,  # query_canceled: the statement's own time was over
}
_SERVERS_SHARE = 0.8
_GONE = ("08", "57")
"""Classes after which nobody knows what became of the statement: connection exceptions, operator intervention."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where and as whom to connect; `password` is the secret itself."""

    target: PostgresWay
    password: str | None
    authority: Path | None
    deadline_s: float


class FailedError(Exception):
    """A connection or statement failed; `fault` says what that proves."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


class Link:
    """One connection at a time to the first host that lets rows be written; `abort` may come from another thread."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._connection: psycopg.Connection | None = None

    @contextlib.contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        """The connection, in autocommit; raises `FailedError`, and drops a connection on which something failed."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = self._connect()
            yield self._connection
        except psycopg.Error as error:
            self.drop()
            raise FailedError(statement_fault(error)) from error
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Close the connection; the next call makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """Wake a call that waits on the line, as if the other side had hung up."""
        connection = self._connection
        if connection is None or connection.closed:
            return
        # A shutdown wakes the reader; a close would free the descriptor under its feet.
        with contextlib.suppress(OSError, psycopg.Error):
            link = socket.socket(fileno=connection.fileno())
            try:
                link.shutdown(socket.SHUT_RDWR)
            finally:
                link.detach()

    def _connect(self) -> psycopg.Connection:
        until = time.monotonic() + self._access.deadline_s
        failure = FailedError(Fault(Outcome.NOT_SENT, Cause.DEADLINE))
        for host in self._access.target.hosts:
            try:
                for address in _addresses(host, until):
                    try:
                        return self._connect_to(host, address)
                    except psycopg.OperationalError as error:
                        failure = FailedError(Fault(Outcome.NOT_SENT, connection_cause(error), _named(error)))
            except (OSError, UnicodeError) as error:
                failure = FailedError(transport_fault(error, written=False, ended=False))
        raise failure

    def _connect_to(self, host: str, address: str | None) -> psycopg.Connection:
        access, target = self._access, self._access.target
        # Before our own time is over, so that its answer is heard: it undid the statement.
        milliseconds = str(max(1, int(access.deadline_s * _SERVERS_SHARE * 1000)))
        verifies = target.tls == "verify"
        connection = psycopg.connect(
            host=host,
            hostaddr=address,
            port=target.port,
            dbname=target.database,
            user=target.user,
            password=access.password or "",
            application_name="counter-app",
            # Two is the least that it knows; the turn's own deadline ends a call before that.
            connect_timeout=max(2, int(access.deadline_s)),
            target_session_attrs="read-write",
            gssencmode="disable",
            autocommit=True,
            client_encoding="UTF8",
            sslmode="verify-full" if verifies else "disable",
            sslrootcert=str(access.authority or "system") if verifies else None,
        )
        # What the server works on ends there too: absence past the settling time must not be a statement that waits.
        # A confirmed row must survive the server's crash, whatever its own setting.
        connection.execute(
            "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),"
            " set_config('synchronous_commit', 'on', false), set_config('client_min_messages', 'error', false),"
            # Days as Europe writes them; the other order is seen when what stands there is read back.
            " set_config('datestyle', 'ISO, DMY', false)",
            (milliseconds, milliseconds),
        )
        return connection


def _addresses(host: str, until: float) -> list[str | None]:
    """The addresses of a name, looked up within the deadline; a socket's folder has none."""
    if host.startswith(("/", "@")):
        return [None]
    left = max(0.0, until - time.monotonic())
    found = within(left, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connection_cause(error: psycopg.OperationalError) -> Cause:
    """Why no connection came about."""
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return Cause.DEADLINE
    said = str(error)
    return next((cause for pattern, cause in _SAID if pattern.search(said)), Cause.RESET)


def statement_fault(error: psycopg.Error) -> Fault:
    """What a failed statement proves: an error that the server reports undid it, a lost connection proves nothing."""
    code = error.sqlstate
    if code is None or (code.startswith(_GONE) and code != "57014"):
        return Fault(Outcome.UNKNOWN, Cause.RESET, _named(error))
    cause = _CODES.get(code) or _CLASSES.get(code[:2]) or Cause.SERVER_ERROR
    return Fault(Outcome.NOT_SENT, cause, _named(error))


def _named(error: psycopg.Error) -> str:
    """Class and code: a server's words may name people."""
    return f"{type(error).__name__} {error.sqlstate or ''}".rstrip()
