"""The network line under the REST connector: ends on time, and remembers whether anything was written.

httpcore bounds each read and write by itself, never an exchange as a whole: a server that drips one byte
a second is never late, and a name server that hangs isn't bounded at all. Here every step gets what is left.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import httpcore2
import httpx2

from counter_app.connectors.causes import OtherKeyError
from counter_app.connectors.deadline import within

# Shorter than what servers allow (uvicorn 5 s, nginx 75 s): the side that never hangs up first is also the
# side that can write into a connection which is already being closed.
_KEEP_IDLE_S = 2.0


class Line:
    """The state of one exchange at a time; `abort` alone may be called from another thread."""

    def __init__(self) -> None:
        self.written = False
        """Whether a byte of the request may have left this machine."""
        self.ended = False
        """Whether the other side has hung up."""
        self._until = 0.0
        self._connected_until = 0.0
        self._aborted = False
        self._socket: socket.socket | None = None

    def begin(self, seconds: float, *, connecting: float | None = None) -> None:
        """Start an exchange that must end within `seconds`, of which `connecting` may go by until the first byte."""
        self.written = False
        self.ended = False
        self._until = time.monotonic() + seconds
        self._connected_until = self._until if connecting is None else time.monotonic() + connecting

    def left(self, *, connecting: bool = False) -> float:
        """The seconds left, more than zero; `TimeoutError` when there are none."""
        left = (self._connected_until if connecting else self._until) - time.monotonic()
        if left <= 0 or self._aborted:
            raise TimeoutError("the deadline of the exchange has passed")
        return left

    def hold(self, link: socket.socket) -> None:
        """The socket that the exchange now runs on."""
        self._socket = link

    def abort(self) -> None:
        """End the exchange underway, and every later one, as if its time were over."""
        self._aborted = True
        link = self._socket
        if link is not None:
            # A shutdown wakes the reader; a close would free the descriptor under its feet. The plain
            # socket's own: the TLS socket's would also drop its encryption state in mid-read.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(link, socket.SHUT_RDWR)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, line: Line, pins: frozenset[str]) -> None:
        self._stream = stream
        self._line = line
        self._pins = pins
        self._link: socket.socket = stream.get_extra_info("socket")
        line.hold(self._link)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            left = self._line.left()
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        data = self._stream.read(max_bytes, left)
        if not data:
            self._line.ended = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                self._link.settimeout(self._line.left())
                # Noted before the call: a call that fails may still have sent something.
                self._line.written = True
                view = view[self._link.send(view) :]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            left = self._line.left(connecting=True)
        except TimeoutError as error:
            self.close()
            raise httpcore2.ConnectTimeout(str(error)) from error
        secured = self._stream.start_tls(ssl_context, server_hostname, left)
        try:
            _expect_key(secured, self._pins)
        except OtherKeyError as error:
            secured.close()
            raise httpcore2.ConnectError("another key than pinned") from error
        return _Stream(secured, self._line, self._pins)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _expect_key(secured: httpcore2.NetworkStream, pins: frozenset[str]) -> None:
    """Raise `OtherKeyError` unless the server's public key (SubjectPublicKeyInfo, RFC 7469) is pinned, or none is."""
    if not pins:
        return
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    shown = secured.get_extra_info("ssl_object").getpeercert(True)
    key = x509.load_der_x509_certificate(shown).public_key()
    if sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest() not in pins:
        raise OtherKeyError


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, line: Line, pins: frozenset[str]) -> None:
        self._line = line
        self._pins = pins
        self._system = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception | None = None
        try:
            addresses = _addresses(host, port, self._line.left(connecting=True))
            for tried, address in enumerate(addresses):
                # One dead address, often the IPv6 one, must not use up the time of the others.
                share = self._line.left(connecting=True) / (len(addresses) - tried)
                try:
                    stream = self._system.connect_tcp(address, port, share, local_address, socket_options)
                    return _Stream(stream, self._line, self._pins)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                    failure = error
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        raise failure or httpcore2.ConnectError("the name has no address")


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class LineTransport(httpx2.BaseTransport):
    """One connection at a time to one target, on a `Line`; raises only `httpx2.TransportError`.

    A server whose public key is none of `pins`, where there are any, gets no byte of a request.
    """

    def __init__(self, line: Line, tls: ssl.SSLContext | None, pins: frozenset[str] = frozenset()) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            keepalive_expiry=_KEEP_IDLE_S,
            network_backend=_Backend(line, pins),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; the answer's body is still on the line and ends with the deadline too."""
        url = request.url
        with _as_transport_error():
            answer = self._pool.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.read(),
                )
            )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close the pooled connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_transport_error():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextlib.contextmanager
def _as_transport_error() -> Iterator[None]:
    try:
        yield
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise httpx2.TransportError(str(error)) from error
