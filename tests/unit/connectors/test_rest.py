"""What the REST connector puts on the line, and what it makes of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_trust import Trust
from counter_app.domain.errors import BadInput
from counter_app.sync.port import Cause, Message, Outcome, UnitReply
from tests.unit.connectors.ways import ways

ODD = '{ "name" : "Ébène ✓",\t"cents":1.0, "cents":1.00, "é":"\\u00e9" }'.encode()
"""A body that no JSON library would write like this: it can only arrive so if nobody rendered it again."""


@pytest.fixture
def connect() -> Iterator[Callable[..., RestConnector]]:
    made: list[RestConnector] = []

    def start(url: str, service: str = "aid", **options: Any) -> RestConnector:
        batch_max = options.pop("batch_max", 100)
        made.append(RestConnector(ways(url, **options), service, batch_max=batch_max))
        return made[-1]

    yield start
    for connector in made:
        connector.close()


def test_a_batch_carries_the_bodies_byte_for_byte_under_the_attempt_as_key(connect, serve, always, say):
    server = serve(always(say({"results": []})))
    connect(server.url + "/api/", service="aid file/1", headers={"Authorization": "Bearer x"}).send(
        "attempt-1", [Message("k1", ODD), Message("k2", b"{}")]
    )
    (request,) = server.requests
    assert request.line == "POST /api/services/aid%20file%2F1/batches HTTP/1.1"
    assert request.headers["idempotency-key"] == "attempt-1"
    assert request.headers["authorization"] == "Bearer x"
    assert request.headers["content-type"] == "application/json"
    assert request.body == b'{"items":[{"key":"k1","body":' + ODD + b'},{"key":"k2","body":{}}]}'


def test_a_target_of_one_at_a_time_gets_the_bare_body_under_its_own_key(connect, serve, always, say):
    server = serve(
        always(say({"status": "accepted", "number": "CC-7", "record": {"cents": 1}}, "201 Created"))
    )
    reply = connect(server.url, batch_max=1).send("attempt-1", [Message("k1", ODD)])
    (request,) = server.requests
    assert request.line == "POST /services/aid/entries HTTP/1.1"
    assert request.headers["idempotency-key"] == "k1"
    assert request.body == ODD
    assert reply.units == (UnitReply("k1", Outcome.ACCEPTED, "CC-7", {"cents": 1}),)


def test_every_kind_of_result_is_told_apart(connect, serve, always, say):
    results = [
        {"key": "d", "status": "conflict", "record": {"cents": 9}},
        {"key": "c", "status": "rejected", "reason": "aid_closed", "words": "Dispositif clos"},
        {"key": "b", "status": "received"},
        {"key": "a", "status": "accepted", "number": 17, "record": {"cents": 1}},
        {"key": "z", "status": "accepted"},
    ]
    server = serve(always(say({"results": results})))
    reply = connect(server.url).send("a1", [Message(key, b"{}") for key in "abcd"])
    assert reply.cause is Cause.NONE
    assert reply.units == (
        UnitReply("a", Outcome.ACCEPTED, "17", {"cents": 1}),
        UnitReply("b", Outcome.RECEIVED),
        UnitReply("c", Outcome.REJECTED, reason="aid_closed", words="Dispositif clos"),
        UnitReply("d", Outcome.CONFLICT, echo={"cents": 9}),
    )


@pytest.mark.parametrize(
    "second",
    [
        None,
        {"key": "k2", "status": "absent"},
        {"key": "k2", "status": "perhaps"},
        {"key": "k2"},
        {"key": 2, "status": "accepted"},
        {"key": "k2", "status": "accepted", "record": [1]},
        "k2",
    ],
)
def test_a_result_that_is_missing_or_makes_no_sense_leaves_its_unit_unknown(
    connect, serve, always, say, second
):
    results = [{"key": "k1", "status": "accepted"}, *([second] if second is not None else [])]
    server = serve(always(say({"results": results})))
    reply = connect(server.url).send("a1", [Message("k1", b"{}"), Message("k2", b"{}")])
    assert [unit.outcome for unit in reply.units] == [Outcome.ACCEPTED, Outcome.UNKNOWN]
    assert reply.cause is Cause.UNREADABLE


def test_two_answers_about_one_key_that_contradict_each_other_count_for_nothing(connect, serve, always, say):
    said = {"key": "k1", "status": "accepted"}
    server = serve(always(say({"results": [said, {"key": "k1", "status": "rejected"}, said]})))
    assert connect(server.url).send("a1", [Message("k1", b"{}")]).units[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in to the guest network</html>",
        b"[]",
        b'{"results":{}}',
        b'{"results":[{"key":"k1","status":"accepted","number":NaN}]}',
        b'{"results":[{"key":"k1","status":"accepted","words":"\\ud800"}]}',
        b'{"results":[{"key":"k1","status":"accepted","words":"\\udc00x"}]}',
        b'{"results":[{"key":"k1","status":"accepted","words":"\xff"}]}',
        b'{"results":' + b"[" * 100_000,
    ],
    ids=["empty", "html", "list", "no-list", "nan", "half-character", "other-half", "not-utf8", "deep"],
)
def test_an_answer_that_is_no_strict_json_leaves_everything_unknown(connect, serve, always, say, body):
    for batch_max in (1, 100):
        reply = connect(serve(always(say(body))).url, batch_max=batch_max).send("a1", [Message("k1", b"{}")])
        assert reply.units[0].outcome is Outcome.UNKNOWN
        assert reply.cause is Cause.UNREADABLE


def test_an_answer_in_an_encoding_that_was_not_asked_for_leaves_everything_unknown(
    connect, serve, always, say
):
    server = serve(always(say({"results": []}, "200 OK", "Content-Encoding: gzip")))
    reply = connect(server.url).send("a1", [Message("k1", b"{}")])
    assert (reply.units[0].outcome, reply.cause) == (Outcome.UNKNOWN, Cause.UNREADABLE)
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", ["409 Conflict", "412 Precondition Failed", "422 Unprocessable"])
def test_a_single_unit_that_the_centre_holds_with_other_content_is_a_conflict(
    connect, serve, always, say, status
):
    server = serve(always(say({"status": "conflict", "record": {"cents": 9}}, status)))
    reply = connect(server.url, batch_max=1).send("a1", [Message("k1", b"{}")])
    assert reply.units == (UnitReply("k1", Outcome.CONFLICT, echo={"cents": 9}),)


def test_a_single_unit_that_is_still_being_worked_on_is_unknown(connect, serve, always, say):
    server = serve(always(say({"status": "in_progress"}, "409 Conflict", "Retry-After: 2")))
    reply = connect(server.url, batch_max=1).send("a1", [Message("k1", b"{}")])
    assert reply.units == (UnitReply("k1", Outcome.UNKNOWN),)
    assert (reply.cause, reply.retry_after) == (Cause.BUSY, 2.0)


def test_a_conflict_that_shows_no_record_is_still_a_conflict(connect, serve, always, say):
    server = serve(always(say(b"no", "422 Unprocessable")))
    reply = connect(server.url, batch_max=1).send("a1", [Message("k1", b"{}")])
    assert reply.units == (UnitReply("k1", Outcome.CONFLICT),)


def test_an_accepted_word_under_a_failing_status_counts_for_nothing(connect, serve, always, say):
    server = serve(always(say({"status": "accepted", "number": "CC-1"}, "500 Oops")))
    reply = connect(server.url, batch_max=1).send("a1", [Message("k1", b"{}")])
    assert (reply.units[0].outcome, reply.cause) == (Outcome.UNKNOWN, Cause.SERVER_ERROR)


def test_a_single_answer_about_another_key_counts_for_nothing(connect, serve, always, say):
    server = serve(always(say({"key": "k2", "status": "accepted"})))
    reply = connect(server.url, batch_max=1).send("a1", [Message("k1", b"{}")])
    assert (reply.units[0].outcome, reply.cause) == (Outcome.UNKNOWN, Cause.UNREADABLE)


def test_asking_sends_keys_alone_and_believes_an_absence(connect, serve, always, say):
    results = [{"key": "k1", "status": "absent"}, {"key": "k2", "status": "accepted", "number": "CC-1"}]
    server = serve(always(say({"results": results})))
    reply = connect(server.url).ask([Message("k1", b'{"secret":1}'), Message("k2", b"{}")])
    (request,) = server.requests
    assert request.line == "POST /services/aid/queries HTTP/1.1"
    assert json.loads(request.body) == {"keys": ["k1", "k2"]}
    assert "idempotency-key" not in request.headers
    assert reply.units == (UnitReply("k1", Outcome.ABSENT), UnitReply("k2", Outcome.ACCEPTED, "CC-1"))


def test_a_question_that_fails_proves_nothing_even_if_it_never_left(connect):
    reply = connect("http://127.0.0.1:1").ask([Message("k1", b"{}")])
    assert (reply.units[0].outcome, reply.cause) == (Outcome.UNKNOWN, Cause.REFUSED)


@pytest.mark.parametrize(
    "address", ["centre.example", "ftp://centre.example", "http://", "http://c/?a=1", "http://c:port/"]
)
def test_an_address_that_cannot_work_is_refused_at_once(address):
    with pytest.raises(BadInput, match="service_address_malformed"):
        RestConnector(ways(address), "aid")


def test_a_file_without_certificates_is_refused_at_once(tmp_path):
    (tmp_path / "empty.pem").write_bytes(b"nothing")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(BadInput, match="service_authority_unreadable"):
            Trust(authority=tmp_path / name).context()


# --- probing


def sandboxed(*, honest: bool, conflict: bool) -> Callable[[Any, Any], None]:
    """A centre with a sandbox that deduplicates, or says so only."""
    held: dict[str, Any] = {}
    posted = 0

    def tell(line: str, body: Any) -> Any:
        nonlocal posted
        if line.startswith("GET"):
            return {"open": True, "settling_seconds": 0.3, "batch_max": 100, "sandbox": "try"}
        if line.startswith("POST /services/aid/queries"):
            return {"results": [{"key": key, "status": "absent"} for key in body["keys"]]}
        assert line.startswith("POST /services/try/batches"), "a probe must not touch the real service"
        ((key, record),) = ((item["key"], item["body"]) for item in body["items"])
        posted += 1
        number = "CC-1" if honest else f"CC-{posted}"
        if conflict and held.setdefault(key, record) != record:
            return {"results": [{"key": key, "status": "conflict", "record": held[key]}]}
        return {"results": [{"key": key, "status": "accepted", "number": number, "record": record}]}

    def behave(link: Any, server: Any) -> None:
        while (request := server.receive(link)) is not None:
            said = json.dumps(tell(request.line, json.loads(request.body or b"null"))).encode()
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)

    return behave


@pytest.mark.parametrize(
    ("honest", "conflict", "idempotent"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_a_sandbox_proves_or_disproves_that_a_repetition_is_safe(
    connect, serve, honest, conflict, idempotent
):
    probe = connect(serve(sandboxed(honest=honest, conflict=conflict)).url).check()
    assert (probe.reachable, probe.askable, probe.idempotent) == (True, True, idempotent)
    assert all(finding.ok for finding in probe.findings) is idempotent


def test_a_sandbox_that_the_office_names_is_tried_where_the_service_announces_none(serve, always, say):
    """The practice store of the sandbox tells doubles apart; the real service is only asked."""
    held: dict[str, Any] = {}

    def keep(link: Any, server: Any) -> None:
        while (request := server.receive(link)) is not None:
            (item,) = json.loads(request.body)["items"]
            first = held.setdefault(item["key"], item["body"])
            status = "accepted" if first == item["body"] else "conflict"
            result = {"key": item["key"], "status": status, "number": "CC-1", "record": first}
            link.sendall(say({"results": [result]}))

    trial, real = serve(keep), serve(always(say({"open": True})))
    connector = RestConnector(ways(real.url), "aid", sandbox=ways(trial.url))
    probe = connector.check()
    connector.close()
    assert probe.idempotent
    assert len(held) == 1
    assert [request.line for request in real.requests] == [
        "GET /services/aid HTTP/1.1",
        "POST /services/aid/queries HTTP/1.1",
    ]


def test_without_a_sandbox_a_probe_only_asks(connect, serve, say):
    def behave(link: Any, server: Any) -> None:
        while (request := server.receive(link)) is not None:
            if request.line.startswith("GET"):
                link.sendall(say({"open": True, "batch_max": 50}))
            else:
                (key,) = json.loads(request.body)["keys"]
                link.sendall(say({"results": [{"key": key, "status": "absent"}]}))

    server = serve(behave)
    probe = connect(server.url).check()
    assert [request.line.split()[:2] for request in server.requests] == [
        ["GET", "/services/aid"],
        ["POST", "/services/aid/queries"],
    ]
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, False, True)
    assert [finding.code for finding in probe.findings if not finding.ok] == ["batch_max"]


def test_a_probe_names_what_keeps_it_from_the_centre(connect, serve, always, say):
    nowhere = connect("http://127.0.0.1:1").check()
    assert not nowhere.reachable
    assert "connection_refused" in nowhere.findings[0].detail
    forbidden = connect(serve(always(say(b"", "403 No"))).url).check()
    assert (forbidden.reachable, forbidden.askable) == (True, False)
    assert forbidden.findings[-1].detail == "HTTP 403"


@pytest.mark.parametrize(("told_min", "ahead_s"), [(-20, -1200), (0, 0), (90, 5400)])
def test_the_time_that_a_centre_tells_is_held_against_our_own(
    connect, serve, always, say, told_min: int, ahead_s: int
):
    told = datetime.now(UTC) + timedelta(minutes=told_min)
    server = serve(always(say({"results": []}, "200 OK", f"Date: {format_datetime(told, usegmt=True)}")))
    connector = connect(server.url)
    for exchange in (
        lambda: connector.send("a1", [Message("k", b"{}")]),
        lambda: connector.ask([Message("k", b"{}")]),
    ):
        ahead = exchange().centre_ahead_s
        assert ahead is not None
        assert abs(ahead - ahead_s) < 60


@pytest.mark.parametrize("told", [(), ("Date: soon",), ("Date: Thu, 99 Foo 2026 25:00:00 GMT",)])
def test_a_centre_that_tells_no_time_says_nothing_of_clocks(connect, serve, always, say, told):
    server = serve(always(say({"results": []}, "200 OK", *told)))
    assert connect(server.url).send("a1", [Message("k", b"{}")]).centre_ahead_s is None
