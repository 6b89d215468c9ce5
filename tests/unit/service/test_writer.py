"""The writing thread: people before machines, each job whole and durable or gone, and no fault passed over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from counter_app.clock import PracticeClock
from counter_app.domain.errors import AppError, EnvironmentFailed, Refused
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.journal.sidecar import read_sidecar
from counter_app.projections import cash
from counter_app.service.changes import Change
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.writer import Writer
from counter_app.storage.database import Connection, dbapi2, open_database
from tests.unit.counters import MONDAY, Desk


def replenish(session: Session) -> int:
    """A job that records 1 € and answers with its place."""
    fact = Fact(
        "cash_replenished", {"cents": 100, "currency": "EUR", "document": "BX"}, {"note": "x"}, numbered=True
    )
    entry_id = f"00000000-0000-4000-8000-{session.now.timestamp():012.0f}"
    entry_id = entry_id[:-4] + f"{store.head(session.connection, 'A1').seq:04d}"
    return session.append(fact, agent="a", channel="test", entry_id=entry_id, command_hash="").seq


def failure(call: Callable[[], Any]) -> AppError:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value


# --- lanes


def test_a_person_goes_before_every_machine_that_waits(desk: Desk) -> None:
    writer, gate, order = desk.workstation.writer, threading.Event(), []
    running = threading.Event()

    def hold(_: Session) -> None:
        running.set()
        gate.wait(30)

    first = writer.submit(hold, Lane.MACHINES)
    assert running.wait(30)
    later = [
        writer.submit(lambda _, name=name: order.append(name), lane)  # type: ignore[misc]
        for name, lane in [
            ("machine 1", Lane.MACHINES),
            ("machine 2", Lane.MACHINES),
            ("person 1", Lane.PEOPLE),
            ("person 2", Lane.PEOPLE),
        ]
    ]
    gate.set()
    for ticket in [first, *later]:
        ticket.result()
    assert order == ["person 1", "person 2", "machine 1", "machine 2"]


def test_many_threads_record_one_gap_free_chain(desk: Desk) -> None:
    seqs: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: [seqs.append(desk.workstation.writer.do(replenish)) for _ in range(10)]
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs) == list(range(3, 43))
    assert desk.findings() == []


# --- all or nothing


@pytest.mark.parametrize(
    "error", [Refused("not_allowed"), RuntimeError("a bug"), OSError(5, "Input/output error")]
)
def test_a_job_that_raises_leaves_no_trace_and_the_next_one_goes_on(desk: Desk, error: Exception) -> None:
    before, sidecar = desk.entries(), read_sidecar(desk.data)

    def job(session: Session) -> None:
        replenish(session)
        session.connection.execute("INSERT INTO sign_in (person, failures) VALUES ('a', 1)")
        raise error

    expected = EnvironmentFailed if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        desk.workstation.writer.do(job)
    assert desk.entries() == before
    assert read_sidecar(desk.data) == sidecar
    assert cash.balances(desk.tables(), "A1") == {}
    assert desk.tables().rows("SELECT * FROM sign_in") == []
    assert desk.workstation.writer.do(replenish) == 3
    assert desk.findings() == []


def test_a_job_may_append_several_entries_and_the_sidecar_has_the_last(desk: Desk) -> None:
    desk.workstation.writer.do(lambda session: [replenish(session) for _ in range(3)])
    assert read_sidecar(desk.data)[:2] == ("A1", 5)
    assert [entry.facts["number"] for entry in desk.entries()[2:]] == ["A1-0001", "A1-0002", "A1-0003"]


def test_what_was_committed_is_told_once_it_is_and_nothing_that_was_refused(desk: Desk) -> None:
    told: list[tuple[set[str], set[str], int]] = []

    def note(change: Change) -> None:
        connection = desk.workstation.connect_reader()
        told.append((set(change.kinds), set(change.chains), store.head(connection, "A1").seq))
        connection.close()

    end = desk.workstation.writer.changes.subscribe(note)
    desk.fill_drawer()
    desk.refusal("refuse_aid", reason="not_urgent")
    desk.do("open_day", float_cents=0)
    end()
    desk.fill_drawer()
    assert told == [({"cash_replenished"}, {"A1"}, 3), ({"day_opened"}, {"A1"}, 4)]


# --- the end


def test_closing_drains_what_was_asked_for_and_takes_no_more(desk: Desk) -> None:
    writer = desk.workstation.writer
    waiting = [writer.submit(replenish, Lane.MACHINES) for _ in range(5)]
    writer.close()
    assert [ticket.result() for ticket in waiting] == [3, 4, 5, 6, 7]
    assert failure(lambda: writer.submit(replenish)).code == "writer_closed"
    writer.close()


class BrokenClock(PracticeClock):
    """A clock that fails: a bug of ours outside of any job."""

    def now(self) -> datetime:
        raise RuntimeError("no time")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_of_a_bug_lets_nobody_wait_for_ever(desk: Desk) -> None:
    desk.close()
    station = desk.workstation
    writer = Writer(station.journal, connection_of(desk), station.office, BrokenClock(MONDAY))
    with pytest.raises(RuntimeError, match="no time"):
        writer.do(replenish)
    writer._thread.join(30)
    assert failure(lambda: writer.do(replenish)).code == "writer_closed"


def test_a_writer_that_cannot_connect_says_why_at_once(desk: Desk) -> None:
    desk.close()
    station = desk.workstation

    def refuse() -> Connection:
        raise EnvironmentFailed("disk_cannot_open", path="x")

    assert (
        failure(lambda: Writer(station.journal, refuse, station.office, desk.clock)).code
        == "disk_cannot_open"
    )


# --- the disk


def test_a_full_disk_refuses_the_entry_and_keeps_everything_before(desk: Desk) -> None:
    def limit(pages: int) -> Callable[[Session], None]:
        return lambda session: session.connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    desk.fill_drawer()
    writer = desk.workstation.writer
    used = writer.do(lambda session: session.connection.execute("PRAGMA page_count").fetchone()[0])
    writer.do(limit(used))
    long = {"document": "x" * 4000, "cents": 1}

    def fill() -> None:
        for _ in range(20):
            desk.do("replenish_cash", **long)

    error = failure(fill)
    assert (error.code, error.exit_status) == ("disk_full", 3)
    head = desk.seq
    assert read_sidecar(desk.data)[1] == head
    assert desk.findings() == []
    writer.do(limit(10**6))
    assert desk.do("replenish_cash", **long).entry.seq == head + 1
    assert desk.findings() == []


class FailingCommits:
    """A connection whose commits fail as a failed sync does, after having written or without."""

    def __init__(self, connection: Connection, *, written: bool) -> None:
        self._connection, self._written = connection, written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == "COMMIT":
            if self._written:
                self._connection.execute(statement)
            raise dbapi2.OperationalError("disk I/O error")
        return self._connection.execute(statement, *values)


def connection_of(desk: Desk) -> Callable[[], Connection]:
    key = desk.workstation.keyring.database
    return lambda: open_database(desk.data / "journal.db", key, write=True).conn


@pytest.fixture
def failing(desk: Desk) -> Iterator[Callable[..., Writer]]:
    """Makes writers of the closed desk whose first connection fails to commit, and whose next ones are `then`."""
    desk.close()
    station, writers = desk.workstation, []

    def make(*, written: bool, then: Callable[[], Connection] | None = None) -> Writer:
        connect = connection_of(desk)
        made: list[Any] = []

        def next_one() -> Any:
            made.append(None)
            if len(made) > 1:
                return (then or connect)()
            return FailingCommits(connect(), written=written)

        writer = Writer(station.journal, next_one, station.office, desk.clock)
        writers.append(writer)
        return writer

    yield make
    for writer in writers:
        writer.close()


def test_an_entry_whose_sync_failed_but_that_is_found_and_checkpointed_is_confirmed(
    desk: Desk, failing: Callable[..., Writer]
) -> None:
    writer = failing(written=True)
    assert writer.do(replenish) == 3
    assert writer.do(replenish) == 4
    writer.close()
    desk.reopen()
    assert desk.findings() == []
    assert desk.seq == 4


def test_an_entry_whose_sync_failed_and_that_is_gone_stops_recording_on_this_disk(
    desk: Desk, failing: Callable[..., Writer]
) -> None:
    writer = failing(written=False)
    for _ in range(2):
        error = failure(lambda: writer.do(replenish))
        assert (error.code, error.exit_status) == ("recording_stopped", 3)
        assert error.params == {"path": str(desk.data), "problem": "checkpoint"}
    writer.close()
    desk.reopen()
    assert desk.seq == 2
    assert desk.findings() == []


def test_a_disk_that_cannot_be_opened_again_stops_recording(
    desk: Desk, failing: Callable[..., Writer]
) -> None:
    def gone() -> Connection:
        raise EnvironmentFailed("disk_cannot_open", path="x")

    writer = failing(written=True, then=gone)
    for _ in range(2):
        error = failure(lambda: writer.do(replenish))
        assert (error.code, error.params["problem"]) == ("recording_stopped", "disk_cannot_open")


def test_a_failed_sync_of_what_is_no_entry_is_the_disks_fault_alone(
    desk: Desk, failing: Callable[..., Writer]
) -> None:
    writer = failing(written=False)
    insert = "INSERT INTO sign_in (person, failures) VALUES ('a', 1)"
    assert (
        failure(lambda: writer.do(lambda session: session.connection.execute(insert))).code == "disk_failed"
    )


def test_a_sidecar_that_cannot_be_written_fails_no_entry_but_stops_the_next(desk: Desk) -> None:
    (desk.data / SIDECAR).unlink()
    (desk.data / SIDECAR).mkdir()
    assert desk.workstation.writer.do(replenish) == 3
    assert failure(lambda: desk.workstation.writer.do(replenish)).code == "recording_stopped"
    assert desk.seq == 3
