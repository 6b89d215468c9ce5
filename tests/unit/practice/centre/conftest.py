"""Starts the centre as a real child process and makes the units that a counter would send."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

NAMESPACE = uuid.UUID("6f0c5d0e-3f43-4b43-9d0c-7b3f0f5f3c11")


class Service:
    """What a counter does with one service of a running centre, and what an outsider reads of it by SQL."""

    def __init__(self, centre: Running, name: str) -> None:
        self.centre, self.name, self.path = centre, name, f"/services/{name}"

    def send(self, units: dict[str, dict[str, Any]], **more: Any) -> httpx2.Response:
        return self.send_items(list(units.items()), **more)

    def send_items(self, items: list[tuple[str, dict[str, Any]]], **more: Any) -> httpx2.Response:
        return self.centre.client.post(
            f"{self.path}/batches",
            json={"items": [{"key": key, "body": body} for key, body in items]},
            headers={"Idempotency-Key": str(uuid.uuid4())},
            **more,
        )

    def send_one(self, key: str, body: dict[str, Any], **more: Any) -> httpx2.Response:
        return self.centre.client.post(
            f"{self.path}/entries", json=body, headers={"Idempotency-Key": key}, **more
        )

    def ask(self, *keys: str) -> list[dict[str, Any]]:
        answer = self.centre.client.post(f"{self.path}/queries", json={"keys": list(keys)})
        results: list[dict[str, Any]] = answer.raise_for_status().json()["results"]
        return results

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.centre.store)) as outsider:
            for name in ("business", "unit", "visit"):
                # Shadows the table or view of the same name: the query sees this service alone.
                # The names are the tests' own, and a view takes no parameters.
                outsider.execute(
                    f"CREATE TEMP VIEW {name} AS SELECT * FROM main.{name} WHERE service = '{self.name}'"  # noqa: S608
                )
            return outsider.execute(query).fetchall()


class Running:
    """One centre in a child process, with a client; `stop` ends it and hands back what it said on stderr."""

    def __init__(self, store: Path, *options: str) -> None:
        self.store = store
        command = [sys.executable, "-m", "counter_app.practice.centre", "--store", str(store), *options]
        flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, creationflags=flags
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1].decode())
        self.port: int = json.loads(line)["port"]
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10, trust_env=False)

    def on(self, service: str) -> Service:
        return Service(self, service)

    def ask_to_stop(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)

    def stop(self) -> str:
        self.ask_to_stop()
        try:
            return self.process.communicate(timeout=10)[1].decode()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise


@pytest.fixture(scope="module")
def started() -> Iterator[list[tuple[str, Running]]]:
    """Each centre with the test that started it. They end together, to save the tests the waiting."""
    started: list[tuple[str, Running]] = []
    yield started
    ends = [(name, centre.stop(), centre.process.returncode) for name, centre in started]
    assert [end for end in ends if end[1:] != ("", 0)] == []


@pytest.fixture
def start(
    request: pytest.FixtureRequest, tmp_path: Path, started: list[tuple[str, Running]]
) -> Iterator[Callable[..., Running]]:
    """Starts a centre on `tmp_path/centre.db`; it must stop cleanly and have nothing to say."""
    first = len(started)

    def start(*options: str) -> Running:
        centre = Running(tmp_path / "centre.db", *options)
        started.append((request.node.name, centre))
        return centre

    yield start
    for _, centre in started[first:]:
        centre.ask_to_stop()


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One centre for the tests of a module that need no start of their own; `FAULTS` there chooses its faults."""
    faults = getattr(request.module, "FAULTS", "none")
    centre = Running(tmp_path_factory.mktemp("centre") / "centre.db", "--faults", faults)
    yield centre
    assert centre.stop() == ""


@pytest.fixture
def service(shared: Running) -> Service:
    """A service of its own for each test, at the shared centre."""
    return shared.on(f"s{uuid.uuid4().hex}")


@pytest.fixture
def until() -> Callable[..., Any]:
    """Polls until something true comes out, and hands it back."""

    def until(condition: Callable[[], Any]) -> Any:
        limit = time.monotonic() + 10
        while not (found := condition()):
            assert time.monotonic() < limit, "it never came"
            time.sleep(0.02)
        return found

    return until


@pytest.fixture
def body() -> Callable[..., dict[str, Any]]:
    """The body of the n-th unit; named fields replace others or come on top."""

    def body(n: int = 1, **fields: Any) -> dict[str, Any]:
        return {
            "entry_id": str(uuid.uuid5(NAMESPACE, str(n))),
            "part": "main",
            "kind": "aid_granted",
            "aid": "FR-CAP",
            "cents": 3000 + n,
            "currency": "EUR",
            "happened_on": "2026-11-02",
            "counter": "A1",
            "number": f"A1-{n:04d}",
            "person": {"surname": "D’Œuvre-Ğül", "given_names": ["Zoé"], "birth_date": "1980-00-00"},
            "refers_to": None,
            **fields,
        }

    return body
