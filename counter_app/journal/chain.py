"""The hash chain: how one entry is tied to the one before it.

    hash = SHA-256(previous hash ‖ content ‖ SHA-256(salt ‖ private))

The first entry stands on 32 zero bytes; its facts bind workstation, public key and format version. Content is
header and facts together. An entry without private part has the hash of nothing in its place.
"""

from __future__ import annotations

from hashlib import sha256

BEFORE_FIRST = bytes(32)
NO_PRIVATE = sha256(b"").digest()


def private_hash(salt: bytes, private: bytes) -> bytes:
    """What stands for the private part in the chain, with or without the part itself."""
    return sha256(salt + private).digest()


def entry_hash(previous: bytes, content: bytes, private_digest: bytes) -> bytes:
    """The hash of an entry that follows `previous`."""
    return sha256(previous + content + private_digest).digest()
