"""OCRA, the challenge–response of RFC 6287: a suite's name, the data it asks for, and the digits that come out."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from counter_app.domain.errors import BadInput

_SUITE = re.compile(
    r"OCRA-1:HOTP-(?P<hash>SHA1|SHA256|SHA512)-(?P<digits>0|[4-9]|10)"
    r":(?P<counter>C-)?Q(?P<form>[ANH])(?P<length>0[4-9]|[1-5]\d|6[0-4])"
    r"(?:-P(?P<pin>SHA1|SHA256|SHA512))?(?:-S(?P<session>\d{3}))?(?P<time>-T(?:[1-9]|[1-5]\d)[SMH])?"
)
_QUESTION_BYTES = 128


@dataclass(frozen=True, slots=True)
class Suite:
    """A parsed suite (RFC 6287, 6): what it hashes, and into how many digits; 0 digits is the whole hash in hex."""

    name: str
    algorithm: str
    digits: int
    form: str
    has_counter: bool
    pin_hash: str | None
    session_bytes: int
    has_time: bool


def suite(name: str) -> Suite:
    """Read the name of a suite; raises `ocra_suite` for one that the RFC does not allow."""
    found = _SUITE.fullmatch(name)
    if found is None:
        raise BadInput("ocra_suite", suite=name)
    return Suite(
        name,
        found["hash"].lower(),
        int(found["digits"]),
        found["form"],
        found["counter"] is not None,
        found["pin"].lower() if found["pin"] else None,
        int(found["session"] or 0),
        found["time"] is not None,
    )


def response(
    of: Suite,
    key: bytes,
    question: str,
    *,
    counter: int = 0,
    pin_hash: bytes = b"",
    session: bytes = b"",
    time: int = 0,
) -> str:
    """The response to a question under a key; what the suite does not ask for is left out."""
    data = of.name.encode() + b"\x00"
    if of.has_counter:
        data += counter.to_bytes(8, "big")
    data += _question(of, question)
    if of.pin_hash is not None:
        data += pin_hash
    if of.session_bytes:
        data += session.rjust(of.session_bytes, b"\x00")
    if of.has_time:
        data += time.to_bytes(8, "big")
    return _truncated(hmac.digest(key, data, of.algorithm), of.digits)


def _question(of: Suite, question: str) -> bytes:
    """The question as 128 bytes: numbers in hexadecimal, padded on the right by half bytes as the RFC's code does."""
    if of.form == "A":
        return question.encode("ascii").ljust(_QUESTION_BYTES, b"\x00")
    digits = f"{int(question):x}" if of.form == "N" else question
    return bytes.fromhex(digits.ljust(2 * _QUESTION_BYTES, "0"))


def _truncated(digest: bytes, digits: int) -> str:
    """Dynamic truncation (RFC 4226, 5.3)."""
    if digits == 0:
        return digest.hex()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)
