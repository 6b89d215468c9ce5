"""The protocol of the centre without faults, over real sockets."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "counter_app.practice.centre"]
DUPLICATES = "SELECT service, entry_id, part, count(*) FROM business GROUP BY 1, 2, 3 HAVING count(*) > 1"


def test_a_batch_is_kept_once_and_answers_the_same_when_it_comes_again(service, body):
    units = {f"k{n}": body(n) for n in range(100)}
    first = service.send(units)
    again = service.send(units)
    assert first.status_code == again.status_code == 200
    assert again.json() == first.json()
    results = first.json()["results"]
    assert [(one["key"], one["status"], one["record"]) for one in results] == [
        (key, "accepted", record) for key, record in units.items()
    ]
    assert len({one["number"] for one in results}) == 100
    assert service.rows("SELECT count(*), count(DISTINCT entry_id), sum(cents) FROM business") == [
        (100, 100, sum(record["cents"] for record in units.values()))
    ]
    assert service.rows(DUPLICATES) == []


def test_the_view_holds_the_business_fields_and_the_record_as_sent(service, body):
    sent = body(1, aid=None, cents=0, remark="déjà vu", nested={"b": [1, 2.5], "a": None})
    answer = service.send_one("k", sent)
    assert answer.status_code == 201
    (row,) = service.rows("SELECT * FROM business")
    assert row[:8] == (
        service.name,
        sent["entry_id"],
        "main",
        None,
        0,
        "EUR",
        "k",
        answer.json()["number"],
    )
    assert service.ask("k")[0]["record"] == sent
    assert service.rows("SELECT json_extract(record, '$.remark') FROM business") == [("déjà vu",)]


def test_a_single_entry_answers_new_then_known_then_conflict(service, body):
    new = service.send_one("k", body(1))
    # The same content in another order of names is the same content.
    known = service.send_one("k", dict(reversed(body(1).items())))
    conflict = service.send_one("k", body(1, cents=1))
    assert [one.status_code for one in (new, known, conflict)] == [201, 200, 422]
    assert known.json() == new.json()
    assert (conflict.json()["status"], conflict.json()["record"]) == ("conflict", body(1))
    assert service.rows("SELECT cents FROM business") == [(3001,)]


def test_in_a_batch_a_conflict_and_a_repeated_key_stand_beside_accepted_units(service, body):
    service.send_one("old", body(1))
    answer = service.send_items(
        [("old", body(1, aid="FR-SECURG")), ("new", body(2)), ("new", body(2)), ("new", body(3))]
    )
    assert [one["status"] for one in answer.json()["results"]] == [
        "conflict",
        "accepted",
        "accepted",
        "conflict",
    ]
    assert service.rows("SELECT key, aid FROM business ORDER BY 1") == [("new", "FR-CAP"), ("old", "FR-CAP")]


def test_one_and_true_are_not_the_same_content(service, body):
    service.send_one("k", body(1, count=1))
    assert service.send_one("k", body(1, count=True)).status_code == 422


def test_services_share_no_keys(service, shared, body):
    other = shared.on(f"{service.name}-other")
    service.send_one("k", body(1))
    assert other.ask("k")[0]["status"] == "absent"
    assert other.send_one("k", body(2)).status_code == 201
    assert service.rows("SELECT cents FROM business") == [(3001,)]
    assert other.rows("SELECT cents FROM business") == [(3002,)]


def test_questions_answer_in_the_order_asked_and_absent_for_what_never_came(service, body):
    service.send_one("b", body(1))
    asked = service.ask("a", "b", "c")
    assert [(one["key"], one["status"]) for one in asked] == [
        ("a", "absent"),
        ("b", "accepted"),
        ("c", "absent"),
    ]
    client = service.centre.client
    assert client.get(f"{service.path}/entries/b").json() == asked[1]
    missing = client.get(f"{service.path}/entries/a")
    assert (missing.status_code, missing.json()["status"]) == (404, "absent")
    many = [str(n) for n in range(1200)]
    assert [one["key"] for one in service.ask(*many)] == many


def test_a_closed_service_answers_503_until_it_opens_even_after_a_restart(start, body):
    centre = start("--settling", "0.7")
    closed = {"service": "aid", "open": False}
    assert centre.client.put("/services/aid", json={"open": False}).json() == closed
    assert centre.stop() == ""
    centre = start("--settling", "0.7")
    service = centre.on("aid")
    for answer in (
        centre.client.get(service.path),
        service.send_one("k", body(1)),
        service.send({"k": body(1)}),
        centre.client.post(f"{service.path}/queries", json={"keys": ["k"]}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert centre.on("other").ask("k")[0]["status"] == "absent"
    centre.client.put(service.path, json={"open": True})
    described = {"service": "aid", "open": True, "settling_seconds": 0.7, "batch_max": 100}
    assert centre.client.get(service.path).json() == described
    assert service.send_one("k", body(1)).status_code == 201
    assert service.rows("SELECT count(*) FROM business") == [(1,)]


def test_what_is_no_message_is_refused_and_leaves_nothing_behind(service, body):
    head = {"Idempotency-Key": "k"}
    for path, content, headers in (
        ("entries", b"{", head),
        ("entries", b"[]", head),
        ("entries", b'{"a":NaN}', head),
        ("entries", b'{"a":1e999}', head),
        ("entries", b'{"a":"\\ud800"}', head),
        ("entries", b"[" * 100_000, head),
        ("entries", b"\xff", head),
        ("entries", b"{}", {}),
        ("entries", b"{}", {"Idempotency-Key": "k" * 201}),
        ("batches", b'{"items":[{"key":"a","body":{}},{"key":"b"}]}', head),
        ("batches", b'{"items":{}}', head),
        ("queries", b'{"keys":[1]}', head),
    ):
        answer = service.centre.client.post(f"{service.path}/{path}", content=content, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (400, "malformed"), content[:40]
    assert service.send({f"k{n}": body(n) for n in range(101)}).status_code == 413
    assert service.rows("SELECT count(*) FROM unit") == [(0,)]


def test_a_unit_without_usable_business_fields_is_rejected_and_makes_no_row(service, body):
    wrong = [{"entry_id": None}, {"part": 1}, {"aid": 7}, {"cents": 1.5}, {"cents": True}, {"cents": 2**63}]
    for key, fields in enumerate(wrong):
        answer = service.send_one(str(key), body(1, **fields)).json()
        assert (answer["status"], answer["reason"]) == ("rejected", "malformed")
        assert next(iter(fields)) in answer["words"]
        assert service.ask(str(key)) == [answer]
    assert service.rows("SELECT count(*) FROM business") == [(0,)]


def test_a_client_that_leaves_in_the_middle_of_its_request_is_nobody_s_trouble(service, shared, body):
    with socket.create_connection(("127.0.0.1", shared.port), timeout=10) as connection:
        head = f"POST {service.path}/entries HTTP/1.1\r\nHost: centre\r\nIdempotency-Key: k\r\n"
        connection.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode() + b'{"entry_id":')
    # That nothing was logged is seen when the shared centre stops.
    assert service.send_one("k", body(1)).status_code == 201


def test_it_stops_cleanly_and_leaves_one_plain_file(start, body, tmp_path: Path):
    centre = start()
    number = centre.on("aid").send_one("k", body(1)).json()["number"]
    assert centre.stop() == ""
    assert [path.name for path in tmp_path.iterdir()] == ["centre.db"]
    assert (tmp_path / "centre.db").read_bytes()[:15] == b"SQLite format 3"
    assert centre.on("aid").rows("SELECT number FROM business") == [(number,)]


def test_a_taken_port_ends_it_with_a_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--store", str(tmp_path / "c.db"), "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("The centre can't run")
    assert done.stderr.count("\n") == 1


def test_a_centre_whose_parent_has_gone_ends_without_a_word(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "counter_app.practice.centre", "--store", str(tmp_path / "centre.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(60), said) == (0, b"")
