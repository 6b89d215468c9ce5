"""A low window: less air, parts that fold away, and no word lost for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui import stage
from tests.ui.stage import rest
from ui import shortcuts
from ui.app import Translators
from ui.main_window import MainWindow
from ui.pages.closing import ClosingPage
from ui.pages.limits import LimitsPage
from ui.theme.current import theme
from ui.theme.density import COMPACT, MIDDLE, ROOMY, density_for
from ui.widgets.buttons import Button
from ui.widgets.day_lists import ListStep

_LOW = (910, 512)


@pytest.fixture
def supervisor(open_window: Callable[..., MainWindow]) -> MainWindow:
    window = open_window(size=_LOW)
    stage.unlock(window)
    stage.sign_in(window, stage.SUPERVISOR)
    return window


def test_each_scale_of_a_small_screen_has_its_density() -> None:
    assert [density_for(int(768 / scale)) for scale in (1, 1.25, 1.5, 2)] == [ROOMY, MIDDLE, COMPACT, COMPACT]


def test_a_window_takes_its_density_as_it_is_resized(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    assert theme.density is ROOMY
    window.resize(*_LOW)
    stage.until(lambda: theme.density is COMPACT)
    window.resize(1366, 768)
    stage.until(lambda: theme.density is ROOMY)


def test_a_button_gives_up_its_key_before_its_words(application: QApplication) -> None:
    button, bare = Button("Close the day", key="F9"), Button("Close the day")
    assert button.sizeHint().width() > bare.sizeHint().width()
    assert button.minimumSizeHint().width() == bare.minimumSizeHint().width()


def test_a_button_and_the_list_of_keys_write_a_key_alike_in_the_reader_s_language(
    application: QApplication,
) -> None:
    translators = Translators(application)
    translators.speak("fr")
    try:
        for sequence, french in (("Shift+F9", "Maj+F9"), ("Ctrl+Enter", "Ctrl+Entrée"), ("Esc", "Échap")):
            assert Button("Agir", key=sequence).accessibleName() == f"Agir ({french})"
            assert shortcuts.Key(sequence, "Agir", "", 0).shown == french
    finally:
        translators.speak("en")
    assert Button("Act", key="Shift+F9").accessibleName() == "Act (Shift+F9)"
    assert Button("Next", key="→").accessibleName() == "Next (→)"


def test_enter_presses_the_button_that_has_the_focus(application: QApplication) -> None:
    pressed: list[bool] = []
    button = Button("Open", press=lambda: pressed.append(True))
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True]


def test_one_key_turns_the_parts_of_a_page_that_stand_one_at_a_time(supervisor: MainWindow) -> None:
    supervisor.navigate("limits")
    rest(supervisor)
    assert supervisor.shell is not None
    page = supervisor.shell.page
    assert isinstance(page, LimitsPage)
    assert (page.money.isVisible(), page.side.isVisible()) == (True, False)
    assert shortcuts.press(supervisor, "Ctrl+J")
    assert (page.money.isVisible(), page.side.isVisible()) == (False, True)
    supervisor.resize(1366, 768)
    stage.until(lambda: page.money.isVisible() and page.side.isVisible())


def test_the_other_days_have_a_list_of_their_own(supervisor: MainWindow) -> None:
    supervisor.navigate("closing")
    rest(supervisor)
    assert supervisor.shell is not None
    page = supervisor.shell.page
    assert isinstance(page, ClosingPage)
    assert not page.days_card.isVisible()
    assert page.days_button.isVisible()
    assert shortcuts.press(supervisor, "Ctrl+J")
    assert isinstance(page.step, ListStep)
    assert page.step.table.rows.rowCount() == 1
    page.step.press()
    rest(supervisor)
    assert page.step is None
    assert page.today_button.isVisible()
