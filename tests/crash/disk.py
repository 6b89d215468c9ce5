"""A disk that fails on purpose beneath the real command line, and one that forgets what was not synced."""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from random import Random

from tests.crash.counter import ROOT, Said

SECTOR = 512
"""What a disk writes whole or not at all."""
KILLED = -signal.SIGKILL
COMPILER = next((name for name in ("cc", "gcc", "tcc") if shutil.which(name)), None)


class Fault(IntEnum):
    """What happens at one write, sync, truncation, removal or renaming; as in `faults.c`."""

    NONE = 0
    KILLED = 1
    TORN_AND_KILLED = 2
    FULL = 3
    BROKEN = 4
    TORN = 5


class Kind(IntEnum):
    """What the disk was asked; as in `faults.c`."""

    WRITE = 1
    SYNC = 2
    TRUNCATE = 3
    REMOVE = 4
    RENAME = 5
    SAID = 6


@dataclass(frozen=True)
class Step:
    """One thing that the disk was asked, or that the process said meanwhile."""

    kind: Kind
    path: str
    place: int
    data: bytes


def compiled(folder: Path) -> Path:
    """`faults.c` as a library in `folder`; wants a compiler on the machine."""
    assert COMPILER
    library = folder / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run([COMPILER, "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return library


@dataclass
class Disk:
    """Runs command lines on a failing disk, each in a process of its own."""

    process: subprocess.Popen[str]
    folder: Path

    def run(
        self, data: Path, arguments: Sequence[str], fault: Fault, at: int = 0, log: Path | None = None
    ) -> Said:
        """The command line with `fault` at the step `at` of those under `data`; the status is negative for a kill."""
        out, err = self.folder / "out", self.folder / "err"
        job = {"folder": str(data), "arguments": list(arguments), "fault": fault.value, "at": at}
        job |= {"out": str(out), "err": str(err), "log": None if log is None else str(log)}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        status = json.loads(self.process.stdout.readline())["status"]
        return Said(status, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@contextmanager
def failing_disk(folder: Path) -> Iterator[Disk]:
    """A process that is ready to run command lines with `faults.c` beneath them."""
    environment = {**os.environ, "LD_PRELOAD": str(compiled(folder)), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tests.crash.faulty"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"
    ) as process:
        yield Disk(process, folder)
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0


def steps(log: Path) -> list[Step]:
    """What the disk was asked, in order."""
    raw, place, found = log.read_bytes(), 0, []
    while place < len(raw):
        kind, path_length, offset, length = struct.unpack_from("4q", raw, place)
        place += 32
        path = raw[place : place + path_length].decode()
        place += path_length
        carries = kind in (Kind.WRITE, Kind.SAID)
        data = raw[place : place + length] if carries else b""
        place += len(data)
        found.append(Step(Kind(kind), path, offset, data))
    return found


@dataclass
class _File:
    """What is surely on the disk, and what was asked since."""

    surely: bytes | None
    asked: list[Step] = field(default_factory=list)

    def settle(self) -> None:
        for step in self.asked:
            self.surely = _changed(self.surely, step, step.data)
        self.asked.clear()

    def after_power_loss(self, random: Random) -> bytes | None:
        content = self.surely
        keeps = random.choice((0.0, 0.5, 0.9, 1.0))
        for step in self.asked:
            if random.random() < keeps:
                content = _changed(content, step, _torn(step, random))
        return content


def _torn(step: Step, random: Random) -> bytes:
    """A write as the disk may have kept it: all of it, or only its first sectors."""
    if random.random() < 0.7:
        return step.data
    to_edge = -step.place % SECTOR
    return step.data[: to_edge + SECTOR * random.randrange(1 + len(step.data) // SECTOR)]


def _changed(content: bytes | None, step: Step, data: bytes) -> bytes | None:
    if step.kind is Kind.REMOVE:
        return None
    old = content or b""
    if step.kind is Kind.TRUNCATE:
        return old[: step.place].ljust(step.place, b"\0")
    return old[: step.place].ljust(step.place, b"\0") + data + old[step.place + len(data) :]


class Forgetful:
    """The files of a folder on a disk that surely keeps only what was synced; `ask` it step by step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = {str(path): _File(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}

    def ask(self, step: Step) -> None:
        """Take in one step. A file is renamed at once: that of a name is kept in order with its content's sync."""
        if step.kind is Kind.RENAME:
            before, after = step.path.split("\n")
            self._files[after] = self._files.pop(before)
        elif step.kind is Kind.SYNC:
            if step.path in self._files:
                self._files[step.path].settle()
        elif step.kind is not Kind.SAID:
            self._files.setdefault(step.path, _File(None)).asked.append(step)

    def lose_power(self, to: Path, random: Random) -> None:
        """Write into `to` what such a disk may hold when the power is back."""
        shutil.rmtree(to, ignore_errors=True)
        for name, file in self._files.items():
            content = file.after_power_loss(random)
            if content is not None:
                path = to / Path(name).relative_to(self._folder)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
