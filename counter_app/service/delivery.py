"""Delivery as the couriers need it: what to send or ask next, and what an answer was worth.

No transaction is open while a connector talks. An attempt is durable, with its keys and body hashes, before
the first byte leaves; what the centre says is recorded as one entry per batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import uuid4

from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import delivery as books
from counter_app.projections import delivery_queue as queue
from counter_app.projections.custody import holder_at
from counter_app.projections.delivery import UnitRow
from counter_app.service.batches import Batch, Nothing, Taken, Traits
from counter_app.service.bodies import keep
from counter_app.service.lanes import Lane
from counter_app.service.messages import messages_of
from counter_app.service.session import Session
from counter_app.service.wire_form import FORM_CHANGED, WireForm, withheld
from counter_app.service.writer import Writer
from counter_app.sync.body import MATCHED
from counter_app.sync.judge import SETTLING, Verdict, judge
from counter_app.sync.pace import back_off
from counter_app.sync.port import Message, Outcome, Reply, UnitReply
from counter_app.sync.restraint import FAILS_ALONE, Restraint, UnitId

CHANNEL = "reconciliation"
_SHOWN_MOST = 8000


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
        self._form = WireForm(service)
        self._sent_anew: set[UnitId] = set()
        self.restraint = Restraint(service, self._most, self._random, canary=service.canary)

    def next_batch(self) -> Batch | Nothing:
        """The next exchange: questions first, for what is unknown must not be sent again unasked."""
        return self._writer.do(self._next, Lane.MACHINES)

    def take_reply(self, batch: Batch, reply: Reply, *, ready: bool = False, seconds: float = 0.0) -> Taken:
        """Judge an answer that took so many `seconds` and record what it proves.

        A unit of which no byte left waits as before and has not moved. Where the next batch is to be `ready` it
        comes too, as `batch_ahead` makes it, in the same durable step.
        """

        def job(session: Session) -> Taken:
            moved, done = self._judge(session, batch, reply, seconds)
            return Taken(moved, done, self._ahead(session) if ready else None)

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
            self.restraint.forget_wish()

        self._writer.do(forget, Lane.MACHINES)

    def to_do(self) -> int:
        """How many units this service still has to be sent or asked about."""
        return self._writer.do(
            lambda session: queue.to_do(session.tables, session.office.chain, self.service.id), Lane.MACHINES
        )

    def _next(self, session: Session) -> Batch | Nothing:
        held = self.restraint.held(session.now, session.office.zone)
        if held is not None:
            assert held.until is not None  # only a canary waits for no hour
            return Nothing(max(0.0, (held.until - session.now).total_seconds()), held)
        place = (session.tables, session.office.chain, self.service.id)
        if self._traits.askable:
            asked = queue.due(*place, _QUESTIONS, to_wire(session.now), self._most)
            if asked:
                messages = messages_of(session.connection, self.service.id, asked)
                return Batch(str(uuid4()), True, session.now, tuple(asked), messages, _term(session, asked))
        ahead = self._ahead(session)
        if ahead is not None:
            return ahead
        by_itself = (*(_QUESTIONS if self._traits.askable else ()), UnitState.WAITING)
        wait_s = _seconds_until(queue.next_due(*place, by_itself), session.now)
        return Nothing(wait_s, self.restraint.held_by_canary() if self._waits(session) else None)

    @property
    def _most(self) -> int:
        return min(self._traits.batch_max, self.service.batch_max)

    def _waits(self, session: Session) -> bool:
        place = (session.tables, session.office.chain, self.service.id)
        return bool(queue.due(*place, (UnitState.WAITING,), to_wire(session.now), 1))

    def _ahead(self, session: Session) -> Batch | None:
        if not self._most or self.restraint.held(session.now, session.office.zone) is not None:
            return None
        place = (session.tables, session.office.chain, self.service.id)
        while True:
            due = queue.due(*place, (UnitState.WAITING,), to_wire(session.now), self.restraint.wanted)
            if stuck := self._form.stuck(session.tables, due):
                self._set_aside(session, stuck, FORM_CHANGED)
                continue
            rows = {(unit.entry_id, unit.part): unit for unit in due}
            choice = self.restraint.choose(list(rows))
            if choice.aside:
                self._set_aside(session, [rows[unit] for unit in choice.aside], FAILS_ALONE)
            if choice.units:
                return self._attempt(session, [rows[unit] for unit in choice.units])
            if not choice.aside:
                return None

    def _set_aside(self, session: Session, units: list[UnitRow], reason: str) -> None:
        batch = Batch(str(uuid4()), False, session.now, tuple(units), (), _term(session, units))
        fact = Verdict(UnitFact.SET_ASIDE, reason=reason)
        self._answered(session, batch, [_answer(unit, fact) for unit in units], {})

    def _attempt(self, session: Session, units: list[UnitRow]) -> Batch:
        attempt_id = str(uuid4())
        messages, term = messages_of(session.connection, self.service.id, units), _term(session, units)
        facts = {
            "service": self.service.id,
            "attempt": attempt_id,
            "term": term,
            "form": self._form.digest or None,
            "attempted": [
                [unit.entry_id, unit.part, sha256(message.body).hexdigest()]
                for unit, message in zip(units, messages, strict=True)
            ],
        }
        self._append(session, "delivery_attempted", facts, {})
        bodies = {(one.entry_id, one.part): told.body for one, told in zip(units, messages, strict=True)}
        keep(session.connection, self.service.id, to_wire(session.now), bodies)
        return Batch(attempt_id, False, session.now, tuple(units), messages, term)

    def _judge(self, session: Session, batch: Batch, reply: Reply, seconds: float) -> tuple[int, int]:
        said = {told.key: told for told in reply.units}
        answers: list[dict[str, str]] = []
        words: dict[str, str] = {}
        shown: dict[str, str] = {}
        verdicts: dict[UnitId, UnitFact | None] = {}
        settling = 0.0
        states = self._states(session, batch)
        otherwise = self._form.otherwise(session.tables, batch.units) if batch.asks and self._repeats else {}
        for unit, message in zip(batch.units, batch.messages, strict=True):
            told = said.get(unit.key)
            state = states.get((unit.entry_id, unit.part), UnitState.UNKNOWN)
            verdict = Verdict(None) if told is None else self._verdict(batch, unit, state, message, told)
            if verdict.fact is UnitFact.REPLAY_ALLOWED and (unit.entry_id, unit.part) in otherwise:
                verdict = withheld(unit)
            verdicts[unit.entry_id, unit.part] = verdict.fact
            if verdict.reason == SETTLING:
                settling = self.service.settling_s
            if verdict.fact is not None:
                answers.append(_answer(unit, verdict))
                if told is not None and told.words:
                    words[f"{unit.entry_id}/{unit.part}"] = told.words
                if told is not None and verdict.fact is UnitFact.DISPUTED:
                    shown[f"{unit.entry_id}/{unit.part}"] = _shown(told)
        if answers:
            private = {"words": words, "shown": shown}
            kept = {name: told for name, told in private.items() if told}
            self._answered(session, batch, answers, kept, reply.centre_ahead_s)
        fruitless = [unit for unit in batch.units if verdicts[unit.entry_id, unit.part] in _FRUITLESS]
        self._postpone(session, fruitless, max(reply.retry_after or 0.0, settling))
        self._begin_anew(session, [place for place, fact in verdicts.items() if fact is UnitFact.ABSENT])
        self._learn(session, batch, reply, verdicts, seconds)
        return self._moved(verdicts)

    def _moved(self, verdicts: dict[UnitId, UnitFact | None]) -> tuple[int, int]:
        """How many units moved, and how many of them are done.

        What is to be sent anew a second time in one run has not moved: a centre that keeps nothing would never let
        the run end.
        """
        anew = {place for place, fact in verdicts.items() if fact in _ANEW}
        again = anew & self._sent_anew
        self._sent_anew |= anew
        facts = [fact for place, fact in verdicts.items() if fact not in _UNMOVED and place not in again]
        return len(facts), sum(fact in _DONE for fact in facts)

    def _learn(
        self,
        session: Session,
        batch: Batch,
        reply: Reply,
        verdicts: dict[UnitId, UnitFact | None],
        seconds: float,
    ) -> None:
        clear = {told.key for told in reply.units if told.outcome is not Outcome.UNKNOWN}
        broken = [(unit.entry_id, unit.part) for unit in batch.units if clear and unit.key not in clear]
        self.restraint.learn(
            session.now,
            verdicts,
            () if batch.asks else broken,
            asked=batch.asks,
            cause=reply.cause,
            retry_after=reply.retry_after,
            seconds=seconds,
        )

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
            "term": batch.term,
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

    @property
    def _repeats(self) -> bool:
        """Where absence can never be proved, only a target proved idempotent is sent the same unit again."""
        return self.service.idempotent and not self._traits.proves_absence

    def _may_repeat(self, attempted_at: datetime, now: datetime) -> bool:
        if not self._repeats:
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

    def _begin_anew(self, session: Session, units: Sequence[UnitId]) -> None:
        """What is known to be absent was not tried in vain: its next try is the first one again."""
        session.connection.executemany(
            "DELETE FROM schedule WHERE entry_id = ? AND part = ? AND service = ?",
            [(*unit, self.service.id) for unit in units],
        )

    def _postpone(self, session: Session, units: Sequence[UnitRow], retry_after: float | None) -> None:
        """Put off, together, what this exchange did not settle: the longer, the more often it was fruitless."""
        if not units:
            return
        attempts = 1 + max(
            queue.attempts(session.tables, unit.entry_id, unit.service, unit.part) for unit in units
        )
        wait = back_off(attempts, self._random, retry_after)
        due = to_wire(session.now + timedelta(seconds=wait))
        session.connection.executemany(
            "INSERT INTO schedule (entry_id, service, part, attempts, next_due) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET attempts = excluded.attempts, next_due = excluded.next_due",
            [(unit.entry_id, unit.service, unit.part, attempts, due) for unit in units],
        )


_QUESTIONS = (UnitState.UNKNOWN, UnitState.RECEIVED)
_UNMOVED = (None, UnitFact.NOT_SENT, UnitFact.WITHHELD)
_FRUITLESS = (*_UNMOVED, UnitFact.RECEIVED)
_ANEW = (UnitFact.ABSENT, UnitFact.REPLAY_ALLOWED)
_DONE = (UnitFact.ACCEPTED, UnitFact.SETTLED, UnitFact.REJECTED, UnitFact.DISPUTED)


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


def _term(session: Session, units: Sequence[UnitRow]) -> int:
    """The term under which this machine may send a batch, whose units are all of one range."""
    return holder_at(session.tables, units[0].chain, units[0].seq).term


def _seconds_until(due: str | None, now: datetime) -> float | None:
    return None if due is None else max(0.0, (from_wire(due) - now).total_seconds())
