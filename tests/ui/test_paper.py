"""What stands on paper, entered at the real window by keys alone; and the receipts that a restored counter lacks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from counter_app.keys.keyring import open_keys
from counter_app.service.drafts import drafts_of
from counter_app.service.restoring.epoch import Restore, restore
from tests.ui import stage
from tests.ui.test_act import CTRL, SHIFT, Hands, entries, here, new_citizen
from tests.ui.test_citizen import find, words
from tests.unit.counters import PASSPHRASE
from ui.main_window import MainWindow
from ui.pages.paper import PaperPage
from ui.paper_act import PaperAct
from ui.paper_head import HeadSheet
from ui.widgets.buttons import Button
from ui.widgets.time_edit import time_typed

Key = Qt.Key


@pytest.fixture(scope="session")
def restored_morning(busy_morning: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The morning, gone on from a copy: its last receipt is A1-0012."""
    new = tmp_path_factory.mktemp("restored") / "data"
    restore(Restore((busy_morning,), new, lambda folder, name: open_keys(folder, PASSPHRASE, name), stage.IT))
    return new


@pytest.fixture
def restored(restored_morning: Path, tmp_path: Path) -> Iterator[MainWindow]:
    """The window of the restored counter, an agent signed in."""
    window = stage.window_on(Path(shutil.copytree(restored_morning, tmp_path / "data")))
    stage.unlock(window)
    stage.sign_in(window)
    yield window
    stage.close(window)


def paper(window: MainWindow) -> PaperPage:
    assert window.shell is not None
    assert isinstance(window.shell.page, PaperPage)
    return window.shell.page


def head(window: MainWindow) -> HeadSheet:
    stage.until(lambda: isinstance(paper(window).step, HeadSheet))
    found = paper(window).step
    assert isinstance(found, HeadSheet)
    return found


def act(window: MainWindow) -> PaperAct:
    found = paper(window).step
    assert isinstance(found, PaperAct)
    return found


def to_paper(window: MainWindow, name: str = "benali") -> Hands:
    """Find somebody, and Shift+F3."""
    find(window, name)
    hands = Hands(window)
    hands.press(Key.Key_F3, SHIFT)
    hands.calm()
    assert here(window) == "paper"
    return hands


def type_head(hands: Hands, number: str, day: str, at: str = "", kind: int = 0, by: int = 0) -> None:
    """From the first field on: arrows choose, Tab goes on, F9 ends it."""
    for _ in range(kind):
        hands.press(Key.Key_Down)
    hands.tab()
    hands.type(number)
    hands.tab()
    hands.type(day)
    hands.tab()
    hands.type(at)
    hands.tab()
    for _ in range(by):
        hands.press(Key.Key_Down)
    hands.press(Key.Key_F9)
    hands.calm()


def verdict(window: MainWindow) -> str:
    hands = Hands(window)
    stage.settle(150)
    hands.calm()
    found = act(window).verdict
    return " | ".join([found.figure.text(), *found.sentences])


def test_a_grant_on_paper_is_entered_by_keys_alone_and_says_which_rules_it_broke(
    agent_window: MainWindow,
) -> None:
    hands = to_paper(agent_window)
    head(agent_window)
    type_head(hands, "P-17", "20112025", "1430", by=1)
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type("120")
    assert "It will be entered as irregular" in verdict(agent_window)
    assert "€80.00 a grant" in verdict(agent_window)
    assert act(agent_window).review.text() == (
        "Benali, Samira was given €120.00 of Emergency cash: paper P-17 · 20/11/2025 at 14:30 (UTC+01:00)."
    )
    before = len(entries(agent_window))
    # Esc takes back to the head, with everything kept; nothing is recorded before the second F9.
    hands.press(Key.Key_Escape)
    hands.calm()
    assert head(agent_window).number.value() == "P-17"
    hands.press(Key.Key_F9)
    hands.calm()
    assert act(agent_window).form is not None
    assert len(entries(agent_window)) == before
    acquit = act(agent_window).form
    assert acquit is not None
    acquit.payment.acquit.setFocus()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F9)
    hands.calm()
    (entry,) = [one for one in entries(agent_window, "aid_granted") if one.facts.get("form") == "P-17"]
    assert len(entries(agent_window)) == before + 1
    assert entry.header["happened_at"] == "2025-11-20T13:30:00.000Z"
    assert entry.facts["done_by"] == agent_window.workstation.configuration.people[0].id  # type: ignore[union-attr]
    assert entry.facts["payment"] | {"acquit": ""} == {"means": "cash", "payer": "?", "acquit": ""}
    assert {"grant", "payer", "drawer"} <= set(entry.facts["irregular"])
    said = stage.said(paper(agent_window))
    assert "Entered from paper" in said
    assert entry.facts["number"] in said
    assert "not enough cash in the books" in said
    assert "the closing lists it for a supervisor" in said


