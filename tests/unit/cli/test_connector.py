"""`connector check` from the command line: sentences for people, codes as JSON."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.bootstrap import create_workstation
from counter_app.cli.main import run
from counter_app.clock import PracticeClock
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.logs import stop_logging
from counter_app.practice.offices import sample_office
from counter_app.settings import sample_configuration, with_changes
from tests.unit.counters import CHEAP, MONDAY, PASSPHRASE


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    stop_logging()


def _check(
    folder: Path, capsys: pytest.CaptureFixture[str], *words: str, **ways: Any
) -> tuple[int, str, str]:
    """The check of the aid file at the way given: status, what people read, and the JSON beside it."""
    raw = with_changes(sample_configuration("ccas"), **ways)
    data, secret = folder / "a1", folder / "secret"
    create_workstation(data, sample_office("ccas", "A1", PASSPHRASE, raw), PracticeClock(MONDAY))
    keyring = open_keys(data, PASSPHRASE)
    write_keys(data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
    secret.write_bytes(PASSPHRASE)
    line = ["--data", str(data), "--passphrase-file", str(secret), "connector", "check", "aid-file"]
    status = run([*line, "--json", *words])
    said = capsys.readouterr()
    return status, said.err, said.out


def test_a_target_that_refuses_the_connection_is_told_without_the_names_of_its_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as bound:  # bound and not listening: whoever connects is refused
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        status, words, raw = _check(tmp_path, capsys, "--lang", "fr", addresses={"aid-file": address})
    assert status == 1
    assert "la connexion est refusée" in words
    assert "connection_refused" not in words
    assert "Error" not in words
    assert '"detail": "connection_refused ConnectionRefusedError' in raw


def test_a_folder_that_is_away_is_said_to_be_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = str(tmp_path / "gone")
    status, words, _ = _check(tmp_path, capsys, "--lang", "en", folders={"aid-file": away})
    assert status == 1
    assert "connect the share, or correct office.toml. (it is not there)" in words


def test_what_a_centre_does_not_announce_is_no_proof_that_it_is_safe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "centre.db")
    line = [sys.executable, "-m", "counter_app", "practice", "centre", "--port", "0", "--store", store]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as centre:
        try:
            assert centre.stdout is not None
            port = centre.stdout.readline().strip().removeprefix('{"port": ').removesuffix("}")
            address = f"http://127.0.0.1:{port}"
            status, words, _ = _check(tmp_path, capsys, "--lang", "en", addresses={"aid-file": address})
        finally:
            centre.terminate()
    assert status == 0
    assert "+ It answers." in words
    assert "– It names no sandbox, so nobody tried whether what is sent twice is taken once." in words
    assert "taken once, as far as" not in words
