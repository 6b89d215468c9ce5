"""One workstation as IT meets it: its folder, and the command line on it in a process of its own or in this one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any, NamedTuple

from counter_app.cli.main import run as run_command_line
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.keys.wrap import PassphraseCost

ROOT = Path(__file__).resolve().parents[2]
CHEAP = PassphraseCost(passes=1, memory_kib=8, lanes=1)
"""So little work for a passphrase that a test may open a workstation a thousand times."""

_LIMITED = """
import resource, runpy, sys
most = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
runpy.run_module("counter_app", run_name="__main__", alter_sys=True)
"""


class Said(NamedTuple):
    """How a command line ended: its exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON lines of standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Counter:
    """A workstation's folder and the file that holds its passphrase."""

    data: Path
    passphrase: Path

    def arguments(self, *command: str) -> list[str]:
        """A whole command line on this workstation."""
        return [*command, "--lang", "en", "--data", str(self.data), "--passphrase-file", str(self.passphrase)]

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """The command in a process of its own."""
        return start(self.arguments(*command))

    def run(self, *command: str, stdin: bytes = b"", largest_file: int | None = None) -> Said:
        """The command in a process of its own, until its end."""
        return run(self.arguments(*command), stdin=stdin, largest_file=largest_file)

    def run_here(self, *command: str) -> Said:
        """The command inside this process, which spares the start of another."""
        return run_here(self.arguments(*command))

    def show(self, since: int = 0) -> list[dict[str, Any]]:
        """The entries from `since` on, as the command line shows them."""
        said = self.run_here("journal", "show", "--json", "--since", str(since))
        assert said.status == 0, said.err
        return said.rows

    def files(self) -> list[Path]:
        """Every file of the workstation's folder, in order."""
        return sorted(path for path in self.data.rglob("*") if path.is_file())


def new_counter(data: Path) -> Counter:
    """A workstation made by `office new` in a process of its own, as a user makes one."""
    counter = Counter(data, data / "passphrase")
    said = run(["office", "new", "--sample", "ccas", "--counter", "A1", "--data", str(data)])
    assert said.status == 0, said.err
    return counter


def cheap_counter(data: Path) -> Counter:
    """The same with a slot that costs next to nothing in the place of its own."""
    counter = new_counter(data)
    words = counter.passphrase.read_bytes().rstrip()
    keyring = open_keys(data, words)
    write_keys(data, keyring, [new_slot(keyring, "first", words, CHEAP)])
    return counter


def start(arguments: Sequence[str], *, largest_file: int | None = None) -> subprocess.Popen[bytes]:
    """The real command line, started, its three streams on pipes.

    With `largest_file` the system lets none of its files grow beyond so many bytes (POSIX only).
    """
    program = ["-m", "counter_app"] if largest_file is None else ["-c", _LIMITED, str(largest_file)]
    pipe = subprocess.PIPE
    command = [sys.executable, *program, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)


def run(arguments: Sequence[str], *, stdin: bytes = b"", largest_file: int | None = None) -> Said:
    """The real command line, until its end."""
    with start(arguments, largest_file=largest_file) as process:
        out, err = process.communicate(stdin, timeout=300)
    return Said(process.returncode, out.decode(), err.decode())


def run_here(arguments: Sequence[str]) -> Said:
    """The command line's own entrance, called inside this process; what escapes from it fails the test."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        redirect_stdout(io.TextIOWrapper(out, "utf-8", newline="\n", write_through=True)) as text,
        redirect_stderr(io.TextIOWrapper(err, "utf-8", newline="\n", write_through=True)) as words,
    ):
        status = run_command_line(arguments)
        text.flush()
        words.flush()
        return Said(status, out.getvalue().decode(), err.getvalue().decode())


def feed(stream: IO[bytes], lines: Iterable[bytes]) -> Thread:
    """Write the lines from a thread and close the stream; that nobody reads any more is no fault."""

    def write() -> None:
        with suppress(OSError), closing(stream):
            for line in lines:
                stream.write(line)

    thread = Thread(target=write, name="feeder", daemon=True)
    thread.start()
    return thread


def kills() -> int:
    """How many kills, flips and cuts the long form makes."""
    return int(os.environ.get("CRASH_KILLS", "2000"))