def test_a_day_is_asked_for_whole_and_no_time_is_made_up(agent_window: MainWindow) -> None:
    hands = to_paper(agent_window)
    sheet = head(agent_window)
    type_head(hands, "P-18", "11/2025", kind=1)
    assert "Write the whole day" in stage.said(sheet)
    assert agent_window.focusWidget() is sheet.day
    hands.press(Key.Key_A, CTRL)
    hands.type("20/11/2025")
    hands.tab()
    hands.type("25:00")
    hands.press(Key.Key_F9)
    assert "Write the time like 14:30" in stage.said(sheet)
    hands.press(Key.Key_A, CTRL)
    hands.press(Key.Key_Delete)
    hands.press(Key.Key_F9)
    hands.calm()
    assert "It breaks no rule" in verdict(agent_window)
    hands.press(Key.Key_F9)
    hands.calm()
    entry = entries(agent_window, "request_recorded")[-1]
    assert (entry.facts["form"], entry.facts["time_known"]) == ("P-18", "day")
    assert entry.header["right_day"] == "2025-11-20"


def test_a_lost_receipt_is_taken_from_the_list_and_the_rest_proves_missing(restored: MainWindow) -> None:
    assert restored.shell is not None
    today: Any = stage.page_of(restored, "today")
    assert "From A1-0013 on receipts may be missing" in stage.said(today)
    hands = Hands(restored)
    hands.press(Key.Key_F3, SHIFT)
    hands.calm()
    page = paper(restored)
    stage.until(lambda: words(page.table))
    assert words(page.table) == [["A1-0013", "Perhaps given", "—", "—"]]
    # The number first, then whose it is.
    hands.press(Key.Key_Return)
    assert "Find the person whose paper it is with F2" in page.messages.words.text()
    hands.press(Key.Key_F2)
    hands.calm()
    to_paper(restored)
    assert head(restored).number.value() == "A1-0013"
    hands.tab()
    hands.press(Key.Key_A, CTRL)
    hands.type("a1-15")
    hands.tab()
    hands.type("20/11/2025")
    hands.press(Key.Key_F9)
    hands.calm()
    hands.tab()
    hands.type("20")
    hands.calm()
    form = act(restored).form
    assert form is not None
    form.pay_now.setFocus()
    hands.press(Key.Key_Space)
    hands.press(Key.Key_F9)
    hands.calm()
    (entry,) = entries(restored, "aid_granted")
    assert (entry.facts["form"], entry.facts["number"]) == ("A1-0015", "A1b-0001")
    assert "slice" in entry.facts["irregular"]
    hands.press(Key.Key_A)
    hands.calm()
    assert page.header.sub.text() == "Benali, Samira"
    stage.until(lambda: len(words(page.table)) == 4)
    assert [row[:3] for row in words(page.table)] == [
        ["A1-0013", "To be entered", "—"],
        ["A1-0014", "To be entered", "—"],
        ["A1-0016", "Perhaps given", "—"],
        ["A1-0015", "Entered again", "A1b-0001"],
    ]
    assert "2 receipts of A1 are still to be entered again." in stage.said(page)


