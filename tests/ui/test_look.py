"""Contrast, names for a screen reader, and nothing cut at any scale."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from tests.ui import stage
from ui.main_window import MainWindow
from ui.pages import pages_for
from ui.theme.fonts import font, is_drawn_by_ours
from ui.theme.icons import picture
from ui.theme.tokens import THEMES, contrast, pairs
from ui.widgets.buttons import Button

SCALES = (1.0, 1.25, 1.5)
PEOPLE = (stage.AGENT, stage.SUPERVISOR, stage.IT)


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_of_colours_in_use_has_its_contrast(name: str) -> None:
    low = [pair for pair in pairs(THEMES[name]) if pair.ratio < pair.wanted]
    assert low == []


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


def places(window: MainWindow) -> Iterator[str]:
    """Every page in turn, by name, with the window showing it."""
    yield "unlock"
    stage.unlock(window)
    yield "sign_in"
    for person in PEOPLE:
        stage.sign_in(window, person)
        assert window.shell is not None
        for spec in pages_for(window.shell.session.person.role):
            if spec.in_navigation:
                window.navigate(spec.id)
                stage.until(lambda: not window.tasks.busy)
                stage.settle()
                yield f"{spec.id} of {person}"
        window.shell.show_keys()
        stage.settle()
        yield f"keys of {person}"
        window.shell.show_keys()
        window.change_agent()
        stage.settle()


def visible(window: QWidget, kind: type[QWidget]) -> Iterator[QWidget]:
    for widget in window.findChildren(kind):
        if widget.isVisible() and widget.width() > 0:
            yield widget


def test_everything_that_takes_the_focus_has_a_name(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    for place in places(window):
        for widget in visible(window, QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), f"{type(widget).__name__} on {place}"


# These show more than a small screen holds, and scroll there; their words are whole all the same.
SCROLLING = {
    1.0: (),
    1.25: ("closing", "limits", "act", "keys"),
    1.5: ("closing", "limits", "incident", "counter", "act", "recovery", "keys"),
}


@pytest.mark.parametrize("language", ["fr", "qps"])
@pytest.mark.parametrize("scale", SCALES)
def test_nothing_is_cut(open_window: Callable[..., MainWindow], scale: float, language: str) -> None:
    size = (int(1366 / scale), int(768 / scale))
    empty = open_window(language, size=size, empty=True)
    assert cut(empty) == [], "first run"
    window = open_window(language, size=size)
    found = {}
    for place in places(window):
        assert (window.width(), window.height()) == size, f"{place} does not let the window be so small"
        if lines := cut(window, scrolled=place.partition(" ")[0] in SCROLLING[scale]):
            found[place] = lines
    assert found == {}


@pytest.mark.parametrize("language", ["fr", "qps"])
def test_at_twice_the_size_pages_scroll_and_words_are_whole(
    open_window: Callable[..., MainWindow], language: str
) -> None:
    window = open_window(language, size=(683, 384))
    for place in places(window):
        assert cut(window, scrolled=True) == [], place


def cut(window: QWidget, *, scrolled: bool = False) -> list[str]:
    """What does not show all its words, or hangs over the edge of what holds it."""
    found = []
    for widget in (*visible(window, QLabel), *visible(window, QAbstractButton)):
        if isinstance(widget, QLabel):
            found += _cut_label(widget)
        elif isinstance(widget, Button) and widget.width() < widget.minimumSizeHint().width():
            found.append(f"button {widget.text()!r} is {widget.width()} wide")
        if not scrolled or not _scrolls(widget):
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
