"""How a connector shows the centre that it may come in: a fixed header, or a token that is fetched and renewed."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace

from counter_app.connectors.causes import Fault
from counter_app.connectors.rest_wire import Login, Post
from counter_app.domain.errors import BadInput
from counter_app.domain.rest_way import Basic, ClientCredentials, Header
from counter_app.sync.port import Cause, Outcome

_MISREAD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the library itself raises over an answer that is no token."""
_EARLIER_S = 30.0
"""A token is fetched anew so long before it ends: the request must still arrive with it."""


def login_of(configured: Basic | Header | ClientCredentials | None, secret: Callable[[str], str]) -> Login:
    """The login as configured; `secret` fetches what stands at a place and raises `secret_missing`."""
    match configured:
        case None:
            return Login()
        case Basic():
            return Login({"authorization": basic(configured.user, secret(configured.password))})
        case Header():
            value = configured.before + secret(configured.value)
            if not _in_a_header(value):
                raise BadInput("secret_no_header", place=configured.value)
            return Login({configured.name: value})
        case ClientCredentials():
            return TokenLogin(configured, secret(configured.client_secret))


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header by RFC 7617, in UTF-8."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _in_a_header(value: str) -> bool:
    """Whether it can stand in a header (RFC 9110, 5.5) as it is, and begins no other line."""
    return all(" " <= character <= "~" for character in value)


class TokenLogin(Login):
    """OAuth 2 client credentials: one token, kept until shortly before it ends."""

    def __init__(self, configured: ClientCredentials, secret: str) -> None:
        super().__init__()
        self._configured = configured
        self._secret = secret
        self._token = ""
        self._until = 0.0

    def headers(self, post: Post) -> Mapping[str, str] | Fault:
        """The header with the token, which is fetched first where there is none that lasts."""
        if not self._token or time.monotonic() >= self._until:
            fault = self._fetch(post)
            if fault is not None:
                return fault
        return {"authorization": f"Bearer {self._token}"}

    def renewable(self) -> bool:
        """True once a token was used: the centre may have ended it before its time."""
        self._token = ""
        return True

    def _fetch(self, post: Post) -> Fault | None:
        from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error

        client = BackendApplicationClient(self._configured.client_id)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        extra: dict[str, str] = {}
        if self._configured.in_body:
            extra["client_secret"] = self._secret
        else:
            headers["authorization"] = basic(self._configured.client_id, self._secret)
        form = client.prepare_request_body(
            include_client_id=self._configured.in_body, scope=self._configured.scope.split() or None, **extra
        )
        answer = post(self._configured.token_address, form.encode(), headers)
        if isinstance(answer, Fault):
            return answer
        if answer.status >= 500 or answer.status == 429:
            return replace(answer.fault, outcome=Outcome.NOT_SENT)
        try:
            # Its times are of the machine's clock, which may be wrong: only the length of the token's life counts.
            token = client.parse_request_body_response(answer.body.decode())
            if not _in_a_header(str(token["access_token"])):
                raise ValueError("no token")
            self._token = str(token["access_token"])
            self._until = time.monotonic() + float(token.get("expires_in") or 60) - _EARLIER_S
        except (OAuth2Error, *_MISREAD) as error:
            self._token = ""
            detail = f"token HTTP {answer.status}, {type(error).__name__}"
            return Fault(Outcome.NOT_SENT, Cause.NOT_AUTHORISED, detail)
        return None
