"""`bundle export|import|inspect|give-back|take-back|recipient`: signed, encrypted ranges of chains on media."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from counter_app.cli.console import Console
from counter_app.cli.kept_apart import say_kept_apart
from counter_app.cli.options import it_person, opened
from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.money import Money

if TYPE_CHECKING:
    from counter_app.exchange.bundle_form import Manifest
    from counter_app.service.bundles.inspecting import Inspected
    from counter_app.service.bundles.taking import Taken
    from counter_app.service.workstation import Workstation


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    export = commands.add_parser("export", parents=[shared], help="write a bundle")
    export.add_argument("out", type=Path, metavar="OUT", help="a file, or a folder such as a stick")
    export.add_argument(
        "--to", default="", metavar="COUNTER", help="the counter that it is for; else for every one"
    )
    export.add_argument("--custody", action="store_true", help="the counter is to send what waits here")
    export.add_argument(
        "--all", action="store_true", help="from the first entry on, whatever the counter holds"
    )
    export.add_argument("--agent", help="who does it; the first colleague of IT where nobody is named")
    export.set_defaults(run=_export)
    taking = commands.add_parser("import", parents=[shared], help="take a bundle in")
    taking.add_argument("--agent", help="who does it; the first colleague of IT where nobody is named")
    taking.set_defaults(run=_import)
    looking = commands.add_parser("inspect", parents=[shared], help="look at a bundle and take nothing in")
    looking.set_defaults(run=_inspect)
    for command in (taking, looking):
        command.add_argument(
            "file", type=Path, metavar="FILE", help="a bundle, or the medium that it lies on"
        )
        command.add_argument(
            "--identity",
            type=Path,
            action="append",
            default=[],
            metavar="KEY",
            help="a secret age key's file",
        )
    back = commands.add_parser("give-back", parents=[shared], help="return what a counter entrusted")
    back.add_argument("to", metavar="COUNTER")
    back.add_argument("--agent", help="who does it; the first colleague of IT where nobody is named")
    back.set_defaults(run=_give_back)
    take = commands.add_parser("take-back", parents=[shared], help="what was given to a counter is lost")
    take.add_argument("holder", metavar="COUNTER")
    take.add_argument("--reason", required=True)
    take.add_argument("--agent", help="the supervisor who decides it")
    take.set_defaults(run=_take_back)
    commands.add_parser(
        "recipient", parents=[shared], help="the public age key of this workstation, for office.toml"
    ).set_defaults(run=_recipient)
    # For the program's own child process, hence without a line in the help.
    aside = commands.add_parser("read-aside", parents=[shared])
    aside.add_argument("file", type=Path)
    aside.set_defaults(run=_read_aside)


def _export(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.bundles.giving import export_bundle

    with opened(arguments, write=True) as workstation:
        agent = arguments.agent or it_person(workstation)
        done = export_bundle(
            workstation,
            arguments.out,
            agent,
            to=arguments.to,
            custody=arguments.custody,
            everything=arguments.all,
        )
        zone = workstation.office.zone
    _say_manifest(console, done.manifest, zone)
    if done.given:
        console.plural(
            "{counter} sends {n} unit of this counter from now on; this one does not send it.",
            "{counter} sends {n} units of this counter from now on; this one sends none of them.",
            done.given,
            counter=arguments.to,
        )
    console.say("The bundle lies at {path}.", path=done.path)
    if console.as_json:
        console.result({**_manifest_row(done.manifest), "given": done.given, "path": str(done.path)})
    return 0


def _import(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.bundles.taking import import_bundle

    with opened(arguments, write=True) as workstation:
        agent = arguments.agent or it_person(workstation)
        zone = workstation.office.zone
        try:
            done = import_bundle(workstation, arguments.file, agent, _identities(arguments))
        except Refused as error:
            console.error(error)
            return BadInput.exit_status
    _say_manifest(console, done.manifest, zone)
    for chain, count in done.taken.items():
        console.plural("{n} entry taken from {chain}.", "{n} entries taken from {chain}.", count, chain=chain)
    if done.already:
        console.say("Everything in it was here already; nothing was changed.")
    if done.presumed:
        console.plural(
            "{n} of its units may have been sent already: it is asked about first.",
            "{n} of its units may have been sent already: they are asked about first.",
            done.presumed,
        )
    _say_troubles(console, done)
    if console.as_json:
        refused = [{"code": error.code, "message": console.text.error(error)} for error in done.refused]
        told: dict[str, Any] = {"taken": done.taken, "completed": done.completed, "already": done.already}
        told |= {"parked": done.parked, "quarantined": done.quarantined, "suspected": done.suspected}
        told |= {"presumed": done.presumed, "refused": refused, "enforced": list(done.enforced)}
        console.result({**_manifest_row(done.manifest), **told})
    return 1 if done.refused or done.parked or done.quarantined or done.suspected else 0


def _say_troubles(console: Console, done: Taken) -> None:
    say_kept_apart(console, done.suspected, done.quarantined)
    for chain in done.parked:
        console.warn(
            "{chain} does not join what is known here: import its earlier bundle first, or have it made with --all.",
            chain=chain,
        )
    for error in done.refused:
        console.error(error)


def _inspect(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.bundles.inspecting import inspect_bundle

    with opened(arguments) as workstation:
        zone = workstation.office.zone
        try:
            found = inspect_bundle(workstation, arguments.file, _identities(arguments))
        except Refused as error:
            console.error(error)
            if console.as_json:
                console.result({"ok": False, "code": error.code, "message": console.text.error(error)})
            return BadInput.exit_status
    _say_manifest(console, found.manifest, zone)
    _say_found(console, found)
    if console.as_json:
        told: dict[str, Any] = {
            "ok": found.finding is None and found.refusal is None,
            "new": found.new,
            "enforced": list(found.enforced),
        }
        told |= {"maker_is_new": found.maker_is_new, "maker_is_suspect": found.maker_is_suspect}
        told["refused"] = None if found.refusal is None else found.refusal.code
        console.result({**told, **_manifest_row(found.manifest)})
    return 1 if found.finding or found.refusal or found.maker_is_suspect else 0


def _say_found(console: Console, found: Inspected) -> None:
    console.plural(
        "Whole, and signed by {chain}. {n} of its entries is not here yet.",
        "Whole, and signed by {chain}. {n} of its entries are not here yet.",
        found.new,
        chain=found.manifest.maker,
    )
    if found.maker_is_new:
        console.say(
            "Nothing of {chain} was heard here before; the office vouches for it.", chain=found.manifest.maker
        )
    if found.maker_is_suspect:
        console.warn("IT declared {chain} suspect: see `suspect list`.", chain=found.manifest.maker)
    if found.finding is not None:
        console.error(found.finding)
    if found.refusal is not None:
        console.warn("`bundle import` refuses it here: {why}", why=found.refusal)
    if not found.enforced:
        console.warn("This system does not keep the process that reads a bundle from network and files.")


def _give_back(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.custody import give_back

    with opened(arguments, write=True) as workstation:
        agent = arguments.agent or it_person(workstation)
        units = give_back(workstation, arguments.to, agent)
    if units:
        console.plural(
            "{n} unit goes back to {counter} once it hears of it: `bundle export --to {counter}`, or `exchange`.",
            "{n} units go back to {counter} once it hears of it: `bundle export --to {counter}`, or `exchange`.",
            units,
            counter=arguments.to,
        )
    else:
        console.say(
            "Nothing of {counter} is left open here. Let it hear of it: `bundle export --to {counter}`, or `exchange`.",
            counter=arguments.to,
        )
    console.say(
        "A later `reconcile report` here does not cover {counter} any more: it is made there.",
        counter=arguments.to,
    )
    if console.as_json:
        console.result({"to": arguments.to, "units": units})
    return 0


def _take_back(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.custody import take_back

    with opened(arguments, write=True) as workstation:
        agent = arguments.agent or _supervisor(workstation)
        units = take_back(workstation, arguments.holder, arguments.reason, agent)
    console.plural(
        "This counter sends for itself again. {counter} may have sent some: {n} unit is asked about first.",
        "This counter sends for itself again. {counter} may have sent some: {n} units are asked about first.",
        units,
        counter=arguments.holder,
    )
    if console.as_json:
        console.result({"from": arguments.holder, "units": units})
    return 0


def _supervisor(workstation: Workstation) -> str:
    """The office's first supervisor; every configuration has one."""
    return next(person.id for person in workstation.configuration.people if person.role == "supervisor")


