"""What the machine and its people do to a workstation, seen from the command line: a sentence, a status, no loss.

Covered: a full disk (a small file system where the test may mount one, a limit on the size of files elsewhere) and
a disk that fails while it writes; a second writer; a journal of a newer program; wrong, missing and empty
passphrases; a broken configuration, one changed behind the journal's back, and one whose adoption was cut short.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from counter_app.keys.keyring import open_keys
from counter_app.storage.database import JOURNAL, open_database
from tests.crash.counter import Counter, Said, cheap_counter, run, run_here
from tests.crash.lines import command_lines, entry_id_of
from tests.crash.small_disk import small_disk

_BARE_CODE = re.compile(r"\A[a-z]+(_[a-z]+)+\b")
_RECORDED = 12
_DISK_BYTES = 2**20
_LARGEST_FILE = 1_573_000
"""In the middle of a page of the write-ahead log."""


def _lines(after: int, count: int) -> list[bytes]:
    return command_lines(after + count, 20)[after:]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A workstation with a few entries, to be copied."""
    counter = cheap_counter(tmp_path_factory.mktemp("model") / "A1")
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(_lines(0, _RECORDED)))
    assert said.status == 0, said.err
    return counter


@pytest.fixture
def counter(model: Counter, tmp_path: Path) -> Counter:
    """A workstation of the test's own."""
    return _copied(model, tmp_path / "A1")


def _copied(counter: Counter, data: Path) -> Counter:
    shutil.copytree(counter.data, data)
    return replace(counter, data=data, passphrase=data / "passphrase")


def _check(said: Said, status: int, *words: str) -> None:
    """It ended with that status, on one sentence that has these words."""
    assert said.status == status, said
    assert "Traceback" not in said.err
    sentence = said.err.strip()
    assert sentence
    assert "\n" not in sentence
    assert not _BARE_CODE.match(sentence), sentence
    for word in words:
        assert word in sentence


# ------------------------------------------------------------------------------------------------ the disk


@pytest.fixture
def disk_of_one_megabyte(tmp_path: Path) -> Iterator[tuple[Path, int | None]]:
    """A folder on a disk of one megabyte, or one where no file may grow beyond a part of that."""
    with small_disk(tmp_path / "disk", _DISK_BYTES) as mounted:
        yield tmp_path / "disk", None if mounted else _LARGEST_FILE


def _check_disk(counter: Counter, largest_file: int | None, elsewhere: Path) -> None:
    if largest_file is not None and sys.platform == "win32":
        pytest.skip("Windows has no limit on the size of files")
    lines = _lines(_RECORDED, 800)
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(lines), largest_file=largest_file)
    _check(said, 3, counter.data.name)
    assert 5 < len(said.rows) < len(lines)
    assert all(row["ok"] for row in said.rows)
    # As IT would: to a disk with room, and on from there.
    saved = _copied(counter, elsewhere / "saved")
    assert saved.run_here("journal", "verify", "--full", "--json").status == 0
    shown = {entry["entry_id"]: entry["seq"] for entry in saved.show()}
    assert [shown.get(row["entry_id"]) for row in said.rows] == [row["seq"] for row in said.rows]
    again = saved.run("journal", "record", "-", "--json", stdin=b"".join(lines))
    assert again.status == 0, again.err
    assert [row["entry_id"] for row in again.rows] == [entry_id_of(line) for line in lines]
    assert all(row.get("already") for row in again.rows[: len(said.rows)])


def test_a_full_disk_ends_recording_with_a_sentence_and_keeps_what_was_confirmed(
    disk_of_one_megabyte: tuple[Path, int | None], model: Counter, tmp_path: Path
) -> None:
    folder, largest_file = disk_of_one_megabyte
    _check_disk(_copied(model, folder / "A1"), largest_file, tmp_path)


def test_a_disk_that_fails_while_writing_ends_recording_and_keeps_what_was_confirmed(
    counter: Counter, tmp_path: Path
) -> None:
    _check_disk(counter, _LARGEST_FILE, tmp_path)


