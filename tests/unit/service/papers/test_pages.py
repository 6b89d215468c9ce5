"""The pages of our papers as pixels: the size that was asked for, nothing lost at the end of a row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from counter_app.service.papers.daily_log import daily_log_pdf, save_pdf
from counter_app.service.papers.pages import count_pages, page_image, page_images
from counter_app.text import Text
from tests.unit.counters import Desk

DAY = date(2026, 3, 2)


@pytest.fixture
def log(desk: Desk) -> bytes:
    desk.fill_drawer()
    desk.grant(4000)
    return daily_log_pdf(desk.workstation, DAY, Text("fr"))


@pytest.mark.parametrize("dpi", [50, 72, 97])
def test_a_page_has_the_size_that_was_asked_for(log: bytes, dpi: int) -> None:
    page = page_image(log, 0, dpi)
    wide, high = page.points
    assert wide > high
    assert page.width == pytest.approx(wide * dpi / 72, abs=1)
    assert page.height == pytest.approx(high * dpi / 72, abs=1)
    assert len(page.rgb) == page.width * page.height * 3


def test_paper_is_white_and_ink_is_on_it(log: bytes) -> None:
    page = page_image(log, 0, 72)
    assert page.rgb[:3] == b"\xff\xff\xff"
    assert min(page.rgb) < 80


def test_every_page_comes_once_and_in_order(log: bytes) -> None:
    pages = list(page_images(log, 40))
    assert len(pages) == count_pages(log) >= 1
    assert pages[0] == page_image(log, 0, 40)


def test_two_threads_may_draw_at_once(log: bytes) -> None:
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: page_image(log, 0, 60).rgb, range(12)))
    assert len(set(drawn)) == 1


def test_a_log_is_saved_as_it_is(log: bytes, desk: Desk) -> None:
    path = desk.data / "log.pdf"
    save_pdf(path, log)
    assert path.read_bytes() == log
