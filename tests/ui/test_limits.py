"""Envelope and slices at the window: figures with words, and the three acts on them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from counter_app.bootstrap import open_workstation
from counter_app.service.exchange import exchange_by_folder
from tests.ui import stage
from tests.ui.afternoon import Supervisor, afternoon, record
from tests.unit.counters import PASSPHRASE, Templates
from ui.widgets.table_rows import PAD


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


def test_gauges_say_in_words_what_is_left_and_who_was_never_heard(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F8)
    words = desk.shown()
    assert "€7,326.00 left" in words
    assert "€174.00 of €7,500.00 granted · known to the last cent" in words
    assert "slice of €7,500.00 · never heard" in words
    assert "not known" in words
    assert "Note de service 2024-07" in words
    assert "Second person above €90.00." in words
    assert "Rules of 01/01/2026" in words
    assert "2026-01-01" not in words
    assert desk.clashes() == []


def test_who_approves_is_read_whole_in_its_column(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F8)
    table = desk.page.table  # type: ignore[attr-defined]
    letters = QFontMetrics(table.font())
    for row in range(table.rows.rowCount()):
        words = table.rows.index(row, 2).data()
        assert words == "—" or words.startswith(("above", "always"))
        assert letters.horizontalAdvance(words) + 2 * PAD <= table.columnWidth(2)


def test_budget_is_given_to_another_counter_and_leaves_this_slice(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F8)
    desk.control(Qt.Key.Key_G)
    desk.press(Qt.Key.Key_Tab)
    desk.type("500")
    desk.press(Qt.Key.Key_Return)
    (entry,) = desk.entries("slice_released")
    assert (entry.facts["to"], entry.facts["cents"]) == ("A2", 50_000)
    assert "Given to counter A2" in desk.shown()
    desk.press(Qt.Key.Key_Escape)
    assert "€500.00 given and not taken yet" in desk.shown()


def test_more_than_is_left_is_refused_with_what_is(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F8)
    desk.control(Qt.Key.Key_G)
    desk.press(Qt.Key.Key_Tab)
    desk.type("9000")
    desk.press(Qt.Key.Key_F9)
    assert desk.entries("slice_released") == []
    assert "€7,326.00" in desk.page.sheet().messages.words.text()  # type: ignore[union-attr]


def test_the_envelope_is_raised_on_a_named_decision_only(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F8)
    desk.control(Qt.Key.Key_E)
    desk.type("1000")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert "Name the decision" in desk.shown()
    desk.type("Decision 2026-14")
    desk.press(Qt.Key.Key_Return)
    (entry,) = desk.entries("envelope_raised")
    assert (entry.facts["cents"], entry.facts["act"]) == (100_000, "Decision 2026-14")


def test_what_another_counter_gave_is_taken_with_one_key(
    counter: Path, templates: Templates, tmp_path: Path
) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    giver = open_workstation(templates.copy("A2", tmp_path / "a2"), PASSPHRASE, write=True)
    record(giver, "release_slice", agent=stage.SUPERVISOR, approver=stage.SUPERVISOR, to="A1", cents=70_000)
    exchange_by_folder(giver, folder)
    giver.close()
    shutil.copytree(counter, tmp_path / "data")
    desk = Supervisor(tmp_path / "data")
    exchange_by_folder(desk.workstation, folder)
    desk.press(Qt.Key.Key_F8)
    assert "last heard" in desk.shown()
    assert "Take €700.00 from counter A2" in desk.page.take_button.text().replace("&", "")  # type: ignore[attr-defined]
    desk.control(Qt.Key.Key_T)
    (entry,) = desk.entries("slice_taken")
    assert (entry.facts["from"], entry.facts["cents"]) == ("A2", 70_000)
    stage.close(desk.window)
