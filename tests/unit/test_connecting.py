"""Which connector a service gets: a built-in one, or one that another package brings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from counter_app.bootstrap import adopt_configuration, open_workstation
from counter_app.connecting import connect, kind_of
from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_foreign import ForeignConnector, NumberedConnector
from counter_app.domain.errors import BadInput, Refused
from counter_app.reconciling import reconcile
from counter_app.service.centre_secrets import keep_secret, secret_at
from counter_app.service.reconciliation import tallies
from counter_app.settings import check_configuration, read_configuration, sample_configuration, with_changes
from tests.contract import forms
from tests.unit.connectors.certificates import PASSPHRASE as CERTIFICATE_PASSPHRASE
from tests.unit.connectors.certificates import made
from tests.unit.counters import AGENT, IT, PASSPHRASE, Desk

PIGEON = """
import msgspec
from counter_app.connectors.kind import Kind
from counter_app.sync.port import Probe, Reply, UnitReply, Outcome, Finding

class Loft(msgspec.Struct, forbid_unknown_fields=True):
    birds: int

class Pigeons:
    batch_max = 1
    askable = False
    proves_absence = False
    def __init__(self, setup):
        self.setup = setup
    def send(self, attempt_id, messages):
        return Reply(tuple(UnitReply(message.key, Outcome.RECEIVED) for message in messages))
    def ask(self, messages):
        return Reply(tuple(UnitReply(message.key, Outcome.UNKNOWN) for message in messages))
    def check(self):
        return Probe(True, True, False, (Finding("birds", True),))
    def close(self):
        pass

pigeon = Kind(Pigeons, Loft, {("birds", True): "They fly."})
"""

Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package of one module that brings a connector of that name, as pip would lay it out."""

    def lay_out(package: str, name: str, source: str) -> None:
        folder = tmp_path / package
        info = folder / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{package}.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[counter_app.connectors]\n{name} = {package}:pigeon\n")
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, package, raising=False)

    return lay_out


def by_pigeon(options: str = "options = { birds = 3 }") -> bytes:
    raw = sample_configuration("ccas").decode()
    return raw.replace('connector = "rest"', f'connector = "pigeon"\n{options}', 1).encode()


def fault(folder: Path, raw: bytes) -> tuple[str, str]:
    file = folder / "office.toml"
    file.write_bytes(raw)
    ((key, code),) = [(found.key, found.code) for found in check_configuration(file)]
    return key, code


def with_rest(text: str) -> bytes:
    raw = sample_configuration("ccas").decode()
    tables = text.replace("\n[", "\n[services.rest.")
    place = raw.index('\n[[services]]\nid = "treasury"')
    return f"{raw[:place]}\n{tables}\n{raw[place:]}".encode()


def adopted(desk: Desk, raw: bytes, file: Path) -> Desk:
    file.write_bytes(raw)
    adopt_configuration(desk.workstation, file, IT)
    desk.workstation.close()
    desk.workstation = open_workstation(desk.data, PASSPHRASE, write=True)
    return desk


# --- of other packages


def test_a_connector_of_another_package_is_made_with_its_own_options(
    desk: Desk, tmp_path: Path, install: Install
) -> None:
    install("lofts", "pigeon", PIGEON)
    adopted(desk, by_pigeon(), tmp_path / "new.toml")
    service = desk.workstation.configuration.service("aid-file")
    assert service is not None
    connector = connect(service, desk.workstation)
    assert connector.made.setup.options.birds == 3  # type: ignore[attr-defined]
    assert kind_of("pigeon").words == {("birds", True): "They fly."}


def test_its_options_are_checked_to_the_key(tmp_path: Path, install: Install) -> None:
    install("lofts", "pigeon", PIGEON)
    assert fault(tmp_path, by_pigeon("options = { birds = 'many' }")) == (
        "services[0].options.birds",
        "configuration_wrong_type",
    )
    assert fault(tmp_path, by_pigeon("options = { birds = 1, cats = 1 }")) == (
        "services[0].options.cats",
        "configuration_key_unknown",
    )


def test_a_connector_that_nobody_brings_is_a_wrong_choice(tmp_path: Path) -> None:
    assert fault(tmp_path, by_pigeon()) == ("services[0].connector", "configuration_no_choice")


def test_a_package_that_cannot_be_imported_is_named(tmp_path: Path, install: Install) -> None:
    install("lofts", "pigeon", "raise RuntimeError('no birds')")
    assert fault(tmp_path, by_pigeon()) == ("services[0].connector", "connector_broken")
    with pytest.raises(BadInput, match=r"connector_broken.*package=lofts.*problem=RuntimeError"):
        kind_of("pigeon")


def test_what_is_no_kind_of_connector_is_named(install: Install) -> None:
    install("lofts", "pigeon", "pigeon = 7")
    with pytest.raises(BadInput, match="connector_broken"):
        kind_of("pigeon")


def test_two_packages_with_one_name_are_both_named(install: Install) -> None:
    install("lofts", "pigeon", PIGEON)
    install("towers", "pigeon", PIGEON)
    with pytest.raises(BadInput, match="connector_name_taken") as caught:
        kind_of("pigeon")
    assert set(caught.value.params["packages"]) == {"lofts", "towers"}  # type: ignore[call-overload]


