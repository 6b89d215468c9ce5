"""Units into a staging table beside `executemany` of psycopg with the same rows: the connector, and the whole path.

The connector reads back and compares what stands there; the whole path also records each attempt and each verdict in
the encrypted journal, durably. Only the former has a limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from uuid import uuid4

import msgspec
import psycopg

from counter_app.connectors.postgres import PostgresConnector
from counter_app.connectors.postgres_link import Access
from counter_app.courier.courier import Courier
from counter_app.domain.catalogue import Service
from counter_app.domain.postgres_way import PostgresWay
from counter_app.service.batches import Traits
from counter_app.service.delivery import Delivery
from counter_app.service.workstation import Workstation
from counter_app.sync.port import Message, Outcome, Reply
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds
from tests.contract.postgres_server import Database, database

LIMIT = 0.4
_BATCH = 100
_BATCHES = 20
_TURNS = 8
_WARM_UP = 1
_SERVICE = "aid-file"
_PASSWORD = "a secret of the centre"
_BARE = "INSERT INTO bare (cle, corps) VALUES (%s, %s) ON CONFLICT DO NOTHING"


class _Remembering(PostgresConnector):
    """Remembers what it sent, for the others to send again."""

    sent: deque[tuple[Message, ...]]

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Carry, and remember."""
        self.sent.append(tuple(messages))
        return super().send(attempt_id, messages)


def measure(folder: Path) -> list[Figure]:
    """Units per second of all three, some batches of each in turn, in one database: the median of all turns."""
    with database() as server, stage.workstation(folder / "A1") as workstation:
        for table in ("staging", "alone", "bare"):
            server.run(f"CREATE TABLE {table} (cle uuid PRIMARY KEY, corps jsonb NOT NULL)")
            server.run(f"GRANT SELECT, INSERT ON {table} TO counter")
        service = workstation.configuration.service(_SERVICE)
        assert service is not None  # the sample has it
        turns = _turns(workstation, service, server)[_WARM_UP:]
    whole, alone, bare = (_BATCH * _BATCHES / (median(times) / 1000) for times in zip(*turns, strict=True))
    return [
        Figure("postgres", alone, "units/s", floor=bare, limit=LIMIT, sense="at_least"),
        Figure("postgres courier", whole, "units/s", floor=bare),
    ]


def _turns(workstation: Workstation, service: Service, server: Database) -> list[tuple[float, float, float]]:
    connector = _Remembering(_access(server, "staging", service), batch_max=_BATCH)
    connector.sent = deque()
    alone = PostgresConnector(_access(server, "alone", service), batch_max=_BATCH)
    traits = Traits(connector.batch_max, connector.askable, connector.proves_absence)
    plain = msgspec.structs.replace(service, batch_max=_BATCH, canary=False)
    delivery = Delivery(workstation.writer, msgspec.structs.replace(plain, canary=False), traits, stage.IT)

    def carry() -> None:
        trip = Courier(delivery, connector).run()
        if trip.moved != _BATCH * _BATCHES:
            raise RuntimeError(f"{trip.moved} units moved in {trip.exchanges} exchanges: {trip.cause}")

    def send_all() -> None:
        for messages in connector.sent:
            reply = alone.send(str(uuid4()), messages)
            if {unit.outcome for unit in reply.units} != {Outcome.ACCEPTED}:
                raise RuntimeError(f"the database did not take what was sent: {reply.cause}")

    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        dbname="postgres",
        user="counter",
        password=_PASSWORD,
        autocommit=True,
    ) as connection:

        def insert_all() -> None:
            with connection.cursor() as cursor:
                while connector.sent:
                    rows = [(message.key, message.body.decode()) for message in connector.sent.popleft()]
                    cursor.executemany(_BARE, rows)

        turns = []
        for _ in range(_WARM_UP + _TURNS):
            stage.record_requests(workstation, _BATCH * _BATCHES)
            works = (carry, send_all, insert_all)
            whole, plainly, bare = (milliseconds(work)[0] for work in works)
            turns.append((whole, plainly, bare))
    for one in (connector, alone):
        one.close()
    return turns


def _access(server: Database, table: str, service: Service) -> Access:
    way = PostgresWay(
        hosts=("127.0.0.1",),
        port=server.port,
        database="postgres",
        user="counter",
        tls="none",
        table=table,
        key="cle",
        body="corps",
        rows_stay=True,
        stands_for="accepted",
    )
    return Access(way, _PASSWORD, None, service.deadline_s)
