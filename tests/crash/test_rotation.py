"""A new database key on a disk that fails: killed, full, broken or torn at each write and sync, nothing is lost.

Covered: `keys revoke`, which writes the keys anew, encrypts every page of the journal anew and settles both, with
`faults.c` beneath the real command line. Afterwards the passphrase that stays opens the workstation, every entry is
as it was, and either nothing happened or the whole change did, once it is opened to write.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from counter_app.keys.keyring import new_slot, open_keys, write_keys
from tests.crash.counter import CHEAP, Counter, cheap_counter
from tests.crash.disk import COMPILER, KILLED, Disk, Fault, Kind, failing_disk, steps
from tests.crash.lines import command_lines

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler: apt-get install tcc libc6-dev")

_BEFORE = 20
LOST = b"words of somebody who leaves"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with failing_disk(tmp_path_factory.mktemp("disk")) as running:
        yield running


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A workstation with some entries that two people may open."""
    counter = cheap_counter(tmp_path_factory.mktemp("model") / "A1")
    words = counter.passphrase.read_bytes().rstrip()
    keyring = open_keys(counter.data, words)
    slots = [new_slot(keyring, name, said, CHEAP) for name, said in (("first", words), ("abakari", LOST))]
    write_keys(counter.data, keyring, slots)
    file = counter.data / "lines.jsonl"
    lines = command_lines(_BEFORE + 1, 60)
    file.write_bytes(b"".join(lines[:_BEFORE]))
    assert counter.run_here("journal", "record", str(file)).status == 0
    file.write_bytes(lines[_BEFORE])
    return counter


def copied(model: Counter, to: Path) -> Counter:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(model.data, to)
    return replace(model, data=to, passphrase=to / "passphrase")


def revoking(counter: Counter) -> list[str]:
    return counter.arguments("keys", "revoke", "abakari", "--agent", "bnguyen", "--json")


@pytest.fixture(scope="module")
def asked(disk: Disk, model: Counter, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many things an undisturbed change asks of the disk."""
    folder = tmp_path_factory.mktemp("asked")
    counter = copied(model, folder / "A1")
    said = disk.run(counter.data, revoking(counter), Fault.NONE, 0, folder / "log")
    assert (said.status, said.err.count("Traceback")) == (0, 0)
    return sum(step.kind is not Kind.SAID for step in steps(folder / "log"))


def fail_at(disk: Disk, model: Counter, folder: Path, fault: Fault, at: int) -> None:
    counter = copied(model, folder / "A1")
    before = counter.show()
    said = disk.run(counter.data, revoking(counter), fault, at)
    if fault in (Fault.KILLED, Fault.TORN_AND_KILLED):
        assert said.status == KILLED
    else:
        assert said.status in (0, 3, 4), (fault, at, said)
        assert "Traceback" not in said.err, (fault, at, said.err)
    # A reader first, which settles nothing; then a writer.
    assert counter.show()[: len(before)] == before
    again = counter.run_here("journal", "record", str(counter.data / "lines.jsonl"), "--json")
    assert again.status == 0, (fault, at, again.err)
    after = counter.show()
    assert after[: len(before)] == before, "an entry is gone or changed"
    changed = [entry for entry in after[len(before) :] if entry["kind"] == "journal_keys_changed"]
    assert len(after) == len(before) + 1 + len(changed)
    verified = counter.run_here("journal", "verify", "--full", "--json")
    assert verified.status == 0, (fault, at, verified.out)
    lost = counter.data / "lost"
    lost.write_bytes(LOST)
    opened = replace(counter, passphrase=lost).run_here("keys", "list")
    # Nothing happened, or all of it, and only once.
    assert (len(changed), opened.status) in ((0, 0), (1, 2)), (fault, at, opened)
    if said.status == 0:
        assert changed
    assert not list(counter.data.glob("*.next"))


def every(count: int) -> list[tuple[Fault, int]]:
    return [(fault, at) for fault in Fault if fault is not Fault.NONE for at in range(1, count + 1)]


def test_a_fault_at_any_moment_of_a_revocation_leaves_it_undone_or_done(
    disk: Disk, model: Counter, asked: int, tmp_path: Path
) -> None:
    for fault, at in sorted(Random(61).sample(every(asked), 4)):
        fail_at(disk, model, tmp_path, fault, at)


@pytest.mark.long
@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_a_fault_at_each_write_and_sync_of_a_revocation(
    disk: Disk, model: Counter, asked: int, tmp_path: Path, fault: Fault
) -> None:
    for one, at in every(asked):
        if one is fault:
            fail_at(disk, model, tmp_path, fault, at)
