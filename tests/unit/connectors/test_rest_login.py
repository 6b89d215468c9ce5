"""What lets this counter in: secrets and tokens that can stand in a header, and answers that are none."""

from __future__ import annotations

import json

import pytest

from counter_app.connectors.causes import Fault
from counter_app.connectors.rest_login import TokenLogin, login_of
from counter_app.connectors.rest_wire import Answer
from counter_app.domain.errors import BadInput
from counter_app.domain.rest_way import ClientCredentials, Header
from counter_app.sync.port import Cause, Outcome

CLIENT = ClientCredentials(token_address="https://c.example/t", client_id="c", client_secret="kept:c")


@pytest.mark.parametrize("secret", ["clé", "two\nX-Other: lines", "nothing\0"])
def test_a_secret_that_cannot_stand_in_a_header_is_named_by_its_place(secret: str) -> None:
    with pytest.raises(BadInput, match="secret_no_header") as caught:
        login_of(Header(name="X-Key", value="kept:c"), lambda _: secret)
    assert caught.value.params == {"place": "kept:c"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "x", "expires_in": 1e999}',
        b'{"access_token": "x", "expires_in": "%s"}' % (b"9" * 400),
        b'{"access_token": "x", "scope": 5}',
        json.dumps({"access_token": "\u20ac"}).encode(),
        b'{"access_token": "x\\r\\nX-Other: y"}',
        b"[]",
        b"[" * 100_000,
        b"\xff",
    ],
    ids=lambda body: str(body[:40]),
)
def test_an_answer_that_is_no_token_is_a_fault_before_anything_was_sent(body: bytes) -> None:
    said = TokenLogin(CLIENT, "secret").headers(lambda *_: Answer(200, {}, body))
    assert isinstance(said, Fault)
    assert (said.outcome, said.cause) == (Outcome.NOT_SENT, Cause.NOT_AUTHORISED)
