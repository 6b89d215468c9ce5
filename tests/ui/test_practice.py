"""An outage played in the real window: by the play's hands alone, with captions, to a clean end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from counter_app.bootstrap import open_workstation
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.practice.one_day import DayPlay
from counter_app.service.proof import prove
from counter_app.text import Text
from tests.ui import stage
from ui.main_window import MainWindow
from ui.practice.strip import Strip
from ui.practice.window import PracticeWindow
from ui.widgets.buttons import Button

Key = Qt.Key
WHOLE_PLAY_S = 150


def play(out: Path | None, *, at_once: bool, language: str = "en", requests: int = 3) -> PracticeWindow:
    stage.application()
    window = PracticeWindow(DayPlay(Text(language), out, seed=3, requests=requests), at_once=at_once)
    window.show()
    return window


@pytest.fixture
def walking(tmp_path: Path) -> Iterator[PracticeWindow]:
    """A play at walking pace, past its first caption."""
    window = play(tmp_path / "play", at_once=False)
    stage.until(lambda: window.captions)
    yield window
    window.close()
    stage.settle()


def own_entries(data: Path) -> list[Entry]:
    """What the window's counter holds, read again from the disk."""
    words = (data / "passphrase").read_bytes().strip()
    workstation = open_workstation(data, words, write=False)
    try:
        assert prove(workstation, full=True).findings == []
        with workstation.reading() as connection:
            return list(store.entries(connection, workstation.chain))
    finally:
        workstation.close()


def test_a_whole_day_is_played_to_a_clean_end(tmp_path: Path) -> None:
    out = tmp_path / "play"
    window = play(out, at_once=True)
    stage.until(lambda: window.captions)
    visitors = window.day.visitors(3)
    assert window.main is not None
    assert not window.main.isWindow()
    stage.until(lambda: window.outcome is not None, WHOLE_PLAY_S)
    times = [caption[:5] for caption in window.captions if caption[:2].isdecimal()]
    assert times == "08:30 08:40 09:05 10:20 11:10 12:00 16:00 16:45 08:30 09:30".split()
    assert "no longer answers" in window.captions[2]
    assert window.strip.bar.value() == window.strip.bar.maximum()
    outcome = window.outcome
    assert outcome is not None
    found = outcome.reckoning
    assert (found.lost, found.duplicates_at_centre, found.unexplained) == (0, 0, 0)
    assert found.recorded > 3
    shown = window.result.told
    assert shown.heading.text() == "Nothing was lost, and everything is explained."
    assert "Lost: 0. Twice at the centre: 0. Unexplained: 0." in shown.words.text()
    assert [button.text().replace("&", "") for button in window.result.papers] == outcome.documents
    for name in outcome.documents:
        assert (out / name).read_bytes().startswith(b"%PDF")
    window.close()
    stage.settle()
    entries = own_entries(out / "A1")
    by_window = [entry for entry in entries if entry.header["channel"] == "window"]
    served = [entry for entry in by_window if entry.kind in ("aid_granted", "aid_refused")]
    assert [(entry.kind, entry.facts.get("cents")) for entry in served] == [
        ("aid_granted", 4250),
        ("aid_granted", 7500),
        ("aid_refused", None),
    ]
    typed = [entry.private["person"] for entry in served if entry.private is not None]
    names = [person["surname"].casefold() for person in typed]
    assert names == [visitor.surname.casefold() for visitor in visitors]
    assert served[0].facts["payment"]["means"] == "cash"
    kinds = [entry.kind for entry in by_window]
    for kind in ("day_opened", "incident_declared", "approval_decided", "day_closed", "incident_closed"):
        assert kinds.count(kind) == 1
    assert kinds.index("incident_declared") < kinds.index("aid_granted") < kinds.index("day_closed")


