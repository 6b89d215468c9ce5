"""Speaks to a central system through a shared folder: one file out per batch, acknowledgement files back.

France's PES v2 works so, and it is what still works after a cyberattack. The folder holds `IN/` (our files,
which the centre moves to `IN/done/`) and `ACK/` (the centre's answers, one line per unit, never deleted by us).
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

from counter_app.connectors.answers import VERDICTS, check_load, unit_reply
from counter_app.connectors.causes import Fault
from counter_app.connectors.deadline import start
from counter_app.connectors.files_form import own_lines
from counter_app.connectors.line_index import LineIndex, Seen, Stamp
from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

T = TypeVar("T")

_DONE = "done"
_READING_SHARE = 0.7
"""The part of a call's time that may go into reading new files; the rest answers from what was read."""


class FolderConnector:
    """One service reached through `folder`; `deadline_s` bounds a call even on a share that has died.

    A deposit is `RECEIVED` once its file stands under its final name: complete, flushed and never half
    visible. `ask` finds the centre's answers; it never says `ABSENT`, as a folder cannot prove absence.
    """

    askable = True
    proves_absence = False

    def __init__(
        self, folder: Path, service: str, counter: str, *, batch_max: int = 1000, deadline_s: float = 10.0
    ) -> None:
        self.batch_max = batch_max
        self._folder = folder
        self._service = service
        self._counter = counter
        self._deadline_s = deadline_s
        self._deposits = LineIndex()
        self._acks = LineIndex()
        self._turn = threading.Lock()
        self._underway: Future[object] | None = None
        self._closed = False

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Deposit the messages as one file; the same attempt with the same bytes is deposited once.

        `NOT_SENT` where nothing came to stand under the final name, `UNKNOWN` where that can't be told or
        where other bytes stand there. `ValueError` for a body with a line break, which no line can hold.
        """
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        name = f"{self._stem()}-{quote(attempt_id, safe='')}.jsonl"
        data = own_lines(self._service, self._counter, attempt_id, load)
        try:
            fault = self._bounded(lambda: self._deposit(name, data))
        except TimeoutError:
            fault = _fault(Outcome.UNKNOWN, "the folder did not answer in time")
        if fault is not None:
            return fault.reply(load)
        return Reply(tuple(UnitReply(message.key, Outcome.RECEIVED) for message in load))

    def ask(self, messages: Sequence[Message]) -> Reply:
        """What the acknowledgement files say; `RECEIVED` while a deposit has no answer, else `UNKNOWN`."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        try:
            reply = self._bounded(lambda: self._look_up(load))
        except TimeoutError:
            reply = _fault(Outcome.UNKNOWN, "the folder did not answer in time")
        if isinstance(reply, Fault):
            return _fault(Outcome.UNKNOWN, reply.detail).reply(load)
        return reply

    def check(self) -> Probe:
        """Probe the folder with files of a random name that the centre passes over; they are removed again."""
        try:
            found = self._bounded(self._probed)
        except TimeoutError:
            found = _fault(Outcome.UNKNOWN, "the folder did not answer in time")
        if isinstance(found, Fault):
            return Probe(False, False, False, (Finding("reachable", False, found.detail),))
        return found

    def close(self) -> None:
        """Nothing stays open between calls; later calls are refused as `NOT_SENT`."""
        self._closed = True

    def _bounded(self, work: Callable[[], T]) -> T | Fault:
        """`work` within the deadline; a call that a dead share still holds keeps every later one out."""
        with self._turn:
            if self._closed:
                return Fault(Outcome.NOT_SENT, Cause.NONE, "closed")
            if self._underway is not None and not self._underway.done():
                return _fault(Outcome.NOT_SENT, "the folder has not answered the call before")
            future = start(work)
            self._underway = future  # type: ignore[assignment]
            return future.result(timeout=self._deadline_s)

    @property
    def _in(self) -> Path:
        return _within(self._folder, "IN")

    @property
    def _ack(self) -> Path:
        return _within(self._folder, "ACK")

    def _stem(self) -> str:
        return f"{quote(self._service, safe='')}-{quote(self._counter, safe='')}"

    def _deposit(self, name: str, data: bytes) -> Fault | None:
        """None once the file stands there, by this call or by an earlier one of the same attempt."""
        inbox = self._in
        part = inbox / f".{name}.part"
        try:
            standing = _standing(inbox, name, data)
            if standing is not None:
                # An attempt that was cut between its two names leaves the first.
                with contextlib.suppress(OSError):
                    part.unlink()
                return _verdict(standing)
            _write_part(part, data)
        except OSError as error:
            return _fault(Outcome.NOT_SENT, _named(error))
        try:
            publish(part, inbox / name)
        except OSError as error:
            return _unpublished(part, name, data, error)
        return None

    def _look_up(self, load: Sequence[Message]) -> Reply | Fault:
        until = time.monotonic() + self._deadline_s * _READING_SHARE
        # Deposits of other counters count too: custody of their units may have come to this machine.
        prefix = f"{quote(self._service, safe='')}-"
        try:
            self._acks.refresh(_listing(self._ack, prefix, ".ack.jsonl"), until)
        except OSError as error:
            return _fault(Outcome.UNKNOWN, _named(error))
        answers = self._acks.lines(message.key for message in load)
        units = {key: unit for key, lines in answers.items() if (unit := _newest(key, lines)) is not None}
        open_keys = [message.key for message in load if message.key not in units]
        cause, detail = Cause.NONE, ""
        if open_keys:
            try:
                self._deposits.refresh(_deposited(self._in, prefix), until)
                units |= {key: UnitReply(key, Outcome.RECEIVED) for key in self._deposits.lines(open_keys)}
            except OSError as error:
                cause, detail = Cause.FOLDER, _named(error)
        found = (units.get(message.key) or UnitReply(message.key, Outcome.UNKNOWN) for message in load)
        return Reply(tuple(found), cause, detail=detail)

    def _probed(self) -> Probe:
        findings: list[Finding] = []
        for code, folder in (("in_folder", self._in), ("ack_folder", self._ack)):
            try:
                _listing(folder, "", "")
                findings.append(Finding(code, True))
            except OSError as error:
                findings.append(Finding(code, False, _named(error)))
        reachable, askable = findings[0].ok, findings[1].ok
        safe = reachable and _probed_names(self._in / f".probe-{uuid4()}", findings)
        return Probe(reachable, safe, askable, tuple(findings))


