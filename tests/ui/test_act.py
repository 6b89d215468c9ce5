"""The agent's way by keys alone: find, record, grant, print, next citizen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.service.drafts import drafts_of
from tests.ui import stage
from tests.unit.counters import Templates
from ui.main_window import MainWindow
from ui.pages.act import ActPage
from ui.widgets.buttons import Button

Key = Qt.Key
_NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Hands:
    """Presses keys where the focus is, and counts those that are no text."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.pressed = 0

    def type(self, words: str) -> None:
        target = self.window.focusWidget()
        assert target is not None
        for sign in words:
            if sign.isascii():
                QTest.keyClicks(target, sign)
            else:
                # QTest knows no key for it and ends the process.
                QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, 0, _NONE, sign))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.pressed += 1
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def tab(self, times: int = 1) -> None:
        for _ in range(times):
            self.press(Key.Key_Tab)

    def calm(self) -> None:
        stage.settle()
        stage.until(lambda: not self.window.tasks.busy)
        stage.settle()


def entries(window: MainWindow, kind: str = "") -> list[Entry]:
    assert window.workstation is not None
    with window.workstation.reading() as connection:
        found = list(store.entries(connection, window.workstation.chain))
    return [entry for entry in found if not kind or entry.kind == kind]


def page(window: MainWindow) -> ActPage:
    assert window.shell is not None
    shown = window.shell.page
    assert isinstance(shown, ActPage)
    return shown


def here(window: MainWindow) -> str:
    assert window.shell is not None
    return window.shell.here


def new_citizen(hands: Hands, surname: str, given: str, born: str, identity: int = 1) -> None:
    """From the search to the act: the surname is carried over, three more fields are typed."""
    hands.type(surname)
    hands.press(Key.Key_N, CTRL)
    hands.calm()
    hands.type(given)
    hands.tab()
    hands.type(born)
    hands.tab()
    for _ in range(identity):
        hands.press(Key.Key_Down)
    hands.press(Key.Key_Return, CTRL)
    stage.until(lambda: here(hands.window) == "act")
    hands.calm()


def grant(hands: Hands, amount: str) -> None:
    """The second aid, the amount, one tick, F9."""
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type(amount)
    hands.tab()
    hands.type(" ")
    hands.press(Key.Key_F9)
    desk = page(hands.window).desk
    stage.until(desk.isVisible)
    hands.calm()


@pytest.fixture
def data(templates: Templates, tmp_path: Path) -> Path:
    return stage.fresh(templates, tmp_path / "data")


@pytest.fixture
def window(data: Path) -> Iterator[MainWindow]:
    """On an untouched workstation, at the sign-in."""
    window = stage.window_on(data)
    stage.unlock(window)
    yield window
    stage.close(window)


def test_a_citizen_is_recorded_granted_and_printed_by_keys_alone(window: MainWindow, data: Path) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    hands.press(Key.Key_Return)  # the one of the sign-in above
    assert here(window) == "counter"
    new_citizen(hands, "Okafor", "Ngozi Ada", "14031987")
    grant(hands, "45,50")
    assert page(window).desk.told.number.text() == "A1-0001"
    hands.press(Key.Key_P)
    stage.until((data / "papers" / "A1-0001.pdf").exists)
    hands.calm()
    assert "saved as A1-0001.pdf" in page(window).desk.paper.words.text()
    hands.press(Key.Key_Return)
    hands.calm()
    assert here(window) == "counter"
    assert hands.pressed <= 25
    (entry,) = entries(window, "aid_granted")
    assert entry.facts["cents"] == 4550
    assert entry.facts["aid"] == "FR-SECURG"
    assert entry.facts["decision"] == "granted"
    assert entry.facts["circumstances"] == {"evidence": ["interview"]}
    assert entry.header["agent"] == stage.AGENT
    assert entry.header["channel"] == "window"
    assert entry.private is not None
    assert entry.private["person"] == {
        "surname": "Okafor",
        "given_names": ["Ngozi", "Ada"],
        "birth_date": "1987-03-14",
        "identity": "document",
    }


