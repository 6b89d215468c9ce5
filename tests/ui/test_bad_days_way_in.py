"""Bad days before anybody is signed in: wrong words, wrong PINs, a second window, a journal that is not as it was left.

Each ends in a sentence that says what to do, and leaves the journal as it was.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from counter_app import bootstrap
from counter_app.bootstrap import open_workstation
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.keys.keyring import open_keys
from counter_app.service.proof import prove
from counter_app.storage.database import JOURNAL, open_database
from tests.ui import stage
from tests.unit.counters import PASSPHRASE, StillClock
from ui.main_window import MainWindow
from ui.pages.sign_in import SignIn
from ui.pages.unlock import Unlock

pytestmark = pytest.mark.usefixtures("today_first")
ROOT = Path(__file__).parents[2]


def said(widget: QWidget | None) -> str:
    """All words on it that can be read now."""
    assert widget is not None
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def try_words(window: MainWindow, words: bytes = PASSPHRASE) -> str:
    """Type a passphrase that does not open; what is said then."""
    gate = window.gate
    assert isinstance(gate, Unlock)
    gate.passphrase.clear()
    QTest.keyClicks(gate.passphrase, words.decode())
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    stage.until(lambda: not window.tasks.busy)
    stage.settle()
    assert window.workstation is None
    return said(gate)


def try_pin(window: MainWindow, pin: str) -> str:
    gate = window.gate
    assert isinstance(gate, SignIn)
    QTest.keyClicks(gate.pin, pin)
    QTest.keyClick(gate.pin, Qt.Key.Key_Return)
    stage.until(lambda: not window.tasks.busy)
    stage.settle()
    return gate.field.error.text() if window.gate is gate else ""


def whole_and(data: Path, entries: int) -> None:
    """The journal proves and holds so many entries."""
    workstation = open_workstation(data, PASSPHRASE)
    try:
        report = prove(workstation, full=True)
        assert report.findings == []
        assert report.entries == entries
    finally:
        workstation.close()


@pytest.fixture
def counted(busy_morning: Path) -> int:
    """How many entries the morning has."""
    workstation = open_workstation(busy_morning, PASSPHRASE)
    try:
        return prove(workstation, full=False).entries
    finally:
        workstation.close()


# --- wrong words


def test_a_wrong_passphrase_says_what_to_check_and_whom_to_call(
    open_window: Callable[..., MainWindow], tmp_path: Path, counted: int
) -> None:
    window = open_window("fr")
    for wrong in (b"not these six words at all", PASSPHRASE + b"r", PASSPHRASE.upper()):
        assert "s’ils sont justes, appelez l’informatique" in try_words(window, wrong)
    gate = window.gate
    assert isinstance(gate, Unlock)
    gate.passphrase.clear()
    stage.unlock(window)
    stage.close(window)
    whole_and(tmp_path / "data0", counted)


# --- wrong PINs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, busy_morning: Path) -> StillClock:
    """The machine's clock, stopped, for every workstation that is opened; the morning was recorded before."""
    still = StillClock(datetime.now(UTC))
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: still)
    return still


def test_five_wrong_pins_lock_out_longer_each_time_over_a_restart_and_say_how_long_in_words(
    open_window: Callable[..., MainWindow], clock: StillClock, tmp_path: Path, counted: int
) -> None:
    window = open_window()
    stage.unlock(window)
    assert try_pin(window, "9991") == "This is not the PIN of Yann Le Roux: type it again."
    assert try_pin(window, "9992") == "This is not the PIN of Yann Le Roux: type it again."
    assert "Too many wrong PINs: try again in 30 seconds, at " in try_pin(window, "9993")
    assert "in 30 seconds" in try_pin(window, stage.PINS[stage.AGENT]), "not even with the right one"
    clock.jump(30)
    assert "in 60 seconds" in try_pin(window, "9994")
    clock.jump(60)
    assert "in 2 minutes" in try_pin(window, "9995")
    stage.close(window)
    again = stage.window_on(tmp_path / "data0")
    try:
        stage.unlock(again)
        locked = try_pin(again, stage.PINS[stage.AGENT])
        assert "in 2 minutes" in locked
        assert again.shell is None
        stage.sign_in(again, stage.SUPERVISOR)
        again.change_agent()
        clock.jump(120)
        stage.sign_in(again)
        assert again.shell is not None
        assert again.shell.session.person.id == stage.AGENT
    finally:
        stage.close(again)
    whole_and(tmp_path / "data0", counted)


