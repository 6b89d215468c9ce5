"""Canonical bytes: RFC 8785 on NFC text with integers only, hashed as stored and never made again.

The standard encoder gives exactly those bytes for values without floats, once names stand in the standard's order;
a test holds it against an independent RFC 8785 library.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any, cast

import msgspec

from counter_app.domain.errors import BadInput, EnvironmentFailed, JournalBroken

Json = dict[str, Any]

FORMAT = 1
"""The journal format that this program writes."""

_MAX_SAFE = 2**53 - 1
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def canonical(value: Json) -> bytes:
    """The canonical UTF-8 bytes of a JSON object.

    Raises `text_malformed` for text that has none: half a character, or two names that differ only in how
    their letters are composed. Floats and integers beyond 2^53 − 1 are a fault of ours: `ValueError`.
    """
    return written(value)[0]


def written(value: Json) -> tuple[bytes, Json]:
    """The canonical bytes of an object, and the object that reading them gives; raises like `canonical`."""
    try:
        if _is_plain(value.values()):
            encoded = _encode_sorted(value)
            if encoded.isascii() or _is_composed(encoded):
                return encoded, value
        encoded = _encode(_normal(value)).encode()
    except UnicodeEncodeError as error:
        raise BadInput("text_malformed") from error
    return encoded, read(encoded)


def canonical_struct(value: msgspec.Struct) -> bytes:
    """The same for a typed value whose fields hold no floats and no integers beyond 2^53 − 1."""
    try:
        encoded = _encode_sorted(value)
        if encoded.isascii() or _is_composed(encoded):
            return encoded
    except UnicodeEncodeError as error:
        raise BadInput("text_malformed") from error
    return canonical(msgspec.to_builtins(value))


def _is_plain(items: Iterable[Any]) -> bool:
    """Whether the quick encoder and the standard one give the same for all of these values, and so does reading."""
    waiting = [items]
    for some in waiting:
        for item in some:
            kind = type(item)
            if kind is str:
                continue
            if kind is int:
                if not -_MAX_SAFE <= item <= _MAX_SAFE:
                    return False
            elif kind is dict:
                waiting.append(item.values())
            elif kind is list:
                waiting.append(item)
            elif kind is not bool and item is not None:
                return False
    return True


def _is_composed(encoded: bytes) -> bool:
    """Whether composing would change nothing, and names are in order: below U+10000 in that of UTF-16 as well.

    Every part of composed text is composed.
    """
    text = encoded.decode()
    in_plane_0 = len(text.encode("utf-16-le")) == 2 * len(text)
    return in_plane_0 and unicodedata.is_normalized("NFC", text)


def _normal(value: Any) -> Any:
    """The value with its text composed and its names in order.

    Text is composed before it is encoded: composed afterwards, a combining mark behind a line break would melt
    into the letter of its escape.
    """
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        items = {_normal(name): _normal(item) for name, item in value.items()}
        if len(items) != len(value):
            raise BadInput("text_malformed")
        return dict(sorted(items.items(), key=_place))
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _MAX_SAFE):
        raise ValueError(f"{value!r} has no canonical form")
    return value


def _place(item: tuple[str, Any]) -> bytes:
    """Names are ordered by their UTF-16 code units (RFC 8785, 3.2.3)."""
    return item[0].encode("utf-16-be")


def read(content: bytes) -> Json:
    """The object in stored bytes, brought up to this program's version; raises `content_unreadable`."""
    try:
        value = msgspec.json.decode(content)
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
