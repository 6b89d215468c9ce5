"""What the command line prints: JSON alone on standard output where it was asked for, words for people elsewhere."""

from __future__ import annotations

import errno
import sys
from typing import Any, Final, TextIO

from counter_app.domain.errors import AppError
from counter_app.text import Text

# Names and file names come from anywhere: none of them moves the cursor, clears the screen or turns a line round.
_SHOWN: Final = dict.fromkeys(
    (
        *(code for code in range(0x20) if chr(code) not in "\n\t"),
        *range(0x7F, 0xA0),
        *(0x061C, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ),
    "\N{REPLACEMENT CHARACTER}",
)


class Console:
    """One run's output in one language."""

    def __init__(self, text: Text, *, as_json: bool) -> None:
        self.text = text
        self.as_json = as_json

    def say(self, msgid: str, /, **params: object) -> None:
        """A line for people: on standard output, or on standard error where that carries JSON."""
        self._print(self.text(msgid, **params), sys.stderr if self.as_json else sys.stdout)

    def plural(self, one: str, many: str, n: int, /, **params: object) -> None:
        """What `say` does, in the form that `n` asks for; `{n}` stands for the number."""
        self.raw(self.text.plural(one, many, n, **params))

    def raw(self, line: str) -> None:
        """A line that is no sentence (a table's row, a file's name), to where `say` goes."""
        self._print(line, sys.stderr if self.as_json else sys.stdout)

    def result(self, value: dict[str, Any]) -> None:
        """One JSON object on one line of standard output, flushed: it may be read by a pipe right now."""
        import json  # only where it is asked for: the window starts through here too

        _put(json.dumps(value, ensure_ascii=False, sort_keys=False), sys.stdout)

    def error(self, error: AppError) -> None:
        """The one sentence of a failure, on standard error."""
        self._print(self.text.error(error), sys.stderr)

    def warn(self, msgid: str, /, **params: object) -> None:
        """A sentence that people should see but that is no result."""
        self._print(self.text(msgid, **params), sys.stderr)

    def aside(self, sentence: str) -> None:
        """The same of a sentence that is in the reader's language already."""
        self._print(sentence, sys.stderr)

    @staticmethod
    def _print(line: str, stream: TextIO) -> None:
        _put(line.translate(_SHOWN), stream)


def _put(line: str, stream: TextIO) -> None:
    """Raises BrokenPipeError where whoever read has gone, also on Windows, which has another number for it."""
    try:
        print(line, file=stream, flush=True)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise BrokenPipeError(errno.EPIPE, "nobody reads any more") from error
        raise
