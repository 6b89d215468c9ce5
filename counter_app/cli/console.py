"""What the command line prints: JSON alone on standard output where it was asked for, words for people elsewhere."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from counter_app.domain.errors import AppError
from counter_app.text import Text


class Console:
    """One run's output in one language."""

    def __init__(self, text: Text, *, as_json: bool) -> None:
        self.text = text
        self.as_json = as_json

    def say(self, msgid: str, /, **params: object) -> None:
        """A line for people: on standard output, or on standard error where that carries JSON."""
        self._print(self.text(msgid, **params), sys.stderr if self.as_json else sys.stdout)

    def raw(self, line: str) -> None:
        """A line that is no sentence (a table's row, a file's name), to where `say` goes."""
        self._print(line, sys.stderr if self.as_json else sys.stdout)

    def result(self, value: dict[str, Any]) -> None:
        """One JSON object on one line of standard output, flushed: it may be read by a pipe right now."""
        import json  # only where it is asked for: the window starts through here too

        self._print(json.dumps(value, ensure_ascii=False, sort_keys=False), sys.stdout)

    def error(self, error: AppError) -> None:
        """The one sentence of a failure, on standard error."""
        self._print(self.text.error(error), sys.stderr)

    def warn(self, msgid: str, /, **params: object) -> None:
        """A sentence that people should see but that is no result."""
        self._print(self.text(msgid, **params), sys.stderr)

    @staticmethod
    def _print(line: str, stream: TextIO) -> None:
        print(line, file=stream, flush=True)
