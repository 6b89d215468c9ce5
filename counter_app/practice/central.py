"""The practice centre as a process of its own, with its services opened one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from counter_app.domain.errors import EnvironmentFailed
from counter_app.paths import own_command

_STOP_S = 10.0
_OLD_COPY = {"lost": 0.06, "forgotten": 0.02, "reissued": 0.5}
"""Shares of the accepted units: 6 % were missing after the restart of a tender platform in August 2023."""


class CentralSystem:
    """The running centre. A context manager; leaving it stops the process and waits for it."""

    def __init__(self, store: Path, folder: Path, faults: str, seed: int) -> None:
        command = [
            *own_command(),
            *("practice", "centre", "--port", "0", "--store", str(store), "--folder", str(folder)),
            *("--faults", faults, "--seed", str(seed), "--with-parent"),
        ]
        # On Windows only a group of its own can be told to end in good order.
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        # Its input is a pipe that closes with this process, however that ends; then the centre ends too.
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, creationflags=flags
        )
        self.port = self._announced_port()

    def _announced_port(self) -> int:
        assert self._process.stdout is not None  # asked for above
        line = self._process.stdout.readline()
        try:
            return int(json.loads(line)["port"])
        except (ValueError, KeyError, TypeError) as error:
            self.stop()
            raise EnvironmentFailed(
                "practice_centre", problem=line.decode(errors="replace").strip()
            ) from error

    @property
    def address(self) -> str:
        """Its base address on loopback."""
        return f"http://127.0.0.1:{self.port}"

    def open_services(self, services: Sequence[str], *, is_open: bool) -> None:
        """Open or close services, as the centre's own operators would."""
        self._request("PUT", [f"/services/{service}" for service in services], {"open": is_open})

    def put_back_an_old_copy(self, services: Sequence[str]) -> None:
        """Services come back from a copy that is too old: some of what they had accepted is not what it was."""
        self._request("POST", [f"/services/{service}/restored" for service in services], _OLD_COPY)

    def _request(self, method: str, paths: Sequence[str], words: Mapping[str, object]) -> None:
        import httpx2

        with httpx2.Client(timeout=10, trust_env=False) as client:
            for path in paths:
                client.request(method, self.address + path, json=words).raise_for_status()

    def stop(self) -> None:
        """End the process in good order; safe to call twice."""
        if self._process.poll() is None:
            if sys.platform == "win32":
                import signal

                self._process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> CentralSystem:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
