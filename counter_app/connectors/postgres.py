"""Speaks to a central system through a staging table of its PostgreSQL, and reads back what then stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg

from counter_app.connectors.answers import check_load
from counter_app.connectors.causes import Fault
from counter_app.connectors.kind import Setup
from counter_app.connectors.postgres_link import Access, FailedError, Link
from counter_app.connectors.postgres_probe import probed
from counter_app.connectors.postgres_table import Found, MissingError, Row, Staging, column_types
from counter_app.connectors.turns import Threshold, Turns
from counter_app.domain.errors import BadInput
from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

T = TypeVar("T")

_OF_THE_ROW = ("22", "23")
"""Classes of errors for which one row is to blame: data exceptions, violated constraints."""
_RAISED = "P0001"
"""A trigger of the centre refused the row in its own words."""
_HUNG = Fault(Outcome.NOT_SENT, Cause.DEADLINE, "the database has not answered the call before")


class PostgresConnector:
    """One staging table; a whole call ends within the deadline of `access`, on the server too.

    A batch goes in one statement, rows whose key is taken are left as they are, and what then stands there is read
    back: the same content is what the settings say that it stands for, other content a conflict. Absence is proved
    where rows stay for good. Raises `ValueError` for more messages than fit.
    """

    askable = True

    def __init__(self, access: Access, *, batch_max: int = 100) -> None:
        self.batch_max = batch_max
        self.proves_absence = access.target.rows_stay
        self._access = access
        self._link = Link(access)
        self._turns = Turns(access.deadline_s, _HUNG)
        self._staging: Staging | None = None

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Insert the messages whose keys are free, then read what stands under all of them.

        `NOT_SENT` where no statement left, or where the server said that it undid it; `REJECTED` for a row that the
        centre's own rules refuse.
        """
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        threshold = Threshold()

        def work() -> Reply:
            with self._link.connected() as connection:
                staging = self._ready(connection)
                rows = staging.rows(load)
                threshold.cross()
                units = _inserted(staging, connection, rows)
                left = [row for row in rows if row.message.key not in units]
                try:
                    units |= self._read(staging, connection, left)
                except psycopg.Error as error:
                    # What was inserted stands, whatever kept the rest from being read.
                    raise _Unread(error) from error
                return _reply(load, units)

        return self._bounded(work, load, threshold)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """What stands under the keys, and what the centre says of it; nothing is changed."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())

        def work() -> Reply:
            with self._link.connected() as connection:
                staging = self._ready(connection)
                return _reply(load, self._read(staging, connection, staging.rows(load)))

        threshold = Threshold()
        threshold.cross()
        return self._bounded(work, load, threshold, asked=True)

    def _ask_numbers(self, messages: Sequence[Message]) -> Reply:
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())

        def work() -> Reply:
            with self._link.connected() as connection:
                staging = self._ready(connection)
                rows = staging.rows(load)
                found = staging.under_numbers(connection, [row for row in rows if row.message.number])
                return _reply(load, {row.message.key: _under_number(staging, row, found) for row in rows})

        threshold = Threshold()
        threshold.cross()
        return self._bounded(work, load, threshold, asked=True)

    def check(self) -> Probe:
        """Probe the table, its key and our rights in a transaction that is rolled back."""

        def work() -> Probe:
            with self._link.connected() as connection:
                return probed(connection, self._access.target)

        try:
            found = self._turns.run(work)
        except (TimeoutError, FailedError) as error:
            self._link.abort()
            found = error.fault if isinstance(error, FailedError) else Fault(Outcome.UNKNOWN, Cause.DEADLINE)
        return found if isinstance(found, Probe) else _unreachable(found)

    def close(self) -> None:
        """Close the connection; a call underway in another thread ends as if the server had hung up."""
        self._turns.closed = True
        self._link.abort()
        self._turns.after(self._link.drop)

    def _bounded(
        self,
        work: Callable[[], Reply],
        load: tuple[Message, ...],
        threshold: Threshold,
        *,
        asked: bool = False,
    ) -> Reply:
        try:
            found = self._turns.run(work)
        except TimeoutError:
            found = Fault(threshold.give_up(), Cause.DEADLINE)
            self._link.abort()
        except FailedError as error:
            found = error.fault
        if isinstance(found, Reply):
            return found
        outcome = Outcome.UNKNOWN if asked else found.outcome
        return Fault(outcome, found.cause, found.detail).reply(load)

    def _ready(self, connection: psycopg.Connection) -> Staging:
        """The statements for the columns as they are; made once, as a centre that changes them drops connections."""
        if self._staging is None:
            target = self._access.target
            types = column_types(connection, target.table)
            answers = column_types(connection, target.answers) if target.answers else types
            try:
                self._staging = Staging(target, types, answers)
            except MissingError as error:
                raise FailedError(Fault(Outcome.NOT_SENT, Cause.SERVER_ERROR, "columns")) from error
        return self._staging

    def _read(
        self, staging: Staging, connection: psycopg.Connection, rows: Sequence[Row]
    ) -> dict[str, UnitReply]:
        if not rows:
            return {}
        try:
            found = staging.standing(connection, rows)
        except psycopg.DataError:
            if len(rows) > 1:
                half = len(rows) // 2
                return self._read(staging, connection, rows[:half]) | self._read(
                    staging, connection, rows[half:]
                )
            # What can't be a row of this table doesn't stand there; whatever has its key is something else.
            taken = staging.stands(connection, rows[0])
            found_alone = Outcome.CONFLICT if taken else Outcome.ABSENT
            replies = [UnitReply(rows[0].message.key, found_alone)]
        else:
            replies = [staging.reply(row, found[row.message.key]) for row in rows]
        return {reply.key: self._proved(reply) for reply in replies}

    def _proved(self, reply: UnitReply) -> UnitReply:
        absent = reply.outcome is Outcome.ABSENT
        return UnitReply(reply.key, Outcome.UNKNOWN) if absent and not self.proves_absence else reply


class NumberedPostgresConnector(PostgresConnector):
    """The same where the centre's own numbers stand there too."""

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """What stands under the centre's number of each message, whoever it is about; `ABSENT` where it is free."""
        return self._ask_numbers(messages)


