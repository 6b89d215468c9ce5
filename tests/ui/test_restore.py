"""Going on from a copy in the window: at the first start and from the passphrase, by words and by recovery keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyrage import x25519
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from counter_app.bootstrap import open_workstation, with_keys_changed
from counter_app.service.key_changes import set_recovery
from counter_app.service.mirror.media import add_medium
from counter_app.service.mirror.now import copy_now
from tests.ui import stage
from tests.unit.counters import PASSPHRASE
from ui.main_window import MainWindow
from ui.pages.first_run import FirstRun
from ui.pages.restore import Restore
from ui.pages.unlock import Unlock
from ui.widgets.buttons import Button

_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def identities() -> list[x25519.Identity]:
    return [x25519.Identity.generate() for _ in range(3)]


@pytest.fixture(scope="module")
def stick(
    busy_morning: Path, identities: list[x25519.Identity], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy of a morning that two of three recovery keys open, too."""
    folder = tmp_path_factory.mktemp("lost")
    shutil.copytree(busy_morning, folder / "data")
    workstation = open_workstation(folder / "data", PASSPHRASE, write=True)
    holders = [(f"holder {place}", str(one.to_public())) for place, one in enumerate(identities)]
    workstation = with_keys_changed(
        workstation, lambda one: set_recovery(one, holders, 2, stage.IT), "counter-app"
    )
    (folder / "stick").mkdir()
    add_medium(workstation, folder / "stick")
    copy_now(workstation)
    workstation.close()
    return folder / "stick"


@pytest.fixture
def here(stick: Path, tmp_path: Path) -> Path:
    """The stick, plugged into this machine."""
    return Path(shutil.copytree(stick, tmp_path / "stick"))


def restore_page(window: MainWindow) -> Restore:
    """Press the button that leads to it."""
    assert window.gate is not None
    button = next(
        one for one in window.gate.findChildren(Button) if one.text().replace("&", "") == "Go on from a copy"
    )
    button.click()
    assert isinstance(window.gate, Restore)
    return window.gate


def said(gate: Restore) -> str:
    return " ".join(one.text() for one in gate.findChildren(QLabel) if one.isVisible())


def test_a_new_machine_goes_on_from_a_stick_and_lists_the_numbers(tmp_path: Path, here: Path) -> None:
    window = stage.window_on(tmp_path / "empty")
    assert isinstance(window.gate, FirstRun)
    gate = restore_page(window)
    QTest.keyClick(gate, Qt.Key.Key_F9)
    assert "Choose where the copy lies." in said(gate)
    gate.source.line.setText(str(here))
    gate.passphrase.setText("six other words of nobody here")
    QTest.keyClick(gate, Qt.Key.Key_F9)
    stage.until(lambda: "These words do not open the copy" in said(gate))
    gate.passphrase.setText(PASSPHRASE.decode())
    QTest.keyClick(gate, Qt.Key.Key_F9)
    stage.until(gate.result.isVisible)
    words = said(gate)
    assert "The counter goes on as A1b" in words
    assert "Numbers to look for: A1-00" in words
    assert "nothing may be granted until a supervisor carries over" in words
    assert "the media for copies" in words
    gate.save_file = lambda *_: (str(tmp_path / "numbers.txt"), "")
    QTest.keyClick(gate, Qt.Key.Key_S, _CONTROL)
    stage.until((tmp_path / "numbers.txt").is_file)
    assert (tmp_path / "numbers.txt").read_text(encoding="utf-8").count("[ ] A1-") == 40
    stage.until(gate.messages.isVisible)
    QTest.keyClick(gate, Qt.Key.Key_F9)
    stage.until(lambda: window.workstation is not None)
    assert window.workstation is not None
    assert window.workstation.chain == "A1b"
    stage.sign_in(window, stage.SUPERVISOR)
    window.navigate("limits")
    stage.until(lambda: not window.tasks.busy)
    stage.settle()
    assert window.shell is not None
    page = window.shell.page
    assert page is not None
    # People go on calling the counter A1; the receipts begin with A1b, and each place says both.
    assert window.shell.status.words("who").endswith("· counter A1 (numbers A1b-…)")
    gauges = " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
    assert "Counter A1 (numbers A1b-…), here" in gauges
    assert "Counter A1, before the restore" in gauges
    stage.press(page, Qt.Key.Key_Y, _CONTROL)
    stage.settle()
    QTest.keyClicks(page.step._fields[0].editor, "100")  # type: ignore[attr-defined]
    stage.press(page, Qt.Key.Key_F9)
    stage.until(lambda: "Carried over" in " ".join(one.text() for one in page.findChildren(QLabel)))
    stage.close(window)


def test_lost_words_are_replaced_by_two_recovery_keys(
    tmp_path: Path, here: Path, identities: list[x25519.Identity]
) -> None:
    files = []
    for place, identity in enumerate(identities[:2]):
        files.append(tmp_path / f"{place}.key")
        files[-1].write_text(f"{identity}\n", encoding="utf-8")
    window = stage.window_on(tmp_path / "empty")
    gate = restore_page(window)
    gate.source.line.setText(str(here))
    gate.lost.setChecked(True)
    gate.keys[0].line.setText(str(files[0]))
    gate.start()
    assert gate.keep.isVisible()
    words = " ".join(one.text().partition(". ")[2] for one in gate._grid.shown)
    gate.kept.setChecked(True)
    gate.restore()
    stage.until(lambda: "Only 1 of the 2 recovery keys" in said(gate))
    gate.keys[1].line.setText(str(files[1]))
    gate.start()
    words = " ".join(one.text().partition(". ")[2] for one in gate._grid.shown)
    gate.restore()
    stage.until(gate.result.isVisible)
    stage.close(window)
    open_workstation(tmp_path / "empty", words.encode()).close()


def test_a_workstation_that_is_whole_is_not_put_aside_by_the_window(window: MainWindow, here: Path) -> None:
    assert isinstance(window.gate, Unlock)
    gate = restore_page(window)
    gate.source.line.setText(str(here))
    gate.passphrase.setText(PASSPHRASE.decode())
    gate.start()
    stage.until(gate.messages.isVisible)
    assert "Nothing was restored." in said(gate)
    back = next(one for one in gate.form.findChildren(Button) if one.text().replace("&", "") == "Back")
    back.click()
    assert isinstance(window.gate, Unlock)
    stage.unlock(window)
    assert window.workstation is not None
    assert window.workstation.chain == "A1"
