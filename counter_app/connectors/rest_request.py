"""Requests in a centre's own form: path, headers and body by template, for one unit or for several."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec

from counter_app.domain.centre_form import FIELDS, Template, coded, template
from counter_app.domain.json_form import RAW, JsonForm
from counter_app.domain.rest_way import Create, Request
from counter_app.sync.port import Message

_AS_THEY_ARE = "".join(sorted({*string.printable} - {*"\t\n\r\x0b\x0c"}))
_OWN_PATH: Final = (".", "..")


@dataclass(frozen=True, slots=True)
class Unit:
    """A message beside what stands in it: `sent` as we write it, `values` with the centre's codes and the key."""

    message: Message
    sent: dict[str, Any]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Built:
    """A request ready to go."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes | None


class Codes:
    """What the centre calls our codes, by field; what it has no name for keeps ours."""

    def __init__(self, codes: Mapping[str, Mapping[str, str]]) -> None:
        self._codes = {field: dict(names) for field, names in codes.items()}

    def unit(self, message: Message) -> Unit:
        """The message opened."""
        sent: dict[str, Any] = msgspec.json.decode(message.body)
        values = {**sent, "key": message.key}
        if message.number is not None:
            values["number"] = message.number
        return Unit(message, sent, coded(values, self._codes))


class RequestForm:
    """A configured request, its templates read once."""

    def __init__(self, request: Create | Request) -> None:
        self.several = request.items is not None
        names = ("attempt",) if self.several else FIELDS
        self._method = request.method
        self._path = template(request.path, names)
        self._headers = {name.lower(): template(text, names) for name, text in request.headers.items()}
        self._body = None if request.body is None else JsonForm(request.body)
        self._items = None if request.items is None else JsonForm(request.items, ("items", "attempt"))
        if request.body is not None:
            self._headers.setdefault("content-type", template("application/json"))
        if isinstance(request, Create) and request.once_by == "idempotency_key":
            self._headers["idempotency-key"] = template("${attempt}" if self.several else "${key}", names)
        if isinstance(request, Create) and request.once_by == "if_none_match":
            self._headers["if-none-match"] = template("*")

    def one(self, unit: Unit) -> Built:
        """The request for one unit."""
        content = None if self._body is None else self._written(self._body, unit)
        return self._built(unit.values, content)

    def many(self, attempt_id: str, units: Sequence[Unit]) -> Built:
        """One request for several units."""
        values = {"attempt": attempt_id}
        content = None
        if self._body is not None and self._items is not None:
            body = self._body
            items = ",".join([self._written(body, unit) for unit in units])
            attempt = msgspec.json.encode(attempt_id).decode()
            content = self._items.filled(values, {"items": items, "attempt": attempt})
        return self._built(values, content)

    def _written(self, body: JsonForm, unit: Unit) -> str:
        return body.filled(unit.values, {RAW: unit.message.body.decode()})

    def _built(self, values: Mapping[str, Any], content: str | None) -> Built:
        headers = {name: form.filled(values, _in_a_header) for name, form in self._headers.items()}
        return Built(
            self._method,
            _filled_path(self._path, values),
            headers,
            None if content is None else content.encode(),
        )


def _filled_path(path: Template, values: Mapping[str, Any]) -> str:
    return path.filled(values, _in_a_path)


def _in_a_path(text: str) -> str:
    # A whole part of dots would lead elsewhere.
    return text.replace(".", "%2E") if text in _OWN_PATH else quote(text, safe="")


def _in_a_header(text: str) -> str:
    """Nothing but what may stand in a header: the rest is percent-encoded, so that no value begins a line."""
    return quote(text, safe=_AS_THEY_ARE)
