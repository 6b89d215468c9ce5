"""Servers that misbehave on a real socket."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.unit.connectors.certificates import Certificates, made

# Two ints, but two shorts on Windows.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """What arrived: the first line, the headers in lower case, the body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Takes connections one by one; `behave` gets the socket and this server, whose `over` ends every wait."""

    behave: Callable[[socket.socket, Server], None]
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._links: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.over.set()
        for link in (self._listener, *self._links):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(link, socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def receive(self, link: socket.socket) -> Request | None:
        """The next request on this connection, `None` when the client has hung up."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = link.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
        while len(body) < int(headers.get("content-length", "0")):
            body += link.recv(65536)
        request = Request(line, headers, body)
        self.requests.append(request)
        return request

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._links.append(link)
            thread = threading.Thread(target=self._serve, args=(link,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, link: socket.socket) -> None:
        with contextlib.suppress(OSError):
            try:
                if self.tls is not None:
                    link = self.tls.wrap_socket(link, server_side=True)
                    self._links.append(link)
                self.behave(link, self)
            finally:
                link.close()


def answer(body: bytes | dict[str, object], status: str = "200 OK", *fields: str) -> bytes:
    """A whole HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


def answering(*answers: bytes) -> Callable[[socket.socket, Server], None]:
    """Answer every request, the last answer again and again."""

    def behave(link: socket.socket, server: Server) -> None:
        while server.receive(link) is not None:
            link.sendall(answers[min(len(server.requests), len(answers)) - 1])

    return behave


def reset(link: socket.socket) -> None:
    """Close with a TCP reset."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    link.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers, and ends them after the test."""
    servers: list[Server] = []

    def start(behave: Callable[[socket.socket, Server], None], tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(behave, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def say() -> Callable[..., bytes]:
    """Writes an HTTP answer."""
    return answer


@pytest.fixture
def always() -> Callable[..., Callable[[socket.socket, Server], None]]:
    """Makes a behaviour that answers every request, the last answer again and again."""
    return answering


@pytest.fixture
def hang_up_rudely() -> Callable[[socket.socket], None]:
    """Closes with a TCP reset."""
    return reset


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for this run."""
    return made(tmp_path_factory.mktemp("tls"))
