"""The service that docs/it.md connects as an example works as it stands there, against a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counter_app.bootstrap import adopt_configuration, open_workstation
from counter_app.cli.main import run
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.logs import stop_logging
from counter_app.reconciling import reconcile
from counter_app.service.reconciliation import tallies
from counter_app.settings import check_configuration, sample_configuration
from tests.contract.foreign_server import Behaviour, ForeignServer, foreign
from tests.unit.connectors.certificates import Certificates, made
from tests.unit.counters import CHEAP, IT, PASSPHRASE, Desk, person

ROOT = Path(__file__).parents[2]
SECRET = "hunter-two-hunter"


def example() -> str:
    """The one after its mark in the documentation."""
    text = (ROOT / "docs" / "it.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- example: rest -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def office(table: str) -> bytes:
    """A sample whose aids go to the service of the example, and to no other over HTTP."""
    sample = sample_configuration("ccas").decode()
    before, _, rest = sample.partition("\n[[services]]\n")
    _, _, after = rest.partition("\n[[services]]\n")
    return f"{before}\n{table}\n[[services]]\n{after}".replace('["aid-file"', '["benefits"').encode()


def at(server: ForeignServer, pin: str) -> str:
    address = server.url.partition("://")[2]
    return (
        example()
        .replace("benefits.example", address)
        .replace(f"standby.{address}", "localhost:1")
        .replace("0" * 64, pin)
        .replace("settling_s = 30.0", "settling_s = 0.0")
    )


def plain(text: str) -> str:
    """The example without what only its transport needs."""
    for part in ("authority = .*", "pins = .*"):
        text = re.sub(part, "", text)
    return re.sub(r"\[services\.rest\.login\]\n.*?\n\n", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("behaviour", ["honest", "old-record", "error-for-a-duplicate"])
def test_however_badly_it_behaves_and_loses_answers_each_act_stands_there_once(
    desk: Desk, tmp_path: Path, behaviour: Behaviour
) -> None:
    with foreign(behaviour) as server:
        table = plain(at(server, "")).replace(f"https://{server.url[7:]}", server.url)
        file = tmp_path / "new.toml"
        file.write_bytes(office(table.replace("batch_max = 50", "batch_max = 2")))
        adopt_configuration(desk.workstation, file, IT)
        desk.workstation.close()
        desk.workstation = open_workstation(desk.data, PASSPHRASE, write=True)
        granted = [desk.grant(person=person(f"Lefèvre {name}")) for name in "ABCDEFG"]
        server.to_lose = 3
        service = desk.workstation.configuration.service("benefits")
        assert service is not None
        reconcile(desk.workstation, [service], IT, patience=20, nap=lambda _: None)
        assert server.to_lose == 0
        assert [server.held(entry_id) for entry_id in granted] == [1] * 7
        assert len(server.books["api"].records) == 7
        (tally,) = tallies(desk.workstation, "benefits")
        assert tally.units == {"accepted": 7}


def test_the_example_is_a_configuration_without_faults(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes(office(example()))
    assert check_configuration(file) == []


def test_the_example_connects_a_service_that_nobody_has_seen(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificates: Certificates = made(tmp_path)
    with foreign(tls=certificates.good, secret=SECRET) as server:
        file, secret, words = tmp_path / "new.toml", tmp_path / "secret", tmp_path / "words"
        file.write_bytes(office(at(server, certificates.pin)))
        (desk.data / "benefits-ca.pem").write_bytes(certificates.authority.read_bytes())
        secret.write_text(f"{SECRET}\n")
        words.write_bytes(PASSPHRASE)
        adopt_configuration(desk.workstation, file, IT)
        desk.workstation.close()
        keyring = open_keys(desk.data, PASSPHRASE)
        write_keys(desk.data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
        program = ["--data", str(desk.data), "--passphrase-file", str(words), "--lang", "en"]
        try:
            assert run([*program, "connector", "check", "benefits"]) == 2
            assert "No secret is at kept:benefits" in capsys.readouterr().err
            keep = ["connector", "secret", "benefits", "--from", str(secret), "--agent", IT]
            assert run([*program, *keep]) == 0
            assert run([*program, "connector", "check", "benefits"]) == 0
            assert "+ What is sent twice is taken once" in capsys.readouterr().out
        finally:
            stop_logging()
        assert server.books["api"].records == []
        desk.workstation = open_workstation(desk.data, PASSPHRASE, write=True)
        granted = [desk.grant() for _ in range(3)]
        service = desk.workstation.configuration.service("benefits")
        assert service is not None
        reconcile(desk.workstation, [service], IT)
        assert [server.held(entry_id) for entry_id in granted] == [1, 1, 1]
        (tally,) = tallies(desk.workstation, "benefits")
        assert (tally.unexplained, tally.units) == (0, {"accepted": 3})
