"""A supervisor is set up for approvals over the telephone, on both machines, by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from counter_app.service.phone_keys import enrol, take_in
from counter_app.service.telephone import answer, ask
from tests.ui import stage
from tests.ui.conftest import Opener
from tests.ui.test_act import entries
from tests.unit.conftest import open_desk  # noqa: F401  (a fixture)
from tests.unit.counters import Desk
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.phone_keys import PhoneKeysPage

_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def far(open_desk: Callable[..., Desk]) -> Desk:  # noqa: F811
    return open_desk("A2")


def phone_keys(window: MainWindow, who: str, way: str, key: Qt.Key) -> Any:
    """The page, by the key that leads there."""
    stage.unlock(window)
    stage.sign_in(window, who)
    window.navigate(way)
    stage.rest(window)
    stage.press(window, key, _CONTROL)
    stage.rest(window)
    assert window.shell is not None
    page = window.shell.page
    assert isinstance(page, PhoneKeysPage)
    assert shortcuts.clashes(window) == []
    return page


def record(window: MainWindow, page: PhoneKeysPage) -> str:
    """Record the sheet, and what is said afterwards."""
    before = page.step
    stage.press(window, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not before or "choose" in stage.said(page).casefold())
    stage.rest(window)
    return stage.said(page)


def test_a_supervisor_makes_a_key_and_answers_for_the_counter_that_took_it(
    window: MainWindow, far: Desk, tmp_path: Path
) -> None:
    page = phone_keys(window, stage.SUPERVISOR, "approvals", Qt.Key.Key_K)
    assert "No supervisor is set up here" in stage.said(page)
    stage.press(window, Qt.Key.Key_F9)
    stage.settle()
    person, counter, file = (field.editor for field in page.step._fields)
    assert person.value() == stage.SUPERVISOR
    counter.choose("A2")
    assert "Choose where the file goes." in record(window, page)
    path = tmp_path / "phone-A2.key"
    page.choose_new = lambda *_: (str(path), "")
    file._ask()
    assert "Carry the file to counter A2" in record(window, page)
    (shared,) = entries(window, "journal_keys_changed")
    assert (shared.facts["change"], shared.facts["with"]) == ("phone_key_shared", "A2")
    assert shared.header["agent"] == stage.SUPERVISOR
    stage.press(window, Qt.Key.Key_Escape)
    stage.rest(window)
    cells = [str(page.table.rows.index(0, column).data()) for column in range(3)]
    assert cells == ["Hélène Garcia", "Counter A2", "Answers here"]
    assert take_in(far.workstation, path, stage.IT) == stage.SUPERVISOR
    asked = ask(far.workstation, far.grant(6000, means="cash")).question
    assert window.workstation is not None
    digits = answer(window.workstation, stage.SUPERVISOR, stage.PINS[stage.SUPERVISOR], asked)
    assert len(digits) == 8
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell is not None
    assert window.shell.here == "approvals"


def test_it_takes_in_the_key_that_was_brought_and_no_other(
    open_window: Opener, far: Desk, tmp_path: Path
) -> None:
    mine, elsewhere = tmp_path / "mine.key", tmp_path / "elsewhere.key"
    enrol(far.workstation, stage.SUPERVISOR, "A1", mine, stage.IT)
    enrol(far.workstation, stage.SUPERVISOR, "A3", elsewhere, stage.IT)
    window = open_window()
    page = phone_keys(window, stage.IT, "keys", Qt.Key.Key_T)
    stage.press(window, Qt.Key.Key_G, _CONTROL)
    stage.settle()
    file = page.step._fields[0].editor
    file.line.setText(str(elsewhere))
    stage.press(window, Qt.Key.Key_F9)
    stage.until(page.step.messages.isVisible)
    assert "was made for counter A3: take it there." in stage.said(page)
    file.line.setText(str(mine))
    assert "Hélène Garcia may approve over the telephone now." in record(window, page)
    assert "Destroy the file now" in stage.said(page)
    (taken,) = entries(window, "journal_keys_changed")
    assert (taken.facts["change"], taken.header["agent"]) == ("phone_key_taken", stage.IT)
    stage.press(window, Qt.Key.Key_Escape)
    stage.rest(window)
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell is not None
    assert window.shell.here == "keys"