def _under_number(staging: Staging, row: Row, found: Found) -> UnitReply:
    key = row.message.key
    if not row.message.number:
        return UnitReply(key, Outcome.UNKNOWN)
    if not found.get(key):
        return UnitReply(key, Outcome.ABSENT)
    reply = staging.reply(row, found[key])
    if reply.outcome is Outcome.CONFLICT and reply.echo is not None:
        # Another's record: whose it is tells its content, which is compared by the audit.
        return UnitReply(key, Outcome.ACCEPTED, row.message.number, reply.echo)
    return reply


class _Unread(psycopg.OperationalError):
    """Rows were inserted and could not be read back: nothing is known of them until they are asked about."""

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(type(error).__name__)


def _inserted(staging: Staging, connection: psycopg.Connection, rows: Sequence[Row]) -> dict[str, UnitReply]:
    """Insert the rows, all of them or none, but for those that the centre's own rules refuse.

    Returns the answers about what now stands and what was refused; rows whose key was taken are left out.
    """
    try:
        found = staging.insert(connection, rows)
    except psycopg.Error as error:
        if not _blames_a_row(error):
            raise
        with connection.transaction():
            return _without_refused(staging, connection, rows)
    return _told(staging, rows, found)


def _without_refused(
    staging: Staging, connection: psycopg.Connection, rows: Sequence[Row]
) -> dict[str, UnitReply]:
    """The same inside a transaction: whoever is to blame is found by halves, each behind a savepoint."""
    try:
        with connection.transaction():
            found = staging.insert(connection, rows)
    except psycopg.Error as error:
        if not _blames_a_row(error):
            raise
        if len(rows) == 1:
            key, told = rows[0].message.key, error.diag
            reason = told.constraint_name or told.column_name or error.sqlstate
            return {key: UnitReply(key, Outcome.REJECTED, reason=reason, words=told.message_primary)}
        half = len(rows) // 2
        units = _without_refused(staging, connection, rows[:half])
        return units | _without_refused(staging, connection, rows[half:])
    return _told(staging, rows, found)


def _told(staging: Staging, rows: Sequence[Row], found: Found) -> dict[str, UnitReply]:
    told = ((row, found.get(row.message.key)) for row in rows)
    return {row.message.key: staging.reply(row, values) for row, values in told if values}


def _blames_a_row(error: psycopg.Error) -> bool:
    code = error.sqlstate or ""
    return code.startswith(_OF_THE_ROW) or code == _RAISED


def _reply(load: Sequence[Message], units: dict[str, UnitReply]) -> Reply:
    return Reply(tuple([units[message.key] for message in load]))


def _unreachable(fault: Fault) -> Probe:
    detail = f"{fault.cause} {fault.detail}".strip()
    return Probe(False, False, False, (Finding("reachable", False, detail),))


def connected(setup: Setup) -> PostgresConnector:
    """The connector of a service, as the office configured it; raises `secret_missing`."""
    service, way = setup.service, setup.service.postgres
    if way is None:
        raise BadInput("connector_options_wrong", service=service.id, problem="postgres")
    access = Access(
        way,
        None if way.password is None else setup.secret(way.password),
        None if way.authority is None else setup.folder / way.authority,
        service.deadline_s,
    )
    kind = PostgresConnector if way.number is None else NumberedPostgresConnector
    return kind(access, batch_max=service.batch_max)
