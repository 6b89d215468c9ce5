"""Posting units in batches through the whole courier's path beside a bare loop that posts the same bodies."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx2

from counter_app.connectors.rest import RestConnector
from counter_app.courier.courier import Courier, Trip
from counter_app.domain.catalogue import Service
from counter_app.domain.commands import parse_command
from counter_app.service.delivery import Delivery, Traits
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.sync.port import Message, Reply
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds

LIMIT = 0.5
_BATCH = 100
_BATCHES = 30
_WARM_UP = 3
_SERVICE = "aid-file"


class _Remembering(RestConnector):
    """Remembers what it sent, for the bare loop to send again."""

    def __init__(self, service: Service) -> None:
        address = service.address or ""
        super().__init__(address, service.id, batch_max=service.batch_max, deadline_s=service.deadline_s)
        self.sent: deque[tuple[Message, ...]] = deque()

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Carry, and remember."""
        self.sent.append(tuple(messages))
        return super().send(attempt_id, messages)


def measure(folder: Path) -> list[Figure]:
    """Units per second of both, batch by batch in turn, to one centre: the median of all batches."""
    with (
        stage.practice_centre(folder) as port,
        stage.workstation(folder / "A1", centre_port=port) as workstation,
    ):
        _record_requests(workstation, _BATCH * (_BATCHES + _WARM_UP))
        service = workstation.configuration.service(_SERVICE)
        assert service is not None  # the sample has it
        pairs = _pairs(workstation, service, f"http://127.0.0.1:{port}/services/bare")[_WARM_UP:]
    whole, bare = (_BATCH / (median(times) / 1000) for times in zip(*pairs, strict=True))
    return [Figure("post", whole, "units/s", floor=bare, limit=LIMIT, sense="at_least")]


def _record_requests(workstation: Workstation, count: int) -> None:
    commands = [parse_command(stage.request_line(number)) for number in range(count)]
    for start in range(0, count, _BATCH):

        def job(session: Session, start: int = start) -> None:
            for command in commands[start : start + _BATCH]:
                record(session, command, "command_line")

        workstation.writer.do(job)


def _pairs(workstation: Workstation, service: Service, bare_url: str) -> list[tuple[float, float]]:
    connector = _Remembering(service)
    traits = Traits(connector.batch_max, connector.askable, connector.proves_absence)
    delivery = Delivery(workstation.writer, service, traits, stage.IT)
    pairs: list[tuple[float, float]] = []
    with httpx2.Client(timeout=service.deadline_s, trust_env=False) as client:
        begun = time.perf_counter()

        def carried(_service: str, _trip: Trip) -> None:
            nonlocal begun
            whole = (time.perf_counter() - begun) * 1000
            bare, _ = milliseconds(lambda: _post(client, bare_url, connector.sent.popleft()))
            pairs.append((whole, bare))
            begun = time.perf_counter()

        trip = Courier(delivery, connector, watch=carried).run()
    connector.close()
    if trip.moved != _BATCH * (_BATCHES + _WARM_UP) or trip.exchanges != len(pairs):
        raise RuntimeError(f"{trip.moved} units moved in {trip.exchanges} exchanges: {trip.cause}")
    return pairs


def _post(client: httpx2.Client, url: str, messages: Sequence[Message]) -> None:
    items = b",".join(
        b'{"key":"%b","body":%b}' % (message.key.encode(), message.body) for message in messages
    )
    answer = client.post(
        f"{url}/batches",
        content=b'{"items":[' + items + b"]}",
        headers={"content-type": "application/json", "idempotency-key": str(uuid4())},
    )
    results = answer.raise_for_status().json()["results"]
    if any(result["status"] != "accepted" for result in results) or len(results) != len(messages):
        raise RuntimeError("the centre did not accept what the courier had sent")
