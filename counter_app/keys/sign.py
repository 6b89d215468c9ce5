"""Signatures in OpenSSH's SSHSIG form, so that `ssh-keygen -Y verify` accepts what a workstation signs."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from counter_app.domain.ssh_line import string, taken

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4)
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


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature as read: the key that it brings along, its namespace, the hash of the message, what was made of it.

    Nothing of it is proved; `key` says with whom to compare and never whom to believe.
    """

    key: bytes
    namespace: bytes
    hash_name: bytes
    raw: bytes


def sign(key: Ed25519PrivateKey, namespace: str, message: bytes) -> str:
    """The armoured signature of `message` under `namespace`."""
    space = namespace.encode()
    public = _public_blob(key.public_key().public_bytes_raw())
    signature = string(_KEY_TYPE) + string(key.sign(signed_words(space, _HASH, message)))
    fields = (public, space, b"", _HASH, signature)
    text = base64.b64encode(_MAGIC + _VERSION + b"".join(map(string, fields))).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def signed_by(public_key: bytes, namespace: str, message: bytes, armoured: str) -> bool:
    """Whether `armoured` is a signature of exactly this message, namespace and key; never raises."""
    try:
        found, space = read_signature(armoured), namespace.encode()
        if (found.key, found.namespace, found.hash_name) != (_public_blob(public_key), space, _HASH):
            return False
        kind, rest = taken(found.raw)
        raw, rest = taken(rest)
        if kind != _KEY_TYPE or rest:
            return False
        Ed25519PublicKey.from_public_bytes(public_key).verify(raw, signed_words(space, _HASH, message))
    except (ValueError, InvalidSignature):
        return False
    return True


def read_signature(armoured: str) -> SshSignature:
    """Take an armoured SSHSIG apart; raises `ValueError` where it is none, or not whole."""
    lines = armoured.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise ValueError("no SSH signature")
    blob = base64.b64decode("".join(lines[1:-1]), validate=True)
    head = _MAGIC + _VERSION
    if not blob.startswith(head):
        raise ValueError("no SSH signature of version 1")
    fields, rest = [], blob[len(head) :]
    for _ in range(5):
        field, rest = taken(rest)
        fields.append(field)
    key, namespace, _, hash_name, raw = fields
    if rest or hash_name not in (b"sha256", b"sha512"):
        raise ValueError("no SSH signature that is known here")
    return SshSignature(key, namespace, hash_name, raw)


def signed_words(namespace: bytes, hash_name: bytes, message: bytes) -> bytes:
    """What is signed in place of the message itself."""
    digest = hashlib.new(hash_name.decode(), message).digest()
    return _MAGIC + b"".join(map(string, (namespace, b"", hash_name, digest)))


def openssh_public_key(public_key: bytes, comment: str) -> str:
    """The key as a line of OpenSSH's `allowed_signers` or `.pub` form."""
    return f"{_KEY_TYPE.decode()} {base64.b64encode(_public_blob(public_key)).decode()} {comment}"


def key_print(public_key: bytes) -> str:
    """The fingerprint of an Ed25519 key as `ssh-keygen -l` prints it."""
    return blob_print(_public_blob(public_key))


def blob_print(blob: bytes) -> str:
    """The same of any key in SSH's own encoding."""
    return f"SHA256:{base64.b64encode(sha256(blob).digest()).decode().rstrip('=')}"


def _public_blob(public_key: bytes) -> bytes:
    return string(_KEY_TYPE) + string(public_key)
