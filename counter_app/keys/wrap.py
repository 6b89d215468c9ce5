"""Wrapping of small secrets: Argon2id from a passphrase, AES-256-GCM around the secret."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 16


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """Argon2id's cost: passes over `memory_kib` in `lanes` (RFC 9106, second recommendation)."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    @property
    def sane(self) -> bool:
        """Whether a damaged or hostile file could not make us exhaust the machine."""
        return (
            1 <= self.passes <= _MOST_PASSES
            and 8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.lanes <= 16
        )


def passphrase_key(passphrase: bytes, salt: bytes, cost: PassphraseCost) -> bytes:
    """The 32-byte key that a passphrase gives under this salt and cost."""
    return hash_secret_raw(passphrase, salt, cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID)


def derived_key(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from a random key (HKDF-SHA256)."""
    return HKDF(SHA256(), 32, salt=None, info=b"counter-app/1/" + purpose.encode()).derive(key)


def wrap(key: bytes, secret: bytes, bound_to: str) -> bytes:
    """The secret encrypted and authenticated under `key`; `bound_to` must be given again to unwrap."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound_to.encode())


def unwrap(key: bytes, wrapped: bytes, bound_to: str) -> bytes | None:
    """The secret, or `None` where key, bytes or binding are not the ones it was wrapped with."""
    try:
        return AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        return None
