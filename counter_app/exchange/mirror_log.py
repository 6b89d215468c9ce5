"""The log of a mirror: encrypted frames that are only ever added, so that an interruption spoils none before it.

Each frame begins on a block of its own: adding to the log never rewrites a block that holds an older frame, on media
that lose whole blocks when they are pulled out. A frame says which log it belongs to and its number in it, and both
are authenticated: frames of two logs, or of one log in another order, are not taken for one another.
"""

from __future__ import annotations

import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from counter_app.domain.errors import JournalBroken
from counter_app.keys.wrap import derived_key, unwrap, wrap

BLOCK = 4096
_HEADER = struct.Struct(">4s16sQI")
_MAGIC = b"cacf"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as found: its number, what it holds, and where in the file it begins and the next one would."""

    number: int
    content: bytes
    begins: int
    ends: int


class MirrorLog:
    """One log file under one database key. Every method opens the file anew: a medium may be pulled out between."""

    def __init__(self, path: Path, database_key: bytes, log_id: bytes) -> None:
        self.path = path
        self.id = log_id
        self._key = mirror_key(database_key)

    @classmethod
    def begin(cls, path: Path, database_key: bytes) -> MirrorLog:
        """A log that has no frame yet."""
        with path.open("xb"):
            pass
        return cls(path, database_key, secrets.token_bytes(16))

    @classmethod
    def found(cls, path: Path, database_key: bytes) -> MirrorLog | None:
        """The log in a file; `None` where it holds no frame that could say which log it is."""
        with path.open("rb") as file:
            head = _read_header(file)
        return None if head is None else cls(path, database_key, head[0])

    def add(self, number: int, begins: int, content: bytes) -> int:
        """Add a frame at `begins`, durable when this returns; what lay behind, half a frame, goes. Returns its end."""
        sealed = wrap(self._key, zlib.compress(content, 1), self._bound_to(number))
        raw = _HEADER.pack(_MAGIC, self.id, number, len(sealed)) + sealed
        raw += bytes(-len(raw) % BLOCK)
        with self.path.open("r+b") as file:
            file.truncate(begins)
            file.seek(begins)
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        return begins + len(raw)

    def frames(self, number: int = 0, begins: int = 0) -> Iterator[Frame]:
        """The whole frames in order from one on, up to the first that is not whole."""
        with self.path.open("rb") as file:
            file.seek(begins)
            while True:
                frame = self._next(file, number, begins)
                if frame is None:
                    return
                yield frame
                number, begins = number + 1, frame.ends

    def _next(self, file: BinaryIO, number: int, begins: int) -> Frame | None:
        head = _read_header(file)
        if head is None or head[:2] != (self.id, number):
            return None
        sealed = file.read(head[2])
        compressed = unwrap(self._key, sealed, self._bound_to(number))
        if compressed is None:
            return None
        length = _HEADER.size + len(sealed)
        ends = begins + length + (-length % BLOCK)
        file.seek(ends)
        try:
            return Frame(number, zlib.decompress(compressed), begins, ends)
        except zlib.error as error:
            raise JournalBroken("mirror_unreadable", path=str(self.path)) from error

    def _bound_to(self, number: int) -> str:
        return f"mirror {self.id.hex()} {number}"


def mirror_key(database_key: bytes) -> bytes:
    """The key of a mirror: whoever can open the workstation can open its copies, and nobody else."""
    return derived_key(database_key, "mirror")


def _read_header(file: BinaryIO) -> tuple[bytes, int, int] | None:
    raw = file.read(_HEADER.size)
    if len(raw) < _HEADER.size:
        return None
    magic, log_id, number, length = _HEADER.unpack(raw)
    return (log_id, number, length) if magic == _MAGIC else None
