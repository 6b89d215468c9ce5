"""Receipts on a real spooler: one whole sheet of the paper that lies in the printer, and words when it is gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageStat
from PySide6.QtCore import Qt

from counter_app.service.papers.sent import paper_state
from tests.ui import stage
from tests.ui.printers import MISSING, Spooler, spooler
from tests.ui.test_act import Hands, entries, grant, new_citizen, page
from tests.unit.counters import Templates
from ui.main_window import MainWindow
from ui.pages.closing import ClosingPage
from ui.widgets.log_step import LogStep

if sys.platform != "linux" or MISSING:
    pytest.skip(
        "a real spooler needs Linux with CUPS: install cups-daemon and cups-client", allow_module_level=True
    )

Key = Qt.Key
_DOTS = 100
_A4, _A5 = (595, 842), (420, 595)


@pytest.fixture(scope="module")
def cups() -> Iterator[Spooler]:
    with spooler() as running:
        yield running


@pytest.fixture
def desk_window(
    cups: Spooler, templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """A window whose machine prints on that spooler, an agent signed in."""
    yield from _window_on(cups.address, templates, tmp_path, monkeypatch)


def _window_on(
    address: str, templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    monkeypatch.setenv("CUPS_SERVER", address)
    window = stage.window_on(stage.fresh(templates, tmp_path / "data"))
    stage.unlock(window)
    stage.sign_in(window)
    yield window
    stage.close(window)


def _granted(window: MainWindow) -> Hands:
    """At the confirmation of a grant."""
    hands = Hands(window)
    new_citizen(hands, "Okafor", "Ngozi", "14031987")
    grant(hands, "45,50")
    return hands


def _print(hands: Hands) -> str:
    """Press P; what is said then."""
    bar = page(hands.window).desk.paper
    hands.press(Key.Key_P)
    stage.until(lambda: bar.isVisible() and bar.title.text())
    hands.calm()
    return f"{bar.title.text()}. {bar.words.text()}"


def _arrived(cups: Spooler, before: int) -> Path:
    stage.until(lambda: len(cups.jobs()) > before)
    jobs = cups.jobs()
    assert len(jobs) == before + 1
    return jobs[-1]


def _picture(pdf: Path) -> tuple[Image.Image, tuple[int, int], int]:
    """The first page in grey, its size in whole points, and how many pages there are."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[0]
        size = round(sheet.get_width()), round(sheet.get_height())
        return sheet.render(scale=_DOTS / 72).to_pil().convert("L"), size, len(document)


def _is_same(printed: Image.Image, saved: Image.Image) -> bool:
    """Whether the printed sheet shows the saved page at its top left and nothing else, but for a dot here and there."""
    whole = Image.new("L", printed.size, 255)
    whole.paste(saved, (0, 0))
    soft = ImageFilter.GaussianBlur(3)
    difference = ImageChops.difference(printed.filter(soft), whole.filter(soft))
    return ImageStat.Stat(difference).mean[0] < ImageStat.Stat(ImageChops.invert(whole)).mean[0] / 10


