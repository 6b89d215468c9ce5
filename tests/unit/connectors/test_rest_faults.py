"""What a REST exchange proves when the network or the centre misbehaves."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_wire import ANSWER_MAX
from counter_app.sync.port import Cause, Message, Outcome, Reply
from tests.unit.connectors.ways import ways

TWO = [Message("k1", b'{"cents":1}'), Message("k2", b'{"cents":2}')]
SOON = 0.4
"""A deadline for servers that would never answer: without it the test would not end."""


@pytest.fixture
def connect() -> Iterator[Callable[..., RestConnector]]:
    made: list[RestConnector] = []

    def start(url: str, **options: Any) -> RestConnector:
        made.append(RestConnector(ways(url, **options), "aid"))
        return made[-1]

    yield start
    for connector in made:
        connector.close()


def outcomes(reply: Reply) -> list[Outcome]:
    return [unit.outcome for unit in reply.units]


def nothing_was_sent(reply: Reply) -> bool:
    return outcomes(reply) == [Outcome.NOT_SENT, Outcome.NOT_SENT]


def nobody_knows(reply: Reply) -> bool:
    return outcomes(reply) == [Outcome.UNKNOWN, Outcome.UNKNOWN]


# --- before any byte


def test_a_name_that_does_not_exist_proves_that_nothing_was_sent(connect):
    reply = connect("http://centre.invalid").send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.NAME_NOT_FOUND


def test_a_name_that_is_no_host_name_proves_that_nothing_was_sent(connect):
    reply = connect(f"http://{'x' * 70}.example").send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.NAME_NOT_FOUND


def test_a_refused_connection_proves_that_nothing_was_sent(connect):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    reply = connect(f"http://127.0.0.1:{port}").send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.REFUSED


def test_a_name_server_that_never_answers_does_not_outlast_the_deadline(connect, monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait() and [])
    reply = connect("http://centre.example", deadline_s=SOON).send("a1", TWO)
    answered.set()
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.DEADLINE


@pytest.fixture
def full_queue() -> Iterator[tuple[str, int]]:
    """An address where the system neither takes nor refuses a further connection."""
    with socket.create_server(("127.0.0.2", 0), backlog=0) as server:
        address = server.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for link in waiting:
            link.setblocking(False)
            link.connect_ex(address)
        yield address
        for link in waiting:
            link.close()


needs_full_queue = pytest.mark.skipif(sys.platform != "linux", reason="others refuse where the queue is full")


@needs_full_queue
def test_a_connection_that_never_comes_about_proves_that_nothing_was_sent(connect, full_queue):
    host, port = full_queue
    reply = connect(f"http://{host}:{port}", deadline_s=SOON).send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.DEADLINE


@needs_full_queue
def test_a_dead_first_address_leaves_time_for_the_second(connect, monkeypatch, full_queue):
    dead, port = full_queue

    def found(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in (dead, "127.0.0.1")]

    with socket.create_server(("127.0.0.1", port)) as living:
        real = socket.create_connection
        tried: list[str] = []

        def connecting(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
            tried.append(address[0])
            return real(address, *rest, **more)

        monkeypatch.setattr(socket, "create_connection", connecting)
        connector = connect(f"http://centre.example:{port}", deadline_s=SOON)
        real_lookup = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *rest, **more: (
                found() if host == "centre.example" else real_lookup(host, *rest, **more)
            ),
        )
        reply = connector.send("a1", TWO)
        living.settimeout(10)
        living.accept()[0].close()
    assert tried == [dead, "127.0.0.1"]
    assert nobody_knows(reply)


def test_a_self_signed_certificate_proves_that_nothing_was_sent(connect, serve, always, say, certificates):
    server = serve(always(say({"results": []})), certificates.self_signed)
    reply = connect(f"https://localhost:{server.port}", authority=certificates.authority).send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.CERTIFICATE
    assert server.requests == []


def test_an_authority_that_this_machine_does_not_know_is_a_certificate_fault(
    connect, serve, always, say, certificates
):
    server = serve(always(say({"results": []})), certificates.good)
    reply = connect(f"https://localhost:{server.port}").send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.CERTIFICATE


def test_a_certificate_for_another_name_is_the_wrong_host(connect, serve, always, say, certificates):
    server = serve(always(say({"results": []})), certificates.other_host)
    for host in ("localhost", "127.0.0.1"):
        reply = connect(f"https://{host}:{server.port}", authority=certificates.authority).send("a1", TWO)
        assert nothing_was_sent(reply)
        assert reply.cause is Cause.WRONG_HOST
    assert server.requests == []


def test_a_server_without_tls_proves_that_nothing_was_sent(connect, serve):
    def behave(link, server):
        link.recv(100)
        link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    reply = connect(serve(behave).url.replace("http:", "https:")).send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.TLS


def test_a_handshake_that_hangs_proves_that_nothing_was_sent(connect, serve):
    server = serve(lambda link, server: server.over.wait())
    reply = connect(server.url.replace("http:", "https:"), deadline_s=SOON).send("a1", TWO)
    assert nothing_was_sent(reply)
    assert reply.cause is Cause.DEADLINE


def test_a_certificate_of_the_trusted_authority_is_taken(connect, serve, always, say, certificates):
    server = serve(always(say({"results": [{"key": "k1", "status": "accepted"}]})), certificates.good)
    connector = connect(f"https://localhost:{server.port}", authority=certificates.authority)
    assert outcomes(connector.send("a1", TWO[:1])) == [Outcome.ACCEPTED]


# --- after the first byte


def test_a_reset_after_the_request_leaves_everything_unknown(connect, serve, hang_up_rudely):
    def behave(link, server):
        server.receive(link)
        hang_up_rudely(link)

    reply = connect(serve(behave).url).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.RESET


def test_a_reset_in_the_middle_of_the_request_leaves_everything_unknown(connect, serve, hang_up_rudely):
    def behave(link, server):
        link.recv(10)
        hang_up_rudely(link)

    reply = connect(serve(behave).url).send("a1", [Message("k1", b"1" * 8_000_000), TWO[1]])
    assert nobody_knows(reply)
    assert reply.cause is Cause.RESET


def test_a_connection_cut_before_the_answer_leaves_everything_unknown(connect, serve):
    reply = connect(serve(lambda link, server: server.receive(link)).url).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.RESET


def test_a_connection_cut_within_the_answer_leaves_everything_unknown(connect, serve, say):
    def behave(link, server):
        server.receive(link)
        whole = say({"results": [{"key": "k1", "status": "accepted"}, {"key": "k2", "status": "accepted"}]})
        link.sendall(whole[:-5])

    reply = connect(serve(behave).url).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.RESET


def test_a_cut_of_a_tls_connection_leaves_everything_unknown(connect, serve, certificates, hang_up_rudely):
    def behave(link, server):
        server.receive(link)
        hang_up_rudely(link)

    server = serve(behave, certificates.good)
    reply = connect(f"https://localhost:{server.port}", authority=certificates.authority).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.RESET


def test_a_server_that_hangs_does_not_outlast_the_deadline(connect, serve):
    def behave(link, server):
        server.receive(link)
        server.over.wait()

    reply = connect(serve(behave).url, deadline_s=SOON).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.DEADLINE


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_server_that_drips_does_not_outlast_the_deadline(connect, serve, start):
    def behave(link, server):
        server.receive(link)
        link.sendall(start)
        while not server.over.wait(0.02):
            link.sendall(b"a")

    reply = connect(serve(behave).url, deadline_s=SOON).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.DEADLINE


def test_a_server_that_reads_slowly_does_not_outlast_the_deadline(connect, serve):
    def behave(link, server):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while not server.over.wait(0.02):
            link.recv(1000)

    reply = connect(serve(behave).url, deadline_s=SOON).send("a1", [Message("k1", b"1" * 20_000_000), TWO[1]])
    assert nobody_knows(reply)
    assert reply.cause is Cause.DEADLINE


def test_an_answer_without_end_fills_no_memory(connect, serve):
    sent = 0

    def behave(link, server):
        nonlocal sent
        server.receive(link)
        link.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.over.is_set():
            link.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            sent += 65536

    reply = connect(serve(behave).url, deadline_s=60).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.UNREADABLE
    assert sent < 2 * ANSWER_MAX


def test_what_is_no_http_leaves_everything_unknown(connect, serve):
    def behave(link, server):
        server.receive(link)
        link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    reply = connect(serve(behave).url).send("a1", TWO)
    assert nobody_knows(reply)
    assert reply.cause is Cause.UNREADABLE


# --- statuses


@pytest.mark.parametrize(
    ("status", "fields", "cause", "retry_after"),
    [
        ("503 Unavailable", ["Retry-After: 7"], Cause.BUSY, 7.0),
        (
            "503 Unavailable",
            ["Date: Mon, 02 Nov 2026 10:00:00 GMT", "Retry-After: Mon, 02 Nov 2026 10:01:30 GMT"],
            Cause.BUSY,
            90.0,
        ),
        ("503 Unavailable", [], Cause.BUSY, None),
        ("429 Too Many", ["Retry-After: 0"], Cause.BUSY, 0.0),
        ("429 Too Many", ["Retry-After: soon"], Cause.BUSY, None),
        ("409 Conflict", [], Cause.BUSY, None),
        ("401 Who", [], Cause.NOT_AUTHORISED, None),
        ("403 No", [], Cause.NOT_AUTHORISED, None),
        ("500 Oops", [], Cause.SERVER_ERROR, None),
        ("502 Gateway", ["Retry-After: 3"], Cause.SERVER_ERROR, 3.0),
        ("404 Where", [], Cause.UNREADABLE, None),
        ("400 What", [], Cause.UNREADABLE, None),
    ],
)
def test_a_failing_status_of_a_batch_never_proves_anything(
    connect, serve, always, say, status, fields, cause, retry_after
):
    whole = {"results": [{"key": "k1", "status": "accepted"}, {"key": "k2", "status": "accepted"}]}
    reply = connect(serve(always(say(whole, status, *fields))).url).send("a1", TWO)
    assert nobody_knows(reply)
    assert (reply.cause, reply.retry_after) == (cause, retry_after)
    assert reply.detail == f"HTTP {status[:3]}"


def test_a_redirect_is_not_followed(connect, serve, always, say):
    other = serve(always(say({"results": [{"key": "k1", "status": "accepted"}]})))
    server = serve(always(say(b"", "307 Moved", f"Location: {other.url}/services/aid/batches")))
    reply = connect(server.url).send("a1", TWO)
    assert nobody_knows(reply)
    assert other.requests == []


def test_proxies_of_the_environment_are_ignored(connect, serve, always, say, monkeypatch):
    proxy = serve(always(say(b"")))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    server = serve(always(say({"results": [{"key": "k1", "status": "accepted"}]})))
    assert outcomes(connect(server.url).send("a1", TWO[:1])) == [Outcome.ACCEPTED]
    assert proxy.connections == 0


# --- lines that are used again


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(connect, serve, say):
    closed = threading.Semaphore(0)

    def behave(link, server):
        server.receive(link)
        link.sendall(say({"results": [{"key": "k1", "status": "accepted"}]}))
        link.close()
        closed.release()

    server = serve(behave)
    connector = connect(server.url)
    for number in range(1, 4):
        assert outcomes(connector.send("a1", TWO[:1])) == [Outcome.ACCEPTED]
        assert closed.acquire(timeout=10)
        assert len(server.requests) == number


def test_several_calls_use_one_connection(connect, serve, always, say):
    server = serve(always(say({"results": [{"key": "k1", "status": "accepted"}]})))
    connector = connect(server.url)
    for _ in range(3):
        connector.send("a1", TWO[:1])
    assert (server.connections, len(server.requests)) == (1, 3)


def test_after_a_failure_the_name_is_looked_up_again(
    connect, serve, always, say, hang_up_rudely, monkeypatch
):
    def fail(link, server):
        server.receive(link)
        hang_up_rudely(link)

    old = serve(fail)
    new = serve(always(say({"results": [{"key": "k1", "status": "accepted"}]})))
    target = old
    real = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda address, *rest, **more: real(("127.0.0.1", target.port), *rest, **more),
    )
    connector = connect("http://127.0.0.1:1")
    assert connector.send("a1", TWO[:1]).cause is Cause.RESET
    target = new
    assert outcomes(connector.send("a2", TWO[:1])) == [Outcome.ACCEPTED]


def test_after_a_failing_status_the_next_call_takes_a_new_line(connect, serve, always, say):
    server = serve(
        always(say(b"", "503 Unavailable"), say({"results": [{"key": "k1", "status": "accepted"}]}))
    )
    connector = connect(server.url)
    assert connector.send("a1", TWO[:1]).cause is Cause.BUSY
    assert outcomes(connector.send("a2", TWO[:1])) == [Outcome.ACCEPTED]
    assert server.connections == 2


def test_closing_ends_a_call_that_is_underway(connect, serve):
    waiting = threading.Event()

    def behave(link, server):
        server.receive(link)
        waiting.set()
        server.over.wait()

    connector = connect(serve(behave).url, deadline_s=3600)
    replies: list[Reply] = []
    call = threading.Thread(target=lambda: replies.append(connector.send("a1", TWO)), daemon=True)
    call.start()
    assert waiting.wait(10)
    connector.close()
    call.join(10)
    assert nobody_knows(replies[0])


def test_a_date_without_a_date_of_the_answer_counts_from_now(connect, serve, always, say):
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600))
    server = serve(always(say(b"", "503 Unavailable", f"Retry-After: {later}")))
    retry_after = connect(server.url).send("a1", TWO).retry_after
    assert retry_after is not None
    assert 3000 < retry_after <= 3600