def publish(part: Path, final: Path) -> None:
    """Give `part` its final name at once and only if that name is free; `FileExistsError` if it is taken.

    Windows' rename refuses to overwrite. POSIX' overwrites, but a hard link refuses. Where a file system
    has no links (FAT, many shares), the part is the guard: it was created exclusively under a name that
    belongs to this final name alone, so nobody else of ours can be between the look and the rename.
    """
    if sys.platform == "win32":
        part.rename(final)
        return
    try:
        final.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        if final.exists():
            raise FileExistsError(final) from None
        part.rename(final)
    else:
        # The deposit stands, whatever becomes of its second name.
        with contextlib.suppress(OSError):
            part.unlink()
    _sync_folder(final.parent)


def _within(folder: Path, name: str) -> Path:
    """The folder of this name in `folder`, in whatever case a centre on Windows may have made it."""
    exact = folder / name
    if not exact.exists():
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if path.name.upper() == name:
                    return path
    return exact


def _standing(inbox: Path, name: str, data: bytes) -> bool | None:
    """Whether the file of this name holds `data`; None where there is none, waiting or done."""
    for place in (inbox / name, inbox / _DONE / name):
        try:
            return place.read_bytes() == data
        except FileNotFoundError:
            continue
    return None


def _unpublished(part: Path, name: str, data: bytes, error: OSError) -> Fault | None:
    # A share can carry a rename out and lose its answer. Without the part no rename can come later, so
    # only then does an empty place prove that nothing was sent.
    try:
        part.unlink()
        removed = True
    except FileNotFoundError:
        removed = False
    except OSError:
        return _fault(Outcome.UNKNOWN, _named(error))
    try:
        standing = _standing(part.parent, name, data)
    except OSError:
        standing, removed = None, False
    if standing is not None:
        return _verdict(standing)
    return _fault(Outcome.NOT_SENT if removed else Outcome.UNKNOWN, _named(error))


