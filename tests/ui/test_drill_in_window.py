"""The whole drill in the window, without the command line: two bundles, a lossy centre, zero unexplained at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counter_app.service.reconciliation import tallies
from tests.drill import PLANS, Drill, drill
from tests.end2end.counters import in_this_process
from tests.ui import stage
from tests.unit.counters import PASSPHRASE
from ui import shortcuts
from ui.main_window import MainWindow
from ui.widgets.unit_case import UnitCase

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Drill]:
    with drill(tmp_path) as made:
        yield made


def _it_at(data: Path) -> MainWindow:
    window = stage.window_on(data)
    stage.unlock(window)
    stage.sign_in(window, stage.IT)
    return window


def _step(page: Any, kind: Callable[[Any], bool]) -> Any:
    stage.until(lambda: page.step is not None and kind(page.step) and page.step.isVisible())
    return page.step


def _give(scene: Drill, counter: str) -> None:
    """At one counter: a bundle onto the stick, which lets A3 send."""
    window = _it_at(scene.data(counter))
    try:
        page = stage.page_of(window, "board")
        page.choose_folder = lambda *_: str(scene.stick(counter))
        shortcuts.press(window, "Ctrl+E")
        stage.rest(window)
        sheet = page.sheet()
        to, folder, custody = (field.editor for field in sheet._fields)
        to.choose("A3")
        QTest.keyClicks(folder.line, str(scene.stick(counter)))
        custody.setChecked(True)
        shortcuts.press(window, "F9")
        stage.until(lambda: page.sheet() is None)
        stage.rest(window)
        assert "entries for counter A3" in stage.said(page)
        assert "Counter A3 sends now what waited here" in stage.said(page)
    finally:
        stage.close(window)


def _take(window: MainWindow, bundle: Path) -> None:
    page = stage.page_of(window, "board")
    page.choose_file = lambda *_: (str(bundle), "")
    shortcuts.press(window, "F9")
    stage.until(lambda: page.sheet() is not None)
    stage.rest(window)
    assert "This counter is to send what waits in it" in stage.said(page)
    shortcuts.press(window, "F9")
    stage.until(lambda: page.sheet() is None)
    stage.rest(window)
    assert "read" in stage.said(page)


def _run(window: MainWindow) -> Any:
    page = stage.page_of(window, "recovery")
    page.run_all()
    if page.round.busy:
        stage.until(lambda: not page.round.busy)
    stage.rest(window)
    return page


def _counted(window: MainWindow) -> dict[str, int]:
    assert window.workstation is not None
    (tally,) = tallies(window.workstation, "aid-file")
    return tally.units


def _close_all_rejected(window: MainWindow) -> None:
    """Both rejections stand alike: one decision, its count and euros told before."""
    page = stage.page_of(window, "differences")
    assert len(page._found) == 2
    shortcuts.press(window, "Ctrl+B")
    stage.until(lambda: page.sheet() is not None)
    stage.rest(window)
    if len(page.sheet().found.units) == 2:
        assert "2 units, €42.00" in stage.said(page)
    left = len(page._found) - len(page.sheet().found.units)
    QTest.keyClicks(page.sheet()._words, "Rang the centre: they will not take it")
    shortcuts.press(window, "F9")
    stage.until(lambda: page.sheet() is None)
    stage.rest(window)
    if left:
        page.back()
        stage.rest(window)
        page.open_unit(page._found[0])
        case = _step(page, lambda step: isinstance(step, UnitCase))
        case._decision.choose("close")
        QTest.keyClicks(case._reason, "Rang the centre as well")
        stage.press(case, Qt.Key.Key_F9)
        _step(page, lambda step: not isinstance(step, UnitCase))
        stage.rest(window)
    page.back()
    stage.rest(window)
    assert page._found == ()


def test_it_reaches_zero_unexplained_in_the_window_alone(scene: Drill, tmp_path: Path) -> None:
    for counter in PLANS:
        _give(scene, counter)
    window = _it_at(scene.data("A3"))
    try:
        for counter in PLANS:
            (bundle,) = (path for path in scene.stick(counter).iterdir() if path.is_file())
            _take(window, bundle)
        _run(window)
        stage.until(lambda: _run(window) and _counted(window) == {"accepted": 5, "rejected": 2}, 60)
        assert len(scene.lose()) == 2
        assert len(scene.held()) == 3

        page = stage.page_of(window, "audit")
        page.ask_all()
        stage.until(lambda: not page.audit.busy, 60)
        stage.rest(window)
        assert "2 lost units were sent again and read as held" in stage.said(page)
        assert len(scene.held()) == len(set(scene.held())) == 5

        _close_all_rejected(window)
        page = stage.page_of(window, "recovery")
        assert "Everything is explained." in stage.said(page)
        page.choose = lambda *_: str(tmp_path)
        stage.press(page, Qt.Key.Key_E, _CTRL)
        stage.until(lambda: "The balance stands in" in stage.said(page))
    finally:
        stage.close(window)
    (folder,) = tmp_path.glob("balance-A3-*")
    assert {"balance.pdf", "balance.xlsx", "balance.txt", "balance.txt.sig"} <= {
        path.name for path in folder.iterdir()
    }
    assert b"unexplained 0\n" in (folder / "balance.txt").read_bytes()
    words = tmp_path / "words"
    words.write_bytes(PASSPHRASE)
    told = ("--data", str(scene.data("A3")), "--passphrase-file", str(words))
    answer = in_this_process(*told, "reconcile", "report", "--json")
    assert answer.status == 0
    assert json.loads(answer.out)["unexplained"] == 0