def test_a_lock_out_is_told_in_french_too(open_window: Callable[..., MainWindow], clock: StillClock) -> None:
    window = open_window("fr")
    stage.unlock(window)
    try_pin(window, "9991")
    assert "Ce n’est pas le code de Yann Le Roux" in try_pin(window, "9992")
    assert "Trop de codes erronés : réessayez dans 30 secondes, à " in try_pin(window, "9993")


# --- a second instance


_SECOND = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from tests.ui import stage
window = stage.window_on(Path(sys.argv[1]))
QTest.keyClicks(window.gate.passphrase, sys.argv[2])
QTest.keyClick(window.gate.passphrase, Qt.Key.Key_Return)
stage.until(window.gate._messages.isVisible)
print(window.gate._messages.title.text(), window.gate._messages.words.text(), sep="|", flush=True)
stage.close(window)
"""


def _beside(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_second_window_says_who_writes_where_and_brings_nothing_down(
    window: MainWindow, tmp_path: Path, counted: int
) -> None:
    import os
    import platform

    data = tmp_path / "data0"
    stage.unlock(window)
    stage.sign_in(window)
    second = _beside("-c", _SECOND, str(data), PASSPHRASE.decode())
    assert second.returncode == 0, second.stderr
    title, sentence = second.stdout.strip().split("|")
    assert title == "The workstation did not open."
    assert sentence.startswith(f"counter-app window is writing here already, on {platform.node()} since ")
    assert f"(process {os.getpid()}): close it there first." in sentence
    passphrase = tmp_path / "passphrase"
    passphrase.write_bytes(PASSPHRASE)
    line = ["-m", "counter_app", "journal", "record", str(passphrase), "--lang", "en"]
    line += ["--data", str(data), "--passphrase-file", str(passphrase)]
    written = _beside(*line)
    assert written.returncode == 3
    assert f"(process {os.getpid()})" in written.stderr
    window.navigate("today")
    stage.until(lambda: not window.tasks.busy)
    assert window.shell is not None
    stage.close(window)
    whole_and(data, counted)


# --- a journal that is not as it was left


def _newer(data: Path) -> None:
    key = open_keys(data, PASSPHRASE).database
    with closing(open_database(data / JOURNAL, key, write=True).conn) as connection:
        connection.execute("INSERT INTO migration VALUES ('9999_later', '2030-01-01T00:00:00.000Z')")


def _damaged(data: Path) -> None:
    with (data / JOURNAL).open("r+b") as file:
        file.seek(16)
        file.write(bytes(2000))


def _beheaded(data: Path) -> None:
    (data / SIDECAR).unlink()


def _emptied(data: Path) -> None:
    (data / JOURNAL).write_bytes(b"")


def _gone(data: Path) -> None:
    (data / JOURNAL).unlink()


def _other_keys(data: Path) -> None:
    path = data / "keys.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("mac = ", "mac  = "), encoding="utf-8")


@pytest.fixture
def bad_data(busy_morning: Path, tmp_path: Path) -> Iterator[Path]:
    import shutil

    data = tmp_path / "bad"
    shutil.copytree(busy_morning, data)
    return data


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_newer, "written by a newer program (9999_later): install that version here"),
        (_damaged, "cannot be read"),
        (_beheaded, "nobody can tell whether the journal's end was cut off: call IT"),
        (_emptied, "cannot be read"),
        (_gone, "There is no journal at"),
        (_other_keys, "keys.toml was changed outside this program: put the copy back, or call IT"),
    ],
)
def test_a_journal_that_is_not_as_it_was_left_is_told_and_not_touched(
    bad_data: Path, harm: Callable[[Path], None], sentence: str
) -> None:
    harm(bad_data)
    before = {
        path.name: path.read_bytes() for path in (bad_data / JOURNAL, bad_data / SIDECAR) if path.exists()
    }
    window = stage.window_on(bad_data)
    try:
        words = try_words(window)
        assert "The workstation did not open." in words
        assert sentence in words
        assert any(way in words for way in ("call IT", "install that version", "check the folder"))
        gate = window.gate
        assert isinstance(gate, Unlock)
        assert not gate.passphrase.isReadOnly(), "it may be tried again"
    finally:
        stage.close(window)
    assert {path.name: path.read_bytes() for path in map(bad_data.joinpath, before)} == before
