"""The log that a child process makes: the same paper, one key handed over, and a sentence where the child fails."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from counter_app.domain.errors import EnvironmentFailed
from counter_app.service.papers import aside
from counter_app.service.papers.aside import daily_log_aside
from counter_app.service.papers.daily_log import daily_log_pdf
from counter_app.service.papers.pages import page_images
from counter_app.text import PSEUDO, Text
from tests.unit.counters import CASH, SUPERVISOR, Desk, person

DAY = date(2026, 3, 2)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A day with a line in most of the log's tables, closed with a difference."""
    desk.fill_drawer()
    desk.grant(2500, payment=CASH)
    desk.grant(6000, person=person("Okoye"))
    desk.do("cancel_grant", grant=desk.grant(1000, person=person("Petit")), reason="Erreur de saisie")
    desk.do("close_day", agent=SUPERVISOR, approver=SUPERVISOR, counted={"5000": 99})
    return desk


@pytest.mark.parametrize("language", ["fr", "it"])
def test_the_child_draws_the_same_log_to_the_dot(busy: Desk, language: str) -> None:
    text = Text(language)
    drawn, own = daily_log_aside(busy.workstation, DAY, text), daily_log_pdf(busy.workstation, DAY, text)
    assert [page.rgb for page in page_images(drawn, 100)] == [page.rgb for page in page_images(own, 100)]


def test_the_pseudo_language_is_drawn_without_a_child(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "own_command", lambda: ["no such program"])
    assert daily_log_aside(busy.workstation, DAY, Text(PSEUDO)).startswith(b"%PDF")


def test_the_child_is_handed_the_one_key_it_needs_and_not_where_anybody_looks(
    busy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[bytes] = []
    seen: list[str] = []
    run = subprocess.run

    def watch(command: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        handed.append(how["input"])
        seen.append(" ".join(command))
        assert "env" not in how
        return run(command, **how)

    monkeypatch.setattr(aside.subprocess, "run", watch)
    daily_log_aside(busy.workstation, DAY, Text("fr"))
    keyring = busy.workstation.keyring
    assert keyring.database.hex() in handed[0].decode()
    assert keyring.database.hex() not in seen[0]
    for secret in (keyring.reference, keyring.signing.private_bytes_raw()):
        assert secret.hex() not in handed[0].decode()


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        (["no such program"], "no such program"),
        ([sys.executable, "-c", "import sys; sys.exit('out of ink')"], "out of ink"),
        ([sys.executable, "-c", "print('no paper')"], "0"),
    ],
)
def test_a_child_that_fails_is_told_in_a_sentence(
    busy: Desk, monkeypatch: pytest.MonkeyPatch, program: list[str], problem: str
) -> None:
    monkeypatch.setattr(aside, "own_command", lambda: program)
    with pytest.raises(EnvironmentFailed) as caught:
        daily_log_aside(busy.workstation, DAY, Text("en"))
    assert caught.value.code == "paper_not_drawn"
    assert problem in str(caught.value.params["problem"])


@pytest.mark.parametrize("handed", [b"", b"no key", b'{"workstation": "x", "database": "zz"}'])
def test_a_child_without_a_key_ends_with_a_sentence(busy: Desk, handed: bytes) -> None:
    command = [*aside.own_command(), "document", "draw-log", "--date", "2026-03-02", "--lang", "en"]
    done = subprocess.run(
        [*command, "--data", str(busy.data)], input=handed, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"No passphrase was given")
    assert b"Traceback" not in done.stderr
