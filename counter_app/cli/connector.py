"""`connector check NAME`: probes a target before anything is sent to it."""

from __future__ import annotations

import argparse
import re
from typing import Final

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.domain.errors import BadInput
from counter_app.service.unit_words import CAUSE_WORDS
from counter_app.sync.port import Finding
from counter_app.text import N_

_WORDS = {
    ("reachable", True): N_("It answers."),
    ("reachable", False): N_("It does not answer: check its address, the network, and whether it is open."),
    ("service", False): N_("What answers there is not the service: check its address."),
    ("open", True): N_("It says whether it is open."),
    ("batch_max", True): N_("It takes batches of the configured size."),
    ("batch_max", False): N_("It takes smaller batches than configured: lower batch_max in office.toml."),
    ("settling_seconds", True): N_("It says how many seconds it needs to settle what it was sent."),
    ("askable", True): N_("It can be asked what it holds."),
    ("askable", False): N_("It cannot be asked what it holds: after a cut a person has to look there."),
    ("idempotent", True): N_("What is sent twice is taken once, as far as that could be tried."),
    ("idempotent", False): N_("What is sent twice is taken twice: do not use it before that is mended."),
    ("in_folder", True): N_("The folder for what is sent can be read."),
    ("in_folder", False): N_(
        "The folder for what is sent cannot be read: connect the share, or correct office.toml."
    ),
    ("ack_folder", True): N_("The folder of its acknowledgements can be read."),
    ("ack_folder", False): N_(
        "The folder of its acknowledgements cannot be read: connect the share, or have it made."
    ),
    ("writable", False): N_("Nothing can be written into its folder: ask for the right to."),
    ("exclusive_creation", True): N_("Two counters cannot take the same file name there."),
    ("exclusive_creation", False): N_(
        "Two counters could take the same file name there: use another folder."
    ),
    ("never_overwrites", True): N_("A file that lies there is never replaced."),
    ("never_overwrites", False): N_("A file that lies there could be replaced: use another folder."),
}

_UNSAID: Final = {
    "settling_seconds": N_("It does not say how many seconds it needs: settling_s of office.toml counts."),
    "idempotent": N_("It names no sandbox, so nobody tried whether what is sent twice is taken once."),
}
"""What is said of a finding that is no fault, where the service announced nothing to find."""

_NOT_ANNOUNCED: Final = ("not announced", "not proved: the service announces no sandbox")

_DETAILS: Final = {
    "closed at present": N_("closed at present"),
    "the folder did not answer in time": N_("it does not answer in time"),
    "the same unit posted twice got two different answers": N_("two answers to the same message"),
    "another content under the same key was no conflict": N_("other content under the same key was taken"),
    "FileNotFoundError": N_("it is not there"),
    "NotADirectoryError": N_("it is no folder"),
    "PermissionError": N_("the right to it is missing"),
}
_REFUSED: Final = N_("the system refuses it")
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


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import connect

    with opened(arguments) as workstation:
        service = workstation.configuration.service(arguments.name)
        if service is None:
            raise BadInput("unknown_service", service=arguments.name)
        connector = connect(service, workstation)
        try:
            probe = connector.check()
        finally:
            connector.close()
    for finding in probe.findings:
        console.raw(_in_words(finding, console))
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


def _in_words(finding: Finding, console: Console) -> str:
    """One finding as a sentence; what stood in the way comes behind it in words, its codes only as JSON."""
    if finding.ok and finding.detail in _NOT_ANNOUNCED:
        return f"– {console.text(_UNSAID[finding.code])}"
    words = _WORDS.get((finding.code, finding.ok))
    said = finding.code if words is None else console.text(words)
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
        return console.text(_DETAILS.get(failure[1], N_("the system refuses it")))
    return console.text(_DETAILS[detail]) if detail in _DETAILS else detail
