"""Says now and then how far a long run over the journal is."""

from __future__ import annotations

import time

from counter_app.cli.console import Console

_EVERY_S = 2.0


class Teller:
    """Tells on standard error how many entries are done and how many seconds it still takes, every two seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = self._told = time.monotonic()
        self._before = 0

    def tell(self, done: int, total: int) -> None:
        """So many of `total` entries are done; where the count begins again, so does the estimate."""
        now = time.monotonic()
        if done < self._before:
            self._began = self._told = now
        self._before = done
        if now - self._told >= _EVERY_S and done:
            self._told = now
            left = (now - self._began) * max(0, total - done) / done
            self._console.warn(
                "{done} of {total} entries; about {seconds} s more.",
                done=self._console.text.number(done),
                total=self._console.text.number(total),
                seconds=round(left) or 1,
            )
