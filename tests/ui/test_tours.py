"""The three tours of the README, key by key: what they promise is what happens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from tests.ui import stage
from tests.ui.test_act import CTRL, Hands, entries, here
from ui.main_window import MainWindow

Key = Qt.Key


def kinds(window: MainWindow) -> list[str]:
    return [entry.kind for entry in entries(window) if not entry.kind.startswith(("journal_", "config"))]


def go(hands: Hands, *steps: Key | str) -> None:
    """Press keys and type words one after the other, as a reader of the README does: looking at each answer."""
    for step in steps:
        if isinstance(step, str):
            hands.type(step)
        else:
            hands.press(step)
        hands.calm()


def sign_in_below(hands: Hands, pin: str) -> None:
    hands.press(Key.Key_L, CTRL)
    hands.calm()
    go(hands, Key.Key_Down, Key.Key_Down, pin, Key.Key_Return)
    stage.until(lambda: hands.window.shell is not None)
    hands.calm()


def test_the_tours_of_the_readme_end_as_they_say(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(empty=True)
    hands = Hands(window)
    hands.press(Key.Key_Return)
    stage.until(lambda: window.workstation is not None, 60)
    hands.calm()

    go(hands, "1111", Key.Key_Return)
    stage.until(lambda: window.shell is not None)
    hands.calm()
    go(hands, "Martin Chloé", Key.Key_Return)
    stage.until(lambda: here(window) == "new_citizen")
    go(hands, "1987", Key.Key_Tab, "s")
    hands.press(Key.Key_Return, CTRL)
    stage.until(lambda: here(window) == "act")
    hands.calm()
    go(hands, "e", Key.Key_Tab, "60", Key.Key_Tab, " ", Key.Key_F9)
    stage.until(lambda: kinds(window) != [])
    (grant,) = entries(window, "aid_granted")
    assert (grant.facts["number"], grant.facts["cents"]) == ("A1-0001", 6000)
    go(hands, Key.Key_Return)
    assert here(window) == "counter"

    sign_in_below(hands, "3333")
    go(hands, Key.Key_F4, Key.Key_F9, "3333", Key.Key_F9)
    stage.until(lambda: "approval_decided" in kinds(window))
    go(hands, Key.Key_F10, Key.Key_F9, "No answer", Key.Key_Tab, "d", Key.Key_F9)
    stage.until(lambda: "incident_declared" in kinds(window))
    assert window.shell is not None
    stage.until(lambda: window.shell is not None and "since" in window.shell.banner.title.text())
    go(hands, Key.Key_F7, Key.Key_F9, Key.Key_F9, Key.Key_F9)
    stage.until(lambda: "day_closed" in kinds(window))

    sign_in_below(hands, "5555")
    assert here(window) == "recovery"
    go(hands, Key.Key_F12)
    assert here(window) == "doctor"
    go(hands, Key.Key_F10)
    hands.press(Key.Key_K, CTRL)
    hands.calm()
    go(hands, Key.Key_F9)
    stage.until(lambda: "incident_closed" in kinds(window))
