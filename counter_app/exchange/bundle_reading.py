"""The child process that reads a bundle from untrusted media: opens, decrypts, takes the tar apart, and hands it on.

What it hands on are frames on its standard output: a letter, four bytes of length, the content. It proves nothing that
its parent relies on: the parent checks the signature, every hash and every sum again. Should a file take this process
over, it can only say something wrong of that file.
"""

from __future__ import annotations

import io
import json
import os
import struct
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

from counter_app.domain.errors import AppError, Refused
from counter_app.exchange.bundle_form import (
    BODIES,
    ENTRIES,
    MANIFEST,
    MEMBERS,
    MOST_BYTES,
    MOST_LINE,
    MOST_MANIFEST,
    MOST_SIGNATURE,
    NAME,
    SIGNATURE,
)
from counter_app.exchange.confined import confine
from counter_app.exchange.untrusted_file import open_untrusted

LETTERS: Final = {MANIFEST: b"M", SIGNATURE: b"S", ENTRIES: b"E", BODIES: b"B"}
END, REFUSED = b"Z", b"X"
FRAME = struct.Struct(">cI")
PIECE = 256 * 1024
_MOST: Final = {MANIFEST: MOST_MANIFEST, SIGNATURE: MOST_SIGNATURE, ENTRIES: MOST_BYTES, BODIES: MOST_BYTES}


def bundle_at(path: Path) -> Path:
    """The file that a path means: itself, or the one of the fixed name where it is a folder or a medium."""
    return path / NAME if path.is_dir() and not path.is_symlink() else path


def read_aside(path: Path, identities: list[str], out: BinaryIO) -> None:
    """Hand on the bundle at `path` as frames, the last of which says how it ended; raises nothing of its own."""
    try:
        file, length = open_untrusted(path)
        if length > MOST_BYTES:
            raise Refused("bundle_too_large", file=path.name)
        opened = _opened(identities)
        pipe = os.pipe()
        enforced = confine()
        for letter, content in _frames(path.name, file, opened, pipe):
            out.write(FRAME.pack(letter, len(content)) + content)
        told, letter = json.dumps({"enforced": enforced}), END
    except AppError as error:
        told, letter = json.dumps({"code": error.code, "params": error.params}), REFUSED
    out.write(FRAME.pack(letter, len(told.encode())) + told.encode())
    out.flush()


def _opened(identities: list[str]) -> list[object]:
    """The keys; with them the library is loaded, which later could not be read any more."""
    from pyrage import x25519

    return [x25519.Identity.from_str(one) for one in identities]


def _frames(
    name: str, file: BinaryIO, identities: list[object], pipe: tuple[int, int]
) -> Iterator[tuple[bytes, bytes]]:
    """The members in their order, each in pieces; raises `bundle_…` for whatever is no honest bundle."""
    opening = _Opening(file, identities, pipe[1])
    thread = threading.Thread(target=opening.run, daemon=True)
    thread.start()
    try:
        with os.fdopen(pipe[0], "rb") as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            yield from _members(name, tar)
            # The end of the file is authenticated too: what was cut off there is noticed by reading on.
            while plain.read(PIECE):
                pass
    except (tarfile.TarError, EOFError) as error:
        thread.join(5)
        raise opening.why(name) or Refused("bundle_broken", problem=str(error)) from error
    thread.join()
    refusal = opening.why(name)
    if refusal is not None:
        raise refusal


def _members(name: str, tar: tarfile.TarFile) -> Iterator[tuple[bytes, bytes]]:
    expected = iter(MEMBERS)
    for info in tar:
        wanted = next(expected, None)
        if info.name != wanted or not info.isreg() or info.issparse():
            raise Refused("bundle_broken", problem="members")
        if info.size > _MOST[wanted]:
            raise Refused("bundle_too_large", file=name)
        content = tar.extractfile(info)
        assert content is not None  # an ordinary file has a content
        yield from _pieces(LETTERS[wanted], content, info.size)
    if next(expected, None) is not None:
        raise tarfile.ReadError("members are missing")


def _pieces(letter: bytes, content: IO[bytes], length: int) -> Iterator[tuple[bytes, bytes]]:
    """The small members whole, the others in pieces that end with a line."""
    if letter in (LETTERS[MANIFEST], LETTERS[SIGNATURE]):
        raw = content.read(length)
        if len(raw) != length:
            raise tarfile.ReadError("cut off")
        yield letter, raw
        return
    rest, left = b"", length
    while left:
        raw = content.read(min(PIECE, left))
        if not raw:
            raise tarfile.ReadError("cut off")
        left -= len(raw)
        lines, newline, rest = (rest + raw).rpartition(b"\n")
        if newline:
            yield letter, lines + newline
        if len(rest) > MOST_LINE:
            raise Refused("bundle_broken", problem="line")
    if rest:
        raise Refused("bundle_broken", problem="line")


class _Opening:
    """Decrypts on a thread of its own into a pipe, and remembers how that went."""

    def __init__(self, file: BinaryIO, identities: list[object], into: int) -> None:
        self._file = io.BufferedReader(_Counted(file), PIECE)
        self._identities = identities
        self._into = into
        self._code = ""

    def run(self) -> None:
        """Decrypt everything; the pipe's end is its end, whatever happened."""
        from pyrage import DecryptError, decrypt_io

        try:
            with os.fdopen(self._into, "wb") as out:
                decrypt_io(self._file, out, self._identities)
        except DecryptError as error:
            self._code = "bundle_not_for_us" if "matching keys" in str(error) else "bundle_no_age"
        except BrokenPipeError:
            self._code = "bundle_broken"
        except OSError:
            # The file ends early, a byte was changed, or the medium was pulled out.
            self._code = "bundle_cut"

    def why(self, name: str) -> Refused | None:
        """The reason why it could not be decrypted to its end."""
        if self._code == "bundle_broken":
            return Refused("bundle_broken", problem="tar")
        return Refused(self._code, file=name) if self._code else None


class _Counted(io.RawIOBase):
    """A file that is read up to its bound: it may grow while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        raw = self._file.read(min(len(into), self._left))
        into[: len(raw)] = raw
        self._left -= len(raw)
        return len(raw)
