"""The centres that docs/it.md connects by files, by a database and by hand work as they stand there."""

from __future__ import annotations

import getpass
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from counter_app.bootstrap import adopt_configuration
from counter_app.connecting import connect
from counter_app.reconciling import reconcile
from counter_app.service.centre_secrets import keep_secret
from counter_app.service.reconciliation import tallies
from counter_app.service.work_list import acts
from counter_app.service.work_list.listing import work_list
from counter_app.settings import check_configuration, sample_configuration
from tests.contract.file_centre import file_centre
from tests.contract.postgres_server import database
from tests.contract.sftp_server import sftp_server
from tests.unit.counters import AGENT, CASH, IT, Desk

ROOT = Path(__file__).parents[2]
SERVICES = {"files": "finance", "postgres": "benefits", "manual": "pension"}


def example(kind: str) -> str:
    """The one after its mark in the documentation."""
    text = (ROOT / "docs" / "it.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {kind} -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def office(kind: str, table: str) -> bytes:
    """A sample whose aids go to the service of the example alone."""
    sample = sample_configuration("ccas").decode()
    before, _, rest = sample.partition("\n[[services]]\n")
    _, _, after = rest.partition("\n# ---")
    told = before.replace('"aid-file", "treasury"', '"aid-file"').replace('"aid-file"', f'"{SERVICES[kind]}"')
    return f"{told}\n{table}\n# ---{after}".encode()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def adopt(desk: Desk, tmp_path: Path) -> Callable[[str, str], None]:
    """Puts an example into force at counter A1, with money in its drawer."""

    def put(kind: str, table: str) -> None:
        file = tmp_path / "new.toml"
        file.write_bytes(office(kind, table))
        adopt_configuration(desk.workstation, file, IT)
        desk.reopen()
        desk.fill_drawer()

    return put


def sent(desk: Desk, kind: str) -> tuple[list[str], dict[str, int]]:
    """Grants carried to the service of an example until nothing moves: their ids, and how many units stand where."""
    service = desk.workstation.configuration.service(SERVICES[kind])
    assert service is not None
    grants = [desk.grant(payment=CASH) for _ in range(3)]

    def nap(seconds: float) -> None:
        time.sleep(0.02)  # a real server works in real time
        desk.clock.jump(seconds)

    until = time.monotonic() + 60
    while True:
        reconcile(desk.workstation, [service], IT, nap=nap)
        (tally,) = tallies(desk.workstation, service.id)
        if tally.unexplained == 0:
            return grants, tally.units
        assert time.monotonic() < until, tally


@pytest.mark.parametrize("kind", SERVICES)
def test_an_example_is_a_configuration_without_faults(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes(office(kind, example(kind)))
    assert check_configuration(file) == []


def test_files_over_sftp_are_taken_and_answered(
    desk: Desk, adopt: Callable[[str, str], None], stack: ExitStack, tmp_path: Path
) -> None:
    for name in ("keys", "centre"):
        (tmp_path / name).mkdir()
    server = stack.enter_context(sftp_server(tmp_path / "keys"))
    centre = stack.enter_context(file_centre(tmp_path / "centre", "csv"))
    (desk.data / "finance.key").write_bytes(server.key.read_bytes())
    table = re.sub(r'host_keys = \[".*"\]', f'host_keys = ["{server.host_key}"]', example("files"))
    told = {'"files.example"': f'"127.0.0.1"\nport = {server.port}', '"ccas"': f'"{getpass.getuser()}"'}
    for old, new in {**told, '"/upload/ccas"': f'"{centre.root}"'}.items():
        assert old in table
        table = table.replace(old, new)
    adopt("files", table.replace("order = 3", "order = 3\nsettling_s = 0.0"))
    service = desk.workstation.configuration.service("finance")
    assert service is not None
    connector = connect(service, desk.workstation)
    probe = connector.check()
    connector.close()
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, True)
    grants, units = sent(desk, "files")
    assert (units, [centre.held(one) for one in grants]) == ({"accepted": 3}, [1, 1, 1])
    (deposit, *_) = sorted((centre.root / "depot" / "lus").iterdir())
    assert "D-02;40,00;DUPONT;Zoé;05/03/1980" in deposit.read_text()


def test_a_staging_table_is_filled_and_its_answers_are_read(
    desk: Desk, adopt: Callable[[str, str], None], stack: ExitStack
) -> None:
    server = stack.enter_context(database())
    table = example("postgres").replace('"db1.example", "db2.example"', '"127.0.0.1"')
    table = table.replace('authority = "benefits-ca.pem"', f'tls = "none"\nport = {server.port}')
    adopt("postgres", table)
    keep_secret(desk.workstation, "benefits", "a secret of the centre", IT)
    service = desk.workstation.configuration.service("benefits")
    assert service is not None
    connector = connect(service, desk.workstation)
    probe = connector.check()
    connector.close()
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, True)
    grants, units = sent(desk, "postgres")
    assert (units, [server.held(one) for one in grants]) == ({"accepted": 3}, [1, 1, 1])
    assert server.run("SELECT DISTINCT montant, nom, prenom FROM guichet.depot") == [
        ("40.00", "Dupont", "Zoé")
    ]


def test_what_has_no_interface_is_typed_over(desk: Desk, adopt: Callable[[str, str], None]) -> None:
    adopt("manual", example("manual"))
    grant = desk.grant(payment=CASH)
    (item,) = work_list(desk.workstation)
    assert item.unit.entry_id == grant
    case = acts.take(desk.workstation, AGENT, item.unit, "fr")
    assert [(one.name, one.text) for one in case.fields] == [
        ("Bénéficiaire", "DUPONT Zoé"),
        ("Montant", "40,00"),
    ]
    acts.done(desk.workstation, AGENT, item.unit, "H-1", 4000)
    (tally,) = tallies(desk.workstation, "pension")
    assert (tally.unexplained, tally.units) == (0, {"accepted": 1})
