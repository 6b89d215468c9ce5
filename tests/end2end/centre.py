"""The central system as its own operators have it: a process, a folder for files, and a store to look into."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.end2end.counters import ROOT, Counter, command, in_this_process

SEED = 7
_STOP_S = 20


class Centre:
    """One central system that may be down, be killed and come back under the same address."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "centre.db"
        self.files = folder / "treasury"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers, or would."""
        return f"http://127.0.0.1:{self._port}"

    def start(self, faults: str = "none") -> None:
        """Start it under its address, and wait until it answers there."""
        words = ["--store", str(self.store), "--folder", str(self.files)]
        words += ["--faults", faults, "--seed", str(SEED)]
        self._process = subprocess.Popen(
            command("practice", "centre", "--port", str(self._port), *words),
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert json.loads(self._process.stdout.readline()) == {"port": self._port}

    def end(self) -> None:
        """End it at once, as a power cut would; safe where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate(timeout=_STOP_S)

    def struck(self, fault: str) -> int:
        """How often a fault has befallen a request."""
        with urllib.request.urlopen(self.address, timeout=_STOP_S) as answer:
            found: dict[str, Any] = json.load(answer)
        return int(found["struck"].get(fault, 0))

    def business(self) -> list[tuple[str, str, str, int, str]]:
        """Service, entry, part, cents and key of everything that the centre took into its books."""
        with contextlib.closing(sqlite3.connect(self.store)) as outsider:
            return outsider.execute("SELECT service, entry_id, part, cents, key FROM business").fetchall()


def connected_counter(sample: Path, centre: Centre, folder: Path) -> Counter:
    """Counter A1 of a sample office whose services are this centre's address and folder."""
    raw = (sample / "office.toml").read_text(encoding="utf-8")
    for before, after in (
        ('"http://127.0.0.1:8765"', f'"{centre.address}"'),
        ('"exchange/treasury"', '"../treasury"'),
        ("deadline_s = 5.0", "deadline_s = 2.0"),
        ("settling_s = 2.0", "settling_s = 1.0"),
    ):
        assert before in raw
        raw = raw.replace(before, after)
    mine = folder / "office.toml"
    mine.write_text(raw, encoding="utf-8")
    counter = Counter("A1", folder / "connected")
    counter.data.mkdir()
    counter.passphrase_file.write_text("six words that only this office knows\n", encoding="utf-8")
    options = ("--data", str(counter.data), "--passphrase-file", str(counter.passphrase_file))
    answer = in_this_process("office", "new", "--config", str(mine), "--counter", "A1", *options)
    assert answer.status == 0, answer
    counter.make_cheap_to_open()
    return counter
