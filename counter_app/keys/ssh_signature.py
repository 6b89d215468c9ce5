"""Signatures that others make with `ssh-keygen -Y sign`, proved against a key that is known beforehand.

The form is OpenSSH's PROTOCOL.sshsig, the keys those of RFC 4253, 5656 and 8709, RSA with RFC 8332.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from counter_app.domain.ssh_line import SshLine, taken
from counter_app.keys.sign import SshSignature, signed_words

_CURVE_HASHES: Final = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
# `ssh-rsa`, which is SHA-1, is not among them, as in OpenSSH.
_RSA_HASHES: Final = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}


def made_by(signature: SshSignature, key: SshLine, namespace: str, message: bytes) -> bool:
    """Whether a signature is of exactly this key, namespace and message; never raises."""
    if signature.key != key.blob or signature.namespace != namespace.encode():
        return False
    words = signed_words(signature.namespace, signature.hash_name, message)
    try:
        public = load_ssh_public_key(key.text.encode())
        kind, rest = taken(signature.raw)
        made, rest = taken(rest)
        if rest:
            return False
        if isinstance(public, Ed25519PublicKey):
            if kind != b"ssh-ed25519":
                return False
            public.verify(made, words)
        elif isinstance(public, RSAPublicKey):
            public.verify(made, words, padding.PKCS1v15(), _RSA_HASHES[kind])
        elif isinstance(public, EllipticCurvePublicKey):
            _verify_ecdsa(public, key, kind, made, words)
        else:
            return False
    except (ValueError, KeyError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _verify_ecdsa(
    public: EllipticCurvePublicKey, key: SshLine, kind: bytes, made: bytes, words: bytes
) -> None:
    """RFC 5656, 3.1.2: the kind is that of the key, and the signature two numbers."""
    named, _ = taken(key.blob)
    first, rest = taken(made)
    second, rest = taken(rest)
    if kind != named or rest:
        raise ValueError("no signature of this kind of key")
    signature = encode_dss_signature(int.from_bytes(first), int.from_bytes(second))
    public.verify(signature, words, ECDSA(_CURVE_HASHES[public.curve.name]))
