"""The connector port: what every way of reaching a central system offers to the couriers.

A connector only carries bytes and reads answers. It never decides what an answer means for the journal:
`judge.py` does, from the `Reply` returned here. A connector keeps no state of retry and opens no transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec


class Outcome(StrEnum):
    """What one exchange proves about one unit."""

    NOT_SENT = "not_sent"
    """No byte of the unit reached the centre (name not found, connection refused, TLS failed)."""
    UNKNOWN = "unknown"
    """It may or may not have arrived (time-out, reset, cut, unreadable answer)."""
    RECEIVED = "received"
    """Technically acknowledged; the business answer is still to come."""
    ACCEPTED = "accepted"
    """The centre says that it holds this unit."""
    REJECTED = "rejected"
    """A business refusal: a result, never retried by itself."""
    CONFLICT = "conflict"
    """The centre holds other content under this key."""
    ABSENT = "absent"
    """Asked, and the centre says with authority that it does not hold this key."""


class Cause(StrEnum):
    """Why an exchange failed, in the words that IT can act on."""

    NONE = "none"
    NAME_NOT_FOUND = "name_not_found"
    REFUSED = "connection_refused"
    CERTIFICATE = "certificate"
    WRONG_HOST = "wrong_host"
    OTHER_KEY = "other_key"
    TLS = "tls"
    DEADLINE = "deadline"
    RESET = "reset"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    NOT_AUTHORISED = "not_authorised"
    UNREADABLE = "unreadable"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Message:
    """One unit on its way: the idempotency key and the body exactly as it was rendered and hashed.

    `number` is the centre's own number for it, where the centre has told one; only `ask_numbers` needs it.
    """

    key: str
    body: bytes
    number: str | None = None


class UnitReply(msgspec.Struct, frozen=True):
    """The centre's answer about one key.

    `echo` is the record as the centre holds it (a JSON object), `None` where the centre shows none;
    `number` its own number; `words` its free text, which may name people and is kept in the private part.
    """

    key: str
    outcome: Outcome
    number: str | None = None
    echo: dict[str, object] | None = None
    reason: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one exchange: one `UnitReply` per message, in any order, none missing.

    `retry_after` is in seconds, as asked for by the centre; `cause` says what failed in transport. `centre_ahead_s`
    is by how many seconds the centre's clock is ahead of this machine's, where the answer told its time.
    """

    units: tuple[UnitReply, ...]
    cause: Cause = Cause.NONE
    retry_after: float | None = None
    detail: str = ""
    centre_ahead_s: int | None = None

    @property
    def clean(self) -> bool:
        """Whether the centre answered about every unit, be it with a refusal."""
        return self.cause is Cause.NONE and not any(unit.outcome in _SILENT for unit in self.units)


_SILENT = (Outcome.NOT_SENT, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of probing a target; `ok` False means that the target must not be used as configured."""

    code: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a target proved about itself when it was set up."""

    reachable: bool
    idempotent: bool
    askable: bool
    findings: tuple[Finding, ...] = field(default=())


class Connector(Protocol):
    """One target. Calls block, run on a courier thread, and end within their deadline."""

    batch_max: int
    """How many messages one `send` or `ask` may carry; none where people carry them."""
    askable: bool
    """Whether `ask` can learn anything about a key after it was sent."""
    proves_absence: bool
    """Whether `ask` can return ABSENT with authority; where it cannot, silence stays UNKNOWN."""

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Offer the messages; never raises for a fault of the network or the centre."""
        ...

    def ask(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds under these keys, without changing anything there."""
        ...

    def check(self) -> Probe:
        """Probe the target before anything real is sent to it."""
        ...

    def close(self) -> None:
        """Release sockets and handles; safe to call twice."""
        ...


@runtime_checkable
class AsksNumbers(Protocol):
    """What a connector also offers whose target finds a record by the centre's own number, its key forgotten or not."""

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """Ask what the centre holds under the `number` of each message, without changing anything there.

        The answers come under the messages' keys: `ACCEPTED` with the record as `echo`, whoever it is about, or
        `ABSENT` where the number is free. Never raises for a fault of the network or the centre.
        """
        ...
