"""The real servers behind the contract: started when first wanted, shared by the tests of a run, ended after it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.contract.foreign_server import Behaviour, ForeignServer, foreign

FaultFree = "none"


class Served(Protocol):
    """A running centre as the tests look at it, behind the connectors' backs."""

    def held(self, entry_id: str) -> int:
        """How many rows its business has of an entry."""
        ...

    def left(self) -> set[str]:
        """What a probe may have left behind."""
        ...


@dataclass(frozen=True)
class Practice:
    """The practice centre: its address, its folder and its own store."""

    url: str
    folder: Path
    store: Path

    def held(self, entry_id: str) -> int:
        with closing(sqlite3.connect(self.store)) as store:
            (rows,) = store.execute(
                "SELECT count(*) FROM business WHERE entry_id = ?", (entry_id,)
            ).fetchone()
        return int(rows)

    def left(self) -> set[str]:
        return {str(path) for path in self.folder.rglob("*") if "probe" in path.name}


@dataclass(frozen=True)
class Foreign:
    """A centre with messages of its own."""

    server: ForeignServer

    @property
    def url(self) -> str:
        return f"{self.server.url}/api"

    def held(self, entry_id: str) -> int:
        return self.server.held(entry_id)

    def left(self) -> set[str]:
        return {
            record["external_id"]
            for record in self.server.books["api"].records
            if record["demandeur"] is None
        }


class Servers:
    """Starts each server once for whoever asks for the same; `keep` is how a module adds its own."""

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self.folder = folder
        """A new empty folder of that name."""
        self._stack = ExitStack()
        self._running: dict[tuple[Any, ...], Any] = {}

    def practice(self, faults: str = FaultFree) -> Practice:
        """The practice centre with the faults named."""
        return self.keep(("practice", faults), lambda stack: self._practice(faults, stack))

    def foreign(self, behaviour: Behaviour = "honest") -> Foreign:
        """The centre with messages of its own, behaving so."""
        return self.keep(
            ("foreign", behaviour), lambda stack: Foreign(stack.enter_context(foreign(behaviour)))
        )

    def keep(self, name: tuple[Any, ...], start: Callable[[ExitStack], Any]) -> Any:
        """The server of that name, started now if it isn't running; what `start` puts on the stack ends it."""
        if name not in self._running:
            self._running[name] = start(self._stack)
        return self._running[name]

    def close(self) -> None:
        self._stack.close()

    def _practice(self, faults: str, stack: ExitStack) -> Practice:
        folder = self.folder("centre")
        store = folder / "centre.db"
        module = [sys.executable, "-m", "counter_app.practice.centre"]
        options = ["--port", "0", "--store", str(store), "--folder", str(folder), "--faults", faults]
        process = subprocess.Popen([*module, *options, "--seed", "7"], stdout=subprocess.PIPE, text=True)
        stack.callback(_end, process)
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        return Practice(f"http://127.0.0.1:{port}", folder, store)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()
