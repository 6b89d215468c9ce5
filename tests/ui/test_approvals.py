"""A supervisor decides what waits, by keys alone; the journal holds who, with what proof and why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui import stage
from tests.ui.afternoon import Supervisor, afternoon
from tests.unit.counters import Templates


@pytest.fixture(scope="module")
def counter(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = stage.fresh(templates, tmp_path_factory.mktemp("afternoon") / "data")
    afternoon(data)
    return data


@pytest.fixture
def desk(counter: Path, tmp_path: Path) -> Iterator[Supervisor]:
    shutil.copytree(counter, tmp_path / "data")
    opened = Supervisor(tmp_path / "data")
    yield opened
    stage.close(opened.window)


def open_first(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F4, Qt.Key.Key_Return)


def test_names_are_masked_until_a_grant_is_opened(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F4)
    table = desk.page.main_focus()
    assert table is desk.window.focusWidget()
    rows = desk.page.rows  # type: ignore[attr-defined]
    shown = [rows.index(row, 2).data() for row in range(rows.rowCount())]
    assert shown == ["D. Z.", "B. Z.", "O. Z."]
    desk.press(Qt.Key.Key_Return)
    assert "Dupont, Zoé, born 05/03/1980" in desk.shown()
    assert "Deux enfants" in desk.shown()


def test_it_says_which_rule_and_what_the_limits_leave(desk: Supervisor) -> None:
    open_first(desk)
    words = desk.shown()
    assert "Above €50.00 it needs a second person (in force since 01/01/2024)." in words
    assert "€60.00 of €80.00 with this grant" in words
    assert "€60.00 of €240.00 with this grant" in words
    assert desk.clashes() == []


def test_the_pin_approves_and_is_the_proof(desk: Supervisor) -> None:
    open_first(desk)
    desk.type(stage.PINS[stage.SUPERVISOR])
    desk.press(Qt.Key.Key_Return)
    (entry,) = desk.entries("approval_decided")
    assert (entry.facts["approver"], entry.facts["proof"]) == (stage.SUPERVISOR, "pin")
    assert entry.facts["approved"] is True
    assert "Approved" in desk.shown()
    assert "A1-0002" in desk.shown()
    # F9 is the next one that waits.
    desk.press(Qt.Key.Key_F9)
    assert "Benali, Zoé" in desk.shown()


def test_a_wrong_pin_records_nothing_and_says_so_beside_the_pin(desk: Supervisor) -> None:
    open_first(desk)
    desk.press(Qt.Key.Key_F9)
    assert "Type your PIN" in desk.shown()
    desk.type("9999")
    desk.press(Qt.Key.Key_F9)
    assert desk.entries("approval_decided") == []
    focus = desk.window.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "PIN"
    desk.type(stage.PINS[stage.SUPERVISOR])
    desk.press(Qt.Key.Key_F9)
    assert len(desk.entries("approval_decided")) == 1


def test_declining_wants_a_reason(desk: Supervisor) -> None:
    open_first(desk)
    desk.control(Qt.Key.Key_D)
    assert desk.entries("approval_decided") == []
    assert "Say why" in desk.shown()
    desk.type("Aide d'un autre service")
    desk.control(Qt.Key.Key_D)
    (entry,) = desk.entries("approval_decided")
    assert entry.facts["approved"] is False
    assert (entry.private or {})["reason"] == "Aide d'un autre service"
    assert "Declined" in desk.shown()


def test_what_one_granted_oneself_another_supervisor_approves(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F4, Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert "Okoye" in desk.shown()
    assert "You granted this yourself: another supervisor approves it here" in desk.shown()
    desk.type(stage.PINS[stage.SUPERVISOR])
    desk.press(Qt.Key.Key_F9)
    assert desk.entries("approval_decided") == []
    desk.type("4444")
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("approval_decided")
    assert (entry.facts["approver"], entry.facts["proof"]) == ("jmoreau", "pin")
    assert entry.header["agent"] == stage.SUPERVISOR


def test_escape_goes_back_and_what_is_decided_leaves_the_list(desk: Supervisor) -> None:
    open_first(desk)
    desk.press(Qt.Key.Key_Escape)
    assert desk.window.focusWidget() is desk.page.main_focus()
    desk.press(Qt.Key.Key_Return)
    desk.type(stage.PINS[stage.SUPERVISOR])
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert desk.page.rows.rowCount() == 2  # type: ignore[attr-defined]
