"""`practice` on the command line: its help names every fault, and the reader may go whenever he likes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.cli.main import run
from counter_app.practice.centre import faults


@pytest.mark.parametrize("words", [["practice"], ["practice", "centre"]])
def test_the_help_names_every_fault(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([*words, "--help"])
    assert ended.value.code == 0
    said = "".join(capsys.readouterr().out.split())
    assert [name for name in sorted(faults.KNOWN) if name not in said] == []


def test_the_handbook_of_it_names_every_fault() -> None:
    handbook = (Path(__file__).parents[3] / "docs" / "it.md").read_text(encoding="utf-8")
    assert [name for name in sorted(faults.KNOWN) if f"`{name}`" not in handbook] == []


def test_a_command_whose_reader_has_gone_ends_without_a_word() -> None:
    line = [
        sys.executable,
        "-m",
        "counter_app",
        "practice",
        "commands",
        "--sample",
        "ccas",
        "--count",
        "3000",
    ]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
