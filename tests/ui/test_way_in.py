"""The way in: passphrase, colleague, PIN, and out again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counter_app.service.presence import KEYS_FILE, has_workstation
from counter_app.settings import SAMPLES as SHIPPED
from tests.ui import stage
from ui.main_window import MainWindow
from ui.pages.first_run import SAMPLES, FirstRun
from ui.pages.sign_in import SignIn
from ui.pages.today import TodayPage
from ui.pages.unlock import Unlock
from ui.widgets.buttons import Button

pytestmark = pytest.mark.usefixtures("today_first")


def sign_in_page(window: MainWindow) -> SignIn:
    assert isinstance(window.gate, SignIn)
    return window.gate


def try_pin(window: MainWindow, pin: str) -> str:
    gate = sign_in_page(window)
    QTest.keyClicks(gate.pin, pin)
    QTest.keyClick(gate.pin, Qt.Key.Key_Return)
    stage.until(lambda: not window.tasks.busy)
    stage.settle()
    return gate.field.error.text()


def test_the_right_passphrase_leads_to_the_colleagues_of_the_office(window: MainWindow) -> None:
    stage.unlock(window)
    gate = sign_in_page(window)
    names = [gate.people.item(row).text() for row in range(gate.people.count())]
    assert "Yann Le Roux" in names
    assert gate.pin.hasFocus()


def test_a_wrong_passphrase_says_so_keeps_the_words_and_may_be_tried_again(window: MainWindow) -> None:
    gate = window.gate
    assert isinstance(gate, Unlock)
    QTest.keyClicks(gate.passphrase, "not these six words at all")
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    stage.until(lambda: gate.field.wrong)
    assert "Check each word" in gate.field.error.text()
    assert gate.passphrase.accessibleDescription() == gate.field.error.text()
    assert gate.passphrase.selectedText()
    assert gate.passphrase.hasFocus()
    stage.unlock(window)
    assert isinstance(window.gate, SignIn)


def test_an_empty_passphrase_asks_for_it(window: MainWindow) -> None:
    gate = window.gate
    assert isinstance(gate, Unlock)
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    assert gate.field.error.text() == "Type the passphrase first."


def test_words_with_blanks_to_spare_open_too(window: MainWindow) -> None:
    stage.unlock(window, b"  six words nobody would  ever guess ")
    assert isinstance(window.gate, SignIn)


def test_a_second_window_on_the_same_journal_is_told_who_writes(
    window: MainWindow, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    stage.unlock(window)
    second = stage.window_on(tmp_path / "data0")
    gate = second.gate
    assert isinstance(gate, Unlock)
    QTest.keyClicks(gate.passphrase, stage.PASSPHRASE.decode())
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    stage.until(gate._messages.isVisible)
    assert gate._messages.title.text() == "The workstation did not open."
    stage.close(second)


def test_the_right_pin_opens_the_first_page_with_the_name_below(window: MainWindow) -> None:
    stage.unlock(window)
    stage.sign_in(window)
    assert window.shell is not None
    assert isinstance(window.shell.page, TodayPage)
    assert window.shell.status.words("who") == "Yann Le Roux · counter A1"


def test_a_wrong_pin_says_so_and_four_lock_with_a_time(window: MainWindow) -> None:
    stage.unlock(window)
    assert try_pin(window, "9999")
    assert isinstance(window.gate, SignIn)
    assert sign_in_page(window).pin.hasFocus()
    try_pin(window, "9999")
    try_pin(window, "9999")
    locked = try_pin(window, "1111")
    assert ":" in locked, "the sentence says until when"
    assert window.shell is None


def test_arrows_in_the_pin_choose_the_colleague_and_forget_what_was_typed(window: MainWindow) -> None:
    stage.unlock(window)
    gate = sign_in_page(window)
    QTest.keyClicks(gate.pin, "11")
    QTest.keyClick(gate.pin, Qt.Key.Key_Down)
    assert gate.people.value() == "abakari"
    assert gate.pin.text() == ""
    QTest.keyClick(gate.pin, Qt.Key.Key_Up)
    assert gate.people.value() == stage.AGENT


def test_the_button_names_who_signs_in(window: MainWindow) -> None:
    stage.unlock(window)
    gate = window.gate
    assert isinstance(gate, SignIn)
    configuration = window.workstation.configuration if window.workstation is not None else None
    assert configuration is not None
    for person in (stage.AGENT, stage.IT):
        gate.people.choose(person)
        found = configuration.person(person)
        assert found is not None
        words = [button.text().replace("&", "") for button in gate.findChildren(Button)]
        assert f"Sign in as {found.name}" in words


def test_a_badge_chooses_its_colleague_and_an_unknown_one_says_so(window: MainWindow) -> None:
    stage.unlock(window)
    gate = sign_in_page(window)
    QTest.keyClicks(gate.badge, "bnguyen")
    QTest.keyClick(gate.badge, Qt.Key.Key_Return)
    assert gate.people.value() == stage.IT
    assert gate.pin.hasFocus()
    QTest.keyClicks(gate.badge, "nobody")
    QTest.keyClick(gate.badge, Qt.Key.Key_Return)
    assert "Nobody here has that badge" in gate._badge_field.error.text()


def test_ctrl_l_hides_everything_and_the_same_colleague_finds_the_same_page(agent_window: MainWindow) -> None:
    shell = agent_window.shell
    stage.press(agent_window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert isinstance(agent_window.gate, SignIn)
    assert shell is not None
    assert not shell.isVisible()
    assert agent_window.gate.people.value() == stage.AGENT
    stage.sign_in(agent_window)
    assert agent_window.shell is shell


def test_another_colleague_gets_pages_of_their_own(agent_window: MainWindow) -> None:
    before = agent_window.shell
    agent_window.change_agent()
    stage.settle()
    stage.sign_in(agent_window, stage.SUPERVISOR)
    assert agent_window.shell is not before
    assert agent_window.shell is not None
    assert agent_window.shell.session.person.id == stage.SUPERVISOR


def test_nobody_there_for_a_while_locks_and_no_title_ever_names_anybody(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.preferences import Preferences

    monkeypatch.setattr(Preferences, "idle_minutes", 0.5 / 60)
    window = open_window()
    stage.unlock(window)
    stage.sign_in(window)
    assert window.windowTitle() == "Counter"
    stage.until(lambda: window.gate is not None)
    assert isinstance(window.gate, SignIn)
    assert "nobody was here" in window.gate._messages.words.text()
    assert window.windowTitle() == "Counter"


def test_the_sample_office_is_one_click(open_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    window = open_window(empty=True)
    assert isinstance(window.gate, FirstRun)
    window.gate._open_sample.click()
    stage.until(lambda: window.workstation is not None)
    stage.settle()
    assert isinstance(window.gate, SignIn)
    assert has_workstation(tmp_path / "data0")
    stage.close(window)
    again = stage.window_on(tmp_path / "data0")
    assert isinstance(again.gate, Unlock)
    assert again.gate._messages.title.text() == "This is a sample office."
    again.gate._fill_sample()
    stage.until(lambda: again.workstation is not None)
    stage.close(again)


def test_every_sample_that_ships_is_offered() -> None:
    assert set(SAMPLES) == set(SHIPPED)


def test_a_counter_of_a_real_office_is_made_with_six_words_shown_once(
    open_window: Callable[..., MainWindow], tmp_path: Path, busy_morning: Path
) -> None:
    config = tmp_path / "office.toml"
    shutil.copyfile(busy_morning / "office.toml", config)
    window = open_window(empty=True)
    gate = window.gate
    assert isinstance(gate, FirstRun)
    gate._show(gate._form)
    gate.file.setText(str(config))
    QTest.keyClicks(gate.counter, "z9")
    gate._check()
    stage.until(lambda: gate._counter_field.wrong)
    assert "it has these: A1" in gate._counter_field.error.text()
    gate.counter.setText("A2")
    gate._check()
    stage.until(gate._keep.isVisible)
    words = [shown.text().partition(". ")[2] for shown in gate._shown.shown]
    assert len(set(words)) == 6
    assert not gate._make.isEnabled(), "nobody goes on before the words are kept"
    gate.kept.setChecked(True)
    gate._make.click()
    stage.until(lambda: window.workstation is not None)
    assert window.workstation is not None
    assert window.workstation.office.counter == "A2"
    stage.close(window)
    again = stage.window_on(tmp_path / "data0")
    stage.unlock(again, " ".join(words).encode())
    assert isinstance(again.gate, SignIn)
    stage.close(again)


def test_the_sheet_with_the_passphrase_is_a_pdf_with_its_six_words(tmp_path: Path) -> None:
    from pypdf import PdfReader

    from counter_app.text import Text
    from ui.dialogs.passphrase_sheet import save_sheet

    path = tmp_path / "sheet.pdf"
    save_sheet(path, Text("en"), "A1", "one two three four five six")
    (page,) = PdfReader(path).pages
    printed = page.extract_text()
    assert all(word in printed for word in "one two three four five six A1".split())


def test_another_language_is_one_press_away_and_remembered(window: MainWindow, tmp_path: Path) -> None:
    window.speak("fr")
    stage.settle()
    assert isinstance(window.gate, Unlock)
    assert window.text.language == "fr"
    assert window.windowTitle() == "Guichet"
    assert "language=fr" in (tmp_path / "data0" / "window.ini").read_text() or _synced(window, tmp_path)


def _synced(window: MainWindow, tmp_path: Path) -> bool:
    window.preferences._settings.sync()
    return "language=fr" in (tmp_path / "data0" / "window.ini").read_text()


def test_changing_the_agent_takes_less_than_two_seconds(agent_window: MainWindow) -> None:
    began = time.perf_counter()
    agent_window.change_agent()
    stage.sign_in(agent_window, stage.SUPERVISOR)
    print(f"changed in {time.perf_counter() - began:.2f} s")
    assert agent_window.gate is None


def test_the_keys_file_is_the_one_that_the_keyring_writes() -> None:
    from counter_app.keys.keyring import NAME

    assert KEYS_FILE == NAME