def test_a_package_never_takes_the_name_of_a_built_in_connector(install: Install) -> None:
    install("lofts", "rest", PIGEON)
    with pytest.raises(BadInput, match="connector_name_taken"):
        kind_of("rest")


def test_a_counter_whose_package_is_gone_still_opens_and_only_sending_says_so(
    desk: Desk, tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("lofts", "pigeon", PIGEON)
    (tmp_path / "new.toml").write_bytes(by_pigeon())
    adopt_configuration(desk.workstation, tmp_path / "new.toml", IT)
    desk.workstation.close()
    monkeypatch.undo()
    desk.workstation = open_workstation(desk.data, PASSPHRASE, write=True)
    service = desk.workstation.configuration.service("aid-file")
    assert service is not None
    with pytest.raises(BadInput, match="connector_not_installed"):
        connect(service, desk.workstation)


# --- built in


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", RestConnector), (forms.PRACTICE, ForeignConnector), (forms.FOREIGN, NumberedConnector)],
    ids=["our form", "its own", "with numbers"],
)
def test_a_service_over_http_speaks_the_form_that_is_configured(
    desk: Desk, tmp_path: Path, text: str, kind: type
) -> None:
    adopted(desk, with_rest(text), tmp_path / "new.toml")
    service = desk.workstation.configuration.service("aid-file")
    assert service is not None
    connector = connect(service, desk.workstation)
    assert type(connector) is kind
    connector.close()


def test_files_lie_in_the_workstation_s_folder_and_their_passphrase_at_its_place(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = made(desk.data)
    text = f"""connector = "rest"
rest.certificate = "{certificates.client.name}"
rest.certificate_passphrase = "env:KEY_WORDS"
rest.authority = "authority.pem"
"""
    raw = sample_configuration("ccas").decode().replace('connector = "rest"\n', text, 1)
    adopted(desk, raw.encode(), tmp_path / "new.toml")
    service = desk.workstation.configuration.service("aid-file")
    assert service is not None
    monkeypatch.setenv("KEY_WORDS", CERTIFICATE_PASSPHRASE)
    connect(service, desk.workstation).close()
    monkeypatch.setenv("KEY_WORDS", "guessed")
    with pytest.raises(BadInput, match="service_certificate_unreadable"):
        connect(service, desk.workstation)
    monkeypatch.delenv("KEY_WORDS")
    with pytest.raises(BadInput, match="secret_missing"):
        connect(service, desk.workstation)


def test_a_service_that_is_set_up_wrongly_keeps_nobody_from_the_others(desk: Desk, tmp_path: Path) -> None:
    raw = with_changes(
        sample_configuration("ccas"),
        folders={"aid-file": "exchange"},
        addresses={"treasury": "https://treasury.example"},
    )
    login = 'id = "treasury"\nrest.login = { kind = "header", value = "kept:nothing" }'
    adopted(desk, raw.decode().replace('id = "treasury"', login).encode(), tmp_path / "new.toml")
    desk.grant()
    for name in ("IN", "ACK"):
        (desk.data / "exchange" / name).mkdir(parents=True)
    services = desk.workstation.configuration.services
    with pytest.raises(BadInput, match="secret_missing"):
        reconcile(desk.workstation, services[::-1], IT, patience=1, nap=lambda _: None)
    assert tallies(desk.workstation, "aid-file")[0].units == {"received": 1}


def test_every_form_of_the_contract_makes_sense() -> None:
    for text in (
        forms.PRACTICE,
        forms.PRACTICE_BATCHES,
        forms.FOREIGN,
        forms.FOREIGN_BATCHES,
        forms.FOREIGN_PUT,
    ):
        read_configuration(with_rest(text), "office.toml")


# --- secrets


def test_a_secret_is_the_first_line_of_its_file_or_a_variable(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.data / "centre.secret").write_bytes("\ufeffmot de passé\r\nnot this\n".encode())
    monkeypatch.setenv("CENTRE_SECRET", "from outside")
    assert secret_at("file:centre.secret", desk.workstation) == "mot de passé"
    assert secret_at("env:CENTRE_SECRET", desk.workstation) == "from outside"


def test_a_secret_that_is_kept_is_found_again_and_stands_nowhere_in_the_clear(desk: Desk) -> None:
    for secret in ("first of all", "hunter-two-hunter"):
        keep_secret(desk.workstation, "benefits", secret, IT)
    assert secret_at("kept:benefits", desk.workstation) == "hunter-two-hunter"
    entry = desk.entries()[-1]
    assert (entry.kind, entry.facts) == (
        "journal_keys_changed",
        {"change": "centre_secret_kept", "name": "benefits"},
    )
    for file in desk.data.rglob("*"):
        assert not file.is_file() or b"hunter-two" not in file.read_bytes()


def test_only_it_or_a_supervisor_keeps_a_secret(desk: Desk) -> None:
    with pytest.raises(Refused):
        keep_secret(desk.workstation, "benefits", "hunter2", AGENT)


@pytest.mark.parametrize(
    "place", ["file:nowhere", "file:.", "file:empty", "env:NO_SUCH_SECRET", "kept:nothing"]
)
def test_where_no_secret_is_the_place_is_named(desk: Desk, place: str) -> None:
    (desk.data / "empty").write_text("\n")
    with pytest.raises(BadInput, match="secret_missing") as caught:
        secret_at(place, desk.workstation)
    assert caught.value.params == {"place": place}
