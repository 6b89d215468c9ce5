"""Replacing the copy of the register: whole or not at all, beside readers, with every bad line told."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, Refused
from counter_app.keys.keyring import Keyring, new_keyring
from counter_app.register import store
from counter_app.register.importing import Imported, Progress, Watch, import_register
from counter_app.register.search import person_of_id
from counter_app.storage.lock import WriterLock
from tests.unit.register.conftest import HEADER, NOW, PEOPLE

Take = Callable[..., Imported]


def people(data: Path, keyring: Keyring) -> int:
    with store.reading(data, keyring) as connection:
        return int(connection.execute("SELECT count(*) FROM person").fetchone()[0])


def code(function: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        function()
    return caught.value.code


def test_a_copy_says_when_it_was_taken_in_of_which_day_it_is_and_whom_it_holds(
    small: Imported, tmp_path: Path, keyring: Keyring
) -> None:
    about = store.about(tmp_path, keyring)
    assert about == small.about
    assert about is not None
    assert (about.imported_at, about.people, about.left_out) == (NOW, 10, 0)
    assert small.before is None


def test_the_day_is_the_one_told_or_the_files_own_and_never_in_the_future(take: Take, tmp_path: Path) -> None:
    assert take(f"{HEADER}\n{PEOPLE}", dated=date(2026, 1, 31)).about.dated == date(2026, 1, 31)
    assert take(f"{HEADER}\n{PEOPLE}", dated=date(2030, 1, 1)).about.dated == NOW.date()
    file = tmp_path / "register.csv"
    os.utime(file, (0, datetime(2026, 2, 20, 12, tzinfo=UTC).timestamp()))
    about = import_register(tmp_path, new_keyring("w", b"r" * 32), file, NOW).about
    assert about.dated == date(2026, 2, 20)
    assert about.age_days(date(2026, 3, 2)) == 10


def test_a_second_import_replaces_the_copy_whole(
    small: Imported, take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    done = take(f"{HEADER}\nP99,A,B,,,\n")
    assert done.before == small.about
    assert people(tmp_path, keyring) == 1
    with store.reading(tmp_path, keyring) as connection:
        assert person_of_id(connection, "P1") is None
        assert connection.execute("SELECT count(*) FROM word WHERE word MATCH 'dupont'").fetchone() == (0,)


def test_nothing_of_a_person_can_be_read_in_the_files(small: Imported, tmp_path: Path) -> None:
    (tmp_path / "register.csv").unlink()
    for file in tmp_path.iterdir():
        raw = file.read_bytes().lower()
        assert not any(word in raw for word in (b"dupont", b"amrani", b"19800312", b"sqlite format"))


def test_the_copy_is_one_file_that_leaves_nothing_beside_it(
    small: Imported, tmp_path: Path, keyring: Keyring
) -> None:
    with store.reading(tmp_path, keyring) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"register.csv", "register.db", "register.key", "register.lock", "register.holder"}


def test_another_workstations_keys_do_not_open_it(small: Imported, tmp_path: Path) -> None:
    stranger = new_keyring("another", b"r" * 32)
    assert code(lambda: store.about(tmp_path, stranger)) == "register_unreadable"


@pytest.mark.parametrize("broken", ["register.key", "register.db"])
def test_a_copy_that_cannot_be_opened_says_so_and_is_replaced_by_the_next_import(
    broken: str, small: Imported, take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    (tmp_path / broken).write_bytes(b"1\n" + b"00" * 3000)
    assert code(lambda: store.about(tmp_path, keyring)) == "register_unreadable"
    assert take(f"{HEADER}\nP99,A,B,,,\n").before is None
    assert people(tmp_path, keyring) == 1


def test_without_a_copy_there_is_nothing_to_tell_and_nothing_to_read(
    tmp_path: Path, keyring: Keyring
) -> None:
    assert store.about(tmp_path, keyring) is None

    def read() -> None:
        with store.reading(tmp_path, keyring):
            pass

    assert code(read) == "register_missing"


def test_a_reader_goes_on_with_the_copy_it_opened_and_the_next_one_sees_the_new(
    small: Imported, take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    with store.reading(tmp_path, keyring) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (10,)
        if os.name != "nt":  # there an open file is not replaced: the import waits for the reader
            take(f"{HEADER}\nP99,A,B,,,\n")
            assert connection.execute("SELECT count(*) FROM person").fetchone() == (10,)
    take(f"{HEADER}\nP99,A,B,,,\n")
    assert people(tmp_path, keyring) == 1


def test_bad_lines_are_left_out_and_told_in_the_file_and_in_the_log_without_names(
    take: Take, caplog: pytest.LogCaptureFixture, tmp_path: Path, keyring: Keyring
) -> None:
    with caplog.at_level(logging.INFO, logger="counter_app"):
        done = take(f"{HEADER}\n{PEOPLE}P1,Double,Secret,,,\nP98,Secret\n")
    assert [(bad.line, bad.error.code) for bad in done.bad_lines] == [
        (12, "register_line_id_twice"),
        (13, "register_line_columns"),
    ]
    assert (done.about.people, done.about.left_out) == (10, 2)
    assert people(tmp_path, keyring) == 10
    assert "line 12 left out: register_line_id_twice" in caplog.text
    assert "Secret" not in caplog.text


def test_of_very_many_bad_lines_the_first_thousand_are_kept_and_all_are_counted(take: Take) -> None:
    lines = [f"P{n},A,B,,," if n % 2 else f"P{n}" for n in range(1, 2403)]
    done = take("\n".join([HEADER, *lines]))
    assert done.about.left_out == 1201
    assert len(done.bad_lines) == 1000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEADER + "\n", "register_empty"),
        (HEADER + "\nP1\nP2\nP3,A,B,,,\n", "register_mostly_bad"),
        ("no register at all", "register_columns_missing"),
        (f"{HEADER}\nP1,Zo\u00e9,B,,,\n".encode("cp1252"), "register_mostly_bad"),
    ],
)
def test_an_import_that_fails_leaves_the_copy_before_in_use(
    content: str | bytes, reason: str, small: Imported, take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    assert code(lambda: take(content)) == reason
    assert store.about(tmp_path, keyring) == small.about
    assert people(tmp_path, keyring) == 10
    assert not list(tmp_path.glob("*.new*"))


def test_a_stopped_import_leaves_the_copy_before_in_use(
    small: Imported, take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    lines = [HEADER, *(f"Q{n},A,B,,," for n in range(3000))]
    seen: list[Progress] = []
    watch = Watch(progress=seen.append, stop=lambda: len(seen) >= 2)
    with pytest.raises(Refused) as caught:
        take("\n".join(lines), watch=watch)
    assert caught.value.code == "register_stopped"
    assert 0 < seen[-1].people < 3000
    assert store.about(tmp_path, keyring) == small.about
    assert not list(tmp_path.glob("*.new*"))


def test_an_import_that_was_killed_is_begun_anew(take: Take, tmp_path: Path, keyring: Keyring) -> None:
    (tmp_path / "register.db.new").write_bytes(b"half a file")
    (tmp_path / "register.db.new-journal").write_bytes(b"half a journal")
    take(f"{HEADER}\n{PEOPLE}")
    assert people(tmp_path, keyring) == 10
    assert not list(tmp_path.glob("*.new*"))


def test_progress_grows_with_the_lines_read(take: Take) -> None:
    lines = [HEADER, *(f"Q{n},A,B,,," for n in range(3000))]
    seen: list[Progress] = []
    take("\n".join(lines), watch=Watch(progress=seen.append))
    assert [one.people for one in seen] == [500, 1000, 1500, 2000, 2500, 3000, 3000]
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    assert all(one.seconds_left >= 0 for one in seen)


def test_two_imports_at_once_are_refused_and_the_journal_is_not_locked(
    take: Take, tmp_path: Path, keyring: Keyring
) -> None:
    other = WriterLock(tmp_path, "register")
    other.acquire("register import", "2026-03-02T08:00:00.000Z")
    try:
        with pytest.raises(EnvironmentFailed) as caught:
            take(f"{HEADER}\n{PEOPLE}")
        assert caught.value.code == "another_writer"
    finally:
        other.release()
    journal = WriterLock(tmp_path)
    journal.acquire("window", "2026-03-02T08:00:00.000Z")
    try:
        assert take(f"{HEADER}\n{PEOPLE}").about.people == 10
    finally:
        journal.release()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(BadInput) as caught:
        import_register(tmp_path, keyring, tmp_path / "none.csv", NOW)
    assert caught.value.code == "file_unreadable"


def test_further_columns_are_kept(take: Take, tmp_path: Path, keyring: Keyring) -> None:
    take(f"{HEADER},téléphone,note\nP1,A,B,19800312,1,,01 23,é\nP2,A,B,,,,,\n")
    with store.reading(tmp_path, keyring) as connection:
        found = person_of_id(connection, "P1")
        assert found is not None
        assert found.more == {"téléphone": "01 23", "note": "é"}
        assert json.dumps(found.more)
        assert (found.date_of_birth, found.birth.iso) == ("19800312", "1980-03-12")


def test_a_copy_of_a_newer_program_is_not_guessed_at(
    small: Imported, tmp_path: Path, keyring: Keyring
) -> None:
    with store.replacing(tmp_path, keyring) as connection:
        connection.execute("INSERT INTO about VALUES (2, '2026-03-02T08:00:00.000Z', '2026-03-02', 0, 0)")
    assert code(lambda: store.about(tmp_path, keyring)) == "register_newer"
