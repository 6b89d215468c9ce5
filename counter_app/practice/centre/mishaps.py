"""Answers that never arrive whole: cut, reset, withheld or dripping, each a Starlette response of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from asyncio import Event, Task
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DRIP_SECONDS = 0.2
"""Between two bytes: below every read time-out, so that only a total deadline notices."""

# struct linger: two ints, but two shorts on Windows.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Cut(Response):
    """Closes the connection before any byte of an answer; `reset` makes it a TCP reset instead of an end."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Returns once the connection is gone."""
        _cut(scope, reset=self._reset)
        await _gone(receive)


class Hang(Response):
    """Says nothing until the client gives up, `longest` seconds passed or `closing` is set; then cuts."""

    def __init__(self, closing: Event, longest: float, at_end: Callable[[], None]) -> None:
        super().__init__()
        self._closing, self._longest, self._at_end = closing, longest, at_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Returns once the connection is gone; `at_end` has then been called in any case."""
        try:
            async with _Watch(receive, self._closing) as watch:
                await watch.ended(self._longest)
                _cut(scope)
                await watch.client
        finally:
            self._at_end()


class Drip(Response):
    """Sends another response byte by byte; cuts it off after `longest` seconds or once `closing` is set."""

    def __init__(self, whole: Response, closing: Event, longest: float) -> None:
        super().__init__(bytes(whole.body), whole.status_code)
        self.raw_headers = whole.raw_headers
        self._closing, self._longest = closing, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Returns once everything was sent or the connection is gone."""
        body = bytes(self.body)
        until = asyncio.get_running_loop().time() + self._longest
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with _Watch(receive, self._closing) as watch:
            for place in range(len(body)):
                drop = body[place : place + 1]
                await send({"type": "http.response.body", "body": drop, "more_body": True})
                if await watch.ended(DRIP_SECONDS) or asyncio.get_running_loop().time() > until:
                    _cut(scope)
                    await watch.client
                    return
            await send({"type": "http.response.body", "body": b""})


class _Watch:
    """Waits for whichever comes first: the client gives up, or the centre closes."""

    def __init__(self, receive: Receive, closing: Event) -> None:
        self._receive, self._closing = receive, closing

    async def __aenter__(self) -> _Watch:
        self.client: Task[None] = asyncio.create_task(_gone(self._receive))
        self._close = asyncio.create_task(self._closing.wait())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (self.client, self._close):
            task.cancel()

    async def ended(self, seconds: float) -> bool:
        """Whether one of the two came within that time."""
        done, _ = await asyncio.wait(
            {self.client, self._close}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)


def _cut(scope: Scope, *, reset: bool = False) -> None:
    transport: asyncio.Transport = scope["state"]["transport"]
    if transport.is_closing():
        return
    if not reset:
        transport.close()
        return
    # Closing with no time to linger makes the system send RST instead of FIN.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
