"""What goes to support: the program, each point of readiness, the log, and nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app import __version__
from counter_app.domain.errors import BadInput
from counter_app.service.support import save_support_text, support_text
from tests.unit.counters import Desk, person


def log(desk: Desk, name: str, content: str) -> None:
    folder = desk.data / "logs"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")


def test_it_begins_with_program_system_and_chain_and_names_every_point_of_readiness(desk: Desk) -> None:
    about, _, logged = support_text(desk.workstation).partition("\n\n")
    lines = about.splitlines()
    assert lines[0] == f"program {__version__}"
    assert lines[1].startswith("system ")
    assert "chain A1" in lines
    assert "journal ok" in lines
    assert any(line.startswith("clock ") for line in lines)
    assert logged == ""


def test_it_names_nobody_and_tells_no_amount(desk: Desk) -> None:
    desk.fill_drawer(123_400)
    desk.grant(4321, person=person("Vandermeulen"))
    told = support_text(desk.workstation)
    for word in ("Vandermeulen", "Zoé", "1980-03-05", "1234", "4321", "43,21", "43.21"):
        assert word not in told


def test_the_log_follows_oldest_first_however_often_it_was_rotated(desk: Desk) -> None:
    for number in (1, 2, 10):
        log(desk, f"counter-app.log.{number}", f"rotated {number}\n")
    log(desk, "counter-app.log", "newest\n")
    _, _, logged = support_text(desk.workstation).partition("\n\n")
    assert logged.splitlines() == ["rotated 10", "rotated 2", "rotated 1", "newest"]


def test_bytes_that_are_no_text_spoil_nothing(desk: Desk) -> None:
    (desk.data / "logs").mkdir(exist_ok=True)
    (desk.data / "logs" / "counter-app.log").write_bytes(b"before \xff\xfe after\n")
    assert "before " in support_text(desk.workstation)


def test_it_is_saved_as_it_is_shown_and_its_lines_are_counted(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "support.txt"
    lines = save_support_text(desk.workstation, file)
    saved = file.read_text(encoding="utf-8")
    assert saved == support_text(desk.workstation)
    assert lines == saved.count("\n") > 10


def test_a_place_that_cannot_be_written_is_told_without_its_whole_path(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        save_support_text(desk.workstation, tmp_path / "nowhere" / "support.txt")
    assert caught.value.code == "file_unwritable"
    assert caught.value.params["path"] == "support.txt"
