"""Sealing of small secrets to a public key: HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM.

Who seals needs no secret: so a new database key reaches every slot while nobody types a passphrase.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(public: bytes, secret: bytes, bound_to: str) -> bytes:
    """The secret for whoever holds the private half of the 32 raw bytes `public`; `bound_to` is authenticated."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), info=bound_to.encode())


def unseal(private: bytes, sealed: bytes, bound_to: str) -> bytes | None:
    """The secret, or `None` where key, bytes or binding are not the ones it was sealed with."""
    try:
        key = X25519PrivateKey.from_private_bytes(private)
        return _SUITE.decrypt(sealed, key, info=bound_to.encode())
    except (InvalidTag, ValueError):
        return None


def new_pair() -> tuple[bytes, bytes]:
    """A fresh private key and its public half, 32 raw bytes each."""
    key = X25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()
