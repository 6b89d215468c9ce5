"""Delivery as the couriers need it: what to send or ask next, and what an answer was worth.

No transaction is open while a connector talks. An attempt is durable, with its keys and body hashes, before
the first byte leaves; what the centre says is recorded as one entry per batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import uuid4

from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.domain.ids import term_of
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import delivery as books
from counter_app.projections.clock import corrected_days
from counter_app.projections.delivery import UnitRow
from counter_app.service.bodies import keep, kept
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.writer import Writer
from counter_app.sync.body import MATCHED, render_body
from counter_app.sync.judge import SETTLING, Verdict, judge
from counter_app.sync.pace import back_off
from counter_app.sync.port import Message, Outcome, Reply, UnitReply

CHANNEL = "reconciliation"
_SHOWN_MOST = 8000


@dataclass(frozen=True, slots=True)
class Batch:
    """Units on their way: messages for the connector, and the units, as they stood before, in the same order.

    `made_at` is before the first byte: what an answer says was read no earlier.
    """

    attempt_id: str
    asks: bool
    made_at: datetime
    units: tuple[UnitRow, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is due now; something will be in `wait_s` seconds, or never by itself where that is `None`."""

    wait_s: float | None


@dataclass(frozen=True, slots=True)
class Traits:
    """What the connector of a service can do, as the port says it."""

    batch_max: int
    askable: bool
    proves_absence: bool


