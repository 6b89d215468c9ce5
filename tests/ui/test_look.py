"""Contrast, names for a screen reader, and every page whole at the scales of a small screen."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from tests.ui import office_day, stage
from tests.ui.drawn import drawn_contrast, pale, shot
from tests.ui.scenes import scenes
from ui import shortcuts
from ui.main_window import MainWindow
from ui.theme.fonts import font, is_drawn_by_ours
from ui.theme.icons import picture
from ui.theme.style import _SHEET
from ui.theme.tokens import THEMES, contrast, pairs
from ui.widgets.buttons import Button


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_of_colours_in_use_has_its_contrast(name: str) -> None:
    low = [pair for pair in pairs(THEMES[name]) if pair.ratio < pair.wanted]
    assert low == []


def test_the_pairs_in_use_are_those_of_the_style_sheet_at_least() -> None:
    listed = {frozenset((pair.ink, pair.ground)) for pair in pairs(THEMES["light"])}
    declared = set()
    for rule in re.findall(r"{\s([^}]*)}", _SHEET.template):
        said = dict(re.findall(r"([\w-]+): \$(\w+)[;} ]", rule))
        for ink, ground in (("color", "background"), ("selection-color", "selection-background-color")):
            if ink in said and ground in said:
                declared.add(frozenset((said[ink], said[ground])))
    assert len(declared) > 5
    assert declared <= listed


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold])
def test_the_typeface_is_ours_and_draws_what_french_needs(weight: QFont.Weight) -> None:
    made = font(weight=weight)
    assert is_drawn_by_ours(made)
    raw = QRawFont.fromFont(made)
    assert [
        letter for letter in "éèêàçœŒ€’–…\u00a0\u202fŁñßA1" if not raw.supportsCharacter(ord(letter))
    ] == []


def test_figures_are_equally_wide_where_they_stand_in_columns() -> None:
    metrics = QFontMetrics(font(figures=True))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_drawn_at_the_scale_of_the_screen(scale: float) -> None:
    drawn = picture("printer", "text", 20, scale)
    assert drawn.width() == round(20 * scale)
    assert drawn.devicePixelRatio() == scale


def visible(window: QWidget, kind: type[QWidget]) -> Iterator[QWidget]:
    for widget in window.findChildren(kind):
        if widget.isVisible() and widget.width() > 0:
            yield widget


@pytest.fixture(scope="module")
def centre_and_noon(busy_morning: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A counter at eleven on the second day of an outage, whose centre answers.

    The clock is that day's until the last test here: what others share must have been made before.
    """
    assert busy_morning.exists()
    folder = tmp_path_factory.mktemp("office")
    with (
        office_day.centre(folder) as address,
        office_day.clock_of_the_office(office_day.at("08:25", 16)) as clock,
    ):
        office_day.make_office(folder / "noon", address, clock)
        yield folder / "noon"


Show = Callable[..., MainWindow]


@pytest.fixture
def show(centre_and_noon: Path, tmp_path: Path) -> Iterator[Show]:
    shown: list[MainWindow] = []

    def one(language: str, theme_name: str, size: tuple[int, int]) -> MainWindow:
        data = tmp_path / f"counter{len(shown)}"
        shutil.copytree(centre_and_noon, data)
        shown.append(stage.window_on(data, language, theme_name, size))
        return shown[-1]

    yield one
    for window in shown:
        stage.close(window)


def test_everything_that_takes_the_focus_has_a_name_and_no_two_keys_are_alike(show: Show) -> None:
    window = show("en", "light", (1366, 768))
    for scene in scenes(window):
        assert shortcuts.clashes(window) == [], scene
        assert pale(window) == [], scene
        for widget in visible(window, QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), f"{type(widget).__name__} in {scene}"