def _recipient(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.bundles.keys import own_recipient

    with opened(arguments, write=True) as workstation:
        recipient, counter = own_recipient(workstation), workstation.office.counter
    console.raw(recipient)
    if console.as_json:
        console.result({"counter": counter, "recipient": recipient})
    return 0


def _read_aside(arguments: argparse.Namespace, _: Console) -> int:
    """The keys come over standard input, the frames leave over standard output; no workstation is opened."""
    from counter_app.exchange.bundle_reading import read_aside

    read_aside(arguments.file, json.loads(sys.stdin.buffer.read()), sys.stdout.buffer)
    return 0


def _identities(arguments: argparse.Namespace) -> list[str]:
    if not arguments.identity:
        return []
    from counter_app.keys.recovery import read_identities

    return [str(one) for one in read_identities(arguments.identity)]


def _say_manifest(console: Console, manifest: Manifest, zone: ZoneInfo) -> None:
    """Whose the bundle is, when it was made by the office's clock, and what its entries mean for each service."""
    console.plural(
        "Bundle of {maker} for {to}, made {at}: {n} entry.",
        "Bundle of {maker} for {to}, made {at}: {n} entries.",
        manifest.entries,
        maker=manifest.maker,
        to=manifest.to or console.text("every counter"),
        at=from_wire(manifest.made_at).astimezone(zone),
    )
    if manifest.custody:
        console.say("{to} is given to send what of it still waits:", to=manifest.to)
    elif manifest.services:
        console.say("Facts alone, nothing of it is given to send. They tell of:")
    for total in manifest.services:
        console.plural(
            "  {service}: {n} unit, {amount}.",
            "  {service}: {n} units, {amount}.",
            total.units,
            service=total.service,
            amount=Money(total.cents, manifest.currency),
        )


def _manifest_row(manifest: Manifest) -> dict[str, Any]:
    return {
        "bundle": manifest.id,
        "office": manifest.office,
        "maker": manifest.maker,
        "to": manifest.to or None,
        "made_at": manifest.made_at,
        "custody": manifest.custody == "given",
        "entries": manifest.entries,
        "currency": manifest.currency,
        "services": [
            {"service": total.service, "units": total.units, "cents": total.cents}
            for total in manifest.services
        ],
        "ranges": [
            {"chain": part.chain, "first": part.first, "last": part.last, "head": part.head}
            for part in manifest.ranges
        ],
    }
