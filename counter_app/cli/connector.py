"""`connector check|secret`: probes a target before anything is sent to it, and keeps what it wants as a secret."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from counter_app.cli.console import Console
from counter_app.cli.options import opened, read_passphrase_file
from counter_app.connectors.words import DETAILS, NOT_ANNOUNCED, REFUSED, UNSAID, WORDS
from counter_app.domain.errors import BadInput
from counter_app.service.unit_words import CAUSE_WORDS
from counter_app.sync.port import Finding

_CAUSES: Final = {str(cause): words for cause, words in CAUSE_WORDS.items()}
_CONFIGURED: Final = re.compile(r"announced (\d+), configured (\d+)")
_ERROR_CLASS: Final = re.compile(r"(\w+Error)(?: \d+)?")


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    check = commands.add_parser(
        "check", parents=[shared], help="reachable, askable, safe against double posting"
    )
    check.add_argument("name", help="the service, as configured")
    check.set_defaults(run=_check)
    secret = commands.add_parser(
        "secret", parents=[shared], help="keep a secret, named kept:NAME in office.toml"
    )
    secret.add_argument("name", help="the name of the secret")
    secret.add_argument(
        "--from", dest="file", type=Path, metavar="FILE", help="its first line (else asked for)"
    )
    secret.add_argument("--agent", required=True, metavar="ID", help="who does it")
    secret.set_defaults(run=_secret)


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import connect
    from counter_app.connecting import kind_of

    with opened(arguments) as workstation:
        service = workstation.configuration.service(arguments.name)
        if service is None:
            raise BadInput("unknown_service", service=arguments.name)
        words = {**WORDS, **kind_of(service.connector).words}
        connector = connect(service, workstation)
        try:
            probe = connector.check()
        finally:
            connector.close()
    for finding in probe.findings:
        console.raw(_in_words(finding, words, console))
    usable = probe.reachable and all(finding.ok for finding in probe.findings)
    if console.as_json:
        console.result(
            {
                "service": service.id,
                "reachable": probe.reachable,
                "idempotent": probe.idempotent,
                "askable": probe.askable,
                "findings": [
                    {"code": finding.code, "ok": finding.ok, "detail": finding.detail}
                    for finding in probe.findings
                ],
            }
        )
    return 0 if usable else 1


def _secret(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.centre_secrets import keep_secret

    if arguments.file is not None:
        typed = read_passphrase_file(arguments.file).decode(errors="replace")
    elif sys.stdin.isatty():
        typed = getpass.getpass(console.text("Secret: "))
    else:
        raise BadInput("secret_empty")
    secret = typed.partition("\n")[0].rstrip("\r")
    if not secret:
        raise BadInput("secret_empty")
    with opened(arguments, write=True) as workstation:
        keep_secret(workstation, arguments.name, secret, arguments.agent)
    console.say("Kept. In office.toml write kept:{name} in its place.", name=arguments.name)
    if console.as_json:
        console.result({"kept": arguments.name})
    return 0


def _in_words(finding: Finding, words: Mapping[tuple[str, bool], str], console: Console) -> str:
    """One finding as a sentence; what stood in the way comes behind it in words, its codes only as JSON."""
    if finding.ok and finding.detail in NOT_ANNOUNCED:
        return f"– {console.text(UNSAID[finding.code])}"
    sentence = words.get((finding.code, finding.ok))
    said = finding.code if sentence is None else console.text(sentence)
    detail = _detail_in_words(finding.detail, console)
    return f"{'+' if finding.ok else '!'} {said}" + (f" ({detail})" if detail else "")


def _detail_in_words(detail: str, console: Console) -> str:
    if cause := _CAUSES.get(detail.partition(" ")[0]):
        return console.text(cause)
    if figures := _CONFIGURED.fullmatch(detail):
        announced, configured = figures.groups()
        return console.text(
            "announced {announced}, configured {configured}", announced=announced, configured=configured
        )
    if failure := _ERROR_CLASS.fullmatch(detail):
        return console.text(DETAILS.get(failure[1], REFUSED))
    return console.text(DETAILS[detail]) if detail in DETAILS else detail
