"""One flipped bit anywhere in a workstation's folder is found, or it changed nothing that was recorded.

Covered: two workstations of about thirty entries, one closed cleanly and one killed with a live write-ahead log;
every file of both (configuration, keys, journal, its log and index, sidecar, lock, holder, passphrase, technical
log). After each flip `journal verify` ends with 4, or with 2 or 3 where the workstation does not even open, and
says in a sentence what is wrong; or it ends with 0, and `journal show` says byte for byte what it said before. A
writer let loose on half of the copies loses nothing that it confirms and covers nothing that was lost. The short
form flips 120 bits, the long form `CRASH_KILLS`; some are verified by real processes, the others inside this one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.crash.counter import Counter, Said, cheap_counter, kills
from tests.crash.lines import command_lines

_BARE_CODE = re.compile(r"\A[a-z]+(_[a-z]+)+\b")
_NAMED = {name: name for name in ("keys.toml", "office.toml", "journal.head")} | {"passphrase": "passphrase"}
"""What the sentence names where that file is at fault: of journal and log, the journal with its page or entry."""
_RECORDED = 30
_LINES = 5


class Flip(NamedTuple):
    """A bit of a file, by the file's name within the folder."""

    file: str
    place: int
    bit: int


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A workstation that was closed cleanly."""
    counter = cheap_counter(tmp_path_factory.mktemp("closed") / "A1")
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(command_lines(_RECORDED, _LINES)))
    assert said.status == 0, said.err
    return _with_technical_log(counter)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A workstation that was killed: a part of its entries stands in the write-ahead log alone."""
    counter = cheap_counter(tmp_path_factory.mktemp("killed") / "A1")
    lines = command_lines(_RECORDED, _LINES)
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(lines[:5]))
    assert said.status == 0, said.err
    with counter.start("journal", "record", "-", "--json") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"".join(lines[5:]))
        process.stdin.flush()
        for _ in lines[5:]:
            assert json.loads(process.stdout.readline())["ok"]
        process.kill()
    assert (counter.data / "journal.db-wal").stat().st_size > 0
    return _with_technical_log(counter)


def _with_technical_log(counter: Counter) -> Counter:
    (counter.data / "logs").mkdir(exist_ok=True)
    (counter.data / "logs" / "counter-app.log").write_text("2026-03-01T09:00:00.000Z INFO opened\n")
    return counter


def _flips(counter: Counter, count: int, random: Random) -> Iterator[Flip]:
    """Bits of every file in turn, and of journal and write-ahead log as often again as of all others."""
    files = [path for path in counter.files() if path.stat().st_size]
    large = [path for path in files if path.name in ("journal.db", "journal.db-wal")]
    for path in islice(cycle([path for small in files for path in (small, *large)]), count):
        name = path.relative_to(counter.data).as_posix()
        yield Flip(name, random.randrange(path.stat().st_size), random.randrange(8))


def _flipped(counter: Counter, flip: Flip, folder: Path) -> Counter:
    """A copy of the workstation with that one bit turned."""
    data = folder / "flipped"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(counter.data, data)
    path = data / flip.file
    raw = bytearray(path.read_bytes())
    raw[flip.place] ^= 1 << flip.bit
    path.write_bytes(raw)
    return replace(counter, data=data, passphrase=data / "passphrase")


def _shown(counter: Counter, folder: Path) -> str:
    """What `journal show` says of an untouched copy."""
    data = folder / "untouched"
    shutil.copytree(counter.data, data)
    said = replace(counter, data=data).run_here("journal", "show", "--json")
    assert said.status == 0, said.err
    assert len(said.rows) == _RECORDED + 2
    return said.out


def _check_sentence(said: Said, flip: Flip) -> None:
    """A failure says what is wrong and where, in words and not in a code or a traceback."""
    assert said.status in (2, 3, 4), flip
    assert said.err.strip(), flip
    assert "Traceback" not in said.err, flip
    for line in said.err.splitlines():
        assert not _BARE_CODE.match(line), (flip, line)
    assert _NAMED.get(flip.file, "journal") in said.err, (flip, said.err)


def _check_readers(counter: Counter, flip: Flip, shown: str, folder: Path, *, real: bool) -> None:
    """The flip is found, or changed nothing."""
    copy = _flipped(counter, flip, folder)
    said = (copy.run if real else copy.run_here)("journal", "verify", "--json")
    if said.status == 0:
        # Once more from the flipped files: verifying may have tidied the write-ahead log away.
        again = _flipped(counter, flip, folder).run_here("journal", "show", "--json")
        assert (again.status, again.out) == (0, shown), flip
    else:
        _check_sentence(said, flip)


def _check_writer(copy: Counter, flip: Flip, shown: str, more: bytes) -> None:
    """Recording on a flipped journal is refused or goes on behind what was there; it never covers a loss."""
    lines = copy.data / "lines.jsonl"
    lines.write_bytes(more)
    said = copy.run_here("journal", "record", str(lines), "--json")
    if said.status != 0:
        _check_sentence(said, flip)
    verified = copy.run_here("journal", "verify", "--json")
    if verified.status != 0:
        _check_sentence(verified, flip)
        return
    after = copy.run_here("journal", "show", "--json").out
    assert after.startswith(shown), flip
    confirmed = [row["entry_id"] for row in said.rows]
    assert [json.loads(line)["entry_id"] for line in after[len(shown) :].splitlines()] == confirmed, flip


def _check_all(counter: Counter, count: int, seed: int, folder: Path, real_each: int) -> None:
    shown = _shown(counter, folder)
    more = b"".join(command_lines(_RECORDED + 3, _LINES)[_RECORDED:])
    random = Random(seed)
    for flip in _flips(counter, count, random):
        _check_readers(counter, flip, shown, folder, real=random.randrange(real_each) == 0)
        if random.random() < 0.5:
            _check_writer(_flipped(counter, flip, folder), flip, shown, more)


def test_a_flipped_bit_of_a_closed_workstation_is_found_or_harmless(closed: Counter, tmp_path: Path) -> None:
    _check_all(closed, 60, 8, tmp_path, real_each=12)


def test_a_flipped_bit_of_a_killed_workstation_is_found_or_harmless(killed: Counter, tmp_path: Path) -> None:
    _check_all(killed, 60, 9, tmp_path, real_each=12)


@pytest.mark.long
def test_many_flipped_bits_of_a_closed_workstation(closed: Counter, tmp_path: Path) -> None:
    _check_all(closed, kills() // 2, 10, tmp_path, real_each=100)


@pytest.mark.long
def test_many_flipped_bits_of_a_killed_workstation(killed: Counter, tmp_path: Path) -> None:
    _check_all(killed, kills() // 2, 11, tmp_path, real_each=100)
