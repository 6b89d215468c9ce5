"""The drill of the week after: two counters, a machine of IT, a centre that rejects, answers late and loses."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.domain.commands import parse_command
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.practice.centre.faults import Faults
from counter_app.practice.offices import sample_office
from counter_app.settings import sample_configuration
from tests.unit.counters import AGENT, CHEAP, PASSPHRASE

SEED = 7
FAULTS = ("rejection", "late-ack")
PLANS = {"A1": ("", "rejection", "lost", ""), "A2": ("late-ack", "rejection", "lost")}
"""What befalls the acts of each counter at the centre."""
LOST_SHARE = 0.3
_SAMPLE_ADDRESS = '"http://127.0.0.1:8765"'


@dataclass
class Drill:
    """The folders of the three machines, and the centre's process with its books."""

    folder: Path
    process: subprocess.Popen[str]
    address: str

    def data(self, counter: str) -> Path:
        """The folder of a counter."""
        return self.folder / counter

    def stick(self, counter: str) -> Path:
        """The stick that a counter's bundle goes on."""
        place = self.folder / f"stick-{counter}"
        place.mkdir(exist_ok=True)
        return place

    def lose(self) -> list[str]:
        """The centre comes back from an older copy; returns the keys that it lost."""
        body = json.dumps({"lost": LOST_SHARE, "forgotten": 0, "reissued": 0}).encode()
        asked = Request(f"{self.address}/services/aid-file/restored", data=body, method="POST")
        with urlopen(asked, timeout=20) as answer:
            found: list[str] = json.load(answer)["lost"]
        return found

    def held(self) -> list[str]:
        """The entries in the centre's books, once for each time."""
        with contextlib.closing(sqlite3.connect(self.folder / "centre.db")) as outsider:
            return sorted(str(row[0]) for row in outsider.execute("SELECT entry_id FROM business"))


@contextlib.contextmanager
def drill(folder: Path) -> Iterator[Drill]:
    """Everything as it stands when IT begins: acts recorded at A1 and A2, nothing sent, A3 without anything."""
    words = [sys.executable, "-m", "counter_app.practice.centre", "--port", "0", "--seed", str(SEED)]
    words += ["--store", str(folder / "centre.db"), "--faults", ",".join(FAULTS), "--settling", "0.2"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = json.loads(process.stdout.readline())["port"]
        stage = Drill(folder, process, f"http://127.0.0.1:{port}")
        raw = sample_configuration("ccas").decode().replace(_SAMPLE_ADDRESS, f'"{stage.address}"')
        raw = raw.replace("settling_s = 2.0", "settling_s = 0.2")
        for counter in ("A1", "A2", "A3"):
            _workstation(stage.data(counter), counter, raw.encode())
        for counter, plan in PLANS.items():
            _serve(stage.data(counter), counter, plan)
        yield stage
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _workstation(data: Path, counter: str, raw: bytes) -> None:
    create_workstation(data, sample_office("ccas", counter, PASSPHRASE, raw))
    keyring = open_keys(data, PASSPHRASE)
    write_keys(data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])


def _serve(data: Path, counter: str, plan: tuple[str, ...]) -> None:
    workstation = open_workstation(data, PASSPHRASE, write=True)
    try:
        for place, fate in enumerate(plan):
            command: dict[str, Any] = {
                "command": "grant_aid",
                "agent": AGENT,
                "entry_id": _entry_id(fate),
                "person": {
                    "surname": f"Drill{counter}{place}",
                    "given_names": ["Zoé"],
                    "birth_date": f"19{60 + place}-03-0{place + 1}",
                    "identity": "document",
                },
                "aid": "FR-CAP",
                "cents": 2000 + 100 * place,
                "circumstances": {"evidence": ["identity"]},
            }
            workstation.record(parse_command(json.dumps(command)), "window")
    finally:
        workstation.close()


def _entry_id(fate: str) -> str:
    """An id whose message has that fate at this centre, and no other."""
    draw = Faults(set(FAULTS), SEED)
    while True:
        key = str(uuid.uuid4())
        struck = [name for name in FAULTS if draw.strikes(name, key)]
        lost = draw.share("restored", key) < LOST_SHARE
        if struck == [name for name in FAULTS if name == fate] and lost is (fate == "lost"):
            return key
