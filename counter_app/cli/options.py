"""Global options, which stand before or after the command, and what is opened with them."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from counter_app.domain.errors import BadInput

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Service
    from counter_app.service.workstation import Workstation

LANGUAGES = ("fr", "en", "nl", "it")


# argparse speaks English alone; what it says most often gets a sentence of ours, in every language.
_COMPLAINTS = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("arguments_missing", r"the following arguments are required: (?P<names>.+)"),
        ("arguments_missing", r"one of the arguments (?P<names>.+) is required"),
        ("argument_unknown", r"unrecognized arguments: (?P<names>.+)"),
        ("argument_empty", r"argument (?P<name>[^:]+): expected one argument"),
        (
            "argument_choice",
            r"argument (?P<name>[^:]+): invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)",
        ),
        ("argument_malformed", r"argument (?P<name>[^:]+): invalid \w+ value: (?P<value>.+)"),
        ("arguments_exclude", r"argument (?P<name>[^:]+): not allowed with argument (?P<other>.+)"),
    )
)


class Parser(argparse.ArgumentParser):
    """argparse with our kind of failure: one sentence, status 2."""

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """Where one word is due, `--name=--` and an empty path are none: both would only fail later, as bugs."""
        found = super()._get_values(action, arg_strings)
        missing = found == [] and action.nargs is None
        if missing or (action.type is Path and "" in arg_strings):
            raise argparse.ArgumentError(action, "expected one argument")
        return found

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into an error of ours."""
        for code, pattern in _COMPLAINTS:
            found = pattern.fullmatch(message)
            if found:
                said = {name: value.replace("'", "") for name, value in found.groupdict().items()}
                raise BadInput(code, command=self.prog, **said)
        raise BadInput("wrong_use", problem=message, command=self.prog)


def global_options() -> Parser:
    """The parent parser with the options that every command takes, before or after its name."""
    parent = Parser(add_help=False)
    unset = argparse.SUPPRESS
    parent.add_argument("--data", type=Path, default=unset, metavar="DIR", help="the workstation's folder")
    parent.add_argument("--portable", action="store_true", default=unset, help="data beside the program")
    parent.add_argument("--lang", choices=LANGUAGES, default=unset, help="language of sentences and papers")
    parent.add_argument("--passphrase-file", type=Path, default=unset, metavar="FILE")
    parent.add_argument("--json", action="store_true", default=unset, help="a report as JSON")
    return parent


def language(arguments: argparse.Namespace) -> str:
    """The language asked for, else the environment's, else English."""
    asked: str | None = getattr(arguments, "lang", None)
    if asked is not None:
        return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        word = os.environ.get(name, "")[:2].lower()
        if word in LANGUAGES:
            return word
    return "en"


def data_folder(arguments: argparse.Namespace) -> Path:
    """The workstation's folder: asked for, beside the program, or the platform's own."""
    asked: Path | None = getattr(arguments, "data", None)
    if asked is not None:
        return asked
    from counter_app import paths

    return paths.data_folder(portable=getattr(arguments, "portable", False))


def read_passphrase_file(path: Path) -> bytes:
    """The file's content as it is, its line end stripped."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput("passphrase_file", path=str(path), problem=error.strerror or str(error)) from error
    passphrase = raw.removesuffix(b"\n").removesuffix(b"\r")
    if not passphrase:
        raise BadInput("passphrase_empty", path=str(path))
    return passphrase


def passphrase(arguments: argparse.Namespace) -> bytes:
    """From the file named, else typed at the terminal; raises `no_passphrase` where nobody can be asked."""
    file: Path | None = getattr(arguments, "passphrase_file", None)
    if file is not None:
        return read_passphrase_file(file)
    if not sys.stdin.isatty():
        raise BadInput("no_passphrase")
    import getpass  # with its terminal, which the window's start has no use for

    return getpass.getpass().encode()


@contextmanager
def opened(
    arguments: argparse.Namespace,
    *,
    write: bool = False,
    rebuild: bool = False,
    log: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Workstation]:
    """The workstation that the options name, open for the length of a command.

    Without `log` nothing is noted in its folder: evidence is taken from a machine as it is.
    """
    from counter_app.bootstrap import open_workstation, refuse_behind
    from counter_app.logs import start_logging, stop_logging

    data = data_folder(arguments)
    workstation = open_workstation(
        data, passphrase(arguments), write=write, rebuild=rebuild, progress=progress
    )
    if log:
        start_logging(data / "logs")
    try:
        yield workstation
    except Exception as error:
        if not write:
            refuse_behind(workstation, error)
        raise
    finally:
        workstation.close()
        stop_logging()


def it_person(workstation: Workstation) -> str:
    """Who reconciles where nobody is named: the office's first IT person, else its first supervisor."""
    people = workstation.configuration.people
    for role in ("it", "supervisor"):
        found = next((person.id for person in people if person.role == role), None)
        if found is not None:
            return found
    raise BadInput("nobody_reconciles")


def seconds(word: str) -> float:
    """So many seconds on the command line, none and endless ones among them."""
    found = float(word)
    if not found >= 0:
        raise argparse.ArgumentTypeError(f"{word} are no seconds")
    return found


def services_of(workstation: Workstation, asked: str | None) -> list[Service]:
    """The services in the recovery order, or the one asked for; raises `unknown_service`."""
    services = sorted(workstation.configuration.services, key=lambda item: (item.order, item.id))
    if asked is None:
        return services
    found = [service for service in services if service.id == asked]
    if not found:
        raise BadInput("unknown_service", service=asked)
    return found
