"""Requests to one service over HTTP: its addresses in turn, one deadline, its login; and what a failure proves."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from counter_app.connectors.answers import UnreadableError
from counter_app.connectors.causes import Fault, status_fault, transport_fault
from counter_app.connectors.line import Line, LineTransport
from counter_app.domain.errors import BadInput
from counter_app.sync.port import Cause, Outcome

ANSWER_MAX = 16 * 1024 * 1024
"""Bytes of one answer; a hundred records of 64 KiB fit twice, an endless answer fills no memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer over HTTP, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether its status is one of success."""
        return 200 <= self.status < 300

    @property
    def fault(self) -> Fault:
        """What it proves as a failure: never more than `UNKNOWN`."""
        return status_fault(self.status, self.headers, datetime.now(UTC))

    def unreadable(self, error: UnreadableError) -> Fault:
        """The fault of an answer that cannot be read."""
        return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, f"HTTP {self.status}, {error}")


Post = Callable[[str, bytes, Mapping[str, str]], Answer | Fault]
"""Posts a form to an address of its own: how a login fetches what it needs."""


class Login:
    """Lets this counter in: headers that go with every request. This one needs nothing but fixed ones."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})

    def headers(self, post: Post) -> Mapping[str, str] | Fault:
        """The headers of the next request, or why there are none."""
        return self._headers

    def renewable(self) -> bool:
        """Whether other headers can be had after these were not taken; forgets them then."""
        return False


@dataclass(frozen=True, slots=True)
class Ways:
    """How a service is reached: its addresses in the order in which they are tried, and whom to trust there.

    `tls` makes the context when first needed. `pins` are SHA-256 sums of public keys (SubjectPublicKeyInfo, 64
    hexadecimal digits), of which the server must have one; none means any that its certificate vouches for.
    """

    addresses: tuple[str, ...]
    deadline_s: float
    login: Login = field(default_factory=Login)
    tls: Callable[[], ssl.SSLContext] = field(default=lambda: httpx2.create_ssl_context(trust_env=False))
    pins: frozenset[str] = frozenset()


class Wire:
    """Exchanges with one service; calls from several threads wait for one another.

    Where nothing was sent the next address is tried in the same call. An address that took a request stays the
    first one. Proxies of the environment and redirects are never followed.
    """

    def __init__(self, ways: Ways) -> None:
        self.ahead_s: int | None = None
        """By how many seconds the clock of the last answer is ahead; `None` where it told no time."""
        self._ways = ways
        self._line = Line()
        self._client: httpx2.Client | None = None
        self._tls: ssl.SSLContext | None = None
        self._turn = threading.Lock()
        self._closed = False
        self._at = 0

    def exchange(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | Fault:
        """One request and its whole answer within the deadline, or what its failure proves.

        After a 401 it is made once more where the login can be renewed: who is not let in has left nothing.
        """
        with self._turn:
            until = time.monotonic() + self._ways.deadline_s
            answer = self._let_in(method, path, content, headers or {}, until)
            if isinstance(answer, Answer) and answer.status == 401 and self._ways.login.renewable():
                answer = self._let_in(method, path, content, headers or {}, until)
            return answer

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

    def _let_in(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], until: float
    ) -> Answer | Fault:
        if self._closed:
            return Fault(Outcome.NOT_SENT, Cause.NONE, "closed")
        let_in = self._ways.login.headers(lambda *form: self._posted(*form, until=until))
        if isinstance(let_in, Fault):
            return replace(let_in, outcome=Outcome.NOT_SENT)
        return self._tried(method, path, content, {**let_in, **headers}, until)

    def _tried(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], until: float
    ) -> Answer | Fault:
        """The request to each address in turn until one of them took a byte of it."""
        addresses = self._ways.addresses
        answer: Answer | Fault = Fault(Outcome.NOT_SENT, Cause.DEADLINE)
        for tried in range(len(addresses)):
            left = until - time.monotonic()
            # One dead address must not use up the time of the others.
            self._line.begin(left, connecting=left / (len(addresses) - tried))
            self.ahead_s = None
            answer = self._requested(self._connected(), method, addresses[self._at] + path, content, headers)
            if not isinstance(answer, Fault) or answer.outcome is not Outcome.NOT_SENT or self._closed:
                break
            self._at = (self._at + 1) % len(addresses)
        return answer

    def _requested(
        self,
        client: httpx2.Client,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer | Fault:
        try:
            with client.stream(method, url, content=content, headers=headers) as response:
                self.ahead_s = _ahead_s(response.headers, datetime.now(UTC))
                body = _read(response)
            if response.status_code >= 500:
                # The name may meanwhile lead to a centre that works: only a new line finds out.
                self._hang_up()
            return Answer(response.status_code, response.headers, body)
        except UnreadableError as error:
            self._hang_up()
            return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, f"HTTP {response.status_code}, {error}")
        except httpx2.TransportError as error:
            self._hang_up()
            return transport_fault(error, written=self._line.written, ended=self._line.ended)
        finally:
            if self._closed:
                self._hang_up()

    def _posted(
        self, url: str, content: bytes, headers: Mapping[str, str], *, until: float
    ) -> Answer | Fault:
        """A form to an address beside the service, on a connection of its own and without the service's pins."""
        self._line.begin(until - time.monotonic())
        with self._new_client(frozenset()) as client:
            return self._requested(client, "POST", url, content, headers)

    def _connected(self) -> httpx2.Client:
        if self._client is None:
            self._client = self._new_client(self._ways.pins)
        return self._client

    def _new_client(self, pins: frozenset[str]) -> httpx2.Client:
        return httpx2.Client(
            transport=LineTransport(self._line, self._trusted(), pins),
            headers={"accept": "application/json", "accept-encoding": "identity"},
            timeout=None,
            trust_env=False,
            follow_redirects=False,
        )

    def _trusted(self) -> ssl.SSLContext | None:
        # Made when first needed: reading the machine's certificates takes tens of milliseconds.
        if self._tls is None and any(address.startswith("https:") for address in self._ways.addresses):
            self._tls = self._ways.tls()
        return self._tls

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def checked(addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses without a slash at their ends; raises `service_address_malformed`."""
    for address in addresses:
        try:
            url = httpx2.URL(address)
        except httpx2.InvalidURL as error:
            raise BadInput("service_address_malformed", address=address) from error
        if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
            raise BadInput("service_address_malformed", address=address)
    return tuple(address.rstrip("/") for address in addresses)


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