class Delivery:
    """The delivery desk for one service of one workstation; its calls wait for the writing thread."""

    def __init__(
        self, writer: Writer, service: Service, traits: Traits, agent: str, random: Random | None = None
    ) -> None:
        self.service = service
        self._writer = writer
        self._traits = traits
        self._agent = agent
        self._random = random or Random()

    def next_batch(self) -> Batch | Nothing:
        """The next exchange: questions first, for what is unknown must not be sent again unasked."""
        return self._writer.do(self._next, Lane.MACHINES)

    def take_reply(self, batch: Batch, reply: Reply, *, ready: bool = False) -> tuple[int, Batch | None]:
        """Judge an answer and record what it proves; returns how many units it moved.

        A unit of which no byte left waits as before and has not moved. Where the next batch is to be `ready` it
        comes too, as `batch_ahead` makes it, in the same durable step.
        """

        def job(session: Session) -> tuple[int, Batch | None]:
            moved = self._judge(session, batch, reply)
            return moved, self._ahead(session) if ready else None

        return self._writer.do(job, Lane.MACHINES)

    def batch_ahead(self) -> Batch | None:
        """The next units that were not sent yet, attempted while others are on their way; `None` where there are none.

        To be sent soon, or else told of with `take_back`.
        """
        return self._writer.do(self._ahead, Lane.MACHINES)

    def take_back(self, batch: Batch) -> None:
        """Record that no byte of an attempted batch left: its units are due as before."""

        def job(session: Session) -> None:
            unsent = UnitFact.NOT_SENT.value
            answers = [{"entry_id": u.entry_id, "part": u.part, "fact": unsent} for u in batch.units]
            self._answered(session, batch, answers, {})

        self._writer.do(job, Lane.MACHINES)

    def due_now(self) -> None:
        """Whoever starts a courier asks now: what earlier ones put off is due at once, and is counted anew."""

        def forget(session: Session) -> None:
            session.connection.execute("DELETE FROM schedule WHERE service = ?", (self.service.id,))

        self._writer.do(forget, Lane.MACHINES)

    def _next(self, session: Session) -> Batch | Nothing:
        place = (session.tables, session.office.chain, self.service.id)
        if self._traits.askable:
            asked = books.due(*place, _QUESTIONS, to_wire(session.now), self._most)
            if asked:
                return Batch(str(uuid4()), True, session.now, tuple(asked), self._messages(session, asked))
        ahead = self._ahead(session)
        if ahead is not None:
            return ahead
        by_itself = (*(_QUESTIONS if self._traits.askable else ()), UnitState.WAITING)
        return Nothing(_seconds_until(books.next_due(*place, by_itself), session.now))

    @property
    def _most(self) -> int:
        return min(self._traits.batch_max, self.service.batch_max)

    def _ahead(self, session: Session) -> Batch | None:
        place = (session.tables, session.office.chain, self.service.id)
        due = books.due(*place, (UnitState.WAITING,), to_wire(session.now), self._most)
        return self._attempt(session, due) if due else None

    def _attempt(self, session: Session, units: list[UnitRow]) -> Batch:
        attempt_id = str(uuid4())
        messages = self._messages(session, units)
        facts = {
            "service": self.service.id,
            "attempt": attempt_id,
            "term": term_of(session.office.chain),
            "attempted": [
                [unit.entry_id, unit.part, sha256(message.body).hexdigest()]
                for unit, message in zip(units, messages, strict=True)
            ],
        }
        self._append(session, "delivery_attempted", facts, {})
        bodies = {(one.entry_id, one.part): told.body for one, told in zip(units, messages, strict=True)}
        keep(session.connection, self.service.id, to_wire(session.now), bodies)
        return Batch(attempt_id, False, session.now, tuple(units), messages)

    def _messages(self, session: Session, units: Sequence[UnitRow]) -> tuple[Message, ...]:
        bodies = kept(session.connection, self.service.id, units)
        missing = [unit for unit in units if (unit.entry_id, unit.part) not in bodies]
        for chain in {unit.chain for unit in missing}:
            seqs = [unit.seq for unit in missing if unit.chain == chain]
            entries = store.at_places(session.connection, chain, seqs)
            days = corrected_days(session.tables, chain, seqs)
            for unit in missing:
                if unit.chain == chain:
                    body = render_body(entries[unit.seq], unit.part, days.get(unit.seq))
                    bodies[unit.entry_id, unit.part] = body
        return tuple([Message(unit.key, bodies[unit.entry_id, unit.part]) for unit in units])

    def _judge(self, session: Session, batch: Batch, reply: Reply) -> int:
        said = {told.key: told for told in reply.units}
        answers: list[dict[str, str]] = []
        words: dict[str, str] = {}
        shown: dict[str, str] = {}
        fruitless: list[UnitRow] = []
        settling = 0.0
        states = self._states(session, batch)
        for unit, message in zip(batch.units, batch.messages, strict=True):
            told = said.get(unit.key)
            state = states.get((unit.entry_id, unit.part), UnitState.UNKNOWN)
            verdict = Verdict(None) if told is None else self._verdict(batch, unit, state, message, told)
            if verdict.fact in _FRUITLESS:
                fruitless.append(unit)
            if verdict.reason == SETTLING:
                settling = self.service.settling_s
            if verdict.fact is not None:
                answers.append(_answer(unit, verdict))
                place = f"{unit.entry_id}/{unit.part}"
                if told is not None and told.words:
                    words[place] = told.words
                if told is not None and verdict.fact is UnitFact.DISPUTED:
                    shown[place] = _shown(told)
        if answers:
            private = {"words": words, "shown": shown}
            kept = {name: told for name, told in private.items() if told}
            self._answered(session, batch, answers, kept, reply.centre_ahead_s)
        self._postpone(session, fruitless, max(reply.retry_after or 0.0, settling))
        return sum(answer["fact"] != UnitFact.NOT_SENT for answer in answers)

    def _answered(
        self,
        session: Session,
        batch: Batch,
        answers: list[dict[str, str]],
        private: dict[str, Any],
        centre_ahead_s: int | None = None,
    ) -> None:
        facts = {
            "service": self.service.id,
            "attempt": batch.attempt_id,
            "term": term_of(session.office.chain),
            "asked": batch.asks,
            "answers": answers,
            "centre_ahead_s": centre_ahead_s,
        }
        self._append(session, "delivery_answered", facts, private)

    def _states(self, session: Session, batch: Batch) -> dict[tuple[str, str], UnitState]:
        """Where the units stand now, but for those that are unknown: a person may have decided one meanwhile."""
        entry_ids = [unit.entry_id for unit in batch.units]
        return books.unit_states(
            session.tables, session.office.chain, self.service.id, entry_ids, but=UnitState.UNKNOWN
        )

    def _verdict(
        self, batch: Batch, unit: UnitRow, state: UnitState, message: Message, told: UnitReply
    ) -> Verdict:
        attempted_at = batch.made_at
        if batch.asks and unit.attempted_at is not None:
            attempted_at = from_wire(unit.attempted_at)
        verdict = judge(
            state,
            message.body,
            told,
            asked=batch.asks,
            attempted_at=attempted_at,
            now=batch.made_at,
            settling_s=self.service.settling_s,
        )
        if (
            batch.asks
            and verdict.fact is None
            and told.outcome is Outcome.UNKNOWN
            and state is UnitState.UNKNOWN
            and self._may_repeat(attempted_at, batch.made_at)
        ):
            return Verdict(UnitFact.REPLAY_ALLOWED, reason="target_idempotent")
        return verdict

    def _may_repeat(self, attempted_at: datetime, now: datetime) -> bool:
        """Where absence can never be proved, only a target proved idempotent is sent the same unit again."""
        if self._traits.proves_absence or not self.service.idempotent:
            return False
        return now >= attempted_at + timedelta(seconds=self.service.settling_s)

    def _append(self, session: Session, kind: str, facts: dict[str, Any], private: dict[str, Any]) -> Entry:
        return session.append(
            Fact(kind, facts, private),
            agent=self._agent,
            channel=CHANNEL,
            entry_id=session.new_entry_id(),
            command_hash="",
        )

    def _postpone(self, session: Session, units: Sequence[UnitRow], retry_after: float | None) -> None:
        """Put off, together, what this exchange did not settle: the longer, the more often it was fruitless."""
        if not units:
            return
        attempts = 1 + max(
            books.attempts(session.tables, unit.entry_id, unit.service, unit.part) for unit in units
        )
        wait = back_off(attempts, self._random, retry_after)
        due = to_wire(session.now + timedelta(seconds=wait))
        session.connection.executemany(
            "INSERT INTO schedule (entry_id, service, part, attempts, next_due) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET attempts = excluded.attempts, next_due = excluded.next_due",
            [(unit.entry_id, unit.service, unit.part, attempts, due) for unit in units],
        )


_QUESTIONS = (UnitState.UNKNOWN, UnitState.RECEIVED)
_FRUITLESS = (None, UnitFact.NOT_SENT, UnitFact.RECEIVED)


def _answer(unit: UnitRow, verdict: Verdict) -> dict[str, str]:
    assert verdict.fact is not None  # asked only where there is one
    answer = {"entry_id": unit.entry_id, "part": unit.part, "fact": verdict.fact.value}
    if verdict.number:
        answer["number"] = verdict.number
    if verdict.reason:
        answer["reason"] = verdict.reason
    return answer


def _shown(told: UnitReply) -> str:
    """The centre's record of a disputed unit, as JSON: whoever decides compares it with what was sent.

    Empty where it is absurdly long: the journal keeps it for ever.
    """
    echo = told.echo or {}
    record = json.dumps({name: echo[name] for name in MATCHED if name in echo}, ensure_ascii=True)
    return record if len(record) <= _SHOWN_MOST else ""


def _seconds_until(due: str | None, now: datetime) -> float | None:
    return None if due is None else max(0.0, (from_wire(due) - now).total_seconds())
