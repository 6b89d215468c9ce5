"""What is past its retention, in the window: counted before, erased by keys once somebody is sure, and on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.service.access_log import note_look
from counter_app.service.erasure import ERASED
from counter_app.service.proof import prove
from tests.ui import stage
from tests.ui.office_day import clock_of_the_office
from tests.ui.test_act import entries
from tests.unit.counters import CASH, IT, SUPERVISOR, Desk, Templates, person
from tests.unit.service.scripted import Centre, Deliverer, accepts
from ui.main_window import MainWindow
from ui.pages.retention import RetentionPage
from ui.widgets.form_sheet import FormSheet

_CONTROL = Qt.KeyboardModifier.ControlModifier
Open = Callable[[str, int], MainWindow]


@pytest.fixture
def open_after(templates: Templates, tmp_path: Path) -> Iterator[Open]:
    """A window some days after two people were served: one grant is paid and proved, the other still open."""
    desk = Desk(templates.copy("A1", tmp_path / "data"))
    desk.fill_drawer()
    desk.grant(4000, person=person("Quincampoix"), payment=CASH)
    desk.grant(3000, person=person("Autre", birth_date="1980-05-06"))
    desk.workstation.looker = SUPERVISOR
    note_look(desk.workstation, "person_opened", "R-1")
    for service in ("aid-file", "treasury"):
        Deliverer(desk, Centre(*[accepts()] * 20), service).run()
    now = desk.clock.now()
    desk.close()
    opened: list[MainWindow] = []

    def open_one(who: str, days: int) -> MainWindow:
        with clock_of_the_office(now + timedelta(days=days)):
            opened.append(stage.window_on(desk.data))
            stage.unlock(opened[-1])
        stage.sign_in(opened[-1], who)
        return opened[-1]

    yield open_one
    for window in opened:
        stage.close(window)


def to_retention(window: MainWindow) -> RetentionPage:
    """From the points of readiness."""
    window.navigate("doctor")
    stage.rest(window)
    assert window.shell is not None
    stage.press(window, Qt.Key.Key_E, _CONTROL)
    stage.rest(window)
    page = window.shell.page
    assert isinstance(page, RetentionPage)
    assert window.shell.navigation.marked == "doctor"
    return page


def counts(page: RetentionPage) -> list[list[str]]:
    rows = page.table.rows
    return [
        [str(rows.index(row, column).data()) for column in range(rows.columnCount())]
        for row in range(rows.rowCount())
    ]


def test_it_reads_what_goes_and_erases_it_once_it_is_sure(open_after: Open) -> None:
    window = open_after(IT, 400)
    page = to_retention(window)
    lines = counts(page)
    assert [line[:2] for line in lines] == [
        ["Goes", "Entries with names and words"],
        ["Goes", "Looks at records"],
        ["Stays", "Entries of a grant or request that is still open here"],
    ]
    assert [line[2] for line in lines] == ["1", "1", "1"]
    assert "90 days after the central systems showed" in stage.said(page)
    stage.press(window, Qt.Key.Key_F9)
    stage.settle()
    assert isinstance(page.step, FormSheet)
    stage.press(window, Qt.Key.Key_F9)
    stage.settle()
    assert "Tick it first" in stage.said(page)
    assert entries(window, ERASED) == []
    stage.press(window, Qt.Key.Key_Space)
    stage.press(window, Qt.Key.Key_F9)
    stage.until(lambda: not isinstance(page.step, FormSheet))
    stage.rest(window)
    assert "1 entry has lost names and words for good." in stage.said(page)
    (order,) = entries(window, ERASED)
    assert (order.facts["rule"], order.facts["count"]) == ("retention", 1)
    assert order.header["agent"] == IT
    assert window.workstation is not None
    assert list(prove(window.workstation, full=True).findings) == []
    stage.press(window, Qt.Key.Key_Escape)
    stage.rest(window)
    assert counts(page)[0] == ["None", "Entries with names and words", "0"]
    stage.press(window, Qt.Key.Key_F9)
    assert page.step is None
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell is not None
    assert window.shell.here == "doctor"


def test_before_its_time_nothing_can_be_erased(open_after: Open) -> None:
    window = open_after(IT, 30)
    page = to_retention(window)
    assert "Nothing is past its time." in stage.said(page)
    assert [line[:2] for line in counts(page)] == [
        ["None", "Entries with names and words"],
        ["Stays", "Entries whose time is not over"],
    ]
    assert not page.erase_button.isEnabled()


def test_a_supervisor_comes_from_a_persons_page_and_goes_back_there(open_after: Open) -> None:
    window = open_after(SUPERVISOR, 30)
    assert window.shell is not None
    (grant, _) = entries(window, "aid_granted")
    window.navigate("person_data", entry_id=grant.entry_id)
    stage.rest(window)
    stage.press(window, Qt.Key.Key_E, _CONTROL)
    stage.rest(window)
    assert window.shell.here == "retention"
    assert window.shell.navigation.marked == "counter"
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell.here == "person_data"
