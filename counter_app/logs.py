"""Technical logs for IT: what the program did, never for whom or for how much.

Logs are read by people who may not know who came to the counter, and leave the building in tickets. So the
file takes only what cannot name anyone. The message itself is a constant of the program; of its parameters,
numbers, times and identifiers pass, and text passes only when its caller vouches for it with `Plain`.
Everything else, an amount, a name, a path, the words of an exception, becomes `…`.
"""

from __future__ import annotations

import copy
import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from uuid import UUID

from counter_app.domain.errors import AppError

_FILE_NAME = "counter-app.log"
_FILE_BYTES = 1_000_000
_OLDER_FILES = 4
_HIDDEN = "…"
_LOGGER = logging.getLogger("counter_app")


class Plain(str):
    """Text that its caller knows to name nobody: a service, a chain, an error code, a version."""

    __slots__ = ()


def start_logging(folder: Path, *, level: int = logging.INFO) -> Path:
    """Send what `counter_app` logs to a file in `folder`, and return the file; a second call moves it there.

    UTF-8, at most five files of 1 MB, times in UTC. The folder is made with the first line. A line that
    cannot be written is dropped: a counter never stops for its log.
    """
    stop_logging()
    handler = _LogFile(folder / _FILE_NAME)
    handler.setFormatter(_NamelessFormatter())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(level)
    return folder / _FILE_NAME


def stop_logging() -> None:
    """Close the log file, if there is one."""
    for handler in list(_LOGGER.handlers):
        if isinstance(handler, _LogFile):
            _LOGGER.removeHandler(handler)
            handler.close()


def last_place(error: BaseException) -> str:
    """The type of an exception and where it was raised, without its words: fit to be shown and sent."""
    *_, place = _places(error)
    return f"{_title(error)}, {place.strip()}" if error.__traceback__ is not None else _title(error)


class _LogFile(RotatingFileHandler):
    """The rotating file, which keeps its troubles to itself."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=_FILE_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def doRollover(self) -> None:
        """Begin a new file, or go on in this one where another process holds it open (Windows)."""
        try:
            super().doRollover()
        except OSError:
            self.stream = self._open()

    def close(self) -> None:
        """Close; what a full disk did not take is dropped, as any line is."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a full or broken disk is told by the journal, in words for people."""


class _NamelessFormatter(logging.Formatter):
    """Writes constants, numbers and identifiers; hides everything else."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it where an exception came from."""
        shown = copy.copy(record)
        shown.msg, shown.args, shown.exc_text = _message(record), (), None
        return super().format(shown)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The places an exception passed and its type, without its words, which may quote a person."""
        return "\n".join(line for error in _causes(ei[1]) for line in _places(error))


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return str(_nameless(record.msg))
    if not record.args:
        return record.msg
    args: object = record.args
    if isinstance(args, Mapping):
        hidden: object = {key: _nameless(value) for key, value in args.items()}
    elif isinstance(args, tuple):
        hidden = tuple(_nameless(value) for value in args)
    else:
        hidden = _nameless(args)
    try:
        return record.msg % hidden
    except (TypeError, ValueError):
        # `%d` and its like cannot show what is hidden; the bare message is still of use.
        return record.msg


def _nameless(value: object) -> object:
    if isinstance(value, Plain | bool | int | float | UUID | Enum | datetime | None):
        return value
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, BaseException):
        return _title(value)
    return _HIDDEN


def _title(error: BaseException) -> str:
    """The type of an exception, with the code that says which; never its words."""
    if isinstance(error, AppError):
        return f"{type(error).__name__} {error.code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{type(error).__name__} errno {error.errno}"
    return f"{type(error).__name__} {getattr(error, 'sqlite_errorname', '')}".rstrip()


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(error: BaseException) -> Iterator[str]:
    yield _title(error)
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
