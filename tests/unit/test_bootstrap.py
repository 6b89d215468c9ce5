"""Making and opening a workstation: whole or not at all, with the configuration that the journal adopted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counter_app import bootstrap
from counter_app.bootstrap import adopt_configuration, create_workstation, open_workstation
from counter_app.domain.errors import AppError, EnvironmentFailed
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.practice.offices import sample_office
from counter_app.service.workstation import Workstation
from counter_app.settings import sample_configuration, with_changes
from tests.unit.counters import AGENT, IT, PASSPHRASE, SUPERVISOR, Desk


def failure(call: Callable[[], Any]) -> AppError:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value


def opened(data: Path, **options: Any) -> Workstation:
    return open_workstation(data, PASSPHRASE, **options)


def changed_configuration(**slices: int) -> bytes:
    return with_changes(sample_configuration("ccas"), slices=slices)


# --- making


def test_a_new_workstation_begins_with_its_key_and_its_configuration(desk: Desk) -> None:
    first, second = desk.entries()
    assert (first.kind, second.kind) == ("journal_opened", "configuration_adopted")
    assert first.facts["public_key"] == desk.workstation.keyring.public_key.hex()
    assert (first.facts["counter"], first.facts["epoch"], first.facts["format"]) == ("A1", 1, 1)
    assert second.facts["sha256"] == desk.workstation.office.configuration_sha256
    assert desk.slice().slice_cents == 750_000
    assert desk.findings() == []


def test_a_counter_that_a_sample_lacks_gets_what_no_slice_holds(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("Z9")
    assert desk.workstation.chain == "Z9"
    assert desk.slice().slice_cents == 3_000_000 - 3 * 750_000


def test_where_there_is_one_no_other_is_made(desk: Desk) -> None:
    before = {file.name: file.read_bytes() for file in desk.data.iterdir() if file.suffix == ".toml"}
    error = failure(lambda: create_workstation(desk.data, sample_office("ccas", "A1", PASSPHRASE)))
    assert (error.code, error.exit_status) == ("workstation_exists", 2)
    assert before == {file.name: file.read_bytes() for file in desk.data.iterdir() if file.suffix == ".toml"}


@pytest.mark.parametrize("counter", ["a1", "", "A1234", "A-1"])
def test_a_counter_id_that_is_none_is_refused(tmp_path: Path, counter: str) -> None:
    assert failure(lambda: sample_office("ccas", counter, PASSPHRASE)).code == "counter_id_malformed"


def test_a_counter_that_the_configuration_lacks_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    new = bootstrap.NewWorkstation(sample_configuration("ccas"), "Z9", PASSPHRASE, bytes(32))
    error = failure(lambda: create_workstation(tmp_path / "new", new))
    assert (error.code, error.exit_status, error.params) == ("unknown_counter", 2, {"counter": "Z9"})
    assert not (tmp_path / "new").exists()


def test_a_workstation_that_could_not_be_made_whole_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    new = sample_office("ccas", "A1", PASSPHRASE)
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "write_keys", fail)
        assert failure(lambda: create_workstation(tmp_path / "A1", new)).code == "disk_full"
    assert failure(lambda: opened(tmp_path / "A1")).code == "no_workstation"
    create_workstation(tmp_path / "A1", new)
    opened(tmp_path / "A1").close()


def test_no_journal_lives_on_a_network_drive(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.close()
    monkeypatch.setattr(bootstrap, "is_network_path", lambda _: True)
    for call in (
        lambda: create_workstation(tmp_path / "new", sample_office("ccas", "A1", PASSPHRASE)),
        lambda: opened(desk.data),
    ):
        error = failure(call)
        assert (error.code, error.exit_status) == ("network_folder", 3)


# --- opening


def test_a_folder_without_a_workstation_is_named(tmp_path: Path) -> None:
    assert failure(lambda: opened(tmp_path)).code == "no_workstation"


def test_a_workstation_without_its_journal_is_named(desk: Desk) -> None:
    desk.close()
    (desk.data / "journal.db").unlink()
    error = failure(lambda: opened(desk.data))
    assert (error.code, error.exit_status) == ("journal_missing", 3)


def test_a_reader_writes_nothing_into_the_folder(desk: Desk) -> None:
    desk.close()
    before = {file.name: file.read_bytes() for file in desk.data.iterdir()}
    reader = opened(desk.data)
    with reader.reading() as connection:
        connection.execute("SELECT count(*) FROM entry").fetchone()
    assert failure(lambda: reader.writer).code == "opened_for_reading"
    reader.close()
    reader.close()
    after = {file.name: file.read_bytes() for file in desk.data.iterdir()}
    assert {name: after[name] for name in before} == before


def test_nothing_is_recorded_over_a_lost_tail(desk: Desk) -> None:
    desk.close()
    before = (desk.data / "journal.db").read_bytes()
    desk.reopen()
    desk.fill_drawer()
    desk.close()
    (desk.data / "journal.db").write_bytes(before)
    error = failure(lambda: opened(desk.data, write=True))
    assert (error.code, error.exit_status) == ("tail_lost", 4)
    opened(desk.data).close()


def test_a_sidecar_that_is_behind_is_no_reason_to_stay_closed(desk: Desk) -> None:
    behind = (desk.data / SIDECAR).read_bytes()
    desk.fill_drawer()
    desk.close()
    (desk.data / SIDECAR).write_bytes(behind)
    opened(desk.data, write=True).close()


# --- the configuration


def test_a_file_that_was_changed_behind_the_journals_back_is_not_taken(desk: Desk) -> None:
    desk.close()
    file = desk.data / "office.toml"
    file.write_bytes(file.read_bytes() + b"\n# harmless?\n")
    error = failure(lambda: opened(desk.data))
    assert (error.code, error.exit_status) == ("configuration_changed", 2)
    file.write_bytes(b"broken = ")
    assert failure(lambda: opened(desk.data)).code == "configuration_broken"
    file.unlink()
    assert failure(lambda: opened(desk.data)).code == "configuration_not_found"


def test_an_adopted_change_is_an_entry_and_moves_the_slice_by_the_difference(
    desk: Desk, tmp_path: Path
) -> None:
    desk.do("release_slice", approver=SUPERVISOR, to="A2", cents=50_000)
    (tmp_path / "new.toml").write_bytes(changed_configuration(A1=800_000))
    adopt_configuration(desk.workstation, tmp_path / "new.toml", IT)
    last = desk.entries()[-1]
    assert (last.kind, last.header["agent"], last.facts["slice_cents"]) == (
        "configuration_adopted",
        IT,
        50_000,
    )
    assert desk.slice().slice_cents == 750_000
    desk.reopen()
    assert desk.workstation.office.configuration_sha256 == last.facts["sha256"]
    assert not (desk.data / "office.toml.adopting").exists()
    assert desk.findings() == []


def test_who_may_adopt_is_said_by_the_configuration_in_force(desk: Desk, tmp_path: Path) -> None:
    raw = changed_configuration().replace(b'role = "agent"', b'role = "it"')
    assert raw != changed_configuration()
    (tmp_path / "new.toml").write_bytes(raw)
    before = desk.seq
    error = failure(lambda: adopt_configuration(desk.workstation, tmp_path / "new.toml", AGENT))
    assert error.code == "not_allowed"
    assert desk.seq == before
    adopt_configuration(desk.workstation, tmp_path / "new.toml", SUPERVISOR)


def test_a_broken_or_foreign_configuration_is_not_adopted(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_bytes(b"x")
    assert failure(lambda: adopt_configuration(desk.workstation, file, IT)).code == "configuration_broken"
    file.write_bytes(changed_configuration().replace(b'id = "A1"', b'id = "B1"'))
    assert failure(lambda: adopt_configuration(desk.workstation, file, IT)).code == "unknown_counter"
    desk.reopen()


@pytest.mark.parametrize("write", [False, True])
def test_a_crash_between_the_entry_and_the_file_is_mended(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: bool
) -> None:
    file = tmp_path / "new.toml"
    file.write_bytes(changed_configuration(A1=800_000))

    def crash(self: Path, target: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        error = failure(lambda: adopt_configuration(desk.workstation, file, IT))
        assert isinstance(error, EnvironmentFailed)
    desk.close()
    workstation = opened(desk.data, write=write)
    assert workstation.configuration.counter("A1").slice_cents == 800_000  # type: ignore[union-attr]
    workstation.close()
    assert (desk.data / "office.toml.adopting").exists() is not write


def test_a_file_left_by_an_adoption_that_never_happened_changes_nothing(desk: Desk) -> None:
    desk.close()
    (desk.data / "office.toml.adopting").write_bytes(changed_configuration(A1=800_000))
    workstation = opened(desk.data, write=True)
    assert workstation.configuration.counter("A1").slice_cents == 750_000  # type: ignore[union-attr]
    workstation.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there: the rights of the folder say who reads")
def test_the_hashes_of_pins_are_for_the_own_account_alone(desk: Desk, tmp_path: Path) -> None:
    office = desk.data / "office.toml"

    def mode() -> int:
        return office.stat().st_mode & 0o777

    desk.close()
    office.chmod(0o644)
    desk.reopen()
    assert mode() == 0o600
    (desk.data / "office.toml.adopting").write_bytes(b"left by a crash")
    (desk.data / "office.toml.adopting").chmod(0o644)
    told = tmp_path / "office.toml"
    told.write_bytes(changed_configuration(A1=500_000))
    adopt_configuration(desk.workstation, told, IT)
    assert (office.read_bytes(), mode()) == (told.read_bytes(), 0o600)
    fresh = tmp_path / "fresh"
    create_workstation(fresh, sample_office("ccas", "A1", PASSPHRASE))
    assert (fresh / "office.toml").stat().st_mode & 0o777 == 0o600
