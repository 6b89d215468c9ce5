"""What was asked or paid twice, judged in the window by keys alone; the journal says afterwards by whom and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from counter_app.domain.decision_commands import JudgePair
from tests.ui import stage
from tests.ui.test_act import entries
from tests.unit.counters import AGENT, IT, SUPERVISOR, Desk, Templates, person
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.twice import TwicePage
from ui.widgets.twice_case import TwicePair

_CONTROL = Qt.KeyboardModifier.ControlModifier
DAY_S = 86400.0
CLERK, PARIS_IT = "nbenali", "skowalski"
Open = Callable[..., MainWindow]


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Desk:
    return Desk(templates.copy("A1", tmp_path / "data"))


@pytest.fixture
def open_it() -> Iterator[Open]:
    """Closes a desk and opens its window, signed in."""
    opened: list[MainWindow] = []

    def open_one(desk: Desk, who: str = IT, pin: str | None = None) -> MainWindow:
        desk.close()
        opened.append(stage.window_on(desk.data))
        stage.unlock(opened[-1])
        stage.sign_in(opened[-1], who, pin)
        return opened[-1]

    yield open_one
    for window in opened:
        stage.close(window)


def ask(desk: Desk, surname: str, cents: int = 4000) -> str:
    return desk.id("record_request", person=person(surname), aid="FR-SECURG", asked_cents=cents)


def to_the_pairs(window: MainWindow, page: str, key: str) -> Any:
    window.navigate(page)
    stage.rest(window)
    assert window.shell is not None
    stage.press(window, Qt.Key.Key_T, _CONTROL)
    stage.rest(window)
    found = window.shell.page
    assert isinstance(found, TwicePage)
    assert window.shell.navigation.marked == key
    return found


def opened(window: MainWindow, page: TwicePage) -> TwicePair:
    stage.press(window, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(page.step, TwicePair) and page.step.isVisible())
    stage.rest(window)
    assert isinstance(page.step, TwicePair)
    assert shortcuts.clashes(window) == []
    return page.step


def cells(table: Any) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def judge(window: MainWindow, page: TwicePage, pair: TwicePair, *keys: Qt.Key) -> str:
    """Choose by the arrows, say why, record; what the confirmation says."""
    stage.press(window, Qt.Key.Key_F9)
    assert "Say why: the decision is read without you." in stage.said(pair)
    pair.first_focus().setFocus()
    for key in keys:
        stage.press(window, key)
    stage.press(window, Qt.Key.Key_Tab)
    for letter in "Rang her":
        stage.press(window, getattr(Qt.Key, f"Key_{letter.upper()}" if letter != " " else "Key_Space"))
    stage.press(window, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and not isinstance(page.step, TwicePair))
    stage.rest(window)
    return stage.said(page)


def test_it_reads_both_sides_and_judges_pair_after_pair_by_keys(desk: Desk, open_it: Open) -> None:
    first, other = ask(desk, "Dupont"), ask(desk, "Martin")
    desk.clock.jump(9 * DAY_S)
    again, apart = ask(desk, "Dupont", 6500), ask(desk, "Martin")
    window = open_it(desk)
    page = to_the_pairs(window, "differences", "differences")
    assert "2 requests made again" in stage.said(page)
    (row, _) = cells(page.table)
    assert row[:6] == ["Asked again", "D. Z.", "Emergency cash", "02/03/2026 · A1", "11/03/2026 · A1", "9"]
    assert row[6:] == ["Waiting", "Waiting"]
    assert "Dupont" not in stage.said(page)
    pair = opened(window, page)
    said = stage.said(pair)
    assert "Dupont, Zoé" in said
    assert "9 days apart, and carry the same names and birth date." in said
    sides = {line[0]: line[1:] for line in cells(pair.sides)}
    assert sides["Amount"] == ["€40.00", "€65.00", "Differs"]
    assert sides["Receipt"] == ["A1-0001", "A1-0003", ""]
    assert sides["Born"][2] == "Same"
    said = judge(window, page, pair)
    assert "The centre is told which one the later one repeats. Nothing is withdrawn." in said
    stage.press(window, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(page.step, TwicePair) and page.step is not pair)
    stage.rest(window)
    said = judge(window, page, page.step, Qt.Key.Key_Down)
    assert "They are not proposed again; nothing else changes." in said
    stage.press(window, Qt.Key.Key_Escape)
    stage.rest(window)
    assert "Nothing seems to be asked or paid twice." in stage.said(page)
    judged = entries(window, "pair_judged")
    assert [(one.facts["first"], one.facts["second"], one.facts["verdict"]) for one in judged] == [
        (first, again, "same"),
        (other, apart, "other"),
    ]
    assert {one.header["agent"] for one in judged} == {IT}
    assert {(one.private or {})["reason"].casefold() for one in judged} == {"rang her"}
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell is not None
    assert window.shell.here == "differences"


def test_an_agent_finds_them_beside_todays_list(desk: Desk, open_it: Open) -> None:
    ask(desk, "Dupont")
    ask(desk, "Dupont")
    window = open_it(desk, AGENT)
    page = to_the_pairs(window, "today", "today")
    assert "on the same day" in stage.said(opened(window, page))
    stage.press(window, Qt.Key.Key_Escape)
    stage.press(window, Qt.Key.Key_Escape)
    assert window.shell is not None
    assert window.shell.here == "today"


def test_who_judges_is_told_that_both_were_granted(desk: Desk, open_it: Open) -> None:
    for _ in range(2):
        request = desk.id(
            "record_request",
            person=person(),
            aid="FR-SECURG",
            circumstances={"evidence": ["interview"]},
        )
        desk.id("grant_aid", request=request, aid="FR-SECURG", cents=2000)
    window = open_it(desk, SUPERVISOR)
    page = to_the_pairs(window, "differences", "differences")
    pair = opened(window, page)
    assert "Both were granted." in stage.said(pair)
    sides = {line[0]: line[1:] for line in cells(pair.sides)}
    assert sides["Came to"][:2] == ["Granted · A1-0002 · €20.00", "Granted · A1-0004 · €20.00"]


def test_a_pair_that_was_judged_meanwhile_is_said_so(desk: Desk, open_it: Open) -> None:
    first, again = ask(desk, "Dupont"), ask(desk, "Dupont")
    window = open_it(desk)
    page = to_the_pairs(window, "differences", "differences")
    (twice,) = page._found
    assert window.workstation is not None
    told = JudgePair(agent=AGENT, first=first, second=again, verdict="same", reason="Asked her")
    window.workstation.record(told, "window")
    page.open_pair(twice)
    stage.rest(window)
    assert "Somebody judged this pair meanwhile." in stage.said(page)
    assert page.step is None


def test_a_month_paid_twice_says_what_to_do_and_is_judged(
    templates: Templates, tmp_path: Path, open_it: Open
) -> None:
    desk = Desk(templates.copy("A1", tmp_path / "paris", "paris"))
    paid: dict[str, Any] = {"aid": "FR75-NAVIGO", "cents": 3000, "agent": CLERK, "months": ["2026-01"]}
    paid |= {"person": person(), "circumstances": {"evidence": ["tax_notice"]}}
    desk.do("receive_money", **paid)
    desk.do("receive_money", already_happened=True, **paid)
    window = open_it(desk, PARIS_IT, stage.PINS[IT])
    page = to_the_pairs(window, "differences", "differences")
    assert "1 payment made twice" in stage.said(page)
    assert cells(page.table)[0][0] == "Paid twice"
    assert cells(page.table)[0][2].endswith("01/2026")
    pair = opened(window, page)
    assert "Next: give one back" in stage.said(pair)
    sides = {line[0]: line[1:] for line in cells(pair.sides)}
    assert sides["Months"] == ["01/2026", "01/2026", "Same"]
    assert sides["Amount"][:2] == ["€30.00", "€30.00"]
    assert "no money moves by it." in judge(window, page, pair)
    assert [one.facts["verdict"] for one in entries(window, "pair_judged")] == ["same"]
