"""A centre that keeps what it is sent, and that may lose it, forget its key, or give its number to somebody else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import structs

from counter_app.courier.auditor import Auditor
from counter_app.courier.courier import Courier
from counter_app.service.audit import AuditDesk, AuditResult, Plan
from counter_app.service.batches import Traits
from counter_app.service.delivery import Delivery
from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply
from counter_app.sync.restraint import Held, Restraint
from tests.unit.counters import IT, Desk


class Keeping:
    """A connector to a centre in memory: records by key, each with a number of the centre's own."""

    def __init__(self) -> None:
        self.batch_max, self.askable, self.proves_absence = 100, True, True
        self.held: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, dict[str, Any]] = {}
        self.number_of: dict[str, str] = {}
        self.refuses: set[str] = set()
        self.waits: set[str] = set()
        self.sent: list[Message] = []
        self.asked: list[str] = []
        self.asked_numbers: list[str] = []
        self.silent = 0
        self.loses_again = False

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Take each once for its key, but for what is refused or waits for a decision."""
        self.sent += messages
        return Reply(tuple(self._take(message) for message in messages))

    def _take(self, message: Message) -> UnitReply:
        key = message.key
        if key in self.refuses:
            return UnitReply(key, Outcome.REJECTED, reason="over_income")
        if key in self.waits:
            return UnitReply(key, Outcome.RECEIVED)
        record = self.held.get(key) or json.loads(message.body)
        number = self.number_of.setdefault(key, f"C-{len(self.number_of) + 1}")
        if not self.loses_again:
            self.held[key] = self.numbers[number] = record
        return UnitReply(key, Outcome.ACCEPTED, number=number, echo=record)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """What is held under the keys."""
        if self.silent:
            self.silent -= 1
            return Reply(tuple(UnitReply(one.key, Outcome.UNKNOWN) for one in messages), Cause.DEADLINE)
        self.asked += [message.key for message in messages]
        return Reply(tuple(self._look(message.key) for message in messages))

    def _look(self, key: str) -> UnitReply:
        if key in self.refuses:
            return UnitReply(key, Outcome.REJECTED, reason="over_income")
        if key in self.waits:
            return UnitReply(key, Outcome.RECEIVED)
        if key not in self.held:
            return UnitReply(key, Outcome.ABSENT)
        return UnitReply(key, Outcome.ACCEPTED, number=self.number_of.get(key), echo=self.held[key])

    def lose(self, key: str) -> None:
        """Neither the key nor the number finds it any more."""
        del self.held[key]
        del self.numbers[self.number_of.pop(key)]

    def forget_key(self, key: str) -> None:
        """It is still there, under its number."""
        del self.held[key]
        del self.number_of[key]

    def give_number_away(self, key: str) -> None:
        """It is lost, and its number now belongs to somebody else."""
        other = self.held[key] | {"entry_id": "another", "person": {"surname": "Somebody Else"}}
        self.numbers[self.number_of[key]] = other
        del self.held[key]
        # Numbers go on from where they were.
        self.number_of[f"other {key}"] = self.number_of.pop(key)

    def close(self) -> None:
        """Nothing is open."""


class Numbered(Keeping):
    """The same, and it can be asked by its own numbers."""

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """What is held under the numbers, whoever it is about."""
        self.asked_numbers += [message.number or "" for message in messages]
        return Reply(tuple(self._found(message) for message in messages))

    def _found(self, message: Message) -> UnitReply:
        record = self.numbers.get(message.number or "")
        if record is None:
            return UnitReply(message.key, Outcome.ABSENT)
        return UnitReply(message.key, Outcome.ACCEPTED, number=message.number, echo=record)


class Reconciler:
    """Couriers and auditors of one counter to such a centre."""

    def __init__(self, desk: Desk, centre: Keeping, service: str = "aid-file", **changed: Any) -> None:
        self.desk, self.centre = desk, centre
        found = desk.workstation.configuration.service(service)
        assert found is not None
        self.service = structs.replace(found, canary=False, **changed)
        self.kept_by: tuple[Cause, Held | None] = (Cause.NONE, None)

    def deliver(self) -> None:
        """Send and ask until nothing is left that moves by itself."""
        centre = self.centre
        traits = Traits(centre.batch_max, centre.askable, centre.proves_absence)
        delivery = Delivery(self.desk.workstation.writer, self.service, traits, IT, Random(1))
        Courier(delivery, centre, nap=self.desk.clock.jump).run()

    def audit(self, *, wait_s: float = 3600.0, crash: bool = False, **plan: Any) -> AuditResult:
        """An audit some time later, with the replay of what is lost and another look at it, unless it is killed."""
        self.desk.clock.jump(wait_s)
        workstation = self.desk.workstation
        with workstation.reading() as connection:
            desk = AuditDesk(
                workstation.writer, connection, workstation.chain, self.service, IT, Plan(**plan)
            )
            auditor = Auditor(
                desk,
                self.centre,
                Restraint(self.service, 100, Random(1), canary=False),
                self.desk.clock.now,
                workstation.office.zone,
                nap=self.desk.clock.jump,
            )
            complete = auditor.ask_all()
            self.kept_by = (auditor.cause, auditor.held)
            allowed = desk.allow_replay()
            if crash:
                return desk.result
            if allowed:
                self.deliver()
                auditor.read_again()
            return desk.finish(complete=complete)

    def state(self, entry_id: str) -> str:
        """How the journal says that a unit stands."""
        (unit,) = [unit for unit in self.desk.units(entry_id) if unit.service == self.service.id]
        return unit.state.value

    def since(self, hours: float) -> datetime:
        """So many hours ago."""
        return self.desk.clock.now() - timedelta(hours=hours)
