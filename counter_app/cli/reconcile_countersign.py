"""`reconcile countersign`: the centre's signature under a balance, proved and kept; and how each service stands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import it_person, opened
from counter_app.service.countersigning import Signing, countersign


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "countersign", parents=[shared], help="take in the centre's signature of a balance"
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="what `reconcile report --out` made")
    command.add_argument(
        "--signature", type=Path, required=True, metavar="FILE", help="what `ssh-keygen -Y sign` made there"
    )
    command.add_argument("--agent", metavar="ID", help="who does it (default: the office's first IT person)")
    command.set_defaults(run=_countersign)


def _countersign(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True) as workstation:
        agent = arguments.agent or it_person(workstation)
        done = countersign(workstation, arguments.folder, arguments.signature, agent)
    console.say(
        "Signed by both sides: {signer} ({key}) signed the balance of {made} for {services}, as {namespace}.",
        signer=done.signer,
        key=done.key_print,
        made=done.made_at,
        services=list(done.services),
        namespace=done.namespace,
    )
    console.say("The signature is kept as {path}.", path=str(done.kept))
    if not done.is_new:
        console.say("It was recorded before.")
    if console.as_json:
        console.result(
            {
                "services": list(done.services),
                "signer": done.signer,
                "key": done.key_print,
                "namespace": done.namespace,
                "sha256": done.sha256,
                "made": done.made_at.isoformat(timespec="seconds"),
                "kept": str(done.kept),
                "already": not done.is_new,
            }
        )
    return 0


def say_signing(console: Console, signing: Signing, *, saved: bool) -> None:
    """How a service stands with its centre's signature, and what to do; `saved`: a balance was just written."""
    text = console.text
    if signing.state == "both":
        told = text(
            "signed by both sides: {signer} ({key}), balance of {made}",
            signer=signing.signer,
            key=signing.key_print,
            made=signing.made_at,
        )
    elif signing.state == "changed":
        told = text(
            "the centre signed the balance of {made}, and the books stand otherwise since: send a new one to be signed",
            made=signing.made_at,
        )
    elif signing.state == "waiting":
        told = text(
            "waits for the centre’s signature: send balance.txt there, then take it in with `reconcile countersign`"
        )
    elif saved:
        told = text("not to be signed by the centre yet: name its key under `signers` in office.toml")
    else:
        return
    console.raw(f"  {told}")


def told_signing(signing: Signing) -> dict[str, str | None]:
    """The same as a report."""
    return {
        "state": signing.state,
        "signer": signing.signer or None,
        "key": signing.key_print or None,
        "made": None if signing.made_at is None else signing.made_at.isoformat(timespec="seconds"),
    }
