"""The README's recovery drill, typed as it stands: from nothing but a copy and two recovery keys to a new epoch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SECTION = "## When a machine is lost\n"
_ALIAS = "    alias counter-app=.venv/bin/counter-app"


_FILES = {"grant.jsonl": "## An office of your own to try\n", "petit.jsonl": _SECTION}


def _section(title: str) -> list[str]:
    said = (_ROOT / "README.md").read_text(encoding="utf-8").partition(title)[2].partition("\n## ")[0]
    return said.splitlines()


def _commands() -> list[str]:
    """The indented lines of the section, those that a backslash or a pipe goes on from put together."""
    commands, before = [], ""
    for line in [_ALIAS, *_section(_SECTION)]:
        if not line.startswith("    ") or line.startswith("   {"):
            continue
        before += line.strip().removesuffix("\\")
        if not line.endswith(("\\", "|")):
            commands.append(before)
            before = ""
    return commands


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are those of a Unix shell")
def test_the_readmes_drill_ends_with_a_counter_that_works(tmp_path: Path) -> None:
    if shutil.which("age-keygen") is None:
        pytest.skip("age-keygen is not installed")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "counter-app"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m counter_app "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    assert _ALIAS in _section(_FILES["grant.jsonl"])
    for name, title in _FILES.items():
        lines = [line.strip() for line in _section(title) if line.strip().startswith("{")]
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    script = "shopt -s expand_aliases\n" + "".join(
        f'{command}\necho "[$?] {command.split()[0]}"\n' for command in _commands()
    )
    said = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": "/usr/sbin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(_ROOT),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    ended = [line for line in said.stdout.splitlines() if line.startswith("[")]
    assert "Traceback" not in said.stderr
    # The restore alone ends with 1: somebody has to look for papers.
    assert [line for line in ended if not line.startswith("[0]")] == ["[1] counter-app"], said
    assert not (tmp_path / "lost").exists()
    assert not (tmp_path / "director.key").exists()
    assert (tmp_path / "numbers.txt").read_text(encoding="utf-8").count("[ ] A3-") == 40
    opening = [str(program), "--data", "found", "--passphrase-file", "words.txt", "--json"]
    shown = subprocess.run(
        [*opening, "journal", "show"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    entries = [json.loads(line) for line in shown.stdout.splitlines()]
    assert {entry["chain"] for entry in entries} == {"A3", "A3b"}
    assert [entry["facts"]["cents"] for entry in entries if entry["kind"] == "slice_carried"] == [100_000]
