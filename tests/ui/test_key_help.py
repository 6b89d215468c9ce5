"""While the keys are shown nothing reaches the page behind them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui import stage
from tests.ui.test_act import CTRL, Hands, entries, here, new_citizen, page
from ui.main_window import MainWindow
from ui.pages.sign_in import SignIn

Key = Qt.Key


@pytest.fixture
def hands(agent_window: MainWindow) -> Hands:
    """At a grant that F9 would record, with the keys shown over it."""
    hands = Hands(agent_window)
    new_citizen(hands, "Petit", "Luc", "1975")
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type("10")
    hands.tab()
    hands.type(" ")
    hands.calm()
    hands.press(Key.Key_F1)
    assert agent_window.shell is not None
    assert agent_window.shell.help.isVisible()
    return hands


def test_no_key_of_the_page_works_under_the_keys_wherever_the_focus_is(hands: Hands) -> None:
    window, act = hands.window, page(hands.window)
    assert window.shell is not None
    before = len(entries(window))
    for focus in (None, act.form.amount):
        if focus is not None:
            focus.setFocus()
        for key, modifier in ((Key.Key_F9, Qt.KeyboardModifier.NoModifier), (Key.Key_F9, CTRL)):
            hands.press(key, modifier)
        hands.press(Key.Key_F2)
        hands.press(Key.Key_7)
        hands.calm()
        assert len(entries(window)) == before
        assert (here(window), act.panel.is_refusing, act.form.amount.cents) == ("act", False, 1000)
        assert window.shell.help.isVisible()


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_F1, Key.Key_Return, Key.Key_Enter])
def test_escape_f1_and_enter_close_the_keys_and_do_nothing_else(hands: Hands, key: Qt.Key) -> None:
    window = hands.window
    assert window.shell is not None
    before = len(entries(window))
    hands.press(key)
    hands.calm()
    assert not window.shell.help.isVisible()
    assert here(window) == "act"
    assert len(entries(window)) == before
    hands.press(Key.Key_F9)
    stage.until(page(window).desk.isVisible)


def test_whoever_leaves_the_desk_locks_it_under_the_keys_too(hands: Hands) -> None:
    hands.press(Key.Key_L, CTRL)
    stage.until(lambda: isinstance(hands.window.gate, SignIn))


def test_a_key_that_two_keys_of_the_keyboard_give_is_listed_once(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    hands.press(Key.Key_N, CTRL)
    hands.calm()
    hands.press(Key.Key_F1)
    assert agent_window.shell is not None
    shown = [one.text() for one in agent_window.shell.help.findChildren(QLabel)]
    assert shown.count("Ctrl+Enter") == 1
    assert "Ctrl+Return" not in shown
