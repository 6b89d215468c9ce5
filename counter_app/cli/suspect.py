"""`suspect declare|list|release`: workstations that IT no longer trusts, and what is kept of them in quarantine."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput
from counter_app.service.workstation import Workstation


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    declare = commands.add_parser("declare", parents=[shared], help="a workstation is suspect since a time")
    declare.add_argument("--chain", required=True, metavar="C", help="the chain of the workstation")
    declare.add_argument("--since", required=True, metavar="T", help="RFC 3339 with offset")
    declare.add_argument("--reason", required=True, help="in a few words, without naming a citizen")
    declare.add_argument("--agent", required=True, help="who declares it; the role is it")
    declare.add_argument(
        "--office-key", type=Path, metavar="FILE", help="the office's private key, 64 hexadecimal digits"
    )
    declare.set_defaults(run=_declare)
    commands.add_parser(
        "list", parents=[shared], help="suspect workstations, and their quarantine"
    ).set_defaults(run=_list)
    release = commands.add_parser(
        "release", parents=[shared], help="one of two words that entries are believed"
    )
    release.add_argument("--chain", required=True, metavar="C")
    release.add_argument("--upto", type=int, required=True, metavar="SEQ", help="the last entry to release")
    release.add_argument("--agent", required=True, help="who releases; two different people are needed")
    release.add_argument("--reason", required=True)
    release.set_defaults(run=_release)


def _declare(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.suspicion import declare_suspect

    with opened(arguments, write=True) as workstation:
        key = _office_key(arguments.office_key, workstation)
        declare_suspect(workstation, arguments.chain, arguments.since, arguments.reason, arguments.agent, key)
    console.say(
        "{chain} is suspect. Exchange with every counter, export its journal, then install it anew.",
        chain=arguments.chain,
    )
    if console.as_json:
        console.result({"chain": arguments.chain, "since": arguments.since})
    return 0


def _office_key(file: Path | None, workstation: Workstation) -> bytes:
    """The private key from its file; that of the sample offices is published."""
    if file is None:
        if not workstation.configuration.office.sample:
            raise BadInput("office_key_missing")
        from counter_app.practice.offices import published_keys

        return published_keys()["office_private_key"]
    from counter_app.service.suspicion import read_office_key

    return read_office_key(file)


def _list(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.suspicion import list_suspects

    with opened(arguments) as workstation:
        found, zone = list_suspects(workstation), workstation.office.zone
    if not found:
        console.say("No workstation is suspect.")
    for suspect in found:
        console.say(
            "{chain}: suspect since {since}, declared by {person} ({reason}).",
            chain=suspect.chain,
            since=from_wire(suspect.since).astimezone(zone),
            person=suspect.declared_by,
            reason=suspect.reason,
        )
        if suspect.quarantined:
            console.say(
                "{count} entries in quarantine, up to {seq}; {before} of them claim to be older.",
                count=suspect.quarantined,
                seq=suspect.last_seq,
                before=suspect.claim_before,
            )
        for person in suspect.asked:
            console.say("{person} would release them: a second person decides.", person=person)
    if console.as_json:
        rows = [
            {
                "chain": suspect.chain,
                "since": suspect.since,
                "reason": suspect.reason,
                "declared_by": suspect.declared_by,
                "declared_at": suspect.declared_at,
                "quarantined": suspect.quarantined,
                "last_seq": suspect.last_seq,
                "claim_before": suspect.claim_before,
                "released_upto": suspect.released_upto,
                "asked": list(suspect.asked),
            }
            for suspect in found
        ]
        console.result({"suspects": rows})
    return 1 if any(suspect.quarantined for suspect in found) else 0


def _release(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.suspicion import release

    with opened(arguments, write=True) as workstation:
        freed = release(workstation, arguments.chain, arguments.upto, arguments.agent, arguments.reason)
    if freed is None:
        console.say("Noted. A second person must release up to the same entry.")
    else:
        console.say("{count} entries of {chain} are released.", count=freed, chain=arguments.chain)
    if console.as_json:
        console.result({"chain": arguments.chain, "upto": arguments.upto, "released": freed})
    return 1 if freed is None else 0
