"""A practice office to measure in: a workstation with money in the drawer, and the lines that people would send."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.domain.commands import parse_command
from counter_app.practice.offices import sample_office
from counter_app.service.outcome import Outcome
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.settings import read_configuration, sample_configuration, with_changes

AGENT, PAYER, SUPERVISOR, IT = "nbenali", "mdiallo", "crousseau", "skowalski"
PASSPHRASE = b"six words of a sample office"
_RICH_CENTS = 10**11
_AT_ONCE = 100


@contextmanager
def workstation(folder: Path, *, centre_port: int | None = None) -> Iterator[Workstation]:
    """An open workstation of the Paris sample that no grant of a benchmark empties."""
    raw = sample_configuration("paris")
    if centre_port is not None:
        services = read_configuration(raw, "office.toml").configuration.services
        raw = with_changes(
            raw, addresses={service.id: f"http://127.0.0.1:{centre_port}" for service in services}
        )
    create_workstation(folder, sample_office("paris", "A1", PASSPHRASE, raw))
    opened = open_workstation(folder, PASSPHRASE, write=True)
    try:
        tell(
            opened,
            command="raise_envelope",
            agent=SUPERVISOR,
            approver=SUPERVISOR,
            cents=_RICH_CENTS,
            act="1",
        )
        tell(opened, command="replenish_cash", agent=AGENT, cents=_RICH_CENTS, document="1")
        yield opened
    finally:
        opened.close()


def tell(workstation: Workstation, **fields: object) -> Outcome:
    """Record one command given by its fields."""
    return record_line(workstation, json.dumps(fields))


def record_line(workstation: Workstation, line: str) -> Outcome:
    """What one line costs from its words to its durable entry."""
    return workstation.record(parse_command(line), "command_line")


def grant_line(number: int) -> str:
    """A grant to a new person, paid in cash by a second colleague."""
    return json.dumps(
        {
            "command": "grant_aid",
            "agent": AGENT,
            "aid": "FR75-ALLEX",
            "cents": 1000,
            "person": _person(number),
            "circumstances": {"evidence": ["identity", "address", "bill"]},
            "payment": {"means": "cash", "payer": PAYER},
        },
        ensure_ascii=False,
    )


def request_line(number: int) -> str:
    """A request of a new person, for one central service."""
    return json.dumps(
        {
            "command": "record_request",
            "agent": AGENT,
            "aid": "FR75-ALLEX",
            "person": _person(number),
            "circumstances": {"evidence": ["identity", "address"]},
        },
        ensure_ascii=False,
    )


def _person(number: int) -> dict[str, object]:
    return {
        "surname": f"Lefèvre-Été {number}",
        "given_names": ["Zoé", "Anaïs"],
        "birth_date": f"{1940 + number % 60}-{1 + number % 12:02d}-{2 + number % 27:02d}",
        "birth_place": "Saint-Étienne",
        "identity": "document",
    }


def record_requests(workstation: Workstation, count: int) -> None:
    """Requests of so many new people, a hundred in one transaction."""
    commands = [parse_command(request_line(number)) for number in range(count)]
    for start in range(0, count, _AT_ONCE):

        def job(session: Session, start: int = start) -> None:
            for command in commands[start : start + _AT_ONCE]:
                record(session, command, "command_line")

        workstation.writer.do(job)


def open_again(folder: Path) -> Workstation:
    """Open what `workstation` had made and closed; whoever asks closes it."""
    return open_workstation(folder, PASSPHRASE, write=True)


@contextmanager
def practice_centre(folder: Path, faults: str = "none") -> Iterator[int]:
    """The embedded central system in a process of its own, with those faults; gives its port."""
    command = [sys.executable, "-m", "counter_app.practice.centre", "--port", "0", "--faults", faults]
    process = subprocess.Popen([*command, "--store", str(folder / "centre.db")], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None  # a pipe was asked for
        yield int(json.loads(process.stdout.readline())["port"])
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
