"""Getting in: whom a connector trusts, how it shows who it is, and which address it takes, against real servers."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counter_app.connectors.rest_foreign import ForeignConnector
from counter_app.connectors.rest_login import login_of
from counter_app.connectors.rest_trust import Trust
from counter_app.connectors.rest_wire import Ways
from counter_app.domain.rest_way import Basic, ClientCredentials, Header
from counter_app.sync.port import Cause, Message, Outcome
from tests.contract import forms
from tests.contract.foreign_server import ForeignServer, foreign
from tests.contract.test_connectors import attempt, unit
from tests.unit.connectors.certificates import PASSPHRASE, Certificates, made
from tests.unit.connectors.ways import ways

SECRET = "let me in"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for this run."""
    return made(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def serve() -> Iterator[Callable[..., ForeignServer]]:
    """Starts foreign centres, and ends them after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(foreign(**options))


@pytest.fixture
def connect() -> Iterator[Callable[[Ways], ForeignConnector]]:
    """Connects to a foreign centre, and hangs up after the test."""
    with ExitStack() as stack:

        def start(reached: Ways) -> ForeignConnector:
            way = forms.way(forms.FOREIGN)
            assert way.create is not None
            connector = ForeignConnector(reached, way, way.create)
            stack.callback(connector.close)
            return connector

        yield start


def closed_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def sent(connector: ForeignConnector, message: Message | None = None) -> tuple[Outcome, Cause]:
    reply = connector.send(attempt(), [message or unit()])
    return reply.units[0].outcome, reply.cause


def with_client(certificates: Certificates, **options: Any) -> Callable[..., Any]:
    return Trust(authority=certificates.authority, certificate=certificates.client, **options).context


# --- certificates


def test_a_counter_shows_its_certificate_to_a_centre_that_wants_one(serve, connect, certificates):
    server = serve(tls=certificates.wants_client)
    reached = replace(ways(f"{server.url}/api"), tls=with_client(certificates, passphrase=PASSPHRASE))
    assert sent(connect(reached)) == (Outcome.ACCEPTED, Cause.NONE)


def test_without_its_certificate_a_counter_is_not_let_in_and_nothing_is_recorded(
    serve, connect, certificates
):
    server = serve(tls=certificates.wants_client)
    message = unit()
    outcome, cause = sent(connect(ways(f"{server.url}/api", authority=certificates.authority)), message)
    assert outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN)
    assert cause in (Cause.NOT_AUTHORISED, Cause.RESET)
    assert server.requests == []


def test_a_pinned_key_is_let_through_and_any_other_gets_no_byte(serve, connect, certificates):
    server = serve(tls=certificates.good)
    address = f"{server.url}/api"
    trusted = ways(address, authority=certificates.authority, pins=frozenset({certificates.pin, "0" * 64}))
    assert sent(connect(trusted)) == (Outcome.ACCEPTED, Cause.NONE)
    asked = len(server.requests)
    other = ways(address, authority=certificates.authority, pins=frozenset({"0" * 64}))
    assert sent(connect(other)) == (Outcome.NOT_SENT, Cause.OTHER_KEY)
    assert len(server.requests) == asked


def test_a_pin_takes_nothing_of_the_certificate_s_own_word(serve, connect, certificates):
    for context, cause in (
        (certificates.self_signed, Cause.CERTIFICATE),
        (certificates.other_host, Cause.WRONG_HOST),
    ):
        server = serve(tls=context)
        reached = ways(
            f"{server.url}/api", authority=certificates.authority, pins=frozenset({certificates.pin})
        )
        assert sent(connect(reached)) == (Outcome.NOT_SENT, cause)
        assert server.requests == []


# --- logins


def token_ways(server: ForeignServer, secret: str = SECRET, *, in_body: bool = False) -> Ways:
    configured = ClientCredentials(
        token_address=f"{server.url}/token",
        client_id="counter",
        client_secret="env:UNUSED",
        scope="files bodies",
        in_body=in_body,
    )
    return replace(ways(f"{server.url}/api"), login=login_of(configured, lambda _: secret))


@pytest.mark.parametrize("in_body", [False, True], ids=["in a header", "in the form"])
def test_one_token_is_fetched_and_kept_while_it_lasts(serve, connect, in_body):
    server = serve(secret=SECRET)
    connector = connect(token_ways(server, in_body=in_body))
    for _ in range(3):
        assert sent(connector) == (Outcome.ACCEPTED, Cause.NONE)
    assert server.tokens == ["token-0"]


def test_a_token_near_its_end_is_fetched_anew_before_it_is_used(serve, connect):
    server = serve(secret=SECRET)
    server.token_life_s = 20
    connector = connect(token_ways(server))
    for _ in range(2):
        assert sent(connector) == (Outcome.ACCEPTED, Cause.NONE)
    assert server.tokens == ["token-0", "token-1"]


def test_a_token_that_the_centre_ended_is_renewed_once_and_the_unit_recorded_once(serve, connect):
    server = serve(secret=SECRET)
    connector = connect(token_ways(server))
    sent(connector)
    server.tokens.append("the centre's own")
    message = unit()
    assert sent(connector, message) == (Outcome.ACCEPTED, Cause.NONE)
    assert server.tokens[-1] == "token-2"
    assert server.held(message.key) == 1


def test_a_wrong_secret_proves_that_nothing_was_sent(serve, connect):
    server = serve(secret=SECRET)
    assert sent(connect(token_ways(server, "guessed"))) == (Outcome.NOT_SENT, Cause.NOT_AUTHORISED)
    assert [line for line, *_ in server.requests] == ["POST /token"]


def test_a_login_that_is_away_proves_that_nothing_was_sent(serve, connect):
    server = serve(secret=SECRET)
    configured = ClientCredentials(
        token_address=f"http://127.0.0.1:{closed_port()}/token", client_id="c", client_secret="env:UNUSED"
    )
    reached = replace(ways(f"{server.url}/api"), login=login_of(configured, lambda _: SECRET))
    assert sent(connect(reached)) == (Outcome.NOT_SENT, Cause.REFUSED)
    assert server.requests == []


@pytest.mark.parametrize(
    ("configured", "header", "value"),
    [
        (Basic(user="A1", password="file:x"), "authorization", "Basic QTE6bGV0IG1lIGlu"),
        (Header(value="file:x", before="Bearer "), "authorization", f"Bearer {SECRET}"),
        (Header(name="X-Api-Key", value="file:x"), "x-api-key", SECRET),
    ],
    ids=["basic", "bearer", "api key"],
)
def test_a_fixed_login_goes_with_every_request(serve, connect, configured, header, value):
    server = serve()
    connector = connect(replace(ways(f"{server.url}/api"), login=login_of(configured, lambda _: SECRET)))
    message = unit()
    sent(connector, message)
    connector.ask([message])
    assert [headers[header] for _, headers, _ in server.requests] == [value, value]


# --- further addresses


def test_where_nothing_could_be_sent_the_next_address_takes_over_and_stays(serve, connect):
    server = serve()
    connector = connect(ways(f"http://127.0.0.1:{closed_port()}/api", f"{server.url}/api"))
    messages = [unit(), unit()]
    for message in messages:
        assert sent(connector, message) == (Outcome.ACCEPTED, Cause.NONE)
    assert [server.held(message.key) for message in messages] == [1, 1]


def test_an_address_with_a_bad_certificate_is_passed_over(serve, connect, certificates):
    bad, good = serve(tls=certificates.self_signed), serve(tls=certificates.good)
    reached = ways(f"{bad.url}/api", f"{good.url}/api", authority=certificates.authority)
    assert sent(connect(reached)) == (Outcome.ACCEPTED, Cause.NONE)
    assert bad.requests == []


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [("error-for-a-duplicate", Cause.SERVER_ERROR), ("hanging-up-on-a-duplicate", Cause.RESET)],
)
def test_where_a_byte_may_have_arrived_no_other_address_is_tried(serve, connect, behaviour, cause):
    first, second = serve(behaviour=behaviour), serve()
    message = unit()
    connector = connect(ways(f"{first.url}/api", f"{second.url}/api"))
    sent(connector, message)
    assert sent(connector, message) == (Outcome.UNKNOWN, cause)
    assert second.requests == []


def test_an_address_that_swallows_connections_leaves_time_for_the_next(serve, connect):
    with socket.socket() as full:  # its queue is full, so a connection is neither taken nor refused
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            server = serve()
            silent = f"http://127.0.0.1:{full.getsockname()[1]}/api"
            connector = connect(ways(silent, f"{server.url}/api", deadline_s=2))
            assert sent(connector) == (Outcome.ACCEPTED, Cause.NONE)
        finally:
            for one in waiting:
                one.close()


def test_the_body_arrives_in_the_centre_s_form_and_cannot_break_out_of_it(serve, connect):
    server = serve()
    odd = {
        "surname": 'Mac "Gee\\"}, "montant": 1',
        "given_names": ["Zoë", "${key}"],
        "birth_date": "1980-03-00",
    }
    message = unit(person=odd)
    assert sent(connect(ways(f"{server.url}/api")), message) == (Outcome.ACCEPTED, Cause.NONE)
    ((_, _, body),) = server.requests
    assert json.loads(body) == {
        "external_id": message.key,
        "dispositif": "D-01",
        "montant": "30.00",
        "demandeur": {
            "nom": 'MAC "GEE\\"}, "MONTANT": 1',
            "prenoms": "Zoë ${key}",
            "naissance": "00/03/1980",
        },
    }


def test_a_file_that_holds_no_key_or_another_passphrase_is_named(tmp_path: Path, certificates):
    (tmp_path / "empty.pem").write_bytes(b"nothing")
    for certificate, passphrase in (
        (tmp_path / "empty.pem", None),
        (certificates.client, "guessed"),
        (certificates.client, None),
    ):
        with pytest.raises(Exception, match="service_certificate_unreadable"):
            Trust(authority=certificates.authority, certificate=certificate, passphrase=passphrase).context()
