"""What is told after a restore: only what there is, and whether the same copy was gone on from before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyrage import x25519

from counter_app.__main__ import window
from counter_app.cli.console import Console
from counter_app.cli.main import run
from counter_app.cli.restoring import tell
from counter_app.service.restoring.epoch import Restored
from counter_app.text import Text

FOUND = Restored(
    chain="A1b",
    before="A1",
    entries=12,
    last_number="A1-0003",
    first_missing="A1-0004",
    known_lost=0,
    unknown=0,
    unpaid=0,
    aside=None,
)


def told(found: Restored, capsys: pytest.CaptureFixture[str]) -> str:
    tell(found, Console(Text("en"), as_json=False), Path("a1"))
    streams = capsys.readouterr()
    return streams.out + streams.err


def test_nothing_is_said_of_messages_and_grants_where_there_are_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(FOUND, capsys)
    assert "may have reached" not in said
    assert "not paid" not in said
    assert "From A1-0004 on receipts may be lost" in said
    assert "A1b has nothing to spend yet" in said


def test_one_and_several_are_told_in_their_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 message may have reached its centre" in told(replace(FOUND, unknown=1, unpaid=2), capsys)
    said = told(replace(FOUND, unknown=3, unpaid=1), capsys)
    assert "3 messages may have reached their centre" in said
    assert "1 grant was not paid" in said


def test_a_copy_that_was_gone_on_from_before_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Careful" not in told(FOUND, capsys)
    said = told(replace(FOUND, chain="A1c", earlier=("A1b",)), capsys)
    assert "Careful: A1b came out of the same copy before" in said


def test_new_words_are_written_once_a_copy_was_opened_and_not_left_where_it_was_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").mkdir()
    key, words = tmp_path / "key", tmp_path / "words"
    key.write_text(f"{x25519.Identity.generate()}\n", encoding="utf-8")
    asked = ["--lang", "en", "--data", str(tmp_path / "new"), "journal", "restore", str(tmp_path / "stick")]
    status = run([*asked, "--identity", str(key), "--words-file", str(words)], window)
    assert (status, words.exists()) == (2, False)
    assert "Nothing to restore from" in capsys.readouterr().err
