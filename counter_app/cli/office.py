"""`office new|check|adopt`: making a workstation, and its configuration."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, opened, read_passphrase_file
from counter_app.cli.options import passphrase as asked_passphrase
from counter_app.settings import ConfigurationError

SAMPLES = ("paris", "ccas", "cpas", "comune")


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    new = commands.add_parser("new", parents=[shared], help="make a ready workstation")
    kind = new.add_mutually_exclusive_group(required=True)
    kind.add_argument("--sample", choices=SAMPLES, help="a sample office")
    kind.add_argument("--config", type=Path, metavar="FILE", help="your office.toml")
    new.add_argument("--counter", required=True, metavar="ID", help="1 to 4 capital letters and digits")
    new.set_defaults(run=_new)
    check = commands.add_parser("check", parents=[shared], help="check a configuration")
    check.add_argument("file", type=Path)
    check.set_defaults(run=_check)
    pin = commands.add_parser("pin", parents=[shared], help="the hash of a PIN or a badge, for office.toml")
    pin.add_argument("--pin-file", type=Path, metavar="FILE", help="holds the PIN or the badge's number")
    pin.set_defaults(run=_pin)
    adopt = commands.add_parser("adopt", parents=[shared], help="adopt a changed configuration")
    adopt.add_argument("file", type=Path)
    adopt.add_argument("--agent", required=True, help="who adopts it")
    adopt.set_defaults(run=_adopt)


def _new(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import create_workstation
    from counter_app.practice.offices import real_office, sample_office
    from counter_app.practice.setting_up import make_sample
    from counter_app.service.presence import SAMPLE_PASSPHRASE_FILE

    data = data_folder(arguments)
    if arguments.sample:
        file: Path | None = getattr(arguments, "passphrase_file", None)
        if file is not None:
            words = read_passphrase_file(file)
            create_workstation(data, sample_office(arguments.sample, arguments.counter, words))
        else:
            make_sample(data, arguments.sample, arguments.counter)
            written = str(data / SAMPLE_PASSPHRASE_FILE)
            console.say("The passphrase of this sample office is in {path}.", path=written)
    else:
        words = asked_passphrase(arguments)
        create_workstation(data, real_office(arguments.config, arguments.counter, words))
    console.say("Counter {counter} is ready in {path}.", counter=arguments.counter, path=str(data))
    if console.as_json:
        console.result({"data": str(data), "counter": arguments.counter})
    return 0


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.settings import check_configuration

    errors = check_configuration(arguments.file)
    for error in errors:
        console.raw(console.text.error(error.as_error()))
    if console.as_json:
        console.result({"ok": not errors, "errors": [_fault(error, console) for error in errors]})
    if errors:
        return 2
    console.say("{path} is a valid configuration.", path=str(arguments.file))
    return 0


def _fault(error: ConfigurationError, console: Console) -> dict[str, object]:
    return {
        "file": error.file,
        "line": error.line,
        "key": error.key,
        "code": error.code,
        "message": console.text.error(error.as_error()),
    }


def _pin(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.access.pins import hashed_pin
    from counter_app.cli.approve import asked_pin

    hashed = hashed_pin(asked_pin(arguments.pin_file))
    console.say("Write one of these lines under the person in office.toml, then `office adopt`:")
    for key in ("pin", "badge"):
        console.raw(f'{key} = "{hashed}"')
    if console.as_json:
        console.result({"hash": hashed})
    return 0


def _adopt(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import adopt_configuration

    with opened(arguments, write=True) as workstation:
        adopt_configuration(workstation, arguments.file, arguments.agent)
    console.say("Adopted. The change is an entry of the journal.")
    if console.as_json:
        console.result({"adopted": str(arguments.file)})
    return 0
