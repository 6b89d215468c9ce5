"""Reads `office.toml` and tells everything that is wrong with it, each fault with its file, line and key."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from counter_app.domain.catalogue import Configuration
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.settings.problem import Problem, key_of

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORD = re.compile(r"\s*\[{0,2}\s*([A-Za-z0-9_.-]+)\s*(?:=|\]|$)")


@dataclass(frozen=True, slots=True)
class LoadedConfiguration:
    """A configuration without faults and the bytes it was read from; `sha256` is in hexadecimal."""

    configuration: Configuration
    raw: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ConfigurationError:
    """One fault: `code` and `params` are its sentence, `line` counts from 1, places in `key` from 0."""

    file: str
    line: int
    key: str
    code: str
    params: dict[str, object] = field(default_factory=dict)

    def as_error(self) -> BadInput:
        """`configuration_broken` naming file, line and key, with this fault as its `problem`."""
        problem = BadInput(self.code, **self.params)
        return BadInput("configuration_broken", file=self.file, line=self.line, key=self.key, problem=problem)


def load_configuration(path: Path, *, adopted: bool = False) -> LoadedConfiguration:
    """Read the office's configuration; raises `configuration_broken` for its first fault.

    What was `adopted` is taken also where a package that brings a connector is gone: a counter records all the
    same, and only sending says so. A missing file is `configuration_not_found`, one that cannot be read
    `configuration_unreadable`.
    """
    return read_configuration(_bytes_of(path), str(path), adopted=adopted)


def read_configuration(raw: bytes, file: str, *, adopted: bool = False) -> LoadedConfiguration:
    """The same for bytes at hand; `file` is only named in the error."""
    read = _read(raw, file, adopted)
    if isinstance(read, Configuration):
        return LoadedConfiguration(read, raw, hashlib.sha256(raw).hexdigest())
    raise read[0].as_error()


def check_configuration(path: Path) -> list[ConfigurationError]:
    """Every fault of the file in the order of its lines, none where it is good.

    What a fault hides is told once it is gone: syntax before form, form before sense. Raises like
    `load_configuration` where the file itself cannot be read.
    """
    read = _read(_bytes_of(path), str(path))
    return [] if isinstance(read, Configuration) else read


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadInput("configuration_not_found", file=str(path)) from error
    except OSError as error:
        raise EnvironmentFailed(
            "configuration_unreadable", file=str(path), problem=error.strerror or str(error)
        ) from error


def _read(raw: bytes, file: str, adopted: bool = False) -> Configuration | list[ConfigurationError]:
    try:
        # Editors on Windows begin UTF-8 with a byte order mark.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig")
        line = good.count("\n") + 1
        key = _key_at(good, line, len(good) - good.rfind("\n"))
        return [ConfigurationError(file, line, key, "configuration_no_utf8")]
    # tomllib reads both ends of line as one; lines are counted alike.
    text = text.replace("\r\n", "\n")
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return [_syntax(text, str(error), file)]
    configuration, problems = _judged(tables, adopted)
    if configuration is not None and not problems:
        return configuration
    return _placed(problems, text, file)


def _judged(tables: dict[str, object], adopted: bool) -> tuple[Configuration | None, list[Problem]]:
    from counter_app.settings.figures import unsayable
    from counter_app.settings.sense import senseless

    try:
        configuration = msgspec.convert(tables, Configuration)
    except (msgspec.ValidationError, ValueError):
        # It stops at the first fault; the walk finds them all, and is only needed where there is one.
        from counter_app.settings.shape import misshapen

        problems = list(misshapen(tables, Configuration))
        if not problems:
            raise
        return None, problems
    return configuration, [*unsayable(tables), *senseless(configuration, adopted=adopted)]


def _placed(problems: list[Problem], text: str, file: str) -> list[ConfigurationError]:
    from counter_app.settings.lines import KeyLines

    lines = KeyLines(text)
    placed = [
        ConfigurationError(
            file, lines.line(problem.path), key_of(problem.path), problem.code, dict(problem.params)
        )
        for problem in problems
    ]
    return sorted(placed, key=lambda error: error.line)


def _syntax(text: str, message: str, file: str) -> ConfigurationError:
    """A fault with no place of its own (an end never found) belongs to the last key that was begun."""
    from counter_app.settings.lines import KeyLines

    lines = KeyLines(text)
    found = _PLACE.search(message)
    detail = message[: found.start()] if found is not None else message
    if found is not None and found[1] is not None:
        line = int(found[1])
        key = _key_at(text, line, int(found[2]))
    else:
        begun = lines.begun()
        line, key = (begun[0], key_of(begun[1])) if begun is not None else (1, "")
    return ConfigurationError(file, line, key, "configuration_no_toml", {"detail": detail})


def _key_at(text: str, line: int, column: int) -> str:
    """The key whose value, or whose own name, stands there."""
    from counter_app.settings.lines import KeyLines

    begun = KeyLines(text).begun(line, column)
    if begun is not None and begun[0] == line:
        return key_of(begun[1])
    word = _WORD.match(text.split("\n")[line - 1])
    if word is not None:
        return word[1]
    return key_of(begun[1]) if begun is not None else ""
