"""Bad days while somebody types: a full disk, a disk that fails, a power cut, a clock set back, no printer.

Each ends in a sentence that says what to do; nothing confirmed is lost, and nothing is recorded twice or by half.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app import bootstrap
from counter_app.service.drafts import drafts_of
from counter_app.service.papers.sent import paper_state
from counter_app.service.proof import prove
from tests.ui import stage
from tests.ui.test_act import Hands, entries, grant, here, new_citizen, page
from tests.ui.test_bad_days_way_in import said
from tests.unit.counters import StillClock, Templates
from ui.widgets.buttons import Button

Key = Qt.Key
ROOT = Path(__file__).parents[2]
_DISK_BYTES = 4 * 2**20


@pytest.fixture
def data(templates: Templates, tmp_path: Path) -> Path:
    return stage.fresh(templates, tmp_path / "data")


@contextlib.contextmanager
def signed_in(data: Path, language: str = "en") -> Iterator[Hands]:
    """A window on a workstation, an agent signed in, closed at the end."""
    window = stage.window_on(data, language)
    try:
        stage.unlock(window)
        stage.sign_in(window)
        yield Hands(window)
    finally:
        stage.close(window)


def half_typed(hands: Hands, amount: str = "45,50") -> None:
    """Everything of an act but the last key."""
    new_citizen(hands, "Okafor", "Ngozi", "14031987")
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type(amount)
    hands.tab()
    hands.type(" ")


def press_f9(hands: Hands) -> str:
    """Press it and read what the page says: nothing where it was recorded."""
    act = page(hands.window)
    act.messages.clear()
    hands.press(Key.Key_F9)
    stage.until(lambda: act.desk.isVisible() or act.messages.isVisible())
    hands.calm()
    return "" if act.desk.isVisible() else act.messages.words.text()


def is_whole(hands: Hands) -> bool:
    assert hands.window.workstation is not None
    return prove(hands.window.workstation, full=True).findings == []


# --- the disk


class SmallDisk:
    """A disk of four megabytes that a test fills and frees."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount") if sys.platform == "linux" else None
    asked = [mount or "", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(folder)]
    if mount is None or subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk is mounted by root on Linux alone")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_the_form_and_the_same_key_records_once_there_is_room(
    small_disk: SmallDisk, templates: Templates
) -> None:
    with signed_in(stage.fresh(templates, small_disk.folder / "data"), "fr") as hands:
        half_typed(hands)
        before = len(entries(hands.window))
        small_disk.fill()
        for _ in range(2):
            sentence = press_f9(hands)
            assert "Le disque est plein" in sentence
            assert "faites de la place, puis refaites la dernière opération." in sentence
            assert "Ce qui a été confirmé est sauf." in sentence
        act = page(hands.window)
        assert act.left.title.text() == "Okafor, Ngozi"
        assert act.form.amount.cents == 4550
        assert act.form.evidence == ("interview",)
        assert len(entries(hands.window)) == before
        small_disk.free()
        assert press_f9(hands) == ""
        (entry,) = entries(hands.window, "aid_granted")
        assert entry.facts["cents"] == 4550
        assert entry.private is not None
        assert entry.private["person"]["surname"] == "Okafor"
        assert is_whole(hands)
        assert hands.window.workstation is not None
        assert drafts_of(hands.window.workstation, stage.AGENT) == []


def test_a_receipt_that_finds_no_room_is_not_printed_and_the_grant_stands(
    small_disk: SmallDisk, templates: Templates
) -> None:
    with signed_in(stage.fresh(templates, small_disk.folder / "data")) as hands:
        new_citizen(hands, "Okafor", "Ngozi", "14031987")
        grant(hands, "45,50")
        small_disk.fill()
        bar = page(hands.window).desk.paper
        hands.press(Key.Key_P)
        stage.until(lambda: bar.title.text() == "Not printed")
        assert "The disk is full" in bar.words.text()
        small_disk.free()
        hands.press(Key.Key_P)
        stage.until(lambda: "was saved as A1-0001.pdf" in bar.words.text())
        assert "duplicate" not in bar.words.text(), "nothing was handed out before"
        assert len(entries(hands.window, "aid_granted")) == 1


