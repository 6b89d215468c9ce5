"""The end of the day at the window: float, cash, count, review, closing, log, and the facts to regularise."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.service.proof import prove
from tests.ui import stage
from tests.ui.afternoon import Supervisor, afternoon, emergency, record
from tests.unit.counters import Templates


@pytest.fixture(scope="module")
def counter(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = stage.fresh(templates, tmp_path_factory.mktemp("afternoon") / "data")
    afternoon(data)
    return data


@pytest.fixture
def desk(counter: Path, tmp_path: Path) -> Iterator[Supervisor]:
    shutil.copytree(counter, tmp_path / "data")
    opened = Supervisor(tmp_path / "data")
    yield opened
    stage.close(opened.window)


def count_to_the_cent(desk: Supervisor) -> None:
    """1,826 euros: eighteen hundreds, one twenty, one five, one coin of one."""
    down = Qt.Key.Key_Return
    desk.press(down, down)
    desk.type("18")
    desk.press(down, down)
    desk.type("1")
    desk.press(down, down)
    desk.type("1")
    desk.press(down, down)
    desk.type("1")


def test_the_day_so_far_is_told_in_words(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    words = desk.shown()
    for told in (
        "+€2,000.00",
        "\N{MINUS SIGN}€174.00",
        "€1,826.00",
        "3 grants wait for approval.",
        "1 irregular fact to look at.",
        "1 payment without a signature.",
        "No form is half-typed.",
        "58 vouchers in hand.",
        "Waits for a centre:",
    ):
        assert told in words
    assert desk.clashes() == []


def test_the_float_opens_the_day_with_its_difference(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    desk.control(Qt.Key.Key_O)
    desk.type("1830")
    desk.press(Qt.Key.Key_Return)
    (entry,) = desk.entries("day_opened")
    assert (entry.facts["float_cents"], entry.facts["difference_cents"]) == (183_000, 400)
    assert "Difference to the books: +€4.00" in desk.shown()


def test_cash_is_brought_with_its_paper(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    desk.control(Qt.Key.Key_B)
    desk.type("300,50")
    desk.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert "Name the paper" in desk.shown()
    desk.type("BX 13")
    desk.press(Qt.Key.Key_Return)
    entry = desk.entries("cash_replenished")[-1]
    assert (entry.facts["cents"], entry.facts["document"]) == (30_050, "BX 13")


def test_the_count_runs_along_and_the_day_is_closed_after_a_review(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9)
    count_to_the_cent(desk)
    assert "Counted: €1,826.00" in desk.shown()
    desk.press(Qt.Key.Key_F9)
    assert desk.entries("day_closed") == []
    assert "review" in desk.shown()
    assert "3 grants wait for approval." in desk.shown()
    assert "Why it differs" not in desk.shown()
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("day_closed")
    assert entry.facts["counted"] == {"100": 1, "10000": 18, "2000": 1, "500": 1}
    assert (entry.facts["difference_cents"], entry.facts["approver"]) == (0, stage.SUPERVISOR)
    assert "is closed" in desk.shown()
    assert entry.hash.hex()[:16] in desk.shown()
    assert prove(desk.workstation, full=False).findings == []


def test_an_uncounted_drawer_is_not_an_empty_one(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9, Qt.Key.Key_F9)
    assert "Nothing was counted yet. Type 0 where there is none." in desk.shown()
    desk.type("0")
    desk.press(Qt.Key.Key_F9)
    assert "Difference\n\N{MINUS SIGN}€1,826.00" in desk.shown()


def test_the_count_is_blind_and_the_review_shows_the_books(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9)
    desk.type("17")
    assert "Counted: €8,500.00" in desk.shown()
    assert "1,826" not in desk.shown()
    assert "ifference" not in desk.shown()
    desk.press(Qt.Key.Key_F9)
    assert "Book balance\n€1,826.00" in desk.shown()


def test_a_difference_is_recorded_with_its_reason_alone(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9)
    desk.type("4")
    desk.press(Qt.Key.Key_F9, Qt.Key.Key_F9)
    assert "Say why the count differs, or that nobody knows." in desk.shown()
    assert desk.entries("day_closed") == []
    desk.type("Counted twice")
    desk.press(Qt.Key.Key_Escape, Qt.Key.Key_F9)
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("day_closed")
    assert entry.facts["difference_cents"] == 200_000 - 182_600
    assert (entry.private or {})["note"] == "Counted twice"


def test_what_is_granted_and_not_paid_is_told(desk: Supervisor) -> None:
    record(desk.workstation, "grant_aid", **emergency("Nguyen", 2000))
    record(desk.workstation, "grant_aid", **emergency("Rossi", 2550))
    desk.press(Qt.Key.Key_F7)
    assert "2 grants not yet paid: €45.50." in desk.shown()


def test_a_day_closed_unopened_asks_for_no_float(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    assert "The day was not opened yet: count the float first." in desk.shown()
    desk.press(Qt.Key.Key_F9)
    count_to_the_cent(desk)
    desk.press(Qt.Key.Key_F9, Qt.Key.Key_F9, Qt.Key.Key_Escape)
    words = desk.shown()
    assert "The day was closed without having been opened." in words
    assert "Still open" in words
    assert "count the float first" not in words
    assert "Before the day is closed" not in words


def test_an_office_without_vouchers_is_told_of_none(templates: Templates, tmp_path: Path) -> None:
    opened = Supervisor(stage.fresh(templates, tmp_path / "data"))
    opened.press(Qt.Key.Key_F7)
    assert "Nothing waits for approval." in opened.shown()
    assert "voucher" not in opened.shown()
    stage.close(opened.window)


def test_going_back_from_the_review_keeps_the_count(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9)
    count_to_the_cent(desk)
    desk.press(Qt.Key.Key_F9, Qt.Key.Key_Escape)
    assert "Counted: €1,826.00" in desk.shown()
    desk.press(Qt.Key.Key_Escape, Qt.Key.Key_F9)
    assert "Counted: €1,826.00" in desk.shown()


def test_letters_are_no_count(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7, Qt.Key.Key_F9)
    desk.type("12a")
    assert "not a number" in desk.shown()
    desk.press(Qt.Key.Key_F9)
    assert "Correct the field that holds no number." in desk.shown()


def test_an_irregular_fact_is_regularised_with_a_reason(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    desk.page._look("irregular")  # type: ignore[attr-defined]
    desk.press(Qt.Key.Key_Return)
    assert "Zidane, Zoé" in desk.shown()
    assert "€80.00 a grant" in desk.shown()
    desk.type("Vu avec la direction")
    desk.press(Qt.Key.Key_F9)
    (entry,) = desk.entries("irregularity_settled")
    assert (entry.private or {})["reason"] == "Vu avec la direction"
    desk.press(Qt.Key.Key_Escape)
    assert "No fact is irregular." in desk.shown()


def test_the_log_is_shown_page_by_page_and_saved(desk: Supervisor, tmp_path: Path) -> None:
    out = tmp_path / "log.pdf"
    desk.press(Qt.Key.Key_F7)
    desk.page.log.choose = lambda *_asked: (str(out), "")  # type: ignore[attr-defined]
    desk.control(Qt.Key.Key_P)
    assert "Page 1 of" in desk.shown()
    desk.press(Qt.Key.Key_PageDown)
    assert "Page 2 of" in desk.shown()
    desk.control(Qt.Key.Key_S)
    assert out.read_bytes().startswith(b"%PDF")
    assert f"Saved as {out.name} in the folder {out.parent}." in desk.shown()
    desk.press(Qt.Key.Key_Escape)
    assert "Book balance" in desk.shown()


def test_a_place_that_cannot_be_written_is_said(desk: Supervisor, tmp_path: Path) -> None:
    desk.press(Qt.Key.Key_F7)
    nowhere = tmp_path / "missing" / "log.pdf"
    desk.page.log.choose = lambda *_asked: (str(nowhere), "")  # type: ignore[attr-defined]
    desk.control(Qt.Key.Key_P)
    desk.control(Qt.Key.Key_S)
    assert "The disk failed at" in desk.shown()


def test_vouchers_are_shown_by_series(desk: Supervisor) -> None:
    desk.press(Qt.Key.Key_F7)
    desk.page._look("vouchers")  # type: ignore[attr-defined]
    desk.rest()
    rows = desk.page.step.table.rows  # type: ignore[union-attr]
    assert [rows.index(0, column).data() for column in (0, 3, 5, 7)] == ["K", "58", "2", "1–10, 13–60"]