def test_the_watcher_holds_hurries_and_ends_the_play_by_keys(walking: PracticeWindow) -> None:
    assert walking.director is not None
    QTest.keyClick(walking, Key.Key_Space)
    assert walking.director.paused
    told = len(walking.captions)
    stage.settle(2500)
    assert len(walking.captions) == told
    assert walking.strip.hold.accessibleName().startswith("Go on")
    QTest.keyClick(walking, Key.Key_Right)
    stage.until(lambda: len(walking.captions) == told + 1)
    assert not walking.director.paused
    QTest.keyClick(walking, Key.Key_Plus)
    assert walking.director.pace == 2
    QTest.keyClick(walking, Key.Key_Escape)
    assert walking.result.told.heading.text() == "The play was stopped."
    assert not walking.playing
    strip = walking.strip
    assert not any(button.isVisible() for button in (strip.hold, strip.next, strip.faster, strip.stop))


def test_escape_closes_the_window_once_the_play_is_over(walking: PracticeWindow) -> None:
    closed: list[bool] = []
    walking.closed.connect(lambda: closed.append(True))
    QTest.keyClick(walking, Key.Key_Escape)
    assert (walking.playing, closed) == (False, [])
    QTest.keyClick(walking, Key.Key_Escape)
    assert closed == [True]


def test_what_the_watcher_types_or_clicks_reaches_no_page(walking: PracticeWindow) -> None:
    assert walking.main is not None
    QTest.keyClick(walking, Key.Key_Space)
    gate = walking.main.gate
    assert gate is not None
    field = gate.first_focus()
    assert isinstance(field, QLineEdit)
    before = field.text()
    QTest.keyClicks(field, "9999")
    QTest.keyClick(field, Key.Key_Return)
    assert field.text() == before
    over = walking.childAt(walking.main.mapTo(walking, walking.main.rect().center()))
    assert over is not None
    assert not walking.main.isAncestorOf(over)


def test_a_play_without_a_folder_leaves_nothing_behind() -> None:
    window = play(None, at_once=True)
    stage.until(lambda: window.captions)
    folder = window.day.out
    assert (folder / "A1" / "journal.db").exists()
    window.close()
    stage.settle()
    assert not folder.exists()


def test_a_play_begun_again_while_its_stage_is_being_set_takes_the_new_stage_alone() -> None:
    window = play(None, at_once=True)
    stage.until(lambda: window.day.out != Path())
    first = window.day.out
    QTest.keyClick(window, Key.Key_Escape)
    assert not window.playing
    window.play_again()
    assert window.main is None
    stage.until(lambda: window.captions)
    assert window.main is not None
    assert window.day.person("agent")
    assert (window.day.out != first, first.exists()) == (True, False)
    window.close()
    stage.settle()
    assert not window.day.out.exists()


def test_a_play_that_was_stopped_before_its_stage_was_set_stays_stopped() -> None:
    window = play(None, at_once=True)
    QTest.keyClick(window, Key.Key_Escape)
    stage.until(lambda: not window._tasks.busy)
    assert (window.main, window.playing) == (None, False)
    assert window.result.told.heading.text() == "The play was stopped."
    folder = window.day.out
    window.close()
    stage.settle()
    assert not folder.exists()


@pytest.mark.parametrize("width", [1366, 910])
def test_a_long_caption_is_whole_at_every_width(application: object, width: int) -> None:
    def nothing() -> None: ...

    strip = Strip(Text("qps"), hold=nothing, hurry=nothing, faster=nothing, stop=nothing)
    strip.resize(width, 10)
    layout = strip.layout()
    assert layout is not None
    strip.say(Text("qps")("Each of these words is one of a caption that explains what happens and why. ") * 3)
    layout.activate()
    strip.resize(width, layout.minimumSize().height())
    layout.activate()
    caption = strip.caption
    assert caption.height() >= caption.heightForWidth(caption.width())
    strip.deleteLater()


def test_practice_is_offered_before_anybody_has_signed_in(tmp_path: Path) -> None:
    from ui.preferences import Preferences

    asked: list[Text] = []
    text = Text("en")
    window = MainWindow(tmp_path, text, Preferences(tmp_path), asked.append)
    window.show()
    stage.settle()
    for words in ("Practice", "Watch an outage being played"):
        found = [one for one in window.findChildren(Button) if one.text().replace("&", "") == words]
        assert len(found) == 1
        found[0].click()
    assert asked == [text, text]
    stage.close(window)
