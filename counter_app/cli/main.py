"""The command line: finds the command, runs it, and turns every failure into one sentence and a status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from counter_app.cli.console import Console
from counter_app.cli.options import Parser, global_options, language
from counter_app.domain.errors import AppError, BadInput
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


Window = Callable[..., int]


def run(argv: Sequence[str], window: Window | None = None) -> int:
    """Run one command line and return its exit status; never a traceback for a fault of use or machine.

    `window` is what a line without a command opens, and what plays `practice` where there is a display.
    """
    _speak_utf8()
    console = Console(Text(_early_language(argv)), as_json="--json" in argv)
    try:
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
    return status


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
    asked = next((word for word in argv if word in GROUPS), None)
    for name, summary in GROUPS.items():
        group = commands.add_parser(name, help=summary, parents=[shared])
        if name == asked:
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
