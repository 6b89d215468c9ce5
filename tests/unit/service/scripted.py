"""A centre that says what the test tells it to, and a desk that delivers to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from msgspec import structs

from counter_app.service.batches import Batch, Nothing, Traits
from counter_app.service.delivery import Delivery
from counter_app.sync.port import Message, Outcome, Reply, UnitReply
from tests.unit.counters import IT, Desk

Answer = Callable[[Message], UnitReply]


def said(outcome: Outcome, **more: Any) -> Answer:
    """The same outcome for every message."""
    return lambda message: UnitReply(message.key, outcome, **more)


def accepts(**changed: Any) -> Answer:
    """The centre shows what it holds: what was sent, but for what is changed."""

    def answer(message: Message) -> UnitReply:
        echo = json.loads(message.body) | changed
        number = f"C-{message.key[:4]}"
        return UnitReply(message.key, Outcome.ACCEPTED, number=number, echo=echo)

    return answer


class Centre:
    """A connector without a network: each exchange is answered by the next of its answers, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.batch_max, self.askable, self.proves_absence = 100, True, True
        self.answers = list(answers)
        self.sent: list[Message] = []
        self.asked: list[Message] = []
        self.retry_after: float | None = None
        self.before_sending: Callable[[Sequence[Message]], None] = lambda _: None

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        self.before_sending(messages)
        self.sent += messages
        return self._reply(messages)

    def ask(self, messages: Sequence[Message]) -> Reply:
        self.asked += messages
        return self._reply(messages)

    def _reply(self, messages: Sequence[Message]) -> Reply:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Reply(tuple(answer(message) for message in messages), retry_after=self.retry_after)

    def close(self) -> None:
        self.answers.clear()


class Deliverer:
    """The delivery desk of one service, driven exchange by exchange."""

    def __init__(
        self, desk: Desk, centre: Centre, service: str = "aid-file", *, canary: bool = False, **changed: Any
    ) -> None:
        self.desk, self.centre = desk, centre
        found = desk.workstation.configuration.service(service)
        assert found is not None
        found = structs.replace(found, canary=canary, **changed)
        traits = Traits(centre.batch_max, centre.askable, centre.proves_absence)
        self.delivery = Delivery(desk.workstation.writer, found, traits, IT, Random(1))

    def exchange(self) -> Batch | Nothing:
        """One exchange with the centre, or what there is to wait for."""
        batch = self.delivery.next_batch()
        if isinstance(batch, Batch):
            self.carry(batch)
        return batch

    def carry(self, batch: Batch) -> int:
        if batch.asks:
            reply = self.centre.ask(batch.messages)
        else:
            reply = self.centre.send(batch.attempt_id, batch.messages)
        return self.delivery.take_reply(batch, reply).moved

    def wait(self, seconds: float = 3600.0) -> None:
        """Let everything that was put off become due, and the centre settle."""
        self.desk.clock.jump(seconds)

    def run(self, exchanges: int = 20) -> None:
        """Exchange until nothing will ever be due by itself."""
        for _ in range(exchanges):
            item = self.exchange()
            if isinstance(item, Nothing) and item.wait_s is None:
                return
            self.wait()

    def state(self, entry_id: str) -> str:
        (unit,) = [unit for unit in self.desk.units(entry_id) if unit.service == self.delivery.service.id]
        return unit.state.value
