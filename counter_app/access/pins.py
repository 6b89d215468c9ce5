"""PINs: they say who sits there, encrypt nothing, and lock out with a delay that grows."""

from __future__ import annotations

from datetime import datetime, timedelta

from counter_app.domain.catalogue import Person

FREE_FAILURES = 3
LONGEST_DELAY = timedelta(hours=1)
_FIRST_DELAY_S = 30


def pin_matches(person: Person, pin: str) -> bool:
    """Whether `pin` is this colleague's; slow on purpose (Argon2id), so never called on the writing thread."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    if person.pin is None:
        return False
    try:
        return PasswordHasher().verify(person.pin, pin)
    except (VerificationError, InvalidHashError):
        return False


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when nobody may try again after `failures` wrong PINs in a row: 30 s, doubling, at most an hour."""
    if failures < FREE_FAILURES:
        return None
    delay = timedelta(seconds=_FIRST_DELAY_S * 2 ** min(failures - FREE_FAILURES, 16))
    return now + min(delay, LONGEST_DELAY)
