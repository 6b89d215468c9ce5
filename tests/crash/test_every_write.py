"""Every write and every sync of a recording: the process is killed there, the disk is full, breaks or tears there.

Covered: `journal record` from the opening of the journal to its closing, with `faults.c` beneath the real command
line; and the power that goes after any of these steps, on a disk that keeps of what was not synced nothing, all,
some, or some of it torn at a sector. Not covered: a disk that says that it has synced and has not, which
`test_power_loss.py` plays, and names of files that are lost though their content was synced.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.crash.counter import Counter, Said, cheap_counter, kills
from tests.crash.disk import COMPILER, KILLED, Disk, Fault, Forgetful, Kind, Step, failing_disk, steps
from tests.crash.lines import command_lines

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler: apt-get install tcc libc6-dev")

_BEFORE, _LINES = 30, 8


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with failing_disk(tmp_path_factory.mktemp("disk")) as running:
        yield running


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A workstation with some entries, and in its folder the lines that are recorded next."""
    counter = cheap_counter(tmp_path_factory.mktemp("model") / "A1")
    lines = command_lines(_BEFORE + _LINES, 50)
    file = counter.data / "before.jsonl"
    file.write_bytes(b"".join(lines[:_BEFORE]))
    assert counter.run_here("journal", "record", str(file)).status == 0
    (counter.data / "lines.jsonl").write_bytes(b"".join(lines[_BEFORE:]))
    return counter


def copied(model: Counter, to: Path) -> Counter:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(model.data, to)
    return replace(model, data=to, passphrase=to / "passphrase")


def record(disk: Disk, counter: Counter, fault: Fault, at: int = 0, log: Path | None = None) -> Said:
    arguments = counter.arguments("journal", "record", str(counter.data / "lines.jsonl"), "--json")
    return disk.run(counter.data, arguments, fault, at, log)


@pytest.fixture(scope="module")
def asked(disk: Disk, model: Counter, tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """What an undisturbed recording asks of the disk."""
    folder = tmp_path_factory.mktemp("asked")
    counter = copied(model, folder / "A1")
    said = record(disk, counter, Fault.NONE, log=folder / "log")
    assert (said.status, said.err, len(said.rows)) == (0, "", _LINES)
    return [
        replace(step, path=step.path.replace(str(counter.data), "{data}")) for step in steps(folder / "log")
    ]


def confirmed_in(counter: Counter, rows: list[dict[str, object]], *extent: str) -> None:
    """Everything that was answered `ok` stands in the journal; fed again, the lines record nothing twice."""
    shown = {entry["entry_id"]: entry["seq"] for entry in counter.show()}
    for row in rows:
        if row["ok"]:
            assert shown[row["entry_id"]] == row["seq"], "a confirmed entry is gone"
    verified = counter.run_here("journal", "verify", *extent, "--json")
    assert verified.status == 0, verified.out
    again = counter.run_here("journal", "record", str(counter.data / "lines.jsonl"), "--json")
    assert again.status == 0, again.err
    after = counter.show()
    assert len({entry["entry_id"] for entry in after}) == len(after)
    assert {row["entry_id"] for row in again.rows} <= {entry["entry_id"] for entry in after}
    assert [entry["seq"] for entry in after] == list(range(1, len(after) + 1))


def complete_rows(said: Said) -> list[dict[str, object]]:
    """The answers that were written whole before the end."""
    return [json.loads(line) for line in said.out.splitlines(keepends=True) if line.endswith("\n")]


def fail_at(disk: Disk, model: Counter, folder: Path, fault: Fault, at: int) -> None:
    counter = copied(model, folder / "A1")
    said = record(disk, counter, fault, at)
    killed = fault in (Fault.KILLED, Fault.TORN_AND_KILLED)
    if killed:
        assert said.status == KILLED
    else:
        assert said.status in (0, 1, 3, 4), said
        assert said.status == 0 or said.err.strip()
        assert "Traceback" not in said.err
    # Each projection is moved in its entry's own transaction: that it equals a rebuild is looked at now and then.
    confirmed_in(counter, complete_rows(said), *(("--full",) if at % 8 == 0 else ()))


def sampled(asked: list[Step], count: int, seed: int) -> list[tuple[Fault, int]]:
    total = sum(step.kind is not Kind.SAID for step in asked)
    every = [(fault, at) for fault in Fault if fault is not Fault.NONE for at in range(1, total + 1)]
    return sorted(Random(seed).sample(every, min(count, len(every))))


def test_a_fault_at_any_write_or_sync_loses_and_doubles_nothing(
    disk: Disk, model: Counter, asked: list[Step], tmp_path: Path
) -> None:
    for fault, at in sampled(asked, 24, 51):
        fail_at(disk, model, tmp_path, fault, at)


@pytest.mark.long
@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
@pytest.mark.parametrize("tenth", range(10))
def test_a_fault_at_each_write_and_sync(
    disk: Disk, model: Counter, asked: list[Step], tmp_path: Path, fault: Fault, tenth: int
) -> None:
    for one, at in sampled(asked, 10**9, 0):
        if one is fault and at % 10 == tenth:
            fail_at(disk, model, tmp_path, fault, at)


def lose_power(model: Counter, asked: list[Step], folder: Path, after: list[int], random: Random) -> None:
    """Let the power go after each of these steps, and hold what is there against what had been confirmed."""
    forgetful, said = Forgetful(model.data), b""
    for number, step in enumerate(asked, 1):
        forgetful.ask(replace(step, path=step.path.replace("{data}", str(model.data))))
        said += step.data if step.kind is Kind.SAID else b""
        if number in after:
            forgetful.lose_power(folder / "A1", random)
            counter = replace(model, data=folder / "A1", passphrase=folder / "A1" / "passphrase")
            confirmed_in(counter, complete_rows(Said(0, said.decode(), "")))


def test_what_was_confirmed_outlives_the_power_on_a_disk_that_forgets_what_was_not_synced(
    model: Counter, asked: list[Step], tmp_path: Path
) -> None:
    random = Random(52)
    lose_power(model, asked, tmp_path, sorted(random.sample(range(1, len(asked) + 1), 12)), random)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(53, 53 + max(1, kills() // 500)))
@pytest.mark.parametrize("tenth", range(10))
def test_the_power_goes_after_each_step(
    model: Counter, asked: list[Step], tmp_path: Path, seed: int, tenth: int
) -> None:
    lose_power(model, asked, tmp_path, list(range(1 + tenth, len(asked) + 1, 10)), Random(seed))
