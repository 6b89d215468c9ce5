"""IT decides one unit of every kind on the differences page; the journal says afterwards who decided what and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counter_app.projections import cash
from tests.ui import stage
from tests.ui.test_act import entries
from tests.ui.test_bad_days_way_in import said
from tests.unit.counters import Desk, Templates
from tests.unit.service.units import disputed, lost, rejected, set_aside, unanswered
from ui.main_window import MainWindow
from ui.pages.differences import DifferencesPage
from ui.widgets.unit_case import UnitCase

KINDS = {
    "Waived": rejected,
    "Recovered": rejected,
    "Accepted": disputed,
    "Replayed": lost,
    "Taken": set_aside,
    "Closed": unanswered,
}


@pytest.fixture
def it_window(templates: Templates, tmp_path: Path) -> Iterator[MainWindow]:
    """A window of IT on a workstation with a unit of every kind, each named after what is to become of it."""
    desk = Desk(templates.copy("A1", tmp_path / "data"))
    for surname, make in KINDS.items():
        make(desk, surname)
    desk.close()
    window = stage.window_on(tmp_path / "data")
    stage.unlock(window)
    stage.sign_in(window, stage.IT)
    yield window
    stage.close(window)


def _page(window: MainWindow) -> DifferencesPage:
    window.navigate("differences")
    assert window.shell is not None
    page = window.shell.page
    assert isinstance(page, DifferencesPage)
    return page


def _decide(window: MainWindow, surname: str, decision: str, number: str = "") -> str:
    """Open that person's unit, decide it, and read the confirmation."""
    page = _page(window)
    page.back()
    stage.rest(window)
    unit = next(one for one in page._found if one.surname == surname and one.service == "aid-file")
    page.open_unit(unit)
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    case = page.step
    assert isinstance(case, UnitCase)
    case._decision.choose(decision)
    assert case.decision == decision
    assert case._number_field.isVisible() is (decision == "accept")
    if number:
        case._number.setText(number)
    QTest.keyClicks(case._reason, f"Asked the centre about {surname}")
    stage.press(case, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and not isinstance(page.step, UnitCase))
    stage.rest(window)
    return said(page)


def test_a_unit_of_every_kind_is_decided_and_the_journal_says_by_whom_and_why(it_window: MainWindow) -> None:
    window = it_window
    assert "the money is claimed back" in _decide(window, "Recovered", "recover")
    assert "It is explained now" in _decide(window, "Waived", "waive")
    assert "It is explained now" in _decide(window, "Accepted", "accept", "C-4711")
    assert "It waits to be sent again: run the recovery (F5)." in _decide(window, "Replayed", "replay")
    assert "It waits to be sent again: run the recovery (F5)." in _decide(window, "Taken", "take_up")
    assert "It is explained now" in _decide(window, "Closed", "close")
    decided = entries(window, "unit_decided")
    told = [(one.facts["decision"], one.facts["state_before"], one.facts["fact"]) for one in decided]
    assert told == [
        ("recover", "rejected", "decided"),
        ("waive", "rejected", "decided"),
        ("accept", "disputed", "decided"),
        ("replay", "lost", "replay_allowed"),
        ("take_up", "set_aside", "taken_up"),
        ("close", "unknown", "decided"),
    ]
    assert {one.header["agent"] for one in decided} == {stage.IT}
    assert [(one.private or {})["reason"] for one in decided] == [
        f"Asked the centre about {name}"
        for name in ("Recovered", "Waived", "Accepted", "Replayed", "Taken", "Closed")
    ]
    assert decided[2].facts["centre_number"] == "C-4711"
    assert decided[0].facts["claim_cents"] == 2500
    workstation = window.workstation
    assert workstation is not None
    with workstation.tables() as tables:
        assert cash.balance(tables, workstation.chain, "claims") == 2500
    page = _page(window)
    page.back()
    stage.rest(window)
    assert [one for one in page._found if one.service == "aid-file"] == []
