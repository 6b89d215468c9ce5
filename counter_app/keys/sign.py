"""Signatures in OpenSSH's SSHSIG form, so that `ssh-keygen -Y verify` accepts what a workstation signs."""

from __future__ import annotations

import base64
import struct
from hashlib import sha256, sha512

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MAGIC = b"SSHSIG"
_KEY_TYPE = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"

HEAD = "counter-app/head"
"""Namespace of signatures over the head of a chain."""
RANGE = "counter-app/range"
"""Namespace of signatures over a range of a chain on its way to another counter."""
BALANCE = "counter-app/balance"
"""Namespace of signatures over a balance between the journal and the central services."""
BUNDLE = "counter-app/bundle"
"""Namespace of signatures over the manifest of a bundle."""
HEARD = "counter-app/heard"
"""Namespace of a counter's word on what it has heard of the others."""
SUSPECT = "counter-app/suspect"
"""Namespace of the office's word that a workstation is suspect and its key worth nothing any more."""
COUNTER = "counter-app/counter"
"""Namespace of the office's word that a key belongs to a counter."""
SUCCESSION = "counter-app/succession"
"""Namespace of a counter's word, given with the key of its epoch before, that a new epoch is its own."""


def sign(key: Ed25519PrivateKey, namespace: str, message: bytes) -> str:
    """The armoured signature of `message` under `namespace`."""
    public = _public_blob(key.public_key().public_bytes_raw())
    signature = _string(_KEY_TYPE) + _string(key.sign(_signed(namespace, message)))
    blob = (
        _MAGIC
        + struct.pack(">I", 1)
        + _string(public)
        + _string(namespace.encode())
        + _string(b"")
        + _string(_HASH)
        + _string(signature)
    )
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def signed_by(public_key: bytes, namespace: str, message: bytes, armoured: str) -> bool:
    """Whether `armoured` is a signature of exactly this message, namespace and key; never raises."""
    try:
        lines = armoured.strip().splitlines()
        if lines[0] != _BEGIN or lines[-1] != _END:
            return False
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
        if blob[:6] != _MAGIC or struct.unpack(">I", blob[6:10])[0] != 1:
            return False
        fields, rest = [], blob[10:]
        for _ in range(5):
            field, rest = _take(rest)
            fields.append(field)
        key, space, _, hashed, signature = fields
        if rest or key != _public_blob(public_key) or space != namespace.encode() or hashed != _HASH:
            return False
        kind, raw = _take(signature)
        raw, rest = _take(raw)
        if kind != _KEY_TYPE or rest:
            return False
        Ed25519PublicKey.from_public_bytes(public_key).verify(raw, _signed(namespace, message))
    except (ValueError, IndexError, struct.error, InvalidSignature):
        return False
    return True


def openssh_public_key(public_key: bytes, comment: str) -> str:
    """The key as a line of OpenSSH's `allowed_signers` or `.pub` form."""
    return f"{_KEY_TYPE.decode()} {base64.b64encode(_public_blob(public_key)).decode()} {comment}"


def key_print(public_key: bytes) -> str:
    """The fingerprint of a key as `ssh-keygen -l` prints it."""
    digest = sha256(_public_blob(public_key)).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _public_blob(public_key: bytes) -> bytes:
    return _string(_KEY_TYPE) + _string(public_key)


def _signed(namespace: str, message: bytes) -> bytes:
    return (
        _MAGIC
        + _string(namespace.encode())
        + _string(b"")
        + _string(_HASH)
        + _string(sha512(message).digest())
    )


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _take(data: bytes) -> tuple[bytes, bytes]:
    (length,) = struct.unpack(">I", data[:4])
    if length > len(data) - 4:
        raise ValueError("cut short")
    return data[4 : 4 + length], data[4 + length :]
