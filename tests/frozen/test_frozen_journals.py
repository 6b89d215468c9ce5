"""The journals of every released version: opened, verified, read as they were, and reconciled to the end."""

from __future__ import annotations

import json
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app import __version__
from tests.crash.counter import Counter
from tests.end2end.centre import Centre
from tests.frozen.__main__ import HERE, IT, adopt

VERSIONS = sorted(path.name for path in HERE.iterdir() if (path / "A1").is_dir())


@pytest.fixture(params=VERSIONS)
def frozen(request: pytest.FixtureRequest, tmp_path: Path) -> Counter:
    """A copy of one of them, as a user of that version left it."""
    shutil.copytree(HERE / request.param, tmp_path / "left")
    data = tmp_path / "left" / "A1"
    return Counter(data, data / "passphrase")


@pytest.fixture
def centre(frozen: Counter) -> Iterator[Centre]:
    """The central system with its store of then."""
    running = Centre(frozen.data.parent)
    running.files = frozen.data / "exchange" / "treasury"
    running.start()
    yield running
    running.end()


def test_this_version_is_frozen_too() -> None:
    assert __version__ in VERSIONS


def test_a_frozen_journal_says_what_it_said_and_verifies(frozen: Counter) -> None:
    then = (frozen.data.parent / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    for told, shown in zip(map(json.loads, then), frozen.show(), strict=True):
        assert told.items() <= shown.items()
    verified = frozen.run_here("journal", "verify", "--json")
    assert (verified.status, verified.rows[0]["findings"]) == (0, [])


def test_who_only_reads_a_frozen_journal_is_told_to_open_it_once(frozen: Counter) -> None:
    for words in (["reconcile", "status"], ["doctor"], ["exchange", "status"]):
        told = frozen.run_here(*words)
        assert told.status == 3
        assert "older version of the program" in told.err
    assert frozen.run_here("journal", "rebuild").status == 0
    assert frozen.run_here("reconcile", "status").status == 1


def test_a_frozen_journal_is_written_on_and_its_books_are_those_of_a_rebuild(frozen: Counter) -> None:
    line = {"command": "replenish_cash", "agent": "yleroux", "cents": 1000, "document": "BX 99"}
    (frozen.data / "line.jsonl").write_text(json.dumps(line), encoding="utf-8")
    recorded = frozen.run_here("journal", "record", str(frozen.data / "line.jsonl"), "--json")
    assert recorded.status == 0, recorded.err
    verified = frozen.run_here("journal", "verify", "--full", "--json")
    assert (verified.status, verified.rows[0]["findings"]) == (0, [])


def test_a_frozen_journal_is_reconciled_to_the_end(frozen: Counter, centre: Centre) -> None:
    adopt(frozen, centre)
    for _ in range(5):
        frozen.run_here("reconcile", "run", "--agent", IT)
    rows = Tally(row[:3] for row in centre.business())
    assert max(rows.values()) == 1
    (status,) = frozen.run_here("reconcile", "status", "--json").rows
    for service in status["services"]:
        assert set(service["units"]) <= {"accepted", "settled", "rejected", "closed"}, service
        held = sum(place[0] == service["service"] for place in rows)
        assert held == sum(service["units"].get(state, 0) for state in ("accepted", "settled"))
