"""Readiness in words: what of the books wants somebody before the day goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.cli.main import run
from counter_app.logs import stop_logging
from counter_app.service.readiness import Check, examine
from counter_app.text import Text
from tests.unit.counters import CASH, PASSPHRASE, Desk


def cash(desk: Desk) -> tuple[Check, str]:
    check = next(one for one in examine(desk.workstation) if one.name == "cash")
    return check, Text("en")(check.sentence, **check.params)


def test_a_drawer_that_gave_more_than_it_had_wants_somebody_and_no_sign_stands_beside_the_amount(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.fill_drawer(10_000)
    assert cash(desk)[1] == "The books say that the drawer holds €100.00."
    for _ in range(3):
        desk.grant(4000, payment=CASH, already_happened=True)
    check, words = cash(desk)
    assert check.state == "warning"
    assert words.startswith("By the books €20.00 more left the drawer than ever came in")
    desk.close()
    secret = tmp_path / "secret"
    secret.write_bytes(PASSPHRASE)
    status = run(["--data", str(desk.data), "--passphrase-file", str(secret), "--lang", "en", "doctor"])
    stop_logging()
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert f"!  {words}" in lines
    assert not [line for line in lines if line.startswith(("+", "-", "–", "−"))]
