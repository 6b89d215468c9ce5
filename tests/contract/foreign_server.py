"""A central system with messages of its own, on a real socket: honest, or badly behaved as real ones are."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

Behaviour = Literal["honest", "old-record", "error-for-a-duplicate", "hanging-up-on-a-duplicate", "doubling"]
Answer = tuple[int, dict[str, Any]]

_AIDS = ("D-01", "D-02")


@dataclass
class Book:
    """The records of one service, in the order in which they were made."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def under(self, external_id: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["external_id"] == external_id]


class ForeignServer:
    """Keeps files of citizens (`dossiers`) at `/api`, and a second book of them at `/trial`, where nothing counts.

    What it wants of a caller is `token`, given out for `secret`, or nothing. `old-record` answers 200 with the first
    record whatever else is sent under its id, `error-for-a-duplicate` 500 for whatever it has already,
    `hanging-up-on-a-duplicate` nothing at all, `doubling` makes one more.
    """

    def __init__(
        self, behaviour: Behaviour = "honest", tls: ssl.SSLContext | None = None, secret: str | None = None
    ) -> None:
        self.behaviour = behaviour
        self.secret = secret
        self.books = {"api": Book(), "trial": Book()}
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.tokens: list[str] = []
        self.token_life_s = 3600
        self.to_lose = 0
        """How many answers to what is posted get lost from now on; what was posted is recorded."""
        self._lock = threading.Lock()
        server = self

        class Handler(_Handler):
            served = server

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.tls = tls
        if tls is not None:
            # Each connection shakes hands on its own thread, so that one which is refused holds nobody up.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://localhost:{self.port}"

    def held(self, external_id: str) -> int:
        """How many records that count were accepted under that id."""
        with self._lock:
            return sum(record["etat"] == "OUVERT" for record in self.books["api"].under(external_id))

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        self.requests.append((f"{method} {target}", headers, body))
        url = urlsplit(target)
        if url.path == "/token":
            return self._token(headers, body)
        if self.secret is not None and headers.get("authorization") not in [
            f"Bearer {token}" for token in self.tokens[-1:]
        ]:
            return 401, {"erreur": {"code": "jeton"}}
        _, place, *rest = url.path.split("/")
        book = self.books.get(place)
        if book is None:
            return 404, {"erreur": {"code": "chemin"}}
        with self._lock:
            answer = self._routed(book, method, [unquote(part) for part in rest], url.query, headers, body)
            if method != "GET" and self.to_lose:
                self.to_lose -= 1
                raise ConnectionAbortedError
            return answer

    def _routed(
        self, book: Book, method: str, path: list[str], query: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        match method, path:
            case "POST", ["dossiers"]:
                content = json.loads(body)
                return self._posted(book, content["external_id"], content)
            case "POST", ["lots"]:
                lot = json.loads(body)
                said = [self._posted(book, one["external_id"], one)[1] for one in lot["dossiers"]]
                return 207, {"lot": lot["lot"], "resultats": said}
            case "PUT", ["dossiers", external_id]:
                if headers.get("if-none-match") == "*" and book.under(external_id):
                    return 412, {}
                return self._posted(book, external_id, json.loads(body))
            case "GET", ["dossiers"]:
                found = book.under(parse_qs(query)["external_id"][0])
                return 200, {"total": len(found), "items": found}
            case "GET", ["dossiers", external_id]:
                found = book.under(external_id)
                return (200, found[0]) if found else (404, {"erreur": {"code": "inconnu"}})
            case "GET", ["numeros", number]:
                numbered = [record for record in book.records if record["numero"] == number]
                return 200, {"total": len(numbered), "items": numbered}
        return 404, {"erreur": {"code": "chemin"}}

    def _posted(self, book: Book, external_id: str, content: dict[str, Any]) -> Answer:
        held = book.under(external_id)
        if held and self.behaviour != "doubling":
            same = held[0]["contenu"] == content
            if self.behaviour == "hanging-up-on-a-duplicate":
                raise ConnectionAbortedError
            if self.behaviour == "error-for-a-duplicate":
                return 500, {"erreur": {"code": "interne"}}
            if same or self.behaviour == "old-record":
                return 200, _said(held[0])
            return 409, {**_said(held[0]), "etat": "DIFFERENT"}
        record = {
            "external_id": external_id,
            "numero": f"D{len(book.records) + 1:05}",
            "etat": "OUVERT",
            "contenu": content,
            **{name: content.get(name) for name in ("dispositif", "montant", "demandeur")},
        }
        if not _is_amount(content.get("montant")) or content.get("dispositif") not in _AIDS:
            record |= {
                "etat": "REFUSE",
                "erreur": {"code": "malformed", "texte": "Montant ou dispositif illisible"},
            }
        book.records.append(record)
        return 201, _said(record)

    def _token(self, headers: dict[str, str], body: bytes) -> Answer:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        from base64 import b64encode

        basic = "Basic " + b64encode(f"counter:{self.secret}".encode()).decode()
        known = headers.get("authorization") == basic or form.get("client_secret") == self.secret
        if form.get("grant_type") != "client_credentials" or not known:
            return 401, {"error": "invalid_client"}
        self.tokens.append(f"token-{len(self.tokens)}")
        return 200, {
            "access_token": self.tokens[-1],
            "token_type": "Bearer",
            "expires_in": self.token_life_s,
            "scope": "files",
        }


def _said(record: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in record.items() if name != "contenu"}
    return {
        "external_id": record["external_id"],
        "etat": record["etat"],
        "dossier": shown,
        **({"erreur": record["erreur"]} if "erreur" in record else {}),
    }


def _is_amount(told: object) -> bool:
    try:
        float(str(told))
    except ValueError:
        return False
    return True


class _Handler(BaseHTTPRequestHandler):
    served: ForeignServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        status, content = self.served.answer(self.command, self.path, headers, body)
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the names are the base's

    def handle(self) -> None:
        # A caller that hangs up, or that does not trust us, is no fault of this server.
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base's
        """Nothing: tests speak for themselves."""


@contextmanager
def foreign(
    behaviour: Behaviour = "honest", tls: ssl.SSLContext | None = None, secret: str | None = None
) -> Iterator[ForeignServer]:
    """A running server, ended afterwards."""
    server = ForeignServer(behaviour, tls, secret)
    try:
        yield server
    finally:
        server.stop()
