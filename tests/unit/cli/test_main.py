"""The edge of the command line: whatever goes wrong behind it ends with one sentence and a status."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app.cli.main import GROUPS, run
from counter_app.logs import stop_logging
from tests.unit.counters import PASSPHRASE, Templates


@pytest.fixture
def line(templates: Templates, tmp_path: Path) -> Iterator[list[str]]:
    """The options that open a fresh workstation in English."""
    data, secret = templates.copy("A1", tmp_path / "a1"), tmp_path / "secret"
    secret.write_bytes(PASSPHRASE)
    yield ["--data", str(data), "--passphrase-file", str(secret), "--lang", "en"]
    stop_logging()


def _break(_: argparse.Namespace) -> int:
    """Stands where the window is opened, and has a bug."""
    raise LookupError("Quatremère")


def test_a_bug_ends_with_one_sentence_and_lies_nameless_in_the_log(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line, _break) == 3
    said = capsys.readouterr()
    assert said.out == ""
    (sentence,) = said.err.splitlines()
    assert "nobody foresaw (LookupError, " in sentence
    assert f"{__name__}:" in sentence
    written = (Path(line[1]) / "logs" / "counter-app.log").read_text(encoding="utf-8")
    assert "LookupError" in written
    assert "_break" in written
    assert "Quatrem" not in written + sentence


def test_a_bug_where_there_is_no_workstation_makes_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--data", str(tmp_path / "none")], _break) == 3
    assert "LookupError" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_bug_of_an_export_leaves_the_machine_as_it_was(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object, **_more: object) -> None:
        raise LookupError

    monkeypatch.setattr("counter_app.service.export.export_journal", fail)
    assert run([*line, "journal", "export", str(tmp_path / "out")]) == 3
    assert not (Path(line[1]) / "logs").exists()


def test_bytes_that_are_no_text_are_refused_before_anything_is_done(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o.pdf"
    assert run([*line, "document", "receipt", "\udcff", "--out", str(out)]) == 2
    assert capsys.readouterr().err.startswith("Word 9 of the command line is not written in UTF-8")
    assert not out.exists()


def test_entries_behind_every_place_are_none(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*line, "journal", "show", "--since", "9" * 23]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "words",
    [
        ["document", "daily-log", "--date=--", "--out=o.pdf"],
        ["document", "daily-log", "--date=2026-03-02", "--out=--"],
        ["document", "daily-log", "--date=0001-01-01", "--out=o.pdf"],
        ["document", "daily-log", "--date=9999-12-31", "--out=o.pdf"],
        ["register", "link", "a.csv", "b.csv", ""],
        ["reconcile", "run", "--wait=nan"],
        ["reconcile", "audit", "--wait=-1"],
        ["reconcile", "audit", "--sample=99999999999999999999"],
        ["incident", "declare", "--title=x", "--service=--", "--agent=y"],
    ],
    ids=" ".join,
)
def test_words_that_stand_for_nothing_are_wrong_use(
    line: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*line, *words]) == 2
    assert "foresaw" not in capsys.readouterr().err


def test_a_pin_file_that_is_no_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pin"
    file.write_bytes(b"\xff\xfe12")
    assert run(["--lang", "en", "office", "pin", "--pin-file", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_what_the_system_refuses_is_told_in_its_own_words(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: argparse.Namespace) -> int:
        return (tmp_path / ("x" * 300)).stat().st_size

    assert run(line, refuse) == 3
    assert "The system refuses it (" in capsys.readouterr().err


def test_a_wrong_command_is_told_with_all_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "jornal"]) == 2
    assert f"choose one of {', '.join(GROUPS)}." in capsys.readouterr().err


def test_a_folder_may_be_called_like_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--lang",
        "en",
        "--data",
        "practice",
        "--passphrase-file",
        str(tmp_path / "none"),
        "journal",
        "show",
    ]
    assert run(words) == 2
    assert capsys.readouterr().err.startswith("The passphrase cannot be read from")
