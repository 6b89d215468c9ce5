"""The command line: finds the command, runs it, and turns every failure into one sentence and a status."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from counter_app.cli.console import Console
from counter_app.cli.options import Parser, data_folder, global_options, language
from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed
from counter_app.text import Text

GROUPS = {
    "office": "makes a workstation; checks and adopts a configuration",
    "journal": "records, shows, verifies, rebuilds, exports",
    "document": "daily log and receipts as PDF",
    "receipt": "checks a receipt",
    "incident": "outages, per service",
    "register": "the offline copy of the central register: import, search; the same people in two lists: link",
    "reconcile": "takes the journal to the central systems",
    "mirror": "second, encrypted copies of the journal on sticks and shares",
    "exchange": "chains to and from a shared folder",
    "bundle": "signed, encrypted ranges of chains on media, with or without custody",
    "suspect": "workstations that IT no longer trusts, and their quarantine",
    "connector": "probes a target",
    "access-log": "who looked at whose record",
    "approve": "approval over the telephone",
    "person": "what is held on one person: handed over, erased",
    "retention": "erases what is past its time",
    "keys": "who may open the workstation: passphrases, recovery keys, a new database key",
    "doctor": "readiness",
    "practice": "plays a whole outage on a sample office",
}

_LOGGER = logging.getLogger(__name__)

Window = Callable[..., int]


def run(argv: Sequence[str], window: Window | None = None) -> int:
    """Run one command line and return its exit status; never a traceback, not even for a bug of ours.

    A bug is noted in the technical log of the workstation that the line names, but for `journal export`, which takes
    evidence from a machine as it is; it ends with `unforeseen` and status 3. `window` is what a line without a command
    opens, and what plays `practice` where there is a display.
    """
    _speak_utf8()
    console = Console(Text(_early_language(argv)), as_json="--json" in argv)
    arguments = argparse.Namespace()
    try:
        _refuse_bytes(argv)
        arguments = _parse(argv, window)
        console = Console(Text(language(arguments)), as_json=getattr(arguments, "json", False))
        status: int = arguments.run(arguments, console)
    except AppError as error:
        console.error(error)
        return error.exit_status
    except BrokenPipeError:
        # Whoever read us has gone; what was recorded stands, and there is nobody to tell.
        sys.stdout = None
        return 1
    except KeyboardInterrupt:
        console.warn("Stopped. What was confirmed is recorded; run the command again to go on.")
        return 1
    except Exception as error:  # noqa: BLE001  (the outermost edge: behind it is only Python's traceback)
        return _tell_bug(error, arguments, console)
    return status


def _refuse_bytes(argv: Sequence[str]) -> None:
    """Whatever is no text could be neither shown, stored nor sent later on."""
    for place, word in enumerate(argv, 1):
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise BadInput("argument_no_text", place=place) from error


def _tell_bug(error: Exception, arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.logs import last_place, start_logging, stop_logging

    folder = data_folder(arguments)
    if getattr(arguments, "may_log", True) and folder.is_dir():
        start_logging(folder / "logs")
        _LOGGER.error("A command ended in a way that nobody foresaw", exc_info=error)
        stop_logging()
    told = EnvironmentFailed("unforeseen", place=last_place(error))
    if isinstance(error, OSError) and error.strerror:
        # Not foreseen just there, but no bug: the system says what it is.
        told = EnvironmentFailed("system_refused", path=str(error.filename or "?"), problem=error.strerror)
    console.error(told)
    return told.exit_status


def _parse(argv: Sequence[str], window: Window | None) -> argparse.Namespace:
    shared = global_options()
    parser = Parser(
        prog="counter-app", parents=[shared], description="The counter's own procedure for dark days."
    )
    parser.add_argument("--version", action="store_true", help="the program's version")
    parser.add_argument(
        "--measure-start", action="store_true", help="open the window, time its first paint, end"
    )
    commands = parser.add_subparsers(dest="group", metavar="COMMAND")
    helps = any(word.startswith(("-h", "--h")) for word in argv)
    for name, summary in GROUPS.items():
        if helps or name in argv:
            group = commands.add_parser(name, help=summary, parents=[shared])
        else:
            # A parser takes half a millisecond to make: who names another command, or none, needs its name alone.
            commands.choices[name] = parser
        if name in argv:
            import_module(f"counter_app.cli.{name.replace('-', '_')}").add(group, shared)
    parser.set_defaults(window=window)
    arguments = parser.parse_args(argv)
    if arguments.version:
        arguments.run = _version
    elif arguments.group is None:
        if window is None:
            raise BadInput("no_command")
        arguments.run = lambda parsed, _console: window(parsed)
    elif not hasattr(arguments, "run"):
        raise BadInput("no_subcommand", group=arguments.group)
    return arguments


def _version(_: argparse.Namespace, console: Console) -> int:
    from counter_app import __version__

    console.raw(__version__)
    return 0


def _early_language(argv: Sequence[str]) -> str:
    """The language before the arguments are understood, for a complaint about the arguments themselves."""
    found = argparse.Namespace()
    for index, word in enumerate(argv):
        if word == "--lang" and index + 1 < len(argv):
            found.lang = argv[index + 1]
        elif word.startswith("--lang="):
            found.lang = word.removeprefix("--lang=")
    if getattr(found, "lang", None) not in ("fr", "en", "nl", "it"):
        found = argparse.Namespace()
    return language(found)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
