"""Posting units in batches through the whole courier's path beside a bare loop that posts the same bodies."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx2
from msgspec import structs

from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_wire import Ways
from counter_app.courier.courier import Courier
from counter_app.domain.catalogue import Service
from counter_app.domain.commands import AnyCommand, parse_command
from counter_app.service.batches import Traits
from counter_app.service.delivery import Delivery
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.sync.port import Message, Reply
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds

LIMIT = 0.6
_BATCH = 100
_BATCHES = 50
_TURNS = 5
_AT_ONCE = 5
_WARM_UP = 1
_SERVICE = "aid-file"


class _Remembering(RestConnector):
    """Remembers what it sent, for the bare loop to send again."""

    def __init__(self, service: Service) -> None:
        address = service.address or ""
        super().__init__(Ways((address,), service.deadline_s), service.id, batch_max=service.batch_max)
        self.sent: deque[tuple[Message, ...]] = deque()

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Carry, and remember."""
        self.sent.append(tuple(messages))
        return super().send(attempt_id, messages)


def measure(folder: Path) -> list[Figure]:
    """Units per second of both, some batches of each in turn, to one centre: the median of all turns."""
    with (
        stage.practice_centre(folder) as port,
        stage.workstation(folder / "A1", centre_port=port) as workstation,
    ):
        service = workstation.configuration.service(_SERVICE)
        assert service is not None  # the sample has it
        pairs = _pairs(workstation, service, f"http://127.0.0.1:{port}/services/bare")[_WARM_UP:]
    whole, bare = (_BATCH * _BATCHES / (median(times) / 1000) for times in zip(*pairs, strict=True))
    return [Figure("post", whole, "units/s", floor=bare, limit=LIMIT, sense="at_least")]


def _record_requests(workstation: Workstation, first: int) -> None:
    """A few in one transaction: ids sort by the time at which they were recorded, as they do at a counter."""
    for start in range(first, first + _BATCH * _BATCHES, _AT_ONCE):
        commands = [parse_command(stage.request_line(start + number)) for number in range(_AT_ONCE)]

        def job(session: Session, commands: list[AnyCommand] = commands) -> None:
            for command in commands:
                record(session, command, "command_line")

        workstation.writer.do(job)


def _pairs(workstation: Workstation, service: Service, bare_url: str) -> list[tuple[float, float]]:
    connector = _Remembering(service)
    traits = Traits(connector.batch_max, connector.askable, connector.proves_absence)
    delivery = Delivery(workstation.writer, structs.replace(service, canary=False), traits, stage.IT)
    pairs: list[tuple[float, float]] = []

    def carry() -> None:
        trip = Courier(delivery, connector).run()
        if trip.moved != _BATCH * _BATCHES or trip.exchanges != _BATCHES:
            raise RuntimeError(f"{trip.moved} units moved in {trip.exchanges} exchanges: {trip.cause}")

    with httpx2.Client(timeout=service.deadline_s, trust_env=False) as client:

        def post_all() -> None:
            while connector.sent:
                _post(client, bare_url, connector.sent.popleft())

        for turn in range(_WARM_UP + _TURNS):
            _record_requests(workstation, turn * _BATCH * _BATCHES)
            pairs.append((milliseconds(carry)[0], milliseconds(post_all)[0]))
    connector.close()
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
