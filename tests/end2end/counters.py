"""A counter as its people meet it: the command line, run in this process or as a program of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

from counter_app.cli.main import run
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.keys.wrap import PassphraseCost

_CHEAP = PassphraseCost(passes=1, memory_kib=64, lanes=1)
ROOT = Path(__file__).resolve().parents[2]
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command line left: its exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[Line]:
        """Standard output as JSON, an object a line; fails where anything else stands there."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> Line:
        """The one JSON object of standard output."""
        (row,) = self.rows
        return row

    @property
    def said(self) -> str:
        """All the words, wherever they went."""
        return self.out + self.err


def in_this_process(*words: str, stdin: bytes = b"") -> Answer:
    """Run a command line here, with streams of its own: what a child process would do, without its start."""
    out, err = _stream(b""), _stream(b"")
    before = sys.stdin
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.stdin = _stream(stdin)
        try:
            status = run(words)
        finally:
            sys.stdin = before
    return Answer(status, _written(out), _written(err))


def _stream(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def command(*words: str) -> list[str]:
    """The command line of a child process."""
    return [sys.executable, "-m", "counter_app", *words]


def as_program(*words: str, stdin: bytes = b"", **environment: str) -> Answer:
    """Run a command line as a child process, as IT and automation do."""
    done = subprocess.run(
        command(*words),
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


class Desk:
    """`journal record -` left running: it answers each line before the next one is asked for."""

    def __init__(self, words: list[str]) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the desk is left)
        self._process = subprocess.Popen(
            command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, cwd=ROOT
        )

    @property
    def process_id(self) -> int:
        """The process that holds the workstation."""
        return self._process.pid

    def tell(self, line: bytes) -> Line:
        """Feed one line and wait for its answer, which says that it is on the disk."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self.leave()
        row: Line = json.loads(answer)
        return row

    def leave(self) -> Answer:
        """End the input, and with it the process; hands back what it still said."""
        out, _ = self._process.communicate(timeout=60)
        self._complaints.seek(0)
        err = self._complaints.read().decode()
        self._complaints.close()
        return Answer(self._process.returncode, out.decode(), err)


@dataclass(slots=True)
class Counter:
    """One workstation and the language its people read.

    With `is_program` each command is a child process. With `keeps_recording` the first line opens a desk that
    takes all further ones, until another command has to write.
    """

    name: str
    data: Path
    language: str = "en"
    is_program: bool = False
    keeps_recording: bool = False
    desk: Desk | None = None

    @property
    def passphrase_file(self) -> Path:
        """Where `office new` wrote the passphrase of the sample."""
        return self.data / "passphrase"

    def make_cheap_to_open(self) -> None:
        """Replace the slot by one that costs next to nothing: what a passphrase costs is tested elsewhere."""
        words = self.passphrase_file.read_bytes().rstrip()
        keyring = open_keys(self.data, words)
        write_keys(self.data, keyring, [new_slot(keyring, "first", words, _CHEAP)])

    @property
    def options(self) -> list[str]:
        """The global options that name and open this workstation."""
        words = ["--data", str(self.data), "--passphrase-file", str(self.passphrase_file)]
        return [*words, "--lang", self.language]

    def run(self, *words: str, stdin: bytes = b"", language: str | None = None) -> Answer:
        """Run one command line at this workstation; it never ends in a traceback."""
        options = [*self.options[:-1], language or self.language]
        start = as_program if self.is_program else in_this_process
        answer = start(*options, *words, stdin=stdin)
        assert "Traceback" not in answer.said, answer.said
        return answer

    def write(self, *words: str, language: str | None = None) -> Answer:
        """Run a command line that writes: whoever records here makes room for it first."""
        self.stand_up()
        return self.run(*words, language=language)

    def record(self, *lines: Line | bytes, language: str | None = None) -> list[Line]:
        """Feed lines to `journal record` and return one answer each, in order."""
        fed = [line if isinstance(line, bytes) else as_line(line) for line in lines]
        if self.keeps_recording:
            self.desk = self.desk or Desk([*self.options, "journal", "record", "-", "--json"])
            return [self.desk.tell(line) for line in fed]
        answer = self.run("journal", "record", "-", "--json", stdin=b"".join(fed), language=language)
        rows = answer.rows
        assert [row["line"] for row in rows] == list(range(1, len(lines) + 1)), answer
        assert answer.status == (0 if all(row["ok"] for row in rows) else 1), answer
        return rows

    def stand_up(self) -> None:
        """End the recording process, if there is one; it has nothing more to say."""
        desk, self.desk = self.desk, None
        if desk is not None:
            left = desk.leave()
            assert (left.out, left.err) == ("", ""), left
            assert left.status in (0, 1), left

    def entries(self, since: int = 0, chain: str | None = None) -> list[Line]:
        """The entries of the journal as `journal show` prints them."""
        only = [] if chain is None else ["--chain", chain]
        answer = self.run("journal", "show", "--since", str(since), *only, "--json")
        assert answer.status == 0, answer
        return answer.rows

    def paper(self, *words: str, out: Path, language: str | None = None) -> str:
        """Make a PDF with `document …` and return its text, as another reader reads it."""
        answer = self.run("document", *words, "--out", str(out), language=language)
        assert answer.status == 0, answer
        return pdf_text(out)


def as_line(line: Line) -> bytes:
    """A command as one line of JSON."""
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def pdf_text(path: Path) -> str:
    """The words of every page, single spaces between them, whatever spaces the paper has."""
    with pypdf.PdfReader(path) as reader:
        return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in a folder, at any depth."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
