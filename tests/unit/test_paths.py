"""Paths promises a place on this machine, and tells a network folder from a local one."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from counter_app.paths import (
    PORTABLE_MARK,
    data_folder,
    file_system_of,
    is_network_path,
    is_unc,
    log_folder,
    own_command,
    program_folder,
    replace_file,
)

MOUNTS = """\
/dev/sda2 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /srv/office nfs4 rw,vers=4.2 0 0
//files/counter /mnt/Guichet\\040A3 cifs rw 0 0
/dev/sdb1 /srv/office/local ext4 rw 0 0
systemd-1 /net autofs rw 0 0
server:/net /net nfs rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/agent/data", "ext4"),
        ("/srv/office", "nfs4"),
        ("/srv/office/a3/journal.db", "nfs4"),
        ("/srv/office/local/a3", "ext4"),
        ("/srv/officeless", "ext4"),
        ("/mnt/Guichet A3/data", "cifs"),
        ("/net/a3", "nfs"),
    ],
)
def test_the_innermost_latest_mount_tells_the_file_system(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind


def test_a_path_under_no_known_mount_has_no_known_file_system() -> None:
    assert file_system_of(Path("/home"), "server:/x /srv nfs rw 0 0\n") == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"\\server\share\a3", True),
        ("//server/share/a3", True),
        (r"\\?\UNC\server\share\a3", True),
        (r"\\?\unc\server\share", True),
        (r"\\?\C:\counter", False),
        (r"\\.\C:\counter", False),
        (r"C:\counter", False),
        (r"data\a3", False),
    ],
)
def test_a_windows_path_that_names_a_server_is_known_by_its_form(path: str, expected: bool) -> None:
    assert is_unc(path) is expected


def test_a_folder_of_this_machine_is_no_network_path_even_before_it_exists(tmp_path: Path) -> None:
    assert is_network_path(tmp_path) is False
    assert is_network_path(tmp_path / "not" / "yet" / "there") is False


def test_a_portable_copy_keeps_everything_beside_the_program() -> None:
    assert data_folder(portable=True).parent == program_folder()
    assert log_folder(portable=True).parent == program_folder()
    assert (program_folder() / "counter_app" / "paths.py").is_file()


def test_a_packed_program_keeps_its_portable_data_beside_the_executable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "counter-app.exe"))
    assert program_folder() == tmp_path.resolve()


def test_a_packed_copy_with_the_mark_beside_it_is_portable_without_being_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "counter-app"))
    assert data_folder() != tmp_path.resolve() / "data"
    (tmp_path / PORTABLE_MARK).touch()
    assert data_folder() == tmp_path.resolve() / "data"
    assert log_folder() == tmp_path.resolve() / "logs"


def test_a_child_process_starts_the_same_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_command() == [sys.executable, "-m", "counter_app"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command() == [sys.executable]


def test_asking_for_the_folders_of_a_person_makes_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    assert "counter-app" in data_folder().parts
    assert "counter-app" in log_folder().parts
    assert data_folder() != log_folder()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders there")
def test_a_file_never_takes_the_place_of_a_device_or_a_pipe(tmp_path: Path) -> None:
    part, pipe, old = tmp_path / "part", tmp_path / "pipe", tmp_path / "old"
    part.write_bytes(b"new")
    old.write_bytes(b"old")
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="Invalid argument"):
        replace_file(part, pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    replace_file(part, old)
    assert old.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_that_go_round_in_a_circle_are_no_network_folder_and_no_bug(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert not is_network_path(loop)