def test_forty_citizens_in_a_row_leave_in_the_journal_exactly_what_was_typed(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    typed = []
    for number in range(40):
        surname, day = f"Citoyen{chr(97 + number // 26)}{chr(97 + number % 26)}", 2 + number % 27
        born, cents = f"{day:02d}0{1 + number % 9}19{50 + number}", 1000 + 50 * number
        typed.append((surname, ["Zoé", "Inès"], f"19{50 + number}-0{1 + number % 9}-{day:02d}", cents))
        new_citizen(hands, surname, "Zoé Inès", born)
        grant(hands, f"{cents // 100},{cents % 100:02d}")
        hands.press(Key.Key_Return)
        stage.until(lambda: here(window) == "counter")
        hands.calm()
    recorded = [
        (
            entry.private["person"]["surname"],
            entry.private["person"]["given_names"],
            entry.private["person"]["birth_date"],
            entry.facts["cents"],
        )
        for entry in entries(window, "aid_granted")
        if entry.private is not None
    ]
    assert recorded == typed
    assert hands.pressed <= 40 * 12


def test_above_the_threshold_it_goes_to_approval_by_itself(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    new_citizen(hands, "Petit", "Luc", "1975")
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type("60")
    hands.tab()
    hands.type(" ")
    stage.until(lambda: page(window).panel.grant.text().replace("&", "") == "Send to approval")
    assert any("Above €50.00 a supervisor approves." in one for one in page(window).panel.verdict.sentences)
    hands.press(Key.Key_F9)
    desk = page(window).desk
    stage.until(desk.isVisible)
    assert desk.told.heading.text() == "Sent to approval"
    (entry,) = entries(window, "aid_granted")
    assert entry.facts["decision"] == "pending"
    assert entry.private is not None
    assert entry.private["person"]["birth_date"] == "1975"


def test_a_request_alone_is_recorded_with_its_own_key(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    new_citizen(hands, "Petit", "Luc", "3/1975", identity=3)
    hands.press(Key.Key_F9, SHIFT)
    desk = page(window).desk
    stage.until(desk.isVisible)
    (entry,) = entries(window, "request_recorded")
    assert entry.facts["person"]["identity"] == "declared"
    assert "asked_cents" not in entry.facts


def test_a_refusal_wants_its_reason_and_escape_takes_it_back(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    new_citizen(hands, "Petit", "Luc", "3/1975")
    hands.press(Key.Key_F9, CTRL)
    assert page(window).panel.review.text() == "Refuse Voucher to Petit, Luc."
    hands.press(Key.Key_Escape)
    assert not page(window).panel.is_refusing
    assert entries(window, "aid_refused") == []
    hands.press(Key.Key_F9, CTRL)
    hands.press(Key.Key_F9)
    hands.calm()
    assert entries(window, "aid_refused") == [], "nobody said why"
    assert page(window).panel.reason.hasFocus()
    page(window).panel.reason.choose("not_urgent")
    hands.press(Key.Key_F9)
    desk = page(window).desk
    stage.until(desk.isVisible)
    (entry,) = entries(window, "aid_refused")
    assert entry.facts["reason"] == "not_urgent"


def test_the_reason_of_one_refusal_is_not_that_of_the_next_citizen(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    for surname in ("Petit", "Grand"):
        new_citizen(hands, surname, "Luc", "3/1975")
        hands.press(Key.Key_F9, CTRL)
        panel = page(window).panel
        assert (panel.reason.value(), panel.reason_words.value()) == ("", "")
        panel.reason.choose("not_urgent")
        panel.reason_words.setText("comes back tomorrow")
        hands.press(Key.Key_F9)
        stage.until(page(window).desk.isVisible)
        hands.calm()
        hands.press(Key.Key_Return)
        hands.calm()


def test_an_answer_that_comes_once_its_page_was_left_leads_nowhere(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    hands.type("Nobody Known")
    hands.press(Key.Key_Return)
    hands.press(Key.Key_F6)
    hands.calm()
    assert here(window) == "today"
    hands.press(Key.Key_F2)
    hands.press(Key.Key_N, CTRL)
    hands.calm()
    hands.tab()
    hands.type("1975")
    hands.tab()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Return, CTRL)
    hands.press(Key.Key_F6)
    hands.calm()
    assert here(window) == "today"
    assert window.shell is not None
    assert window.shell.session.case is None


def test_what_was_half_typed_is_offered_after_the_program_ended_and_gone_once_recorded(data: Path) -> None:
    first = stage.window_on(data)
    stage.unlock(first)
    stage.sign_in(first)
    hands = Hands(first)
    new_citizen(hands, "Petit", "Luc", "1975")
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type("33,10")
    stage.close(first)
    second = stage.window_on(data)
    stage.unlock(second)
    stage.sign_in(second)
    try:
        assert second.shell is not None
        assert second.shell.page is not None
        messages = second.shell.page.messages
        stage.until(messages.isVisible)
        assert "P. L." in messages.words.text()
        go_on = messages.findChildren(Button)[0]
        go_on.click()
        stage.until(lambda: here(second) == "act")
        act = page(second)
        assert act.left.title.text() == "Petit, Luc"
        assert act.form.amount.cents == 3310
        assert act.form.aid.value() == "FR-SECURG"
        act.form.amount.setFocus()
        hands = Hands(second)
        hands.tab()
        hands.type(" ")
        hands.press(Key.Key_F9)
        stage.until(act.desk.isVisible)
        assert second.workstation is not None
        assert drafts_of(second.workstation, stage.AGENT) == []
    finally:
        stage.close(second)


def test_a_reprint_says_that_it_is_a_duplicate(window: MainWindow, data: Path) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    new_citizen(hands, "Petit", "Luc", "1975")
    grant(hands, "10")
    desk = page(window).desk
    hands.press(Key.Key_P)
    stage.until(lambda: "saved as" in desk.paper.words.text())
    hands.press(Key.Key_P)
    stage.until(lambda: "duplicate" in desk.paper.words.text())
    assert (data / "papers" / "A1-0001.pdf").read_bytes().startswith(b"%PDF")


def test_the_identity_paper_and_how_somebody_was_identified_say_the_same(window: MainWindow) -> None:
    hands = Hands(window)
    stage.sign_in(window)
    new_citizen(hands, "Moreau", "Lise", "14/03/1987", identity=1)
    form = page(window).form
    assert (form.identity.value(), form.evidence) == ("document", ("identity",))
    form.identity.choose("declared")
    assert form.evidence == ()
    form._ticks["identity"].click()
    assert form.identity.value() == "document"
    form._ticks["identity"].click()
    assert form.identity.value() == "declared"
    form.identity.choose("document")
    form.aid.choose("FR-SECURG")
    assert "identity" not in form._ticks
    form.aid.choose("FR-CAP")
    assert form.evidence == ("identity",)
    form.amount.setText("20")
    hands.press(Key.Key_F9)
    stage.until(page(window).desk.isVisible)
    hands.calm()
    assert entries(window, "aid_granted")[-1].facts["circumstances"]["evidence"] == ["identity"]
