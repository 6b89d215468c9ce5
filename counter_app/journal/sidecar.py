"""The small file beside the journal that remembers the head of the own chain after each commit.

A write-ahead log that lost its tail looks like a clean crash; the sidecar is what tells the two apart. It is
written after the commit, so after a crash it may be one entry behind, never ahead.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path

from counter_app.domain.errors import JournalBroken

NAME = "journal.head"
_LENGTH = 128


class Sidecar:
    """The open file; `write` replaces its one fixed-length line in place."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAME
        self._file: int | None = None

    def write(self, chain: str, seq: int, digest: bytes) -> None:
        """Remember the head. Not synced: a head lost with the power is only a sidecar that is behind."""
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._file = os.open(self._path, flags, 0o600)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, _line(chain, seq, digest))

    def close(self) -> None:
        """Sync and close; at a clean end the sidecar equals the head, on a failing disk it is only behind."""
        if self._file is not None:
            with suppress(OSError):
                os.fsync(self._file)
            with suppress(OSError):
                os.close(self._file)
            self._file = None


def _line(chain: str, seq: int, digest: bytes) -> bytes:
    words = f"{chain} {seq} {digest.hex()}".encode()
    return (b"%b %08x" % (words, zlib.crc32(words))).ljust(_LENGTH - 1) + b"\n"


def read_sidecar(data: Path) -> tuple[str, int, bytes]:
    """Chain, seq and hash that the sidecar remembers; raises `sidecar_missing` or `sidecar_damaged`."""
    # A line that the writer was just replacing reads whole the next time.
    for _ in range(3):
        try:
            raw = (data / NAME).read_bytes()
        except FileNotFoundError as error:
            raise JournalBroken("sidecar_missing", path=NAME) from error
        found = _told(raw)
        if found is not None:
            return found
    raise JournalBroken("sidecar_damaged", path=NAME)


def _told(raw: bytes) -> tuple[str, int, bytes] | None:
    try:
        chain, seq, digest, _ = raw.decode("ascii").split()
        found = (chain, int(seq), bytes.fromhex(digest))
    except ValueError:
        return None
    return found if _line(*found) == raw else None
