"""Outages declared, followed and closed per service at the window."""

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


def declare(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F10, Qt.Key.Key_F9)
    desk.type("Panne")
    desk.press(Qt.Key.Key_Return)
    # The first service of the order of recovery: down.
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_F9)


def test_without_an_outage_the_page_says_so(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F10)
    assert "No outage was declared here." in desk.shown()
    assert "0 services" not in desk.shown()
    desk.control(Qt.Key.Key_U)
    assert "No outage is open. Declare one with F9." in desk.shown()
    assert desk.clashes() == []


def test_an_outage_is_declared_for_the_chosen_services(desk: Supervisor) -> None:
    declare(desk)
    (entry,) = desk.entries("incident_declared")
    assert entry.facts["services"] == {"aid-file": "down"}
    assert entry.facts["title"] == "Panne"
    assert "The outage is declared" in desk.shown()
    assert entry.facts["number"] in desk.shown()


def test_it_may_have_begun_earlier(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F10, Qt.Key.Key_F9)
    desk.type("Panne")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    desk.type("99")
    desk.press(Qt.Key.Key_F9)
    assert "Write the time of today like 9:10" in desk.shown()
    desk.press(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    desk.type("0:00")
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("incident_declared")
    assert entry.header["happened_at"] < entry.header["recorded_at"]


def test_nothing_is_declared_without_words_or_without_a_service(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F10, Qt.Key.Key_F9, Qt.Key.Key_F9)
    assert "Say what is the matter" in desk.shown()
    desk.type("Panne")
    desk.press(Qt.Key.Key_F9)
    assert "Choose a state for at least one service." in desk.shown()
    assert desk.entries("incident_declared") == []


def test_a_line_is_added_with_its_source_and_the_board_follows(desk: Supervisor) -> None:
    declare(desk)
    desk.press(Qt.Key.Key_Escape)
    desk.control(Qt.Key.Key_U)
    desk.type("Le centre rappelle")
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("incident_updated")
    assert entry.facts["words"] == "Le centre rappelle"
    assert entry.facts["services"] == {}
    assert "The timeline shows it now" in desk.shown()
    desk.press(Qt.Key.Key_Escape)
    lines = desk.page.lines.rows  # type: ignore[attr-defined]
    assert [lines.index(row, 1).data() for row in range(lines.rowCount())] == [
        "Panne (Files of the CCAS: Down)",
        "Le centre rappelle",
    ]


def test_it_is_closed_for_the_services_that_are_ticked(desk: Supervisor) -> None:
    declare(desk)
    desk.press(Qt.Key.Key_Escape)
    assert "1 service concerned" in desk.shown()
    desk.control(Qt.Key.Key_K)
    assert "End the outage for which services?" in desk.shown()
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("incident_closed")
    assert entry.facts["services"] == {"aid-file": "closed"}
    assert "The outage is ended" in desk.shown()
    assert "Recovery (F5) sends what waits." in desk.shown()
    desk.press(Qt.Key.Key_Escape)
    assert not desk.page.close_button.isEnabled()  # type: ignore[attr-defined]