def test_a_workstation_that_could_not_be_made_leaves_room_for_the_next_try(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on the size of files")
    new = ["office", "new", "--sample", "ccas", "--counter", "A1", "--lang", "en"]
    new += ["--data", str(tmp_path / "A1")]
    _check(run(new, largest_file=100_000), 3, "A1")
    assert run(new).status == 0
    counter = Counter(tmp_path / "A1", tmp_path / "A1" / "passphrase")
    assert counter.run_here("journal", "verify").status == 0


def test_a_journal_that_the_disk_does_not_hold_is_an_environment_that_failed(counter: Counter) -> None:
    (counter.data / JOURNAL).unlink()
    _check(counter.run_here("journal", "show"), 3, JOURNAL)
    _check(counter.run_here("journal", "record", str(counter.passphrase)), 3, JOURNAL)


# --------------------------------------------------------------------------------------------- two writers


def test_a_second_writer_is_refused_by_the_holders_name_and_readers_run_beside(counter: Counter) -> None:
    lines = _lines(_RECORDED, 3)
    file = counter.data / "lines.jsonl"
    file.write_bytes(lines[2])
    with counter.start("journal", "record", "-", "--json") as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdin.write(lines[0])
        holder.stdin.flush()
        assert json.loads(holder.stdout.readline())["ok"]
        before = counter.show()
        _check(counter.run("journal", "record", str(file), "--json"), 3, "counter-app", str(holder.pid))
        _check(counter.run_here("journal", "rebuild"), 3, str(holder.pid))
        assert counter.run("journal", "show", "--json").rows == before
        assert counter.run("journal", "verify", "--full", "--json").rows[0]["ok"]
        out, err = holder.communicate(lines[1], timeout=60)
    assert (holder.returncode, err) == (0, b"")
    assert json.loads(out)["ok"]
    assert counter.run_here("journal", "record", str(file), "--json").rows[0]["ok"]


def test_a_killed_writer_holds_nobody_up(counter: Counter) -> None:
    lines = _lines(_RECORDED, 2)
    file = counter.data / "lines.jsonl"
    file.write_bytes(lines[1])
    with counter.start("journal", "record", "-", "--json") as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdin.write(lines[0])
        holder.stdin.flush()
        holder.stdout.readline()
        holder.kill()
    assert counter.run_here("journal", "record", str(file), "--json").rows[0]["ok"]


# ----------------------------------------------------------------------------------------- a newer program


@pytest.mark.parametrize(
    "command", [("show",), ("verify",), ("record", "lines.jsonl"), ("rebuild",), ("export", "out")]
)
def test_a_journal_of_a_newer_program_is_refused(counter: Counter, command: tuple[str, ...]) -> None:
    key = open_keys(counter.data, counter.passphrase.read_bytes().rstrip()).database
    with closing(open_database(counter.data / JOURNAL, key, write=True).conn) as connection:
        connection.execute("INSERT INTO migration VALUES ('9999_later', '2030-01-01T00:00:00.000Z')")
    name, *files = command
    paths = [str(counter.data / file) for file in files]
    (counter.data / "lines.jsonl").write_bytes(_lines(_RECORDED, 1)[0])
    _check(counter.run_here("journal", name, *paths), 3, "9999_later")


# --------------------------------------------------------------------------------------------- passphrases


def test_a_wrong_passphrase_is_wrong_use(counter: Counter) -> None:
    counter.passphrase.write_text("not these words\n", encoding="utf-8")
    _check(counter.run("journal", "show"), 2)
    _check(counter.run_here("journal", "record", str(counter.passphrase)), 2)


def test_an_empty_or_missing_passphrase_file_is_wrong_use(counter: Counter) -> None:
    counter.passphrase.write_bytes(b"\n")
    _check(counter.run_here("journal", "show"), 2, counter.passphrase.name)
    counter.passphrase.unlink()
    _check(counter.run_here("journal", "show"), 2, counter.passphrase.name)


def test_no_passphrase_where_nobody_can_be_asked_is_wrong_use(counter: Counter) -> None:
    arguments = ["journal", "show", "--lang", "en", "--data", str(counter.data)]
    _check(run(arguments), 2)
    _check(run(arguments, stdin=b"typed into a pipe\n"), 2)


def test_a_folder_without_a_workstation_is_wrong_use(counter: Counter, tmp_path: Path) -> None:
    nowhere = replace(counter, data=tmp_path / "nowhere")
    _check(nowhere.run_here("journal", "show"), 2, "nowhere")
    assert not nowhere.data.exists()


# ------------------------------------------------------------------------------------------- configuration


def _with_other_words(counter: Counter) -> bytes:
    """The office's configuration with another telephone number."""
    return (counter.data / "office.toml").read_bytes().replace(b"+33 2 61 91 20 00", b"+33 2 61 91 20 01")


@pytest.mark.parametrize("command", [("journal", "show"), ("journal", "verify"), ("journal", "rebuild")])
def test_a_broken_configuration_is_told_with_file_line_and_key(
    counter: Counter, command: tuple[str, ...]
) -> None:
    path = counter.data / "office.toml"
    lines = path.read_bytes().splitlines(keepends=True)
    place = next(index for index, line in enumerate(lines) if line.startswith(b"cash_max_cents"))
    lines[place] = b'cash_max_cents = "much"\n'
    path.write_bytes(b"".join(lines))
    _check(counter.run_here(*command), 2, "office.toml", str(place + 1), "regie.cash_max_cents")
    checked = run_here(["office", "check", str(path), "--lang", "en"])
    assert checked.status == 2
    assert f"line {place + 1}, regie.cash_max_cents" in checked.out


def test_a_configuration_changed_behind_the_journals_back_is_not_taken(counter: Counter) -> None:
    shown = counter.show()
    path = counter.data / "office.toml"
    adopted, other = path.read_bytes(), _with_other_words(counter)
    path.write_bytes(other)
    _check(counter.run("journal", "show"), 2, "office.toml")
    _check(counter.run_here("journal", "record", str(path)), 2, "office.toml")
    assert path.read_bytes() == other
    path.write_bytes(adopted)
    assert counter.show() == shown


def test_an_adoption_that_was_cut_short_is_finished_or_forgotten(counter: Counter, tmp_path: Path) -> None:
    path, waiting = counter.data / "office.toml", counter.data / "office.toml.adopting"
    before, after = path.read_bytes(), _with_other_words(counter)
    # Cut before its entry was durable: the old one stands.
    waiting.write_bytes(after)
    assert counter.run_here("journal", "verify").status == 0
    assert path.read_bytes() == before
    new = tmp_path / "new.toml"
    new.write_bytes(after)
    said = counter.run("office", "adopt", str(new), "--agent", "bnguyen")
    assert said.status == 0, said.err
    assert path.read_bytes() == after
    # Cut after its entry, before the file took its name.
    path.rename(waiting)
    path.write_bytes(before)
    assert counter.run_here("journal", "verify").status == 0
    assert counter.run_here("journal", "rebuild").status == 0
    assert path.read_bytes() == after
    assert not waiting.exists()
