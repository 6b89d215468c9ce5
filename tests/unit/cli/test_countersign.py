"""`reconcile countersign`, and what `reconcile report` then says of each service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.bootstrap import open_workstation
from counter_app.cli.main import run
from counter_app.logs import stop_logging
from counter_app.settings import sample_configuration
from tests.unit.counters import PASSPHRASE, Templates
from tests.unit.signers import NAMESPACE, Signer, name_signers

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
Tell = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    stop_logging()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path, "Trésorerie")


@pytest.fixture
def tell(templates: Templates, tmp_path: Path, signer: Signer, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Status, JSON and people's words of one command line at a counter that knows who signs for the treasury."""
    (tmp_path / "secret").write_bytes(PASSPHRASE)
    data = templates.copy("A1", tmp_path / "A1")
    workstation = open_workstation(data, PASSPHRASE, write=True)
    name_signers(workstation, tmp_path, treasury=[signer])
    workstation.close()

    def tell(*words: str) -> tuple[int, dict[str, Any], str]:
        options = [
            "--data",
            str(data),
            "--passphrase-file",
            str(tmp_path / "secret"),
            "--lang",
            "en",
            "--json",
        ]
        status = run([*options, "reconcile", *words])
        found = capsys.readouterr()
        return status, json.loads(found.out) if found.out else {}, found.err

    return tell


def states(told: dict[str, Any]) -> dict[str, str]:
    return {row["service"]: row["signature"]["state"] for row in told["services"]}


def test_the_report_says_what_to_do_until_both_sides_have_signed(
    tell: Tell, signer: Signer, tmp_path: Path
) -> None:
    folder, back = str(tmp_path / "out"), tmp_path / "back.sig"
    status, told, words = tell("report", "--out", folder)
    assert (status, states(told)) == (0, {"aid-file": "no_key", "treasury": "waiting"})
    assert "waits for the centre’s signature: send balance.txt there" in words
    assert "name its key under `signers` in office.toml" in words
    signer.sign_file(tmp_path / "out", back)
    status, told, words = tell("countersign", folder, "--signature", str(back))
    assert (status, told["services"], told["signer"], told["already"]) == (
        0,
        ["treasury"],
        "Trésorerie",
        False,
    )
    assert "signed the balance of" in words
    assert f"for treasury, as {NAMESPACE}." in words
    status, told, words = tell("report", "--service", "treasury")
    assert (status, states(told)) == (0, {"treasury": "both"})
    assert f"signed by both sides: Trésorerie ({told['services'][0]['signature']['key']})" in words


def test_a_signature_that_proves_nothing_ends_with_two_and_says_why(
    tell: Tell, signer: Signer, tmp_path: Path
) -> None:
    tell("report", "--out", str(tmp_path / "out"))
    back = signer.sign_file(tmp_path / "out", tmp_path / "back.sig", "file")
    status, told, words = tell("countersign", str(tmp_path / "out"), "--signature", str(back))
    assert (status, told) == (2, {})
    assert "made for “file” and not for a balance" in words
    assert "ssh-keygen -Y sign -n counter-app/balance" in words


def test_a_key_that_cannot_sign_is_told_to_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "office.toml"
    wrong = b'order = 2\nsigners = [\n  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== x",\n]\n'
    file.write_bytes(sample_configuration("ccas").replace(b"order = 2\n", wrong, 1))
    assert run(["--lang", "en", "office", "check", str(file)]) == 2
    told = capsys.readouterr()
    assert "services[1].signers[0]: This is no SSH key that can sign a balance" in told.out + told.err
