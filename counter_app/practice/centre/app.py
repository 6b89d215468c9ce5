"""The HTTP side of the centre: entries, batches and questions of each service, and faults of requests."""

from __future__ import annotations

import json
import logging
import sqlite3
from asyncio import Event
from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan

from .desk import Desk
from .faults import LATER_FAULTS, REQUEST_FAULTS, UNIT_FAULTS
from .mishaps import Cut, Drip, Hang
from .store import Outcome
from .units import MalformedError, Unit, read_json, read_name, read_unit

BATCH_MAX = 100
BODY_MAX = 32 * 1024 * 1024
STRIKING = REQUEST_FAULTS + UNIT_FAULTS + LATER_FAULTS
_log = logging.getLogger(__name__)
_SHARES = ("lost", "forgotten", "reissued")
_CODES = {"accepted": 200, "received": 202, "rejected": 200, "conflict": 422}


class Centre:
    """The requests of the protocol, answered from one desk.

    `settling` (seconds) is how long the centre must have been silent about a key before `absent` is final.
    `longest_hold` (seconds) ends an answer that hangs or drips; setting `closing` ends it at once.
    """

    def __init__(self, desk: Desk, *, settling: float, longest_hold: float) -> None:
        self.desk = desk
        self.settling = settling
        self.longest_hold = longest_hold
        self.closing = Event()
        self._in_progress: set[tuple[str, str]] = set()

    def app(self, lifespan: Lifespan[Starlette] | None = None) -> Starlette:
        """The ASGI application; `lifespan` runs beside it. It needs the transport in its scope's state."""
        service = "/services/{service}"
        return Starlette(
            routes=[
                Route("/", self.overview),
                Route(service, self.describe, methods=["GET"]),
                Route(service, self.set_open, methods=["PUT"]),
                Route(f"{service}/restored", self.restored, methods=["POST"]),
                Route(f"{service}/entries", self.post_entry, methods=["POST"]),
                Route(f"{service}/entries/{{key}}", self.get_entry, methods=["GET"]),
                Route(f"{service}/batches", self.post_batch, methods=["POST"]),
                Route(f"{service}/queries", self.post_query, methods=["POST"]),
            ],
            lifespan=lifespan,
            exception_handlers={
                MalformedError: _malformed,
                HTTPException: _refused,
                ClientDisconnect: _left,
                sqlite3.Error: _failed,
            },
        )

    async def overview(self, request: Request) -> Response:
        """Which faults were chosen and how often each has struck."""
        faults = self.desk.faults
        return _answer(
            {
                "seed": faults.seed,
                "faults": sorted(faults.chosen),
                "struck": {name: faults.struck[name] for name in STRIKING if name in faults.chosen},
                "in_progress": len(self._in_progress),
            }
        )

    async def describe(self, request: Request) -> Response:
        """What a counter must know about a service; 503 while it is closed. No fault befalls this request."""
        service = self._open_service(request)
        return _answer(
            {"service": service, "open": True, "settling_seconds": self.settling, "batch_max": BATCH_MAX}
        )

    async def set_open(self, request: Request) -> Response:
        """Opens or closes a service by `{"open": true|false}`: for whoever plays the outage."""
        body = read_json(await _body(request))
        if not isinstance(body, dict) or not isinstance(body.get("open"), bool):
            raise MalformedError('the body is {"open": true} or {"open": false}')
        service = request.path_params["service"]
        self.desk.store.set_open(service, body["open"])
        return _answer({"service": service, "open": body["open"]})

    async def restored(self, request: Request) -> Response:
        """The service comes back from an old copy, by `{"lost": 0.06, "forgotten": 0.02, "reissued": 0.5}`.

        Shares of its accepted units, the last one of those lost: for whoever plays the day after. Answers the keys.
        """
        body = read_json(await _body(request))
        told = [body.get(name, 0) for name in _SHARES] if isinstance(body, dict) else [None]
        shares = [float(share) for share in told if isinstance(share, int | float) and 0 <= share <= 1]
        if len(shares) != len(_SHARES):
            raise MalformedError("the body names shares from 0 to 1: " + ", ".join(_SHARES))
        found = self.desk.restored(request.path_params["service"], *shares)
        return _answer({"lost": found.lost, "forgotten": found.forgotten, "reissued": found.reissued})

    async def post_entry(self, request: Request) -> Response:
        """One unit under the key in `Idempotency-Key`."""
        service = self._open_service(request)
        unit = read_unit(request.headers.get("Idempotency-Key"), read_json(await _body(request)))
        return self._send(service, [unit], _one)

    async def post_batch(self, request: Request) -> Response:
        """Up to 100 units, each under its own key, in one transaction."""
        service = self._open_service(request)
        read_name(request.headers.get("Idempotency-Key"), "Idempotency-Key")
        items = _list_in(read_json(await _body(request)), "items")
        if len(items) > BATCH_MAX:
            raise HTTPException(413, f"a batch has at most {BATCH_MAX} items")
        if not all(isinstance(item, dict) for item in items):
            raise MalformedError("an item has a key and a body")
        units = [read_unit(item.get("key"), item.get("body")) for item in items]
        return self._send(service, units, _many)

    async def post_query(self, request: Request) -> Response:
        """What is held under each of the keys, or under each of the centre's own numbers."""
        service = self._open_service(request)
        body = read_json(await _body(request))
        if isinstance(body, dict) and "numbers" in body:
            numbers = [read_name(number, "number") for number in _list_in(body, "numbers")]
            return self._asked() or _many(self.desk.look_up_numbers(service, numbers))
        keys = [read_name(key, "key") for key in _list_in(body, "keys")]
        return self._asked() or _many(self.desk.look_up(service, keys))

    async def get_entry(self, request: Request) -> Response:
        """What is held under one key; 404 where nothing is."""
        service = self._open_service(request)
        key = read_name(request.path_params["key"], "key")
        if mishap := self._asked():
            return mishap
        (outcome,) = self.desk.look_up(service, [key])
        return _answer(outcome.as_json(), 404 if outcome.status == "absent" else 200)

    def _open_service(self, request: Request) -> str:
        service: str = request.path_params["service"]
        self.desk.store.note_visit(service, f"{request.method} {request.url.path.rsplit('/', 1)[-1]}")
        if not self.desk.store.is_open(service):
            raise HTTPException(503, "this service is closed", {"Retry-After": "1"})
        return service

    def _send(
        self, service: str, units: Sequence[Unit], answer: Callable[[list[Outcome]], Response]
    ) -> Response:
        claims = {(service, unit.key) for unit in units}
        if claims & self._in_progress:
            return _answer({"status": "in_progress"}, 409)
        mishap = self.desk.faults.for_sending()
        if mishap is None:
            return answer(self.desk.take(service, units))
        if not mishap.committed:
            return self._struck(mishap.name, claims)
        whole = answer(self.desk.take(service, units))
        if mishap.name == "drip":
            return Drip(whole, self.closing, self.longest_hold)
        return self._struck(mishap.name, set())

    def _struck(self, fault: str, claims: set[tuple[str, str]]) -> Response:
        if fault == "hang":
            self._in_progress |= claims
            return Hang(self.closing, self.longest_hold, lambda: self._in_progress.difference_update(claims))
        return _busy() if fault == "retry-after" else Cut(reset=fault == "reset")

    def _asked(self) -> Response | None:
        fault = self.desk.faults.for_asking()
        return None if fault is None else self._struck(fault, set())


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_MAX:
            raise HTTPException(413, f"a request has at most {BODY_MAX} bytes")
    return bytes(body)


