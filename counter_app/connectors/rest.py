"""Speaks to a central system over HTTP and JSON with idempotency keys: the online default."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote
from uuid import uuid4

import msgspec

from counter_app.connectors.answers import (
    HOLDINGS,
    VERDICTS,
    UnreadableError,
    batch_reply,
    check_load,
    number_reply,
    read_object,
    unit_reply,
)
from counter_app.connectors.causes import Fault
from counter_app.connectors.rest_wire import Answer, Ways, Wire
from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

_CONFLICTS = (409, 412, 422)


class RestConnector:
    """One service of a central system that speaks this program's own form of messages, below `services/` there.

    `sandbox` are ways to the same interface where nothing counts; without them the service's own announcement of one
    is taken. Calls from several threads wait for one another.
    """

    askable = True
    proves_absence = True

    def __init__(
        self, ways: Ways, service: str, *, batch_max: int = 100, sandbox: Ways | None = None
    ) -> None:
        self.batch_max = batch_max
        self._ways = ways
        self._sandbox = sandbox
        self._service = service
        self._root = f"/services/{quote(service, safe='')}"
        self._wire = Wire(ways)

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Offer the messages, their bodies byte for byte; a batch unless the target takes one at a time.

        `NOT_SENT` only where no byte of the request was written; every other failure leaves all of them
        `UNKNOWN`, whatever the status.
        """
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        if self.batch_max == 1:
            return replace(self._send_one(load[0]), centre_ahead_s=self._wire.ahead_s)
        answer = self._exchange("POST", "/batches", _batch(load), attempt_id)
        return self._judged(load, answer, VERDICTS)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds; `ABSENT` where it says so, which counts only past its settling time."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        content = json.dumps({"keys": [message.key for message in load]}).encode()
        answer = self._exchange("POST", "/queries", content)
        if isinstance(answer, Fault):
            answer = replace(answer, outcome=Outcome.UNKNOWN)
        return self._judged(load, answer, HOLDINGS)

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds under its own numbers; a message that knows none stays `UNKNOWN`."""
        load = check_load(messages, self.batch_max)
        numbers = list(dict.fromkeys(message.number for message in load if message.number))
        if not numbers:
            return Fault(Outcome.UNKNOWN, Cause.NONE).reply(load)
        answer = self._exchange("POST", "/queries", json.dumps({"numbers": numbers}).encode())
        if isinstance(answer, Fault):
            return replace(answer, outcome=Outcome.UNKNOWN).reply(load)
        if not answer.good:
            return answer.fault.reply(load)
        try:
            return replace(number_reply(load, answer.body), centre_ahead_s=self._wire.ahead_s)
        except UnreadableError as error:
            return answer.unreadable(error).reply(load)

    def check(self) -> Probe:
        """Probe the target with questions only; where it announces a `sandbox`, also post there twice.

        `idempotent` is true only when the sandbox proved it: posting for real proves too much.
        """
        answer = self._exchange("GET", "")
        if isinstance(answer, Fault):
            return Probe(False, False, False, (_finding("reachable", answer),))
        findings = [Finding("reachable", True)]
        try:
            if answer.status != 200:
                raise UnreadableError(f"HTTP {answer.status}")
            status = read_object(answer.body)
        except UnreadableError as error:
            return Probe(True, False, False, (*findings, Finding("service", False, str(error))))
        findings += self._announced(status)
        asked = self.ask([Message(str(uuid4()), b"{}")])
        askable = asked.units[0].outcome is Outcome.ABSENT
        findings.append(
            Finding("askable", askable, "" if askable else f"{asked.cause} {asked.detail}".strip())
        )
        idempotent, finding = self._proved_idempotent(status.get("sandbox"))
        return Probe(True, idempotent, askable, (*findings, finding))

    def close(self) -> None:
        """Close the connection; a call underway in another thread ends at once as if out of time."""
        self._wire.close()

    def _send_one(self, message: Message) -> Reply:
        answer = self._exchange("POST", "/entries", message.body, message.key)
        if isinstance(answer, Fault):
            return answer.reply((message,))
        try:
            said = read_object(answer.body)
        except UnreadableError as error:
            if answer.good:
                return answer.unreadable(error).reply((message,))
            said = {}
        if answer.status in _CONFLICTS:
            return _conflict(message, answer, said)
        unit = unit_reply(message.key, said, VERDICTS)
        if not answer.good:
            return answer.fault.reply((message,))
        if unit is None:
            return answer.unreadable(UnreadableError("no clear result")).reply((message,))
        return Reply((unit,))

    def _judged(
        self, load: tuple[Message, ...], answer: Answer | Fault, meanings: Mapping[str, Outcome]
    ) -> Reply:
        if isinstance(answer, Fault):
            return answer.reply(load)
        if not answer.good:
            return answer.fault.reply(load)
        try:
            return replace(batch_reply(load, answer.body, meanings), centre_ahead_s=self._wire.ahead_s)
        except UnreadableError as error:
            return answer.unreadable(error).reply(load)

    def _exchange(
        self, method: str, path: str, content: bytes | None = None, key: str | None = None
    ) -> Answer | Fault:
        headers = {} if content is None else {"content-type": "application/json"}
        if key is not None:
            headers["idempotency-key"] = key
        return self._wire.exchange(method, self._root + path, content, headers)

    def _announced(self, status: Mapping[str, object]) -> list[Finding]:
        is_open, batch_max, settling = (
            status.get(name) for name in ("open", "batch_max", "settling_seconds")
        )
        findings = [Finding("open", True, "closed at present" if is_open is False else "")]
        if isinstance(batch_max, int):
            fits = self.batch_max <= batch_max
            findings.append(Finding("batch_max", fits, f"announced {batch_max}, configured {self.batch_max}"))
        findings.append(
            Finding("settling_seconds", True, "not announced" if settling is None else f"{settling}")
        )
        return findings

    def _proved_idempotent(self, sandbox: object) -> tuple[bool, Finding]:
        if self._sandbox is None and not isinstance(sandbox, str):
            return False, Finding("idempotent", True, "not proved: the service announces no sandbox")
        name = sandbox if isinstance(sandbox, str) else self._service
        twin = RestConnector(self._sandbox or self._ways, name, batch_max=self.batch_max)
        try:
            key = str(uuid4())
            first, second = (twin.send(str(uuid4()), [_probe_unit(key, cents=0)]).units[0] for _ in range(2))
            other = twin.send(str(uuid4()), [_probe_unit(key, cents=1)]).units[0]
        finally:
            twin.close()
        same = first == second and first.outcome in (Outcome.ACCEPTED, Outcome.RECEIVED)
        if not same:
            return False, Finding("idempotent", False, "the same unit posted twice got two different answers")
        if other.outcome is not Outcome.CONFLICT:
            return False, Finding("idempotent", False, "another content under the same key was no conflict")
        return True, Finding("idempotent", True)


_quoted = msgspec.json.Encoder().encode


def _batch(load: tuple[Message, ...]) -> bytes:
    # Put together as bytes: rendering a body again could change it, and with it what its key stands for.
    items = [b'{"key":%b,"body":%b}' % (_quoted(message.key), message.body) for message in load]
    return b'{"items":[' + b",".join(items) + b"]}"


def _conflict(message: Message, answer: Answer, said: Mapping[str, object]) -> Reply:
    """409, 412 and 422 mean other content under the key, except a 409 that shows no record.

    The idempotency draft answers 409 while the first request of the key is still being worked on.
    """
    unit = unit_reply(message.key, {**said, "status": "conflict"}, VERDICTS)
    shown = unit is not None and (unit.echo is not None or said.get("status") == "conflict")
    if answer.status == 409 and not shown:
        return answer.fault.reply((message,))
    return Reply((unit or UnitReply(message.key, Outcome.CONFLICT),))


def _finding(code: str, fault: Fault) -> Finding:
    return Finding(code, False, f"{fault.cause} {fault.detail}".strip())


def _probe_unit(key: str, *, cents: int) -> Message:
    body = {"entry_id": key, "part": "main", "kind": "probe", "aid": None, "cents": cents, "currency": "EUR"}
    return Message(key, json.dumps(body, separators=(",", ":")).encode())
