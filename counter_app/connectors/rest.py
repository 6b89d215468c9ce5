"""Speaks to a central system over HTTP and JSON with idempotency keys: the online default."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx2

from counter_app.connectors.answers import (
    HOLDINGS,
    VERDICTS,
    UnreadableError,
    batch_reply,
    check_load,
    read_object,
    unit_reply,
)
from counter_app.connectors.causes import Fault, status_fault, transport_fault
from counter_app.connectors.line import Line, LineTransport
from counter_app.domain.errors import BadInput
from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

ANSWER_MAX = 16 * 1024 * 1024
"""Bytes of one answer; a hundred records of 64 KiB fit twice, an endless answer fills no memory."""

_CONFLICTS = (409, 412, 422)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fault(self) -> Fault:
        return status_fault(self.status, self.headers, datetime.now(UTC))


class RestConnector:
    """One service of a central system at `base_url`; `deadline_s` bounds a whole call, from name to last byte.

    `headers` go with every request (an authorisation, say); `authority` is a PEM file with the certificates
    to trust instead of the machine's own. Proxies of the environment and redirects are never followed.
    Calls from several threads wait for one another. Raises `service_address_malformed` and
    `service_authority_unreadable`.
    """

    askable = True
    proves_absence = True

    def __init__(
        self,
        base_url: str,
        service: str,
        *,
        batch_max: int = 100,
        deadline_s: float = 10.0,
        headers: Mapping[str, str] | None = None,
        authority: Path | None = None,
    ) -> None:
        self.batch_max = batch_max
        self._base_url = _checked(base_url)
        self._root = f"{self._base_url}/services/{quote(service, safe='')}"
        self._deadline_s = deadline_s
        self._headers = dict(headers or {})
        self._authority = authority
        self._tls = None if authority is None else _trusting(authority)
        self._line = Line()
        self._client: httpx2.Client | None = None
        self._turn = threading.Lock()
        self._closed = False
        self._ahead_s: int | None = None

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Offer the messages, their bodies byte for byte; a batch unless the target takes one at a time.

        `NOT_SENT` only where no byte of the request was written; every other failure leaves all of them
        `UNKNOWN`, whatever the status.
        """
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        if self.batch_max == 1:
            return replace(self._send_one(load[0]), centre_ahead_s=self._ahead_s)
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
        self._closed = True
        self._line.abort()
        # A call that can't be woken, as it is still connecting, closes behind itself.
        if self._turn.acquire(timeout=0.2):
            try:
                self._hang_up()
            finally:
                self._turn.release()

    def _send_one(self, message: Message) -> Reply:
        answer = self._exchange("POST", "/entries", message.body, message.key)
        if isinstance(answer, Fault):
            return answer.reply((message,))
        try:
            said = read_object(answer.body)
        except UnreadableError as error:
            if 200 <= answer.status < 300:
                return _unreadable(answer, error).reply((message,))
            said = {}
        if answer.status in _CONFLICTS:
            return _conflict(message, answer, said)
        unit = unit_reply(message.key, said, VERDICTS)
        if not 200 <= answer.status < 300:
            return answer.fault.reply((message,))
        if unit is None:
            return _unreadable(answer, UnreadableError("no clear result")).reply((message,))
        return Reply((unit,))

    def _judged(
        self, load: tuple[Message, ...], answer: _Answer | Fault, meanings: Mapping[str, Outcome]
    ) -> Reply:
        if isinstance(answer, Fault):
            return answer.reply(load)
        if not 200 <= answer.status < 300:
            return answer.fault.reply(load)
        try:
            return replace(batch_reply(load, answer.body, meanings), centre_ahead_s=self._ahead_s)
        except UnreadableError as error:
            return _unreadable(answer, error).reply(load)

    def _exchange(
        self, method: str, path: str, content: bytes | None = None, key: str | None = None
    ) -> _Answer | Fault:
        """One request and its whole answer within the deadline, or what its failure proves."""
        headers = {} if content is None else {"content-type": "application/json"}
        if key is not None:
            headers["idempotency-key"] = key
        with self._turn:
            if self._closed:
                return Fault(Outcome.NOT_SENT, Cause.NONE, "closed")
            self._line.begin(self._deadline_s)
            self._ahead_s = None
            try:
                with self._connected().stream(
                    method, self._root + path, content=content, headers=headers
                ) as response:
                    self._ahead_s = _ahead_s(response.headers, datetime.now(UTC))
                    body = _read(response)
                if response.status_code >= 500:
                    # The name may meanwhile lead to a centre that works: only a new line finds out.
                    self._hang_up()
                return _Answer(response.status_code, response.headers, body)
            except UnreadableError as error:
                self._hang_up()
                return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, f"HTTP {response.status_code}, {error}")
            except httpx2.TransportError as error:
                self._hang_up()
                return transport_fault(error, written=self._line.written, ended=self._line.ended)
            finally:
                if self._closed:
                    self._hang_up()

    def _connected(self) -> httpx2.Client:
        if self._client is None:
            self._client = httpx2.Client(
                transport=LineTransport(self._line, self._trusted()),
                headers={**self._headers, "accept": "application/json", "accept-encoding": "identity"},
                timeout=None,
                trust_env=False,
                follow_redirects=False,
            )
        return self._client

    def _trusted(self) -> ssl.SSLContext | None:
        # Made when first needed: reading the machine's certificates takes tens of milliseconds.
        if self._tls is None and self._base_url.startswith("https:"):
            self._tls = httpx2.create_ssl_context(trust_env=False)
        return self._tls

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

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
        if not isinstance(sandbox, str):
            return False, Finding("idempotent", True, "not proved: the service announces no sandbox")
        twin = RestConnector(
            self._base_url,
            sandbox,
            batch_max=self.batch_max,
            deadline_s=self._deadline_s,
            headers=self._headers,
            authority=self._authority,
        )
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


