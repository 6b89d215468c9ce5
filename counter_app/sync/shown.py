"""A centre's record in our own terms, where the centre writes it in its own: what it shows against what was sent.

A centre that nobody here has seen shows an amount as `30,00` and a name in capitals. Each shown field is compared with
the same field as it was sent, in the same form; what agrees is then our own value, what differs stays as shown, so
that `judge.py` sees the difference and a person reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from counter_app.domain.centre_form import Field


def record_as_shown(
    key: str, sent: Mapping[str, Any], shown: Iterable[tuple[Field, str, bool]]
) -> dict[str, object]:
    """The echo of a unit whose key the centre named: `shown` are fields, their text there, whether they agree.

    The key stands for entry and part. What the centre doesn't show is left out of the echo, and so differs, unless no
    setting could make it shown: kind, currency and reference then follow the key.
    """
    echo: dict[str, object] = {name: sent.get(name) for name in ("entry_id", "part", *_OF_THE_KEY)}
    person: dict[str, object] | None = None
    for field, text, agrees in shown:
        top, _, rest = field.name.partition(".")
        if field.name == "key":
            if not agrees:
                echo["entry_id"] = text
        elif top == "person":
            if person is None:
                person = dict(sent.get("person") or {})
            if not agrees:
                person[rest] = text
        elif agrees:
            echo[top] = sent.get(top)
        else:
            echo[top] = text
    if person is not None:
        echo["person"] = person if person or sent.get("person") is not None else None
    return echo


_OF_THE_KEY = ("kind", "currency", "refers_to")


def agrees(field: Field, sent: Mapping[str, Any], key: str, text: str) -> bool:
    """Whether a centre's text says what was sent, however it is spaced."""
    return text.split() == field.text({**sent, "key": key}).split()
