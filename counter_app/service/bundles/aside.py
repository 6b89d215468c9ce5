"""Starts the child process that reads a bundle, and takes its frames: what it says is proved by the caller.

    own command  bundle read-aside FILE  < the age keys that may open it  > frames

It gets no key but those, and gives up network, other programs and files where the system lets it (see
`counter_app/exchange/confined.py`). A file that gives nothing for a minute, or was waited for half an hour in all, is
given up.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from counter_app.domain.errors import AppError, EnvironmentFailed, Refused
from counter_app.exchange.bundle_reading import END, FRAME, REFUSED
from counter_app.paths import own_command

_SILENT_S = 60.0
_LONGEST_S = 1800.0
_MOST_FRAME = 8 * 1024**2


def frames(path: Path, identities: Sequence[str]) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a bundle, the last one saying what was enforced; raises what the child refused it for.

    Raises `bundle_not_read` where the child ended without a word or said nothing for too long.
    """
    # On Windows no black window may flash up behind ours.
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    command = [*own_command(), "bundle", "read-aside", str(path)]
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
        )
    except OSError as error:
        problem = error.strerror or str(error)
        raise EnvironmentFailed("bundle_not_read", file=path.name, problem=problem) from error
    with child:
        assert child.stdin is not None  # both are pipes
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(list(identities)).encode())
            child.stdin.close()
            yield from _taken(path, child, child.stdout)
        except BrokenPipeError as error:
            raise EnvironmentFailed("bundle_not_read", file=path.name, problem="no answer") from error
        finally:
            child.kill()


def _taken(path: Path, child: subprocess.Popen[bytes], out: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    waited = 0.0
    while True:
        since = time.monotonic()
        patience = threading.Timer(min(_SILENT_S, _LONGEST_S - waited), child.kill)
        patience.start()
        try:
            letter, content = _frame(out)
        finally:
            patience.cancel()
        waited += time.monotonic() - since
        if letter == REFUSED:
            raise _refusal(path, content)
        if letter is None:
            raise EnvironmentFailed("bundle_not_read", file=path.name, problem="no end")
        yield letter, content
        if letter == END:
            return


def _frame(out: IO[bytes]) -> tuple[bytes | None, bytes]:
    head = out.read(FRAME.size)
    if len(head) < FRAME.size:
        return None, b""
    letter, length = FRAME.unpack(head)
    if length > _MOST_FRAME:
        return None, b""
    content = out.read(length)
    return (letter, content) if len(content) == length else (None, b"")


_REFUSALS = (
    "bundle_broken",
    "bundle_cut",
    "bundle_no_age",
    "bundle_not_for_us",
    "bundle_too_large",
    "exchange_link",
    "exchange_no_file",
    "exchange_unreadable",
)


def _refusal(path: Path, content: bytes) -> AppError:
    """The refusal that the child told, if it is one of those that it may tell."""
    try:
        told = json.loads(content)
        code, params = told["code"], {str(name): str(value) for name, value in told["params"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        code, params = "", {}
    if code not in _REFUSALS:
        return EnvironmentFailed("bundle_not_read", file="", problem=code or "?")
    if code == "exchange_unreadable":
        return Refused("bundle_unreadable", path=str(path), problem=params.get("problem", "?"))
    return Refused(code, **params)