def _checked(base_url: str) -> str:
    try:
        url = httpx2.URL(base_url)
    except httpx2.InvalidURL as error:
        raise BadInput("service_address_malformed", address=base_url) from error
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise BadInput("service_address_malformed", address=base_url)
    return base_url.rstrip("/")


def _trusting(authority: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise BadInput("service_authority_unreadable", file=str(authority)) from error


def _batch(load: tuple[Message, ...]) -> bytes:
    # Put together as bytes: rendering a body again could change it, and with it what its key stands for.
    items = (b'{"key":%b,"body":%b}' % (json.dumps(message.key).encode(), message.body) for message in load)
    return b'{"items":[' + b",".join(items) + b"]}"


def _read(response: httpx2.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise UnreadableError("encoded although no encoding was allowed")
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        size += len(part)
        if size > ANSWER_MAX:
            raise UnreadableError(f"longer than {ANSWER_MAX} bytes")
        parts.append(part)
    return b"".join(parts)


def _ahead_s(headers: Mapping[str, str], now: datetime) -> int | None:
    """How far the centre's clock (RFC 9110, Date) is ahead of ours; `None` where it tells no time."""
    try:
        told = parsedate_to_datetime(headers["date"])
        return round((told - now).total_seconds())
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _conflict(message: Message, answer: _Answer, said: Mapping[str, object]) -> Reply:
    """409, 412 and 422 mean other content under the key, except a 409 that shows no record.

    The idempotency draft answers 409 while the first request of the key is still being worked on.
    """
    unit = unit_reply(message.key, {**said, "status": "conflict"}, VERDICTS)
    shown = unit is not None and (unit.echo is not None or said.get("status") == "conflict")
    if answer.status == 409 and not shown:
        return answer.fault.reply((message,))
    return Reply((unit or UnitReply(message.key, Outcome.CONFLICT),))


def _unreadable(answer: _Answer, error: UnreadableError) -> Fault:
    return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, f"HTTP {answer.status}, {error}")


def _finding(code: str, fault: Fault) -> Finding:
    return Finding(code, False, f"{fault.cause} {fault.detail}".strip())


def _probe_unit(key: str, *, cents: int) -> Message:
    body = {"entry_id": key, "part": "main", "kind": "probe", "aid": None, "cents": cents, "currency": "EUR"}
    return Message(key, json.dumps(body, separators=(",", ":")).encode())
