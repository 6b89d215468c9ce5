"""The form of a bundle: a signed manifest and the entries that it counts, as a tar inside an age file.

    age file, to the recipients of the office's configuration
    └── tar (ustar), these members in this order and no other
        ├── manifest.json        canonical JSON: whose, for whom, ranges with their heads, counts and euros, digests
        ├── manifest.json.sig    SSHSIG over it, namespace `counter-app/bundle`, by the workstation that made it
        ├── entries.jsonl        the entries of all ranges in order, a line each (see `ranges`)
        └── bodies.jsonl         messages that were sent before, as first rendered, a line each

`age -d`, `tar` and `ssh-keygen -Y verify` open it without this program. Attachments have their place in the manifest
and will follow as members of their own; a program that does not know them refuses the bundle as newer.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput, EnvironmentFailed, Refused
from counter_app.journal.codec import canonical_struct
from counter_app.journal.entry import Entry

NAME: Final = "counter-app.bundle"
"""The one name under which a bundle is looked for on a medium."""
MANIFEST, SIGNATURE, ENTRIES, BODIES = "manifest.json", "manifest.json.sig", "entries.jsonl", "bodies.jsonl"
MEMBERS: Final = (MANIFEST, SIGNATURE, ENTRIES, BODIES)
FORMAT = 1
RANGE = 2000
"""Entries in one range: what its reader holds in memory until its head is proved."""
MOST_BYTES = 2 * 1024**3
"""No honest bundle is larger: some two million entries."""
MOST_MANIFEST = 4 * 1024**2
MOST_SIGNATURE = 4096
MOST_LINE = 2 * 1024**2
_CHAIN = re.compile(r"[A-Z0-9]{1,4}[b-z]?")
_HASH = re.compile(r"[0-9a-f]{64}")


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the manifest: what it does not know is refused."""


class Part(Shape, frozen=True):
    """A range of a chain: its places, the hash before it and its head in hexadecimal, entries with private parts.

    `signature` is the chain's own over the head, as ranges carry it in a folder, where the maker has one.
    """

    chain: str
    first: int
    last: int
    before: str
    head: str
    private: int
    signature: str = ""


class Total(Shape, frozen=True):
    """What the entries of a bundle mean for one service: units, and the cents of their acts."""

    service: str
    units: int
    cents: int


class Member(Shape, frozen=True):
    """The length and SHA-256 of a member of the tar."""

    bytes: int
    sha256: str


class Heard(Shape, frozen=True):
    """The last entry of a chain that the maker holds, and when it came."""

    chain: str
    seq: int
    hash: str
    at: str


class Statement(Shape, frozen=True):
    """The office's signed word that a workstation is suspect."""

    statement: str
    signature: str


class Manifest(Shape, frozen=True):
    """What a bundle says of itself. `to` is empty where it is for every counter; `custody` is "given" where
    the recipient is to send what waits in it.

    `beginnings` are the first entries of the maker's chains, the earliest epoch first: they carry its keys.
    """

    format: int
    id: str
    office: str
    maker: str
    to: str
    made_at: str
    custody: str
    currency: str
    entries: int
    services: tuple[Total, ...]
    ranges: tuple[Part, ...]
    members: dict[str, Member]
    beginnings: tuple[str, ...] = ()
    heard: tuple[Heard, ...] = ()
    suspects: tuple[Statement, ...] = ()
    attachments: tuple[str, ...] = ()


_read_manifest = msgspec.json.Decoder(Manifest).decode


def manifest_bytes(manifest: Manifest) -> bytes:
    """The canonical bytes that the signature is over."""
    return canonical_struct(manifest)


def parse_manifest(raw: bytes) -> Manifest:
    """Read a manifest; raises `bundle_broken`, and `bundle_newer` where a newer program made it."""
    try:
        found = json.loads(raw)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise EnvironmentFailed("bundle_newer", format=found["format"])
        manifest = _read_manifest(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("bundle_broken", problem=str(error)) from error
    if manifest.attachments:
        raise EnvironmentFailed("bundle_newer", format="attachments")
    if (
        manifest.format < FORMAT
        or manifest.custody not in ("", "given")
        or set(manifest.members) != {ENTRIES, BODIES}
    ):
        raise Refused("bundle_broken", problem="custody or members")
    if not all(
        _CHAIN.fullmatch(name) for name in (manifest.maker, *[part.chain for part in manifest.ranges])
    ):
        raise Refused("bundle_broken", problem="chains")
    if sum(part.last - part.first + 1 for part in manifest.ranges) != manifest.entries:
        raise Refused("bundle_broken", problem="entries")
    if any(not 0 < part.first <= part.last < part.first + RANGE for part in manifest.ranges):
        raise Refused("bundle_broken", problem="ranges")
    if not all(_HASH.fullmatch(told) for part in manifest.ranges for told in (part.before, part.head)):
        raise Refused("bundle_broken", problem="hashes")
    if not _is_time(manifest.made_at) or not all(map(can_be_held, manifest.heard)):
        raise Refused("bundle_broken", problem="times or places")
    return manifest


def can_be_held(told: Heard) -> bool:
    """Whether chain, place, hash and time can be those of an entry: the board shows them for good."""
    return bool(
        _CHAIN.fullmatch(told.chain)
        and 0 < told.seq < 2**53
        and _HASH.fullmatch(told.hash)
        and _is_time(told.at)
    )


def _is_time(told: str) -> bool:
    """Whether it is a time that every zone has a name for."""
    try:
        return 1 < from_wire(told).year < 9999
    except BadInput:
        return False


def totals(entries: Iterable[Entry]) -> dict[str, tuple[int, int]]:
    """Units and cents by service, as the entries themselves say."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        for unit in entry.facts.get("units") or ():
            count, cents = found.get(unit["service"], (0, 0))
            found[unit["service"]] = (count + 1, cents + (entry.facts.get("cents") or 0))
    return found


def tar_bytes(members: Iterable[tuple[str, int, Iterator[bytes]]]) -> Iterator[bytes]:
    """A tar of members, each with its name, its length and its content in pieces; nothing is held in memory."""
    for name, length, content in members:
        info = tarfile.TarInfo(name)
        info.size, info.mode = length, 0o600
        yield info.tobuf(tarfile.USTAR_FORMAT)
        written = 0
        for piece in content:
            written += len(piece)
            yield piece
        if written != length:
            raise ValueError(f"{name} has {written} bytes and not {length}")
        yield bytes(-length % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)
