"""`doctor`: is this workstation ready for a day without a centre, and what is not set up yet."""

from __future__ import annotations

import argparse

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, opened

# No plus and no dash: beside an amount they would read as its sign.
_SIGNS = {"ok": "ok", "warning": "! ", "missing": "..", "failed": "!!"}


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    group.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.mirror.status import as_row, copy_statuses
    from counter_app.service.readiness import examine

    with opened(arguments) as workstation:
        checks = examine(workstation)
        copies = copy_statuses(workstation)
    for check in checks:
        console.raw(f"{_SIGNS[check.state]} {console.text(check.sentence, **check.params)}")
    ready = all(check.state in ("ok", "missing") for check in checks)
    if console.as_json:
        console.result(
            {
                "data": str(data_folder(arguments)),
                "ready": ready,
                "checks": [
                    {
                        "name": check.name,
                        "state": check.state,
                        "message": console.text(check.sentence, **check.params),
                    }
                    for check in checks
                ],
                "copies": [as_row(one) for one in copies],
            }
        )
    return 0 if ready else 1
