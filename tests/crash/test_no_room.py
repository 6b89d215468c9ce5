"""A disk without any room left: what was recorded can be read and proved, and what cannot be done is said."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.crash.counter import Counter, cheap_counter
from tests.crash.lines import command_lines
from tests.crash.small_disk import fill, read_only, small_disk

_SENTENCE = re.compile(r"\A[A-Z/][^\n]*: [^\n]*\.\n\Z")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    counter = cheap_counter(tmp_path_factory.mktemp("model") / "A1")
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(command_lines(20, 7)))
    assert said.status == 0, said.err
    return counter


def test_readers_work_on_a_full_disk_and_recording_says_what_to_do(model: Counter, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4 * 2**20) as mounted:
        if not mounted:
            pytest.skip("no file system may be mounted here")
        shutil.copytree(model.data, tmp_path / "disk" / "A1")
        counter = Counter(tmp_path / "disk" / "A1", model.passphrase)
        before = counter.show()
        fill(tmp_path / "disk")
        for command in (
            ("journal", "show", "--json"),
            ("journal", "verify", "--json"),
            ("reconcile", "plan", "--json"),
        ):
            said = counter.run_here(*command)
            assert said.status in (0, 3), said.err
            assert said.status == 0 or _SENTENCE.match(said.err), said.err
        doctor = counter.run_here("doctor", "--json")
        disk = next(check for check in json.loads(doctor.out)["checks"] if check["name"] == "disk")
        assert disk["state"] == "failed"
        assert "make room" in disk["message"]
        said = counter.run_here("journal", "record", str(_one_line(tmp_path)))
        assert said.status == 3
        assert _SENTENCE.match(said.err), said.err
        (tmp_path / "disk" / "filler").unlink()
        assert counter.show() == before
        assert counter.run_here("journal", "verify", "--full").status == 0


def test_an_export_to_a_full_disk_is_a_sentence_and_leaves_the_journal_alone(
    model: Counter, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 2**17) as mounted:
        if not mounted:
            pytest.skip("no file system may be mounted here")
        fill(tmp_path / "disk")
        said = model.run_here("journal", "export", str(tmp_path / "disk" / "out"))
        assert said.status == 3
        assert _SENTENCE.match(said.err), said.err
        restored = model.run_here("journal", "verify")
        assert restored.status == 0


def test_a_restore_to_a_full_disk_leaves_nothing_half_made(model: Counter, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    counter = _copied(model, tmp_path)
    assert counter.run_here("mirror", "add", str(stick)).status == 0
    with small_disk(tmp_path / "disk", 2**19) as mounted:
        if not mounted:
            pytest.skip("no file system may be mounted here")
        new = Counter(tmp_path / "disk" / "A1", model.passphrase)
        said = new.run_here("journal", "restore", str(stick))
        assert said.status == 3
        assert _SENTENCE.match(said.err), said.err
        assert not (new.data / "keys.toml").exists()
    again = Counter(tmp_path / "A1", model.passphrase)
    assert again.run_here("journal", "restore", str(stick)).status == 1


def test_a_read_only_disk_can_be_read_and_takes_no_copy(model: Counter, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4 * 2**20) as mounted:
        if not mounted:
            pytest.skip("no file system may be mounted here")
        shutil.copytree(model.data, tmp_path / "disk" / "A1")
        counter = Counter(tmp_path / "disk" / "A1", model.passphrase)
        own = _copied(model, tmp_path)
        assert own.run_here("mirror", "add", str(tmp_path / "disk")).status == 0
        lines = command_lines(22, 7)[20:]
        with read_only(tmp_path / "disk"):
            assert counter.show() == model.show()
            assert counter.run_here("journal", "verify").status == 0
            said = counter.run_here("journal", "record", str(_one_line(tmp_path)))
            assert said.status == 3
            assert _SENTENCE.match(said.err), said.err
            said = own.run("journal", "record", "-", stdin=b"".join(lines))
            assert said.status == 0, said.err
            (row,) = own.run_here("mirror", "status", "--json").rows[0]["copies"]
            assert (row["state"], row["problem"], row["lag_entries"]) == ("failed", "disk_read_only", 2)
        assert own.run_here("mirror", "now").status == 0


def _copied(counter: Counter, folder: Path) -> Counter:
    shutil.copytree(counter.data, folder / "own")
    return Counter(folder / "own", counter.passphrase)


def _one_line(folder: Path) -> Path:
    path = folder / "line.jsonl"
    path.write_bytes(command_lines(21, 7)[20])
    return path