def _list_in(message: Any, name: str) -> list[Any]:
    found = message.get(name) if isinstance(message, dict) else None
    if not isinstance(found, list):
        raise MalformedError(f"{name}: a list is needed")
    return found


def _one(outcomes: list[Outcome]) -> Response:
    (outcome,) = outcomes
    is_new = outcome.fresh and outcome.status == "accepted"
    return _answer(outcome.as_json(), 201 if is_new else _CODES[outcome.status])


def _many(outcomes: list[Outcome]) -> Response:
    return _answer({"results": [outcome.as_json() for outcome in outcomes]})


def _busy() -> Response:
    return _answer({"status": "busy"}, 503, {"Retry-After": "1"})


def _answer(message: dict[str, Any], code: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return Response(text, code, headers, media_type="application/json")


def _malformed(request: Request, error: Exception) -> Response:
    return _answer({"status": "malformed", "words": str(error)}, 400)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _answer({"status": "refused", "words": error.detail}, error.status_code, dict(error.headers or {}))


def _left(request: Request, error: Exception) -> Response:
    # The client went away in the middle of its request; nobody reads this.
    return Response(status_code=400)


def _failed(request: Request, error: Exception) -> Response:
    _log.warning("the store failed: %s", error)
    return _answer({"status": "failed", "words": "the centre could not write its store"}, 500)
