"""Canonical bytes: RFC 8785 on NFC text with integers only, hashed as stored and never made again.

For our values (ASCII keys, no floats) the standard encoder with sorted keys gives exactly those bytes; a test
holds it against an independent RFC 8785 library.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any, cast

from counter_app.domain.errors import BadInput, EnvironmentFailed, JournalBroken

Json = dict[str, Any]

FORMAT = 1
"""The journal format that this program writes."""

_MAX_SAFE = 2**53 - 1
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Json) -> bytes:
    """The canonical UTF-8 bytes of a JSON object; raises `text_malformed` for what has none.

    Floats, integers beyond 2^53 − 1 and unpaired surrogates have no place in an entry.
    """
    text = _encode(value)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("text_malformed") from error


def check_numbers(value: object) -> None:
    """Raise `ValueError` where a value holds a float or an integer that RFC 8785 cannot carry exactly."""
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _MAX_SAFE):
        raise ValueError(f"{value!r} has no canonical form")
    if isinstance(value, dict):
        for item in value.values():
            check_numbers(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            check_numbers(item)


def read(content: bytes) -> Json:
    """The object in stored bytes, brought up to this program's version; raises `content_unreadable`."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise JournalBroken("content_unreadable", problem=str(error)) from error
    if not isinstance(value, dict):
        raise JournalBroken("content_unreadable", problem="no object")
    return cast(Json, value)


def check_format(header: Json) -> None:
    """Raise `journal_newer` where an entry was written in a format that this program does not know."""
    found = header.get("format")
    if not isinstance(found, int) or found > FORMAT:
        raise EnvironmentFailed("journal_newer", migration=f"format {found}")
