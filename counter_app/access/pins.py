"""PINs and badges: they say who sits there, encrypt nothing, and lock out with a delay that grows."""

from __future__ import annotations

from datetime import datetime, timedelta

from counter_app.domain.catalogue import Person

FREE_FAILURES = 3
LONGEST_DELAY = timedelta(hours=1)
_FIRST_DELAY_S = 30


def pin_matches(person: Person, pin: str) -> bool:
    """Whether `pin` is this colleague's PIN, or the number of their badge.

    Slow on purpose (Argon2id), so never called on the writing thread.
    """
    return any(_is_of(hashed, pin) for hashed in (person.pin, person.badge) if hashed is not None)


def _is_of(hashed: str, told: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, told)
    except (VerificationError, InvalidHashError):
        return False


def hashed_pin(told: str) -> str:
    """The Argon2id hash of a PIN or a badge's number for `office.toml`: RFC 9106's second recommendation."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4).hash(told)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when nobody may try again after `failures` wrong PINs in a row: 30 s, doubling, at most an hour."""
    if failures < FREE_FAILURES:
        return None
    delay = timedelta(seconds=_FIRST_DELAY_S * 2 ** min(failures - FREE_FAILURES, 16))
    return now + min(delay, LONGEST_DELAY)
