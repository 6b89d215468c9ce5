"""The practice centre in a process of its own, and the connectors that must all keep one contract."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from counter_app.connectors.files import FolderConnector
from counter_app.connectors.rest import RestConnector
from counter_app.sync.port import Connector

SERVICE = "aid"
DEADLINE_S = 1.0


@dataclass(frozen=True)
class Centre:
    """A running centre: its address, its folder and its own store, read behind everybody's back."""

    url: str
    folder: Path
    store: Path

    def held(self, entry_id: str) -> int:
        """How many rows the centre's business has of an entry."""
        with closing(sqlite3.connect(self.store)) as store:
            (rows,) = store.execute(
                "SELECT count(*) FROM business WHERE entry_id = ?", (entry_id,)
            ).fetchone()
        return int(rows)


@dataclass(frozen=True)
class Target:
    """One way of reaching a centre."""

    name: str
    connect: Callable[[Centre], Connector]
    connect_nowhere: Callable[[Path], Connector]


TARGETS = [
    Target(
        "rest",
        lambda centre: RestConnector(centre.url, SERVICE, deadline_s=DEADLINE_S),
        lambda _: RestConnector("http://127.0.0.1:1", SERVICE, deadline_s=DEADLINE_S),
    ),
    Target(
        "rest one by one",
        lambda centre: RestConnector(centre.url, SERVICE, batch_max=1, deadline_s=DEADLINE_S),
        lambda _: RestConnector("http://127.0.0.1:1", SERVICE, batch_max=1, deadline_s=DEADLINE_S),
    ),
    Target(
        "folder",
        lambda centre: FolderConnector(centre.folder, SERVICE, "A1", batch_max=100),
        lambda folder: FolderConnector(folder / "gone", SERVICE, "A1", batch_max=100),
    ),
]


@pytest.fixture(scope="session")
def start_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Centre]]:
    """Starts new centres with the faults named, and ends them after the run."""
    running: list[subprocess.Popen[str]] = []

    def start(faults: str) -> Centre:
        folder = tmp_path_factory.mktemp("centre")
        store = folder / "centre.db"
        module = [sys.executable, "-m", "counter_app.practice.centre"]
        options = ["--port", "0", "--store", str(store), "--folder", str(folder), "--faults", faults]
        process = subprocess.Popen([*module, *options, "--seed", "7"], stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        return Centre(f"http://127.0.0.1:{port}", folder, store)

    yield start
    for process in running:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="session")
def centre(start_centre: Callable[[str], Centre]) -> Centre:
    """A centre without faults."""
    return start_centre("none")


@pytest.fixture(params=TARGETS, ids=lambda target: target.name)
def target(request: pytest.FixtureRequest) -> Target:
    """Each way of reaching a centre in turn."""
    chosen: Target = request.param
    return chosen


@pytest.fixture
def connector(target: Target, centre: Centre) -> Iterator[Connector]:
    """A connector to the centre without faults."""
    made = target.connect(centre)
    yield made
    made.close()


@pytest.fixture
def nowhere(target: Target, tmp_path: Path) -> Iterator[Connector]:
    """A connector to a centre that isn't there."""
    made = target.connect_nowhere(tmp_path)
    yield made
    made.close()
