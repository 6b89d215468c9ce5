"""What needs compiled or late-loaded libraries works in the installed program too: every one of them is packed."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from counter_app.settings import sample_configuration
from tests.contract.postgres_server import database
from tests.contract.sftp_server import sftp_server
from tests.installer.bare_debian import USER, BareDebian

pytestmark = pytest.mark.installer

HOME = "/home/agent"
SECRET = "a secret of the centre"
PEOPLE = "id,given_name,surname,date_of_birth,postcode,national_id\n"


def put(machine: BareDebian, name: str, content: str | bytes) -> str:
    """A file of the user's; returns where it lies for them."""
    place = machine.root / HOME.lstrip("/") / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    place.chmod(0o600)
    for path in (place, place.parent):
        os.chown(path, USER, USER)
    return f"{HOME}/{name}"


def office(machine: BareDebian, name: str, ways: Mapping[str, Mapping[str, Any]] | None = None) -> list[str]:
    """A workstation whose services are reached by these ways; returns the words that open it."""
    words = ["--data", f"{HOME}/{name}", "--passphrase-file", f"{HOME}/{name}.words"]
    put(machine, f"{name}.words", "six words nobody would ever guess\n")
    document = tomlkit.parse(sample_configuration("ccas").decode())
    for service in document["services"]:  # type: ignore[union-attr]
        service.update((ways or {}).get(str(service["id"]), {}))
    config = put(machine, f"{name}.toml", tomlkit.dumps(document))
    machine.run("counter-app", "office", "new", "--config", config, "--counter", "A1", *words)
    return words


def checked(machine: BareDebian, service: str, words: list[str]) -> dict[str, Any]:
    """What `connector check` says of a service."""
    asked = " ".join(["counter-app", "connector", "check", service, "--json", *words])
    told: dict[str, Any] = json.loads(machine.run("sh", "-c", f"{asked} || true").splitlines()[-1])
    return told


def test_people_of_two_lists_are_linked(installed: BareDebian) -> None:
    ours = put(installed, "a.csv", f"{PEOPLE}A1,Hélène,Quesnelet,19800312,75012,\n")
    theirs = put(installed, "b.csv", f"{PEOPLE}B1,Helene,QUESNELET,19800312,75012,\n")
    installed.run("counter-app", "register", "link", ours, theirs, f"{HOME}/pairs.csv")
    with (installed.root / "home/agent/pairs.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["id_a"], row["id_b"], row["decision"]) for row in csv.DictReader(file)] == [
            ("A1", "B1", "link")
        ]


def test_two_of_three_recovery_keys_open_a_workstation_anew(installed: BareDebian) -> None:
    from pyrage import x25519

    words = office(installed, "recovered")
    keys = [x25519.Identity.generate() for _ in range(3)]
    files = [put(installed, f"{number}.key", f"{key}\n") for number, key in enumerate(keys)]
    add = ["counter-app", "keys", "recovery", "add", *(str(key.to_public()) for key in keys)]
    installed.run(*add, "--needed", "2", "--agent", "bnguyen", *words)
    held = [word for file in files[1:] for word in ("--identity", file)]
    new = ["--words-file", f"{HOME}/new.words", "--agent", "bnguyen"]
    installed.run("counter-app", "keys", "recover", *new, *held, *words[:2])
    opened = ["--passphrase-file", f"{HOME}/new.words", *words[:2]]
    assert json.loads(installed.run("counter-app", "journal", "verify", "--json", *opened))["ok"]


def test_the_balance_is_written_as_paper_and_as_spreadsheet(installed: BareDebian) -> None:
    words = office(installed, "balance")
    out = f"{HOME}/balance-papers"
    installed.run("counter-app", "reconcile", "report", "--out", out, *words)
    written = {path.suffix for path in (installed.root / out.lstrip("/")).iterdir()}
    assert {".pdf", ".xlsx", ".csv"} <= written


def test_a_bundle_is_written_and_looked_at_by_a_child_process(installed: BareDebian) -> None:
    words = office(installed, "bundled")
    out = f"{HOME}/bundled/stick"
    installed.run("mkdir", out)
    installed.run("counter-app", "bundle", "export", out, *words)
    # Whole, and still nothing to take in where it was made.
    told = installed.run("counter-app", "--lang", "en", "bundle", "inspect", out, *words, expected=1)
    assert "Whole, and signed by A1." in told
    assert "This bundle was made here" in told


def test_a_centre_is_reached_over_sftp(installed: BareDebian, tmp_path: Path) -> None:
    for folder in ("IN", "ACK"):
        (tmp_path / "centre" / folder).mkdir(parents=True)
    (tmp_path / "keys").mkdir()
    with sftp_server(tmp_path / "keys") as server:
        key = put(installed, "sftp.key", server.key.read_bytes())
        way = {"host": "127.0.0.1", "port": server.port, "user": server.settings().user, "key": key}
        files = {"connector": "files", "folder": str(tmp_path / "centre"), "files": {"sftp": way}}
        way["host_keys"] = [server.host_key]
        told = checked(installed, "treasury", office(installed, "sftp", {"treasury": files}))
    assert told["reachable"], told


@pytest.mark.skipif(not shutil.which("setpriv"), reason="PostgreSQL refuses root")
def test_a_centre_is_reached_through_its_postgresql(installed: BareDebian) -> None:
    with database() as server:
        way = {
            "hosts": ["127.0.0.1"],
            "port": server.port,
            "database": "postgres",
            "user": "counter",
            "password": f"file:{put(installed, 'pg.secret', SECRET)}",
            "tls": "none",
            "table": "depot",
            "key": "cle",
            "body": "corps",
            "rows_stay": True,
        }
        service = {"connector": "postgres", "postgres": way, "deadline_s": 5.0, "settling_s": 5.0}
        told = checked(installed, "treasury", office(installed, "postgres", {"treasury": service}))
    assert told["reachable"], told
