"""JSON by template: within quotes a field is text, elsewhere a whole JSON value, and what comes out is always JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from counter_app.domain.centre_form import FIELDS, Field, FormError, found, template

RAW = "body"
"""The field that stands for the whole body, byte for byte."""


class JsonForm:
    """A JSON template, read once; `lists` are further names that each stand for JSON put together elsewhere.

    Raises `FormError` where it is no JSON, names no field, or has the whole body or a list within quotes.
    """

    def __init__(self, text: str, lists: Collection[str] = ()) -> None:
        whole = {RAW, *lists}
        read = template(text, (*FIELDS, *whole))
        self._parts: list[tuple[str, Field | None, bool]] = []
        quoted = False
        for part in read.parts:
            if isinstance(part, str):
                quoted = _quoted_after(part, quoted)
                self._parts.append((part, None, False))
                continue
            if part.name in whole and (quoted or part.form):
                raise FormError("configuration_form_no_text", part.name)
            self._parts.append(("", part, quoted))
        self.fields = read.fields
        try:
            msgspec.json.decode(self._sample())
        except (ValueError, RecursionError) as error:
            raise FormError("configuration_form_no_json", str(error)) from error

    def filled(self, values: Mapping[str, Any], raw: Mapping[str, str]) -> str:
        """The JSON; `raw` holds the JSON of the whole body and of the lists."""
        return "".join(
            [
                text if field is None else _written(field, quoted, values, raw)
                for text, field, quoted in self._parts
            ]
        )

    def _sample(self) -> str:
        return "".join([text if field is None else "0" for text, field, _ in self._parts])


def _written(field: Field, quoted: bool, values: Mapping[str, Any], raw: Mapping[str, str]) -> str:
    if quoted:
        return json.dumps(field.text(values), ensure_ascii=False)[1:-1]
    if field.name in raw:
        return raw[field.name]
    value = found(values, field.name)
    if value is None:
        return "null"
    if not field.form:
        return msgspec.json.encode(value).decode()
    text = field.text(values)
    return text if field.form == "amount" and isinstance(value, int) else json.dumps(text, ensure_ascii=False)


def _quoted_after(text: str, quoted: bool) -> bool:
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
    return quoted
