"""The line of a `.pub` file: an SSH key of a kind that can sign what both sides hold, and whose it is."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from typing import Final

_RSA_BITS: Final = 2048
_CURVES: Final = {
    b"ecdsa-sha2-nistp256": (b"nistp256", 65),
    b"ecdsa-sha2-nistp384": (b"nistp384", 97),
    b"ecdsa-sha2-nistp521": (b"nistp521", 133),
}


@dataclass(frozen=True, slots=True)
class SshLine:
    """A public key in SSH's own encoding (RFC 4253, 6.6), and the comment behind it, which says whose it is."""

    blob: bytes
    owner: str

    @property
    def text(self) -> str:
        """Kind and key, without the comment."""
        kind, _ = taken(self.blob)
        return f"{kind.decode()} {base64.b64encode(self.blob).decode()}"


def ssh_line(line: str) -> SshLine:
    """Read a line of a `.pub` file; raises `ValueError` for what is no Ed25519, ECDSA or RSA key of 2048 bits or more.

    Certificates and keys that live in a security token are not among them.
    """
    kind, _, rest = line.strip().partition(" ")
    written, _, owner = rest.strip().partition(" ")
    blob = base64.b64decode(written, validate=True)
    named, inside = taken(blob)
    if named != kind.encode() or not _is_whole(named, inside):
        raise ValueError(kind)
    return SshLine(blob, owner.strip())


def string(data: bytes) -> bytes:
    """A `string` of RFC 4251: its length, then its bytes."""
    return struct.pack(">I", len(data)) + data


def taken(data: bytes) -> tuple[bytes, bytes]:
    """The first `string` of some bytes, and what follows; raises `ValueError` where they are cut short."""
    if len(data) < 4:
        raise ValueError("cut short")
    (length,) = struct.unpack(">I", data[:4])
    if length > len(data) - 4:
        raise ValueError("cut short")
    return data[4 : 4 + length], data[4 + length :]


def _is_whole(kind: bytes, inside: bytes) -> bool:
    first, rest = taken(inside)
    if kind == b"ssh-ed25519":
        return len(first) == 32 and not rest
    second, rest = taken(rest)
    if kind == b"ssh-rsa":
        return not rest and int.from_bytes(second).bit_length() >= _RSA_BITS
    curve = _CURVES.get(kind)
    return curve == (first, len(second)) and not rest