def test_a_disk_that_keeps_nothing_stops_recording_and_sends_to_paper_forms(data: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on the size of files")
    import resource

    with signed_in(data) as hands:
        half_typed(hands)
        before = len(entries(hands.window))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        written = (data / f"{bootstrap.JOURNAL}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (written + 100, hard))
        try:
            sentence = press_f9(hands)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "The disk failed" in sentence or "Recording has stopped" in sentence
        assert "call IT" in sentence
        assert page(hands.window).form.amount.cents == 4550
        assert len(entries(hands.window)) == before
    with signed_in(data) as again:
        assert is_whole(again)
        new_citizen(again, "Okafor", "Ngozi", "14031987")
        grant(again, "45,50")
        assert len(entries(again.window, "aid_granted")) == 1


# --- a power cut


def test_after_a_power_cut_what_was_half_typed_is_offered_in_one_question_and_recorded_once(
    data: Path,
) -> None:
    words = [sys.executable, "-m", "tests.ui.typist", str(data)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as typist:
        assert typist.stdout is not None
        assert typist.stdout.readline() == "typed\n"
        typist.kill()
    with signed_in(data, "fr") as hands:
        window = hands.window
        assert is_whole(hands)
        assert entries(window, "aid_granted") == []
        assert window.shell is not None
        assert window.shell.page is not None
        messages = window.shell.page.messages
        stage.until(messages.isVisible)
        assert messages.words.text().endswith("Voulez-vous le reprendre\N{NO-BREAK SPACE}?")
        assert "P. L." in messages.words.text()
        assert "Petit" not in said(window)
        buttons = messages.findChildren(Button)
        assert buttons[0].text().replace("&", "") == "Reprendre"
        assert len(buttons) == 2
        buttons[0].click()
        stage.until(lambda: here(window) == "act")
        hands.calm()
        act = page(window)
        assert act.left.title.text() == "Petit, Luc"
        assert act.form.aid.value() == "FR-SECURG"
        assert act.form.amount.cents == 3310
        assert act.form.evidence == ("interview",)
        assert press_f9(hands) == ""
        (entry,) = entries(window, "aid_granted")
        assert entry.facts["cents"] == 3310
        assert window.workstation is not None
        assert drafts_of(window.workstation, stage.AGENT) == []


# --- the clock


class SetClock(StillClock):
    """A clock that somebody sets while the machine goes on counting."""

    offset = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    still = SetClock(datetime.now(UTC))
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: still)
    return still


def test_a_clock_set_back_is_told_and_the_entries_keep_their_order(data: Path, clock: SetClock) -> None:
    words = "l’horloge de ce poste retarde de 3 heures sur le journal : faites-la régler"
    with signed_in(data, "fr") as hands:
        new_citizen(hands, "Petit", "Luc", "1975")
        grant(hands, "10")
        hands.press(Key.Key_Return)
        stage.until(lambda: here(hands.window) == "counter")
        assert hands.window.shell is not None
        banner = hands.window.shell.banner.meta
        clock.jump(60)
        assert words not in banner.text()
        clock.offset = -timedelta(hours=3)
        new_citizen(hands, "Okafor", "Ngozi", "14031987")
        grant(hands, "45,50")
        stage.until(lambda: words in banner.text())
        first, second = entries(hands.window, "aid_granted")
        assert (first.facts["number"], second.facts["number"]) == ("A1-0001", "A1-0002")
        assert first.header["recorded_at"] > second.header["recorded_at"]
        assert first.header["monotonic_ms"] < second.header["monotonic_ms"]
        assert is_whole(hands)
        clock.offset = timedelta(0)
        hands.window.shell._ask_standing()
        stage.until(lambda: words not in banner.text())


# --- no printer at all


def test_without_a_printer_the_grant_stands_and_the_next_try_is_a_duplicate(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(data / "nobody.sock"))
    title, words = "Pas imprimé", "Ce poste ne trouve aucune imprimante : faites-en brancher ou allumer une"
    with signed_in(data, "fr") as hands:
        new_citizen(hands, "Okafor", "Ngozi", "14031987")
        grant(hands, "45,50")
        bar = page(hands.window).desk.paper
        hands.press(Key.Key_P)
        stage.until(lambda: bar.title.text() == title)
        assert words in bar.words.text()
        assert "A1-0001.pdf" in bar.words.text()
        first = (data / "papers" / "A1-0001.pdf").read_bytes()
        bar.clear()
        hands.press(Key.Key_P)
        stage.until(lambda: bar.isVisible() and bar.title.text() == title)
        assert _text_of(data / "papers" / "A1-0001.pdf").count("DUPLICATA") == 1
        assert b"%PDF" in first
        assert len(entries(hands.window, "aid_granted")) == 1
        assert hands.window.workstation is not None
        state = paper_state(hands.window.workstation, "A1-0001")
        assert state is not None
        assert (state.sent, state.came_out_at) == (2, None)


def _text_of(pdf: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(sheet.extract_text() for sheet in PdfReader(pdf).pages)
