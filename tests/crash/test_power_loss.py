"""The power goes: what a disk may hold then opens whole, or says that its tail is lost.

Covered: the recording process is held still at random moments and its files are copied as a disk could have kept
them: the write-ahead log cut off anywhere, the journal's pages old or new in any mixture that the log still covers,
the sidecar of now or of an earlier moment. Every entry up to the sidecar's is there, byte for byte, or `journal
verify` ends with 4 and nothing can be recorded over the gap.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import psutil
import pytest

from counter_app.journal.sidecar import read_sidecar
from tests.crash.counter import Counter, cheap_counter, feed, kills
from tests.crash.lines import command_lines

_PAGE = 2048
_WAL_HEADER = 32


@dataclass(frozen=True)
class Moment:
    """The journal's files as the operating system held them at one moment, and what had been confirmed by then."""

    journal: bytes
    wal: bytes
    sidecar: bytes
    confirmed: int


@contextmanager
def _still(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def _moments(counter: Counter, lines: list[bytes], random: Random) -> list[Moment]:
    """Moments of one recording, each after some more answers."""
    moments: list[Moment] = []
    with counter.start("journal", "record", "-", "--json") as process:
        assert process.stdin
        assert process.stdout
        feeder = feed(process.stdin, lines)
        confirmed = 0
        while answer := process.stdout.readline():
            confirmed = json.loads(answer)["seq"]
            if random.random() < 0.1:
                with _still(psutil.Process(process.pid)):
                    moments.append(_held(counter.data, confirmed))
        feeder.join()
    assert process.returncode == 0
    return moments


def _held(data: Path, confirmed: int) -> Moment:
    """The moment once nothing moves any more: the last thread may need a little to stand still."""
    found = _moment(data, confirmed)
    while (again := _moment(data, confirmed)) != found:
        found = again
    return found


def _moment(data: Path, confirmed: int) -> Moment:
    wal = data / "journal.db-wal"
    return Moment(
        (data / "journal.db").read_bytes(),
        wal.read_bytes() if wal.exists() else b"",
        (data / "journal.head").read_bytes(),
        confirmed,
    )


def _after_power_loss(before: Moment, now: Moment, random: Random) -> tuple[Moment, bool]:
    """What a disk may hold once power is back, and whether it kept all that it had promised to hold."""
    journal = now.journal
    if before.wal[:_WAL_HEADER] == now.wal[:_WAL_HEADER]:
        # The log was not begun anew between the two, so it still covers every page that was copied since.
        journal = _mixed(before.journal, now.journal, random)
    sidecar = random.choice((before.sidecar, now.sidecar))
    cut = random.random() < 0.6
    wal = now.wal[: random.randrange(len(now.wal) + 1)] if cut else now.wal
    return replace(now, journal=journal, wal=wal, sidecar=sidecar), not cut


def _mixed(old: bytes, new: bytes, random: Random) -> bytes:
    pages = range(0, len(new), _PAGE)
    return b"".join(
        (old if place + _PAGE <= len(old) and random.random() < 0.5 else new)[place : place + _PAGE]
        for place in pages
    )


def _write(counter: Counter, moment: Moment, data: Path) -> Counter:
    shutil.rmtree(data, ignore_errors=True)
    ignored = shutil.ignore_patterns("journal.db*")
    shutil.copytree(counter.data, data, ignore=ignored)
    (data / "journal.db").write_bytes(moment.journal)
    (data / "journal.head").write_bytes(moment.sidecar)
    if moment.wal:
        (data / "journal.db-wal").write_bytes(moment.wal)
    return replace(counter, data=data, passphrase=data / "passphrase")


def _check(copy: Counter, shown: list[str], confirmed: int | None, lines: list[bytes]) -> int:
    """Whole up to the sidecar's entry, or known to be cut; returns the exit status of `verify`."""
    _, remembered, _ = read_sidecar(copy.data)
    verified = copy.run_here("journal", "verify", "--json")
    found = copy.run_here("journal", "show", "--json").out.splitlines(keepends=True)
    if found != shown[: len(found)]:
        # Only a disk that lied mixes rows of several moments: it must not go unnoticed.
        assert confirmed is None, "what is there is not what was recorded"
        assert verified.status == 4, "rows of several moments, and nothing is said of it"
        return 4
    if confirmed is not None:
        assert verified.status == 0, verified.err
        assert len(found) >= confirmed, "a confirmed entry is gone from a disk that kept its promise"
    file = copy.data / "lines.jsonl"
    file.write_bytes(b"".join(lines))
    recorded = copy.run_here("journal", "record", str(file), "--json")
    if confirmed is None and "journal rebuild" in recorded.err:
        # A disk that lied may hold the books of one moment beside the entries of another.
        assert copy.run_here("journal", "rebuild").status == 0
        recorded = copy.run_here("journal", "record", str(file), "--json")
    if len(found) >= remembered:
        assert verified.status == recorded.status == 0, (verified.err, recorded.err)
        assert len(copy.show()) == len(lines) + 2
        return 0
    assert {finding["code"] for finding in verified.rows[0]["findings"]} <= {"tail_lost", "pages_damaged"}
    assert (verified.status, recorded.status, recorded.out) == (4, 4, "")
    return 4


def _lose_power(folder: Path, losses: int, seed: int) -> None:
    random = Random(seed)
    counter = cheap_counter(folder / "A1")
    lines = command_lines(260, seed)
    moments = _moments(counter, lines, random)
    shown = counter.run_here("journal", "show", "--json").out.splitlines(keepends=True)
    statuses = []
    for _ in range(losses):
        now = random.randrange(1, len(moments))
        before = moments[random.randrange(now)]
        held, honest = _after_power_loss(before, moments[now], random)
        copy = _write(counter, held, folder / "copy")
        fed = lines[: held.confirmed + 5]
        statuses.append(_check(copy, shown, held.confirmed if honest else None, fed))
    assert set(statuses) == {0, 4}, "the losses were all of one kind"


def test_what_a_disk_holds_after_a_power_loss_is_whole_or_known_to_be_cut(tmp_path: Path) -> None:
    _lose_power(tmp_path, 20, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(41, 41 + max(1, kills() // 200)))
def test_many_power_losses(tmp_path: Path, seed: int) -> None:
    _lose_power(tmp_path, 100, seed)