def _sync_folder(folder: Path) -> None:
    # Makes the new name itself survive a power cut. Best effort: shares often refuse it, and a name that
    # is lost later reads as unknown.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_part(part: Path, data: bytes) -> None:
    # One left behind is from an attempt of ours that died: an attempt has one sender, who holds the lock.
    part.unlink(missing_ok=True)
    write_new(part, data)


def write_new(path: Path, data: bytes) -> None:
    """Write a new file to the disk; `FileExistsError` where one is there, and nothing left where it fails."""
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _listing(folder: Path, prefix: str, suffix: str) -> dict[str, Seen]:
    listing: dict[str, Seen] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if not (entry.name.startswith(prefix) and entry.name.endswith(suffix)):
                continue
            # Moved or replaced since the listing: the next call sees it again.
            with contextlib.suppress(FileNotFoundError):
                if entry.is_file():
                    state = entry.stat()
                    listing[entry.name] = Seen(entry.path, (state.st_size, state.st_mtime_ns))
    return listing


def _deposited(inbox: Path, prefix: str) -> dict[str, Seen]:
    # In the direction in which files move: one that moves meanwhile is seen twice, not never.
    deposits = _listing(inbox, prefix, ".jsonl")
    with contextlib.suppress(FileNotFoundError):
        deposits |= _listing(inbox / _DONE, prefix, ".jsonl")
    return deposits


def _newest(key: str, lines: Sequence[tuple[Stamp, dict[str, object]]]) -> UnitReply | None:
    """What all the lines about a key say together: a business answer wins over a technical one, then the newer.

    Accepted in one and rejected in another is a conflict: a person must see it.
    """
    said = [
        (stamp[1], unit) for stamp, line in lines if (unit := unit_reply(key, line, VERDICTS)) is not None
    ]
    if {Outcome.ACCEPTED, Outcome.REJECTED} <= {unit.outcome for _, unit in said}:
        return UnitReply(key, Outcome.CONFLICT)
    ranked = sorted(said, key=lambda stated: (stated[1].outcome is not Outcome.RECEIVED, stated[0]))
    return ranked[-1][1] if ranked else None


def _probed_names(probe: Path, findings: list[Finding]) -> bool:
    """Whether creating is exclusive here and a taken name stays as it is; both are added to `findings`."""
    part, final = probe.with_suffix(".part"), probe.with_suffix(".final")
    try:
        _write_part(part, b"first\n")
        try:
            part.open("xb").close()
            exclusive = False
        except FileExistsError:
            exclusive = True
        publish(part, final)
        _write_part(part, b"second\n")
        with contextlib.suppress(FileExistsError):
            publish(part, final)
        kept = final.read_bytes() == b"first\n"
    except OSError as error:
        findings.append(Finding("writable", False, _named(error)))
        return False
    finally:
        for path in (part, final):
            with contextlib.suppress(OSError):
                path.unlink()
    findings.append(Finding("exclusive_creation", exclusive))
    findings.append(Finding("never_overwrites", kept))
    return exclusive and kept


def _verdict(same: bool) -> Fault | None:
    return None if same else _fault(Outcome.UNKNOWN, "other bytes stand under the name of this attempt")


def _fault(outcome: Outcome, detail: str) -> Fault:
    return Fault(outcome, Cause.FOLDER, detail)


def _named(error: OSError) -> str:
    return type(error).__name__ if error.errno is None else f"{type(error).__name__} {error.errno}"