@pytest.mark.parametrize(("paper", "points"), [("A4", _A4), ("A5", _A5)])
def test_the_receipt_comes_out_on_one_sheet_of_the_paper_in_the_printer(
    cups: Spooler, desk_window: MainWindow, tmp_path: Path, paper: str, points: tuple[int, int]
) -> None:
    cups.hold(paper)
    before = len(cups.jobs())
    hands = _granted(desk_window)
    assert _print(hands).startswith("Sent to desk. Press C when the paper is in your hand.")
    job = _arrived(cups, before)
    assert cups.options(job)["PageSize"] == paper
    printed, size, pages = _picture(job)
    saved, own_size, _ = _picture(tmp_path / "data" / "papers" / "A1-0001.pdf")
    assert (size, pages, own_size) == (points, 1, _A5)
    assert _is_same(printed, saved)
    shrunk = saved.resize((saved.width * 97 // 100, saved.height * 97 // 100))
    assert not _is_same(printed, shrunk), "the comparison sees a receipt in the wrong size"
    (code,) = zxingcpp.read_barcodes(_fine(job))
    (own_code,) = zxingcpp.read_barcodes(_fine(tmp_path / "data" / "papers" / "A1-0001.pdf"))
    assert code.text == own_code.text


def _fine(pdf: Path) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=3).to_pil()


def test_sent_is_not_printed_until_somebody_says_that_the_paper_came_out(
    cups: Spooler, desk_window: MainWindow
) -> None:
    cups.hold("A4")
    before = len(cups.jobs())
    hands = _granted(desk_window)
    workstation = desk_window.workstation
    assert workstation is not None
    assert paper_state(workstation, "A1-0001") is None
    _print(hands)
    state = paper_state(workstation, "A1-0001")
    assert state is not None
    assert (state.sent, state.came_out_at) == (1, None)
    hands.press(Key.Key_C)
    stage.until(lambda: page(desk_window).desk.paper.words.text() == "Noted: the paper came out.")
    state = paper_state(workstation, "A1-0001")
    assert state is not None
    assert state.came_out_at is not None
    hands.press(Key.Key_P)
    stage.until(lambda: "It is marked as a duplicate." in page(desk_window).desk.paper.words.text())
    _arrived(cups, before + 1)
    state = paper_state(workstation, "A1-0001")
    assert state is not None
    assert (state.sent, state.came_out_at) == (2, None)


def test_a_printer_that_stopped_is_named_and_is_given_nothing_that_would_come_out_hours_later(
    cups: Spooler, desk_window: MainWindow, tmp_path: Path
) -> None:
    cups.hold("A4")
    before = len(cups.jobs())
    hands = _granted(desk_window)
    cups.disable()
    said = _print(hands)
    assert said.startswith("Not printed. desk has stopped: look at its paper, its cover and its cable")
    assert "What you recorded stands, and the receipt was saved as A1-0001.pdf in the folder " in said
    assert page(desk_window).desk.came_out.isHidden()
    assert cups.waiting() == 0
    assert len(entries(desk_window, "aid_granted")) == 1
    cups.enable()
    assert "It is marked as a duplicate." in _print(hands)
    printed, _, _ = _picture(_arrived(cups, before))
    saved, _, _ = _picture(tmp_path / "data" / "papers" / "A1-0001.pdf")
    assert _is_same(printed, saved)


def test_a_spooler_that_is_gone_is_told_and_the_grant_stands(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spooler() as away:
        away.hold("A4")
        for window in _window_on(away.address, templates, tmp_path, monkeypatch):
            hands = _granted(window)
            away.stop()
            said = _print(hands)
            assert said.startswith("Not printed. This computer finds no printer: have one connected")
            (entry,) = entries(window, "aid_granted")
            assert entry.facts["cents"] == 4550
            assert (tmp_path / "data" / "papers" / "A1-0001.pdf").exists()


def test_the_daily_log_lies_across_on_a4(
    cups: Spooler,
    busy_morning: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import shutil

    from counter_app.service.casework import today

    cups.hold("A5")
    before = len(cups.jobs())
    monkeypatch.setenv("CUPS_SERVER", cups.address)
    shutil.copytree(busy_morning, tmp_path / "data")
    window = stage.window_on(tmp_path / "data")
    try:
        stage.unlock(window)
        stage.sign_in(window, stage.SUPERVISOR)
        window.navigate("closing")
        assert window.shell is not None
        closing = window.shell.page
        assert isinstance(closing, ClosingPage)
        assert window.workstation is not None
        closing.log.show(today(window.workstation))
        stage.until(lambda: isinstance(closing.step, LogStep) and closing.step.pages)
        closing.log.send()
        assert isinstance(closing.step, LogStep)
        bar = closing.step.messages
        stage.until(lambda: bar.title.text() == "Sent to desk")
        job = _arrived(cups, before)
        assert cups.options(job)["PageSize"] == "A4"
        with pypdfium2.PdfDocument(job) as document:
            sheet = document[0]
            wide, high = sheet.get_size()
            turned = sheet.get_rotation() in (90, 270)
            picture = sheet.render(scale=1).to_pil()
        assert sorted((round(wide), round(high))) == [595, 842]
        assert picture.width > picture.height or turned
    finally:
        stage.close(window)
