"""Runs the centre in the foreground on loopback: its socket, its signals and what runs beside the requests."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import Centre
from .desk import Desk
from .faults import Faults
from .folder import Folder
from .store import Store

SETTLING_SECONDS = 0.3
LONGEST_HOLD_SECONDS = 30.0
_POLL_SECONDS = 0.1
# Longer than couriers pause: a pooled connection that closes by itself would be a fault nobody asked for.
_KEEP_ALIVE_SECONDS = 75

_log = logging.getLogger(__name__)


def main(
    *,
    port: int,
    store: Path,
    faults: frozenset[str],
    seed: int,
    folder: Path | None = None,
    settling: float = SETTLING_SECONDS,
    longest_hold: float = LONGEST_HOLD_SECONDS,
    with_parent: bool = False,
) -> None:
    """Serves on 127.0.0.1 until SIGTERM, CTRL-C or CTRL-BREAK; PORT 0 takes a free one.

    WITH_PARENT ends it also when standard input ends: a pipe from whoever started it, who may be killed.

    Once it listens, standard output gets one line `{"port": N}`; where nobody takes it, it ends. FOLDER is watched
    beside it. Raises
    ValueError for an unknown fault, OSError where the port is taken or FOLDER can't be made, sqlite3.Error
    where the store can't be opened.
    """
    draw = Faults(faults, seed)
    with socket.create_server(("127.0.0.1", port), backlog=2048) as listener:
        kept = Store(store, deduplicate=draw.deduplicate)
        try:
            desk = Desk(kept, draw)
            centre = Centre(desk, settling=settling, longest_hold=longest_hold)
            server = _Server(centre, Folder(folder, desk) if folder is not None else None)
            if with_parent:
                threading.Thread(target=_end_with_input, args=[server], daemon=True).start()
            server.run([listener])
        finally:
            kept.close()


def _end_with_input(server: uvicorn.Server) -> None:
    """Past Python's own buffer: whoever waits on that at the end of the process would break it off."""
    with suppress(OSError):
        while os.read(0, 512):
            pass
    server.should_exit = True


class _Protocol(H11Protocol):
    """Hands the transport to the application, which must be able to cut and reset the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Asyncio sets this only for sockets it made itself; without it each answer waits 40 ms for an ACK.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Announces its port, lets no held answer delay its end, and ends with success on a signal."""

    def __init__(self, centre: Centre, folder: Folder | None) -> None:
        self._centre = centre
        config = uvicorn.Config(
            centre.app(lambda app: _beside(app, centre, folder)),
            loop="asyncio",
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        try:
            for listener in sockets or []:
                sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
                sys.stdout.flush()
        except OSError:
            # Whoever started it has gone, and nobody else can learn the port.
            sys.stdout = None
            self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._centre.closing.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn raises the signal again at the end; to whoever stops the centre that looks like a crash.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = ("SIGINT", "SIGTERM", "SIGBREAK")
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (getattr(signal, name, None) for name in names)
            if number is not None
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@asynccontextmanager
async def _beside(app: Starlette, centre: Centre, folder: Folder | None) -> AsyncIterator[None]:
    async def settle() -> None:
        centre.desk.store.settle(time.time())

    jobs: list[Callable[[], Coroutine[Any, Any, None]]] = [settle]
    if folder is not None:
        jobs.append(folder.poll)
    tasks = [asyncio.create_task(_again_and_again(job)) for job in jobs]
    for task in tasks:
        task.add_done_callback(_show_failure)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(job: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await job()
        except (OSError, sqlite3.Error) as error:
            _log.warning("put off: %s", error)
        await asyncio.sleep(_POLL_SECONDS)


def _show_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        _log.error("late units or deposits are no longer served", exc_info=task.exception())