def test_the_measure_of_contrast_sees_pale_words(application: QApplication) -> None:
    label = QLabel("pale words on white")
    label.setStyleSheet("background: #FFFFFF; color: #AAAAAA")
    label.resize(label.sizeHint())
    assert drawn_contrast(shot(label), label) == pytest.approx(contrast("#AAAAAA", "#FFFFFF"), abs=0.3)


@pytest.mark.parametrize(
    ("scale", "theme_name", "language"),
    [
        (1.5, "contrast", "fr"),
        (1.5, "contrast", "qps"),
        (1.25, "dark", "qps"),
        pytest.param(1.25, "dark", "fr", marks=pytest.mark.long),
        pytest.param(1.0, "light", "fr", marks=pytest.mark.long),
        pytest.param(1.0, "light", "qps", marks=pytest.mark.long),
    ],
)
def test_every_page_is_whole(
    open_window: Callable[..., MainWindow], show: Show, scale: float, theme_name: str, language: str
) -> None:
    """No word is cut or pale, no page scrolls; colours change no size, so each scale is seen in one theme."""
    size = (int(1366 / scale), int(768 / scale))
    empty = open_window(language, size=size, empty=True)
    assert cut(empty) == [], "first run"
    window = show(language, theme_name, size)
    found = {}
    for scene in scenes(window):
        assert (window.width(), window.height()) == size, f"{scene} does not let the window be so small"
        if lines := [*scrolled(window), *cut(window), *pale(window)]:
            found[scene] = lines
    assert found == {}


@pytest.mark.parametrize("language", ["qps", pytest.param("fr", marks=pytest.mark.long)])
def test_at_twice_the_size_pages_scroll_and_words_are_whole(show: Show, language: str) -> None:
    window = show(language, "light", (683, 384))
    for scene in scenes(window):
        assert (window.width(), window.height()) == (683, 384), f"{scene} does not let the window be so small"
        assert cut(window, may_scroll=True) == [], scene


def scrolled(window: QWidget) -> list[str]:
    """The sheets that are higher than the room for them."""
    over = [
        area.verticalScrollBar().maximum() for area in window.findChildren(QScrollArea) if area.isVisible()
    ]
    return [f"scrolls by {more} px" for more in over if more > 0]


def cut(window: QWidget, *, may_scroll: bool = False) -> list[str]:
    """What does not show all its words, or hangs over the edge of what holds it."""
    found = []
    for widget in (*visible(window, QLabel), *visible(window, QAbstractButton)):
        if isinstance(widget, QLabel):
            found += _cut_label(widget)
        elif isinstance(widget, Button) and widget.width() < widget.minimumSizeHint().width():
            found.append(f"button {widget.text()!r} is {widget.width()} wide")
        if not may_scroll or not _scrolls(widget):
            found += _hanging(widget)
    return found


def _cut_label(label: QLabel) -> list[str]:
    words = label.text().replace("&", "")
    if not words:
        return []
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return [f"{words!r} needs {needed} px of {label.height()}"] if label.height() < needed else []
    wide = label.fontMetrics().horizontalAdvance(words)
    return [f"{words!r} is cut at {label.width()} of {wide}"] if label.contentsRect().width() < wide else []


def _hanging(widget: QWidget) -> list[str]:
    """Over the edge of an ancestor: nothing of it may lie outside what is shown."""
    mine = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
    above = widget.parentWidget()
    while above is not None:
        theirs = QRect(above.mapTo(widget.window(), QPoint(0, 0)), above.size())
        if not theirs.contains(mine):
            text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            return [f"{text!r} {mine.getRect()} hangs over {type(above).__name__} {theirs.getRect()}"]
        above = above.parentWidget()
    return []


def _scrolls(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            return True
        above = above.parentWidget()
    return False


def test_each_void_call_into_qt_leaves_none_alone(application: QApplication) -> None:
    """PySide 6.12.0 under Python 3.11 takes a reference to None with each call, until the interpreter aborts."""
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.update()
    assert sys.getrefcount(None) > before - 500
    assert QEvent.Type.Paint is not None
