"""The whole drill by the command line, without the window: two bundles, a lossy centre, zero unexplained at the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill import PLANS, Drill, drill
from tests.end2end.counters import Answer, in_this_process
from tests.unit.counters import IT, PASSPHRASE

_PATIENCE_S = 60


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Drill]:
    (tmp_path / "words").write_bytes(PASSPHRASE)
    with drill(tmp_path) as made:
        yield made


def _at(scene: Drill, counter: str, *words: str) -> Answer:
    opening = ("--data", str(scene.data(counter)), "--passphrase-file", str(scene.folder / "words"))
    return in_this_process(*opening, *words)


def test_it_reaches_zero_unexplained_by_the_command_line_alone(scene: Drill, tmp_path: Path) -> None:
    for counter in PLANS:
        given = _at(scene, counter, "bundle", "export", str(scene.stick(counter)), "--to", "A3", "--custody")
        assert given.status == 0, given.said
        taken = _at(scene, "A3", "bundle", "import", str(scene.stick(counter)))
        assert taken.status == 0, taken.said
    ends = time.monotonic() + _PATIENCE_S
    while (report := _at(scene, "A3", "reconcile", "run", "--json").row)["unexplained"] != 2:
        assert time.monotonic() < ends, report
    lost = scene.lose()
    assert len(lost) == 2

    audit = _at(scene, "A3", "reconcile", "audit", "--json")
    assert audit.status == 0, audit.said
    assert len(scene.held()) == len(set(scene.held())) == 5

    status = _at(scene, "A3", "reconcile", "status", "--json")
    assert status.status == 1
    open_units = status.row["needs_a_person"]
    assert {unit["state"] for unit in open_units} == {"rejected"}
    alike = ("decide-all", "close", "--service", "aid-file", "--state", "rejected", "--agent", IT)
    why = ("--reason", "They will not take it")
    told = _at(scene, "A3", "reconcile", *alike, *why, "--json")
    assert (told.row["count"], told.row["decided"]) == (2, 0)
    assert _at(scene, "A3", "reconcile", *alike, *why, "--count", "3").status == 2
    done = _at(scene, "A3", "reconcile", *alike, *why, "--count", "2", "--json")
    assert (done.status, done.row["decided"]) == (0, 2)

    first = open_units[0]["entry_id"]
    about = (first, "--service", "aid-file", "--agent", IT, "--reason", "too soon")
    assert _at(scene, "A3", "reconcile", "undo", *about).status == 0
    assert _at(scene, "A3", "reconcile", "report").status == 1
    assert _at(scene, "A3", "reconcile", "hand", *about, "--to", "hgarcia").status == 0
    again = (first, "keep_both", "--service", "aid-file", "--agent", "hgarcia", "--reason", "two acts")
    assert _at(scene, "A3", "reconcile", "decide", *again).status == 0

    out = tmp_path / "balance"
    answer = _at(scene, "A3", "--lang", "fr", "reconcile", "report", "--out", str(out), "--json")
    assert (answer.status, answer.row["unexplained"]) == (0, 0)
    (row,) = (one for one in answer.row["services"] if one["service"] == "aid-file")
    assert (row["entries"], row["accepted"], row["decided"], row["unexplained"]) == (7, 5, 2, 0)
    assert {one["standing"] for one in answer.row["differences"]} == {"decided"}
    for name in ("balance.pdf", "balance.txt"):
        proof = ["ssh-keygen", "-Y", "verify", "-f", str(out / "allowed_signers"), "-I", "A3"]
        proof += ["-n", "counter-app/balance", "-s", str(out / f"{name}.sig")]
        with (out / name).open("rb") as file:
            checked = subprocess.run(proof, stdin=file, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr
