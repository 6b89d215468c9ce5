"""The faults that strike whole requests, over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import httpx2
import pytest

from counter_app.practice.centre import faults as drawn

COUNT = "SELECT count(*) FROM business"


def seed_where(fault: str, *, committed: bool) -> str:
    """A seed whose first request meets this fault, before or after the commit."""
    firsts = ((seed, drawn.Faults({fault}, seed).for_sending()) for seed in range(50))
    return str(next(seed for seed, first in firsts if first and first.committed == committed))


def raw_post(service, key: str, body: dict) -> socket.socket:
    content = json.dumps(body).encode()
    head = (
        f"POST {service.path}/entries HTTP/1.1\r\nHost: centre\r\nIdempotency-Key: {key}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", service.centre.port), timeout=10)
    connection.sendall(head.encode() + content)
    return connection


def in_progress(service) -> int:
    return service.centre.client.get("/").json()["in_progress"]


def test_down_closes_a_burst_of_connections_before_anything_is_kept(start, body):
    service = start("--faults", "down").on("aid")
    with raw_post(service, "k", body()) as connection:
        assert connection.recv(100) == b""
    with pytest.raises(httpx2.RemoteProtocolError):
        service.send_one("k", body())
    assert service.rows(COUNT) == [(0,)]
    assert service.ask("k")[0]["status"] == "absent"
    for _ in range(3):
        with contextlib.suppress(httpx2.RemoteProtocolError):
            assert service.send_one("k", body()).status_code == 201
            break
    assert service.ask("k")[0]["status"] == "accepted"
    assert service.centre.client.get("/").json()["struck"]["down"] in {2, 3, 4}


def test_retry_after_says_when_and_keeps_nothing(start, body):
    service = start("--faults", "retry-after").on("aid")
    answer = service.send({"k": body()})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert service.rows(COUNT) == [(0,)]
    assert service.send({"k": body()}).json()["results"][0]["status"] == "accepted"


@pytest.mark.parametrize("committed", [False, True])
def test_a_hang_says_nothing_and_may_or_may_not_have_kept_the_unit(start, until, body, committed):
    service = start("--faults", "hang", "--seed", seed_where("hang", committed=committed)).on("aid")
    with raw_post(service, "k", body()) as hanging:
        hanging.settimeout(0.2)
        with pytest.raises(TimeoutError):
            hanging.recv(1)
        until(lambda: service.rows(COUNT) == [(int(committed),)])
        # While the first is in progress, the same key is not taken a second time.
        assert service.send_one("k", body()).status_code == (200 if committed else 409)
    until(lambda: in_progress(service) == 0)
    assert service.ask("k")[0]["status"] == ("accepted" if committed else "absent")
    assert service.send_one("k", body()).json()["status"] == "accepted"
    assert service.rows(COUNT) == [(1,)]


def test_a_hang_does_not_delay_the_end_of_the_centre(start, until, body):
    centre = start("--faults", "hang", "--seed", seed_where("hang", committed=False))
    with raw_post(centre.on("aid"), "k", body()) as hanging:
        until(lambda: in_progress(centre.on("aid")) == 1)
        # `stop` waits ten seconds, the hang would last thirty.
        assert centre.stop() == ""
        assert hanging.recv(1) == b""
    assert centre.process.returncode == 0


def test_a_drip_never_trips_a_read_time_out_and_has_kept_the_unit(start, body):
    service = start("--faults", "drip").on("aid")
    pieces = []
    began = time.monotonic()
    with service.centre.client.stream(
        "POST", f"{service.path}/entries", json=body(), headers={"Idempotency-Key": "k"}, timeout=0.8
    ) as answer:
        assert answer.status_code == 201
        for piece in answer.iter_raw():
            pieces.append(piece)
            if time.monotonic() - began > 1.0:
                break
    # It went on for longer than the time-out, and still was not done.
    assert {len(piece) for piece in pieces} == {1}
    assert 1 < len(pieces) < int(answer.headers["Content-Length"])
    assert service.rows(COUNT) == [(1,)]
    assert service.ask("k")[0]["status"] == "accepted"


def test_a_hang_and_a_drip_end_by_themselves_after_the_longest_hold(start, body):
    service = start("--faults", "hang,drip", "--longest-hold", "0.4").on("aid")
    # The opening: one fault, a clean request, the other fault.
    for is_cut in (True, False, True):
        with contextlib.ExitStack() as expected:
            if is_cut:
                expected.enter_context(pytest.raises(httpx2.RemoteProtocolError))
            service.send_one("k", body())
    assert service.centre.client.get("/").json()["struck"] == {"hang": 1, "drip": 1}
    assert service.rows(COUNT) == [(1,)]


@pytest.mark.parametrize("committed", [False, True])
def test_a_reset_is_a_tcp_reset_before_or_after_the_commit(start, body, committed):
    service = start("--faults", "reset", "--seed", seed_where("reset", committed=committed)).on("aid")
    with raw_post(service, "k", body()) as connection, pytest.raises(ConnectionResetError):
        connection.recv(100)
    assert service.rows(COUNT) == [(int(committed),)]
    assert service.send_one("k", body()).status_code == (200 if committed else 201)


def test_after_a_lost_answer_a_question_finds_the_unit_accepted(start, body):
    service = start("--faults", "lost-answer").on("aid")
    with pytest.raises(httpx2.RemoteProtocolError):
        service.send({"k": body()})
    (found,) = service.ask("k")
    assert (found["status"], found["record"]) == ("accepted", body())
    assert service.send({"k": body()}).json()["results"] == [found]
    assert service.rows(COUNT) == [(1,)]


def test_duplicate_makes_two_rows_of_a_key_that_comes_twice(start, body):
    service = start("--faults", "duplicate").on("aid")
    first, second = (service.send_one("k", body()).json() for _ in range(2))
    assert first["status"] == second["status"] == "accepted"
    assert first["number"] != second["number"]
    assert service.rows("SELECT entry_id, count(*) FROM business GROUP BY 1") == [(body()["entry_id"], 2)]
    assert service.ask("k")[0]["number"] == first["number"]


def test_questions_meet_only_resets_and_retry_after(start):
    service = start("--faults", "all").on("aid")
    met = {"answered": 0, "reset": 0, "retry-after": 0}
    for _ in range(200):
        try:
            answer = service.centre.client.post(f"{service.path}/queries", json={"keys": ["k"]})
        except httpx2.ReadError:
            met["reset"] += 1
        else:
            met["answered" if answer.status_code == 200 else "retry-after"] += 1
    assert met["answered"] > 150
    assert met["reset"] > 0
    assert met["retry-after"] > 0


def test_a_client_that_asks_before_it_sends_again_ends_with_every_unit_once(start, until, body):
    service = start("--faults", "all", "--seed", "5").on("aid")
    units = {f"k{n}": body(n) for n in range(100)}
    for first in range(0, 100, 10):
        waiting = {key: units[key] for key in list(units)[first : first + 10]}
        while waiting:
            found = deliver(service, waiting)
            waiting = {key: waiting[key] for key in found if found[key] == "absent"}
    struck = service.centre.client.get("/").json()["struck"]
    assert all(struck[name] for name in drawn.REQUEST_FAULTS), struck
    until(lambda: service.rows("SELECT count(*) FROM unit WHERE state = 'received'") == [(0,)])
    held = "SELECT count(*), count(DISTINCT key), count(DISTINCT record) FROM unit"
    assert service.rows(held) == [(100, 100, 100)]


def deliver(service, units: dict) -> dict[str, str]:
    """Sends once, with a total deadline; whatever came of it, the centre is asked what it holds."""
    until = time.monotonic() + 0.5
    with (
        contextlib.suppress(httpx2.HTTPError),
        service.centre.client.stream(
            "POST",
            f"{service.path}/batches",
            json={"items": [{"key": key, "body": record} for key, record in units.items()]},
            headers={"Idempotency-Key": "attempt"},
            timeout=0.3,
        ) as answer,
    ):
        for _ in answer.iter_raw():
            if time.monotonic() > until:
                break
    while True:
        with contextlib.suppress(httpx2.HTTPError):
            return {one["key"]: one["status"] for one in service.ask(*units)}
