"""How a service is spoken to over HTTP: the table `rest` of a service in `office.toml`.

A place of a secret is written `kept:…`, `file:…` or `env:…`; no secret stands here. Answers are read by JMESPath
(jmespath.org), what is sent is written by templates (`centre_form`).
"""

from __future__ import annotations

from typing import Literal

from counter_app.domain.row import Row

Meaning = Literal["accepted", "received", "rejected", "conflict", "absent", "unknown"]
Status = Literal["accepted", "received", "rejected", "conflict", "absent", "unknown", "read"]


class Basic(Row, frozen=True, kw_only=True, tag_field="kind", tag="basic"):
    """HTTP Basic (RFC 7617); `password` is a place."""

    user: str
    password: str


class Header(Row, frozen=True, kw_only=True, tag_field="kind", tag="header"):
    """A fixed header such as an API key: `before` (as in `Bearer `) and what stands at the place `value`."""

    name: str = "Authorization"
    before: str = ""
    value: str


class ClientCredentials(Row, frozen=True, kw_only=True, tag_field="kind", tag="oauth2"):
    """OAuth 2 client credentials (RFC 6749, 4.4); `client_secret` is a place, `in_body` sends it in the form."""

    token_address: str
    client_id: str
    client_secret: str
    scope: str = ""
    in_body: bool = False


Login = Basic | Header | ClientCredentials


class Answers(Row, frozen=True, kw_only=True):
    """How an answer is read.

    `statuses` say what an HTTP status means by itself, or that what comes with it is to be `read`, as it is with any
    other of success. `results` leads to the list where
    one answer is about several units, `key` within a result to the unit's key; all others are read within a result.
    `verdict` leads to a word, `verdicts` say what it means; `absent` leads to true where the centre holds nothing, and
    `count` to how many records it found. `record` leads to the centre's record.
    """

    statuses: dict[str, Status] = {}
    results: str | None = None
    key: str | None = None
    verdict: str | None = None
    verdicts: dict[str, Meaning] = {}
    absent: str | None = None
    count: str | None = None
    number: str | None = None
    reason: str | None = None
    words: str | None = None
    record: str | None = None


class Request(Row, frozen=True, kw_only=True):
    """What is asked: templates for path, headers and body.

    With `items` several units go in one request: each is written by `body`, all together stand at `${items}`, and
    `${attempt}` names the request.
    """

    method: Literal["GET", "POST"] = "GET"
    path: str
    headers: dict[str, str] = {}
    body: str | None = None
    items: str | None = None
    answers: Answers = Answers()


class Create(Row, frozen=True, kw_only=True):
    """What is sent to have a unit recorded, as `Request` says.

    `once_by` is how the centre knows a unit again: the header `Idempotency-Key`
    (draft-ietf-httpapi-idempotency-key-header), an id of ours in the body or the path, or `If-None-Match: *` on a PUT
    (RFC 9110, 13.1.2).
    """

    once_by: Literal["idempotency_key", "client_id", "if_none_match"]
    method: Literal["POST", "PUT"] = "POST"
    path: str
    headers: dict[str, str] = {}
    body: str = "${body}"
    items: str | None = None
    answers: Answers = Answers()


class RestWay(Row, frozen=True, kw_only=True):
    """Transport, login and, for a centre with messages of its own, its requests.

    Files are told from the workstation's folder: `authority` holds the certificates to trust, `certificate` and
    `certificate_key` show who this counter is, `certificate_passphrase` is a place. `pins` are SHA-256 sums of the
    server's public key. `sandbox` is an address of the same interface where nothing counts.

    Without `create` the service speaks this program's own form of messages. `record` names for each field of ours
    where the centre's record shows it; `codes` what the centre calls our codes, by field.
    """

    authority: str | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    certificate_passphrase: str | None = None
    pins: tuple[str, ...] = ()
    sandbox: str | None = None
    login: Login | None = None
    create: Create | None = None
    ask: Request | None = None
    ask_number: Request | None = None
    record: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
