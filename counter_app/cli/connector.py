"""`connector check NAME`: probes a target before anything is sent to it."""

from __future__ import annotations

import argparse

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.domain.errors import BadInput


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
        console.raw(f"{'+' if finding.ok else '!'} {finding.code} {finding.detail}".rstrip())
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