def test_a_supervisor_ends_the_search_and_today_says_no_more_of_it(restored: MainWindow) -> None:
    restored.change_agent()
    stage.settle()
    stage.sign_in(restored, stage.SUPERVISOR)
    hands = Hands(restored)
    stage.page_of(restored, "today")
    hands.press(Key.Key_F3, SHIFT)
    hands.calm()
    page = paper(restored)
    stage.until(lambda: words(page.table))
    hands.press(Key.Key_E, CTRL)
    hands.type("A1-0014")
    hands.press(Key.Key_Return)
    hands.type("seen on the printer")
    hands.press(Key.Key_Return)
    hands.calm()
    assert "2 receipts were not found." in stage.said(page)
    (entry,) = entries(restored, "numbers_settled")
    assert entry.facts["given_up"] == ["A1-0013", "A1-0014"]
    hands.press(Key.Key_Escape)
    hands.calm()
    assert [row[1] for row in words(page.table)] == ["Not found", "Not found"]
    assert "The search is ended." in stage.said(page)
    today: Any = stage.page_of(restored, "today")
    assert not today.lost.isVisible()


def test_without_a_person_the_page_leads_to_the_search(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    stage.page_of(agent_window, "today")
    hands.press(Key.Key_F3, SHIFT)
    hands.calm()
    assert "Whose paper is it?" in stage.said(paper(agent_window))
    hands.press(Key.Key_F9)
    hands.calm()
    assert paper(agent_window).step is None
    hands.press(Key.Key_Escape)
    assert here(agent_window) == "counter"


def test_a_new_citizen_s_paper_is_taken_up_again_where_it_was_left(agent_window: MainWindow) -> None:
    window = agent_window
    hands = Hands(window)
    new_citizen(hands, "Traore", "Aminata", "14031987")
    hands.calm()
    assert here(window) == "act"
    hands.press(Key.Key_F3, SHIFT)
    hands.calm()
    head(window)
    type_head(hands, "P-40", "20/11/2025", kind=2)
    hands.calm()
    window.navigate("counter", fresh=True)
    assert window.shell is not None
    assert window.workstation is not None
    counter: Any = window.shell.page
    stage.until(counter.messages.isVisible)
    assert "You were typing something for T. A." in counter.messages.words.text()
    counter.messages.findChildren(Button)[0].click()
    hands.calm()
    sheet = head(window)
    assert (sheet.kind.value(), sheet.number.value(), sheet.day.iso) == ("refusal", "P-40", "2025-11-20")
    hands.press(Key.Key_F9)
    hands.calm()
    hands.press(Key.Key_F9)
    assert "Choose the reason of the refusal." in stage.said(paper(window))
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F9)
    hands.calm()
    assert entries(window, "aid_refused")[-1].facts["form"] == "P-40"
    assert drafts_of(window.workstation, stage.AGENT) == []


def test_a_payment_of_before_is_entered_with_its_grant(agent_window: MainWindow) -> None:
    hands = to_paper(agent_window)
    sheet = head(agent_window)
    assert [sheet.kind.itemText(place) for place in range(sheet.kind.count())][
        -1
    ] == "A grant of before was paid"
    type_head(hands, "", "20/11/2025", kind=3)
    payment = act(agent_window).payment
    assert payment is not None
    payment.acquit.setFocus()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F9)
    hands.calm()
    (entry,) = entries(agent_window, "grant_paid")
    assert "form" not in entry.facts
    assert entry.facts["irregular"]
    assert "Entered from paper" in stage.said(paper(agent_window))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("9:05", "09:05"), ("14h30", "14:30"), ("1430", "14:30"), ("905", "09:05"), ("14.30", "14:30")],
)
def test_a_time_is_understood_however_it_is_written(typed: str, said: str) -> None:
    found = time_typed(typed)
    assert found is not None
    assert f"{found:%H:%M}" == said


@pytest.mark.parametrize("typed", ["", "14", "24:00", "9:60", "noon", "9:5"])
def test_what_is_no_whole_time_is_none(typed: str) -> None:
    assert time_typed(typed) is None
