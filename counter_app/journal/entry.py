"""One entry: what it says in header and facts, and its erasable private part."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from counter_app.journal.codec import Json, read


class Entry(msgspec.Struct, frozen=True, dict=True):
    """An entry as stored. `content` holds header and facts and is never decoded and encoded again.

    `private_bytes` and `salt` are `None` where the entry has none, where it was erased, and in a chain that
    came from another counter.
    """

    chain: str
    seq: int
    entry_id: str
    content: bytes
    private_hash: bytes
    hash: bytes
    salt: bytes | None = None
    private_bytes: bytes | None = None
    arrival: int = 0

    @cached_property
    def _parts(self) -> Json:
        return read(self.content)

    @cached_property
    def header(self) -> Json:
        """Who, where, when, and under which rules."""
        return self._parts["header"]  # type: ignore[no-any-return]

    @cached_property
    def facts(self) -> Json:
        """What is kept: decisions, amounts, numbers, references."""
        return self._parts["facts"]  # type: ignore[no-any-return]

    @property
    def kind(self) -> str:
        """The stable name of the event."""
        return self.header["kind"]  # type: ignore[no-any-return]

    def saying(self, content: Json, private: Json | None) -> Entry:
        """This entry, told what its bytes say by whoever just wrote them."""
        vars(self).update(header=content["header"], facts=content["facts"], private=private)
        return self

    @cached_property
    def private(self) -> Json | None:
        """The erasable part, `None` where it is not here."""
        return None if self.private_bytes is None else read(self.private_bytes)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a handler decided: an event about to become an entry.

    `kind` is a past-tense name with its `version`; `numbered` asks for the next receipt number, which is
    then part of the facts. `private` may be empty. `happened_at` `None` means now.
    """

    kind: str
    facts: dict[str, Any]
    private: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    numbered: bool = False
    happened_at: str | None = None
