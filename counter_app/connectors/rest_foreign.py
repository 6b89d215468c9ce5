"""Speaks over HTTP to a central system that has messages of its own, as `office.toml` describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from counter_app.connectors.answers import check_load
from counter_app.connectors.causes import Fault
from counter_app.connectors.rest_probe import probe
from counter_app.connectors.rest_reading import AnswerForm
from counter_app.connectors.rest_request import Built, Codes, RequestForm, Unit
from counter_app.connectors.rest_wire import Answer, Ways, Wire
from counter_app.domain.rest_way import Create, Request, RestWay
from counter_app.sync.port import Cause, Message, Outcome, Probe, Reply, UnitReply


class ForeignConnector:
    """One service in its own form; `batch_max` counts only where it takes several units in one request.

    `sandbox` are ways to the same interface where nothing counts, in which `aid` is tried; `repeats` says that what
    cannot be asked about would be sent again. Calls from several threads wait for one another.
    """

    def __init__(
        self,
        ways: Ways,
        way: RestWay,
        create: Create,
        *,
        batch_max: int = 100,
        sandbox: Ways | None = None,
        repeats: bool = False,
        aid: str = "",
    ) -> None:
        self._way = way
        self._create = RequestForm(create)
        self._created = AnswerForm(create.answers, way.record, asks=False)
        self._ask = None if way.ask is None else Question(way.ask, way)
        self._codes = Codes(way.codes)
        self._wire = Wire(ways)
        self._sandbox = sandbox
        self._repeats = repeats
        self._aid = aid
        self._made_of = (way, create, batch_max)
        self.batch_max = batch_max if self._create.several else 1
        self.askable = self._ask is not None
        self.proves_absence = self._ask is not None and way.ask is not None and _tells_absence(way.ask)

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Offer the messages; `NOT_SENT` only where no byte of the request was written."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        units = [self._codes.unit(message) for message in load]
        if self._create.several:
            answer = self._exchange(self._create.many(attempt_id, units))
            said = answer if isinstance(answer, Fault) else self._created.many(units, answer)
        else:
            answer = self._exchange(self._create.one(units[0]))
            said = answer if isinstance(answer, Fault) else _alone(self._created.one(units[0], answer))
        return self._reply(said, load)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds under the keys, one by one where it doesn't take several."""
        return self.answered(self._ask, messages)

    def check(self) -> Probe:
        """Ask about a key that nobody has; where there is a sandbox, also post there twice, and once otherwise."""
        trial = None if self._sandbox is None else self._twin(self._sandbox)
        try:
            return probe(self, trial, aid=self._aid, repeats=self._repeats)
        finally:
            if trial is not None:
                trial.close()

    def close(self) -> None:
        """Close the connection; a call underway in another thread ends at once as if out of time."""
        self._wire.close()

    def counted(self, message: Message) -> int | None:
        """How many records the centre finds under a key, where it tells."""
        if self._ask is None or self._ask.request.several:
            return None
        answer = self._exchange(self._ask.request.one(self._codes.unit(message)))
        return None if isinstance(answer, Fault) else self._ask.answers.count(answer)

    def _twin(self, ways: Ways) -> ForeignConnector:
        way, create, batch_max = self._made_of
        return ForeignConnector(ways, way, create, batch_max=batch_max)

    def answered(self, question: Question | None, messages: Sequence[Message]) -> Reply:
        """What the centre says to a question of this kind; no fault of it proves anything of what was sent before."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        if question is None:
            return Fault(Outcome.UNKNOWN, Cause.NONE).reply(load)
        units = [self._codes.unit(message) for message in load]
        if question.request.several:
            answer = self._exchange(question.request.many("", units))
            said = answer if isinstance(answer, Fault) else question.many(units, answer)
            return self._reply(_unproved(said), load)
        replies: list[Reply] = []
        for unit in units:
            reply = self._reply(self._asked_alone(question, unit), (unit.message,))
            replies.append(reply)
            if reply.cause not in (Cause.NONE, Cause.UNREADABLE):
                break
        return _together(replies, load)

    def _asked_alone(self, question: Question, unit: Unit) -> Reply | Fault:
        answer = self._exchange(question.request.one(unit))
        return _unproved(answer if isinstance(answer, Fault) else _alone(question.answers.one(unit, answer)))

    def _exchange(self, built: Built) -> Answer | Fault:
        return self._wire.exchange(built.method, built.path, built.content, built.headers)

    def _reply(self, said: Reply | Fault, load: tuple[Message, ...]) -> Reply:
        reply = said.reply(load) if isinstance(said, Fault) else said
        return replace(reply, centre_ahead_s=self._wire.ahead_s)


class NumberedConnector(ForeignConnector):
    """The same for a centre that can also be asked by its own numbers."""

    def __init__(self, ways: Ways, way: RestWay, create: Create, **rest: Any) -> None:
        super().__init__(ways, way, create, **rest)
        self._by_number = None if way.ask_number is None else Question(way.ask_number, way, by_number=True)

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds under the numbers; a message that knows none stays `UNKNOWN`."""
        numbered = [message for message in messages if message.number]
        without = tuple(UnitReply(m.key, Outcome.UNKNOWN) for m in messages if not m.number)
        reply = self.answered(self._by_number, numbered)
        return replace(reply, units=(*reply.units, *without))


class Question:
    """A request that changes nothing, and how its answers are read."""

    def __init__(self, request: Request, way: RestWay, *, by_number: bool = False) -> None:
        self.request = RequestForm(request)
        self.answers = AnswerForm(request.answers, way.record, asks=True)
        self._by_number = by_number

    def many(self, units: Sequence[Unit], answer: Answer) -> Reply | Fault:
        """What one answer says of several units."""
        return self.answers.many(units, answer, by_number=self._by_number)


def _tells_absence(request: Request) -> bool:
    answers = request.answers
    meanings = {*answers.statuses.values(), *(answers.verdicts.values() if answers.verdict else ())}
    return answers.absent is not None or "absent" in meanings


def _alone(said: UnitReply | Fault) -> Reply | Fault:
    return said if isinstance(said, Fault) else Reply((said,))


def _unproved(said: Reply | Fault) -> Reply | Fault:
    """A question that did not get there proves nothing of what was sent before."""
    return replace(said, outcome=Outcome.UNKNOWN) if isinstance(said, Fault) else said


def _together(replies: Sequence[Reply], load: tuple[Message, ...]) -> Reply:
    """One reply of several; what was not asked any more is `UNKNOWN`."""
    units = [unit for reply in replies for unit in reply.units]
    units += [UnitReply(message.key, Outcome.UNKNOWN) for message in load[len(units) :]]
    worst = next((reply for reply in replies if reply.cause is not Cause.NONE), replies[-1])
    return replace(worst, units=tuple(units))
