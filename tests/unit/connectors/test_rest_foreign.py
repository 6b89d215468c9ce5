"""What a connector makes of the answers of a centre with messages of its own, and what it puts on the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from counter_app.connectors.rest_foreign import ForeignConnector, NumberedConnector
from counter_app.sync.judge import differing_fields
from counter_app.sync.port import Cause, Message, Outcome, UnitReply
from tests.contract.forms import way
from tests.unit.connectors.ways import ways

BODY = {
    "entry_id": "k1",
    "part": "main",
    "kind": "aid_granted",
    "aid": "FR-CAP",
    "cents": 3000,
    "currency": "EUR",
    "refers_to": None,
    "person": {"surname": "Lefèvre", "given_names": ["Zoé", "Anne"], "birth_date": "1980-03-05"},
}
UNIT = Message("k1", json.dumps(BODY).encode())
CREATE = 'once_by = "client_id"\npath = "/d"\n'
SHOWN = """
[record]
aid = "scheme"
"cents:amount" = "amount"
"person.surname:upper" = "who.name"
"person.given_names" = "who.first"
"""


@pytest.fixture
def connect() -> Iterator[Callable[..., ForeignConnector]]:
    with ExitStack() as stack:

        def start(url: str, text: str) -> ForeignConnector:
            configured = way(text)
            assert configured.create is not None
            kind = ForeignConnector if configured.ask_number is None else NumberedConnector
            connector = kind(ways(url), configured, configured.create)
            stack.callback(connector.close)
            return connector

        yield start


def sent(connector: ForeignConnector) -> tuple[UnitReply, Cause]:
    reply = connector.send("attempt-1", [UNIT])
    return reply.units[0], reply.cause


# --- what goes out


def test_each_way_of_sending_once_bears_its_own_mark(connect, serve, always, say):
    server = serve(always(say({})))
    connect(server.url, '[create]\nonce_by = "idempotency_key"\npath = "/d"').send("a1", [UNIT])
    connect(server.url, '[create]\nonce_by = "if_none_match"\nmethod = "PUT"\npath = "/d/${key}"').send(
        "a1", [UNIT]
    )
    connect(server.url, "[create]\n" + CREATE + "body = '{\"id\": ${key}}'").send("a1", [UNIT])
    key, guarded, client = server.requests
    assert (key.line, key.headers["idempotency-key"], key.body) == ("POST /d HTTP/1.1", "k1", UNIT.body)
    assert (guarded.line, guarded.headers["if-none-match"]) == ("PUT /d/k1 HTTP/1.1", "*")
    assert json.loads(client.body) == {"id": "k1"}
    assert "idempotency-key" not in client.headers


def test_the_same_unit_goes_out_byte_for_byte_alike(connect, serve, always, say):
    server = serve(always(say({})))
    connector = connect(server.url, "[create]\n" + CREATE + 'body = \'{"id": ${key}, "all": ${body}}\'')
    for attempt_id in ("a1", "a2"):
        connector.send(attempt_id, [UNIT])
    first, second = server.requests
    assert first.body == second.body == b'{"id": "k1", "all": ' + UNIT.body + b"}"


def test_what_stands_in_a_path_or_a_header_stays_in_its_place(connect, serve, always, say):
    server = serve(always(say({})))
    text = """
    [create]
    once_by = "if_none_match"
    method = "PUT"
    path = "/d/${key}/${person.surname}?by=${counter}"
    headers = { X-Name = "${person.surname}" }
    """
    body = {**BODY, "counter": "A&B=1", "person": {"surname": "a/../b?c#d\r\nX-Evil: 1"}}
    connect(server.url, text).send("a1", [Message("..", json.dumps(body).encode())])
    (request,) = server.requests
    assert request.line == "PUT /d/%2E%2E/a%2F..%2Fb%3Fc%23d%0D%0AX-Evil%3A%201?by=A%26B%3D1 HTTP/1.1"
    assert request.headers["x-name"] == "a/../b?c#d%0D%0AX-Evil: 1"
    assert "x-evil" not in request.headers


# --- statuses and words


@pytest.mark.parametrize(
    ("status", "answers", "outcome", "cause"),
    [
        ("201 Created", "", Outcome.ACCEPTED, Cause.NONE),
        ("202 Later", "", Outcome.RECEIVED, Cause.NONE),
        ("412 Taken", "", Outcome.CONFLICT, Cause.NONE),
        ("422 Other", "", Outcome.CONFLICT, Cause.NONE),
        ("409 Working", "", Outcome.CONFLICT, Cause.NONE),
        ("422 Refused", 'statuses = { 422 = "rejected" }', Outcome.REJECTED, Cause.NONE),
        ("200 Perhaps", 'statuses = { 200 = "unknown" }', Outcome.UNKNOWN, Cause.UNREADABLE),
        ("404 Where", "", Outcome.UNKNOWN, Cause.UNREADABLE),
        ("400 What", "", Outcome.UNKNOWN, Cause.UNREADABLE),
        ("401 Who", "", Outcome.UNKNOWN, Cause.NOT_AUTHORISED),
        ("500 Oops", "", Outcome.UNKNOWN, Cause.SERVER_ERROR),
        ("503 Busy", "", Outcome.UNKNOWN, Cause.BUSY),
    ],
)
def test_a_status_means_what_the_office_says_and_else_as_little_as_it_may(
    connect, serve, always, say, status, answers, outcome, cause
):
    server = serve(always(say({"amount": 1}, status)))
    unit, why = sent(connect(server.url, f"[create]\n{CREATE}[create.answers]\n{answers}"))
    assert (unit.outcome, why) == (outcome, cause)


def test_a_conflict_that_shows_no_record_may_be_one_with_an_attempt_under_way(connect, serve, always, say):
    server = serve(always(say(b"busy", "409 Conflict")))
    assert sent(connect(server.url, f"[create]\n{CREATE}")) == (UnitReply("k1", Outcome.UNKNOWN), Cause.BUSY)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"state": "OPEN"}, Outcome.ACCEPTED),
        ({"state": 2}, Outcome.RECEIVED),
        ({"state": True}, Outcome.REJECTED),
        ({"state": "opened"}, Outcome.UNKNOWN),
        ({"state": None}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
        ([], Outcome.UNKNOWN),
    ],
)
def test_a_word_that_nobody_named_says_nothing(connect, serve, always, say, said, outcome):
    text = f"""[create]\n{CREATE}[create.answers]\nverdict = "state"
    verdicts = {{ OPEN = "accepted", 2 = "received", true = "rejected" }}"""
    server = serve(always(say(json.dumps(said).encode())))
    unit, cause = sent(connect(server.url, text))
    assert unit.outcome is outcome
    assert (cause is Cause.UNREADABLE) == (outcome is Outcome.UNKNOWN)


def test_reason_words_and_number_are_read_where_the_office_says(connect, serve, always, say):
    text = f"""[create]\n{CREATE}[create.answers]\nstatuses = {{ 422 = "rejected" }}
    number = "file.no"\nreason = "errors[0].code"\nwords = "join(', ', errors[].text)" """
    answer: dict[str, Any] = {
        "file": {"no": 17},
        "errors": [{"code": "closed", "text": "Clos"}, {"text": "Tard"}],
    }
    server = serve(always(say(answer, "422 No")))
    unit, _ = sent(connect(server.url, text))
    assert (unit.number, unit.reason, unit.words) == ("17", "closed", "Clos, Tard")


# --- the record


def record(**changes: Any) -> dict[str, Any]:
    held = {"scheme": "FR-CAP", "amount": "30.00", "who": {"name": "LEFÈVRE", "first": "Zoé Anne"}}
    return {**held, **changes}


@pytest.mark.parametrize(
    ("changes", "different"),
    [
        ({}, []),
        ({"amount": 30}, []),
        ({"amount": 30.0}, []),
        ({"amount": "30"}, []),
        ({"who": {"name": " LEFÈVRE ", "first": ["Zoé", "Anne"]}}, []),
        ({"amount": 30.001}, ["cents"]),
        ({"amount": "trente"}, ["cents"]),
        ({"amount": None}, ["cents"]),
        ({"scheme": "FR-SECURG"}, ["aid"]),
        ({"who": {"name": "LEFEVRE", "first": "Zoé Anne"}}, ["person"]),
        ({"who": {"name": "LEFÈVRE"}}, ["person"]),
        ({"who": None}, ["person"]),
    ],
)
def test_the_centre_s_record_counts_only_where_act_amount_and_person_are_those_sent(
    connect, serve, always, say, changes, different
):
    server = serve(always(say(record(**changes))))
    unit, _ = sent(connect(server.url, f"[create]\n{CREATE}{SHOWN}"))
    assert unit.echo is not None
    assert differing_fields(UNIT.body, unit.echo) == different


def test_the_centre_s_own_codes_go_out_and_are_read_back(connect, serve, always, say):
    server = serve(always(say(record(scheme="S7")), say(record(scheme="S8"))))
    text = f'[create]\n{CREATE}body = \'{{"id": ${{key}}, "scheme": ${{aid}}}}\'\n{SHOWN}[codes.aid]\nFR-CAP = "S7"'
    connector = connect(server.url, text)
    for different in ([], ["aid"]):
        unit, _ = sent(connector)
        assert unit.echo is not None
        assert differing_fields(UNIT.body, unit.echo) == different
    assert json.loads(server.requests[0].body)["scheme"] == "S7"


def test_a_centre_that_shows_no_record_proves_nothing_yet(connect, serve, always, say):
    server = serve(always(say(b"thanks", "201 Created")))
    text = f'[create]\n{CREATE}[create.answers]\nstatuses = {{ 201 = "accepted" }}{SHOWN}'
    assert sent(connect(server.url, text)) == (UnitReply("k1", Outcome.ACCEPTED), Cause.NONE)


# --- questions


ASK = '[ask]\npath = "/d?id=${key}"\n[ask.answers]\n'


@pytest.mark.parametrize(
    ("answers", "said", "status", "outcome"),
    [
        ("absent = 'length(items) == `0`'", {"items": []}, "200 OK", Outcome.ABSENT),
        (
            "absent = 'length(items) == `0`'\nrecord = 'items[0]'",
            {"items": [record()]},
            "200 OK",
            Outcome.ACCEPTED,
        ),
        ("absent = 'length(items) == `0`'\nrecord = 'items[0]'", {"error": "?"}, "200 OK", Outcome.UNKNOWN),
        ("absent = 'none'", {"none": "yes"}, "200 OK", Outcome.ACCEPTED),
        ('statuses = { 404 = "absent" }', {}, "404 None", Outcome.ABSENT),
        ("", {}, "404 None", Outcome.UNKNOWN),
        ("", [], "200 OK", Outcome.UNKNOWN),
    ],
)
def test_absence_is_only_what_the_office_says_it_is(
    connect, serve, always, say, answers, said, status, outcome
):
    server = serve(always(say(json.dumps(said).encode(), status)))
    connector = connect(server.url, f"[create]\n{CREATE}{ASK}{answers}")
    assert connector.ask([UNIT]).units[0].outcome is outcome


def test_only_a_centre_that_tells_absence_proves_it(connect):
    silent = connect("http://127.0.0.1:1", f"[create]\n{CREATE}{ASK}")
    telling = connect("http://127.0.0.1:1", f"[create]\n{CREATE}{ASK}absent = 'none'")
    blind = connect("http://127.0.0.1:1", f"[create]\n{CREATE}")
    assert [(one.askable, one.proves_absence) for one in (silent, telling, blind)] == [
        (True, False),
        (True, True),
        (False, False),
    ]


def test_several_are_asked_one_by_one_until_the_centre_has_no_time(connect, serve, always, say):
    items = "items = '{\"l\": [${items}]}'\n[create.answers]\nresults = 'r'\nkey = 'k'\n"
    server = serve(always(say({"none": True}), say(b"", "503 Busy", "Retry-After: 7")))
    connector = connect(server.url, f"[create]\n{CREATE}{items}{ASK}absent = 'none'")
    reply = connector.ask([Message(f"k{place}", UNIT.body) for place in range(3)])
    assert reply.units == (
        UnitReply("k0", Outcome.ABSENT),
        UnitReply("k1", Outcome.UNKNOWN),
        UnitReply("k2", Outcome.UNKNOWN),
    )
    assert (reply.cause, reply.retry_after) == (Cause.BUSY, 7.0)
    assert len(server.requests) == 2


BATCH = f"""[create]\n{CREATE}items = '{{"lot": ${{attempt}}, "all": [${{items}}]}}'
[create.answers]\nresults = "r"\nkey = "id"\nverdict = "v"\nverdicts = {{ ok = "accepted", no = "rejected" }}"""


def test_several_in_one_request_have_each_their_own_verdict(connect, serve, always, say):
    results = [
        {"id": "k2", "v": "no"},
        {"id": "k1", "v": "ok"},
        {"id": "k3", "v": "ok"},
        {"id": "k3", "v": "no"},
        {"id": "k9", "v": "ok"},
        "k4",
    ]
    server = serve(always(say({"r": results}, "207 Multi-Status")))
    load = [Message(f"k{number}", b'{"n":%d}' % number) for number in range(1, 5)]
    reply = connect(server.url, BATCH).send("attempt-1", load)
    outcomes = [unit.outcome for unit in reply.units]
    assert outcomes == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert (reply.cause, reply.detail) == (Cause.UNREADABLE, "no clear result for 2 of 4")
    (request,) = server.requests
    assert request.body == b'{"lot": "attempt-1", "all": [{"n":1},{"n":2},{"n":3},{"n":4}]}'


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"r": {}}', b"no"])
def test_an_answer_without_results_leaves_all_of_a_batch_unknown(connect, serve, always, say, body):
    reply = connect(serve(always(say(body))).url, BATCH).send("a1", [UNIT])
    assert (reply.units[0].outcome, reply.cause) == (Outcome.UNKNOWN, Cause.UNREADABLE)


def test_by_number_two_units_of_one_number_are_both_answered(connect, serve, always, say):
    text = f"""[create]\n{CREATE}items = '{{"l": [${{items}}]}}'\n[create.answers]\nresults = 'r'\nkey = 'k'
    [ask_number]\nmethod = "POST"\npath = "/n"\nbody = '${{number}}'\nitems = '[${{items}}]'
    [ask_number.answers]\nresults = "@"\nkey = "no"\nabsent = "free"\nrecord = "held"\nnumber = "no" """
    server = serve(always(say(b'[{"no": "7", "held": {"a": 1}}, {"no": "8", "free": true}]')))
    connector = connect(server.url, text)
    assert isinstance(connector, NumberedConnector)
    load = [Message(f"k{place}", b"{}", number) for place, number in enumerate(("7", "8", "7", None))]
    reply = connector.ask_numbers(load)
    assert reply.units == (
        UnitReply("k0", Outcome.ACCEPTED, "7", {"a": 1}),
        UnitReply("k1", Outcome.ABSENT),
        UnitReply("k2", Outcome.ACCEPTED, "7", {"a": 1}),
        UnitReply("k3", Outcome.UNKNOWN),
    )
