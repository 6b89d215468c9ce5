"""The work-list from the command line, from the first look to the balance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.bootstrap import adopt_configuration, open_workstation
from counter_app.cli.main import run
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.logs import stop_logging
from tests.unit.counters import AGENT, CASH, CHEAP, COLLEAGUE, IT, PASSPHRASE, Desk

FILES = 'connector = "files"\norder = 2\nfolder = "exchange/treasury"\n'
Program = Callable[..., tuple[int, str, Any]]


@pytest.fixture
def paid(desk: Desk, tmp_path: Path) -> str:
    """A grant paid in cash, of which a treasury with screens only must learn."""
    changed = tmp_path / "office.toml"
    raw = (desk.data / "office.toml").read_text(encoding="utf-8")
    assert FILES in raw
    changed.write_text(raw.replace(FILES, 'connector = "manual"\norder = 2\n'), encoding="utf-8")
    adopt_configuration(desk.workstation, changed, IT)
    desk.reopen()
    desk.fill_drawer()
    grant = desk.grant(payment=CASH)
    desk.close()
    keyring = open_keys(desk.data, PASSPHRASE)
    write_keys(desk.data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
    return grant


@pytest.fixture
def program(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Program]:
    """Runs one command: its status, what people read, and the JSON beside it."""
    secret = tmp_path / "secret"
    secret.write_bytes(PASSPHRASE)

    def one(*words: str) -> tuple[int, str, Any]:
        begin = ["--data", str(desk.data), "--passphrase-file", str(secret), "--lang", "en"]
        status = run([*begin, *words, "--json"])
        said = capsys.readouterr()
        return status, said.err, json.loads(said.out) if said.out else None

    yield one
    stop_logging()


def test_an_entry_is_taken_typed_and_balanced(program: Program, paid: str, desk: Desk) -> None:
    work = ("reconcile", "worklist")
    status, words, told = program(*work, "show")
    assert (status, [item["entry_id"] for item in told["items"]]) == (1, [paid])
    assert "Dupont" not in words
    status, words, told = program(*work, "take", "--agent", AGENT)
    assert status == 0
    assert "1 Surname: Dupont" in words
    assert told["fields"][0] == {"name": "Surname", "text": "Dupont", "copy_key": "1"}
    typed = (paid, "--service", "treasury", "--agent", AGENT)
    status, words, _ = program(*work, "done", *typed, "--number", "T-1", "--cents", "40")
    assert (status, "The centre shows €0.40, and €40.00 was granted" in words) == (1, True)
    status, words, told = program(*work, "done", *typed, "--number", "T-1", "--cents", "4000")
    assert (status, told["state"]) == (0, "accepted")
    assert program(*work, "show")[2] == {"items": []}
    assert program("reconcile", "report", "--service", "treasury")[0] == 0
    workstation = open_workstation(desk.data, PASSPHRASE)
    workstation.close()


def test_a_refusal_a_look_and_a_return_are_told_too(program: Program, paid: str) -> None:
    work, unit = ("reconcile", "worklist"), (paid, "--service", "treasury")
    program(*work, "take", *unit, "--agent", AGENT)
    status, words, _ = program(*work, "take", *unit, "--agent", COLLEAGUE)
    assert (status, AGENT in words) == (1, True)
    assert program(*work, "give-back", *unit, "--agent", AGENT)[2]["state"] == "unknown"
    status, words, _ = program("reconcile", "status")
    assert (status, "reconcile worklist take" in words) == (1, True)
    status, words, told = program(*work, "take", "--agent", COLLEAGUE, "--service", "treasury")
    assert (told["looking"], "Look first whether the centre has it" in words) == (True, True)
    status, words, _ = program(*work, "absent", *unit, "--agent", COLLEAGUE)
    assert (status, "look again in" in words) == (1, True)
    refusal = ("--reason", "unknown_person", "--words", "not known")
    assert program(*work, "refuse", *unit, "--agent", COLLEAGUE, *refusal)[2]["state"] == "rejected"
    assert program(*work, "take", "--agent", AGENT)[2] == {"item": None}
    assert program("reconcile", "run", "--service", "treasury", "--agent", IT)[0] == 1


def test_a_service_by_hand_is_checked_without_a_machine_to_reach(program: Program, paid: str) -> None:
    status, words, told = program("connector", "check", "treasury")
    assert (status, told["reachable"], told["askable"]) == (0, True, False)
    assert "reconcile worklist" in words
