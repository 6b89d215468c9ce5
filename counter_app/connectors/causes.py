"""Says of a failed exchange what it proves about its units, and names the cause in IT's words."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply

_HOST_MISMATCH = frozenset(
    {
        62,  # OpenSSL X509_V_ERR_HOSTNAME_MISMATCH
        64,  # OpenSSL X509_V_ERR_IP_ADDRESS_MISMATCH
        0x800B010F,  # Windows CERT_E_CN_NO_MATCH
        -67602,  # macOS errSecHostNameMismatch
    }
)
_NOT_TAKEN = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    }
)
_LONGEST_WISH_S = 86_400.0
"""A wish for more than a day is a slip: who keeps to it would not come back before the calendar ends."""
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class OtherKeyError(Exception):
    """The server's public key is none of those pinned."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a failed exchange proves about all its units alike: `NOT_SENT` or `UNKNOWN`, never more.

    `detail` names classes, codes and statuses only: no address, no word of the centre, no person.
    """

    outcome: Outcome
    cause: Cause
    detail: str = ""
    retry_after: float | None = None

    def reply(self, messages: tuple[Message, ...]) -> Reply:
        """The same answer for every message."""
        units = tuple(UnitReply(message.key, self.outcome) for message in messages)
        return Reply(units, self.cause, self.retry_after, self.detail)


def transport_fault(error: BaseException, *, written: bool, ended: bool) -> Fault:
    """Classify a failure of name, connection, TLS or transfer by the chain of exceptions under `error`.

    `written` says that a byte of the request was handed to the system, `ended` that the other side hung up.
    Only without a written byte is anything proved: whatever was written may have arrived and been done.
    """
    outcome = Outcome.UNKNOWN if written else Outcome.NOT_SENT
    for link in _chain(error):
        cause = _cause(link, written=written)
        if cause is not None:
            return Fault(outcome, cause, _described(link))
    return Fault(outcome, Cause.RESET if ended else Cause.UNREADABLE, _described(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it; contexts too, as the HTTP library raises again `from None`."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _cause(error: BaseException, *, written: bool) -> Cause | None:
    if isinstance(error, OtherKeyError):
        return Cause.OTHER_KEY
    # The order matters: all of these but UnicodeError are subclasses of OSError.
    if isinstance(error, socket.gaierror) or (isinstance(error, UnicodeError) and not written):
        return Cause.NAME_NOT_FOUND
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", None)
        return Cause.WRONG_HOST if code in _HOST_MISMATCH else Cause.CERTIFICATE
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) and written:
        return Cause.RESET
    if isinstance(error, ssl.SSLError):
        # With TLS 1.3 a server that does not take our certificate says so once the request is on its way.
        return Cause.NOT_AUTHORISED if getattr(error, "reason", "") in _NOT_TAKEN else Cause.TLS
    if isinstance(error, TimeoutError):
        return Cause.DEADLINE
    if isinstance(error, ConnectionRefusedError):
        return Cause.REFUSED
    if isinstance(error, ConnectionError):
        return Cause.RESET
    if isinstance(error, OSError):
        # No route, network down, no free port: nobody took the connection.
        return Cause.RESET if written else Cause.REFUSED
    return None


def _described(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, ssl.SSLError):
        # Only OpenSSL's own errors have a reason, not those made by the trust store of Windows or macOS.
        return f"{name} {getattr(error, 'reason', None) or ''}".rstrip()
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} {error.errno}"
    return name


def status_fault(status: int, headers: Mapping[str, str], now: datetime) -> Fault:
    """What an HTTP status without a usable answer proves: never more than `UNKNOWN`.

    RFC 9110 doesn't say of any 4xx or 5xx that the request left no trace, so neither does this.
    `now` serves a `Retry-After` that is a date (RFC 9110, 10.2.3) where the answer bears no `Date`.
    """
    if status in (409, 429, 503):
        # 409: the same key or attempt is still being worked on (draft-ietf-httpapi-idempotency-key-header).
        cause = Cause.BUSY
    elif status in (401, 403, 407):
        cause = Cause.NOT_AUTHORISED
    elif status >= 500:
        cause = Cause.SERVER_ERROR
    else:
        cause = Cause.UNREADABLE
    return Fault(Outcome.UNKNOWN, cause, f"HTTP {status}", retry_after(headers, now))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that the centre asks to wait, `None` where it asks nothing that can be read.

    A date counts from the answer's own `Date`, not from a counter's clock, which may be wrong.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), _LONGEST_WISH_S)
    until = _http_date(value)
    if until is None:
        return None
    seconds = (until - (_http_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(0.0, seconds), _LONGEST_WISH_S)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else None
