"""IT's pages of the week after: many decisions, undone, handed over; typing by hand; who is who; telling citizens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from counter_app.bootstrap import adopt_configuration
from counter_app.projections.delivery import units
from counter_app.service.register import import_register
from tests.ui import stage
from tests.unit.counters import IT, Desk, Templates, person
from tests.unit.service.units import disputed, rejected
from tests.unit.service.work_list.conftest import BY_HAND, FILES
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.differences import DifferencesPage
from ui.pages.people import PeoplePage
from ui.pages.worklist import WorkListPage
from ui.widgets.correction_sheet import CorrectionSheet
from ui.widgets.decided_list import DecidedList
from ui.widgets.form_sheet import FormSheet
from ui.widgets.unit_case import CORRECT, HAND, UNDO, UnitCase
from ui.widgets.work_sheet import WorkSheet

OTHERS = 60
REGISTER = "id,given_name,surname,date_of_birth,postcode,national_id\nR1,Zoé,Quesnelet,19800305,75012,\n"
Open = Callable[..., MainWindow]


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Desk:
    return Desk(templates.copy("A1", tmp_path / "data"))


@pytest.fixture
def open_it(desk: Desk) -> Iterator[Open]:
    """Closes the desk and opens its window, signed in."""
    opened: list[MainWindow] = []

    def open_one(who: str = stage.IT) -> MainWindow:
        desk.close()
        window = stage.window_on(desk.data)
        opened.append(window)
        stage.unlock(window)
        stage.sign_in(window, who)
        return window

    yield open_one
    for window in opened:
        stage.close(window)


def _decide(window: MainWindow, page: DifferencesPage, decision: str) -> UnitCase:
    """Open the unit at the cursor and decide it."""
    shortcuts.press(window, "F9")
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    case = page.step
    assert isinstance(case, UnitCase)
    case._decision.choose(decision)
    assert case.decision == decision
    QTest.keyClicks(case._reason, "Rang the centre")
    stage.press(case, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and not isinstance(page.step, UnitCase))
    stage.rest(window)
    return case


def test_what_was_decided_can_be_undone_from_its_own_list_and_handed_to_a_colleague(
    desk: Desk, open_it: Open
) -> None:
    rejected(desk, "Undone")
    window = open_it()
    page = stage.page_of(window, "differences")
    _decide(window, page, "waive")
    page.back()
    stage.rest(window)
    assert page._found == ()
    page.show_decided()
    stage.until(lambda: isinstance(page.step, DecidedList))
    stage.rest(window)
    assert "closed, what was paid is waived" in str(
        [page.step.table.model().index(0, place).data() for place in range(8)]
    )
    _decide(window, page, UNDO)
    assert "It stands as it stood before." in stage.said(page)
    page.back()
    stage.rest(window)
    assert [unit.state.value for unit in page._found] == ["rejected"]
    _decide(window, page, HAND)
    assert "Handed over" in stage.said(page)
    page.back()
    stage.rest(window)
    assert page._found[0].with_whom not in ("", IT)


def test_a_link_wants_the_number_of_the_person(desk: Desk, open_it: Open) -> None:
    disputed(desk)
    window = open_it()
    page = stage.page_of(window, "differences")
    shortcuts.press(window, "F9")
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    case = page.step
    case._decision.choose("link")
    QTest.keyClicks(case._reason, "The same person")
    case._number.setText("")
    stage.press(case, Qt.Key.Key_F9)
    assert "Type the number under which the centre has them." in stage.said(case)
    assert "keep_both" in {case._decision.itemData(place) for place in range(case._decision.count())}


def test_all_that_stand_alike_are_decided_in_one_go(desk: Desk, open_it: Open) -> None:
    for place in range(3):
        rejected(desk, f"Alike{place}")
    window = open_it()
    page = stage.page_of(window, "differences")
    shortcuts.press(window, "Ctrl+B")
    stage.until(lambda: page.sheet() is not None)
    stage.rest(window)
    assert "3 units, €75.00" in stage.said(page)
    shortcuts.press(window, "F9")
    assert "Say why: the decision is read without you." in stage.said(page)
    QTest.keyClicks(page.sheet()._words, "Agreed with the treasury")
    shortcuts.press(window, "F9")
    stage.until(lambda: page.sheet() is None)
    stage.rest(window)
    assert "3 units, €75.00" in stage.said(page)
    page.back()
    stage.rest(window)
    assert page._found == ()


def test_the_citizens_page_tells_what_was_decided_and_keeps_a_paper_where_there_is_no_printer(
    desk: Desk, open_it: Open, tmp_path: Path
) -> None:
    grant = rejected(desk, "Told")
    about = {"agent": IT, "target": grant, "service": "aid-file"}
    desk.do("decide_unit", **about, decision="recover", reason="over")
    window = open_it(stage.AGENT)
    window.navigate("citizen", entry_id=grant)
    stage.rest(window)
    assert window.shell is not None
    page: Any = window.shell.page
    stage.until(page.notices.isVisible)
    assert "€25.00 is asked back." in stage.said(page)
    target = tmp_path / "notice.pdf"
    page.notices.choose = lambda *_: (str(target), "")
    shortcuts.press(window, "N")
    stage.until(target.exists)
    stage.until(lambda: "Saved as" in stage.said(page))
    assert target.read_bytes().startswith(b"%PDF")


@pytest.fixture
def by_hand(desk: Desk, tmp_path: Path) -> Desk:
    """The treasury has screens only, and one payment waits to be typed there."""
    raw = (desk.data / "office.toml").read_text(encoding="utf-8")
    assert FILES in raw
    changed = tmp_path / "office.toml"
    changed.write_text(raw.replace(FILES, BY_HAND), encoding="utf-8")
    adopt_configuration(desk.workstation, changed, IT)
    desk = Desk(desk.data) if desk.workstation.is_silent else desk
    desk.fill_drawer()
    rejected(desk, "Typed")
    return desk


def test_a_unit_is_typed_over_with_copy_keys_and_done_by_the_centres_number(
    by_hand: Desk, open_it: Open
) -> None:
    window = open_it()
    page = stage.page_of(window, "worklist")
    assert isinstance(page, WorkListPage)
    assert page.table.rows.rowCount() == 1
    shortcuts.press(window, "F9")
    stage.until(lambda: isinstance(page.step, WorkSheet) and page.step.isVisible())
    sheet = page.step
    assert isinstance(sheet, WorkSheet)
    stage.rest(window)
    assert shortcuts.press(window, "Ctrl+1")
    assert QGuiApplication.clipboard().text() == "TYPED Zoé"
    shortcuts.press(window, "F9")
    assert "Type the number that the centre gave it." in stage.said(sheet)
    QTest.keyClicks(sheet._number, "H-4711")
    QTest.keyClicks(sheet._amount, "20")
    shortcuts.press(window, "F9")
    stage.until(lambda: "If it is so all the same, record it once more." in stage.said(sheet))
    sheet._amount.setText("25")
    shortcuts.press(window, "F9")
    stage.until(lambda: page.step is not sheet)
    stage.rest(window)
    assert "The balance counts it as accepted." in stage.said(page)
    assert QGuiApplication.clipboard().text() == ""


def test_a_unit_laid_back_is_looked_for_first_by_the_next_one(by_hand: Desk, open_it: Open) -> None:
    window = open_it()
    page = stage.page_of(window, "worklist")
    for outcome in ("back", "absent"):
        page.take_next()
        stage.until(lambda: isinstance(page.step, WorkSheet) and page.step.isVisible())
        sheet = page.step
        assert sheet.case.looking is (outcome == "absent")
        sheet._outcome.choose(outcome)
        assert sheet.outcome == outcome
        if outcome == "back":
            sheet._record()
            stage.until(lambda: not isinstance(page.step, WorkSheet))
            stage.rest(window)
            page.back()
            stage.rest(window)
            assert "Look first" in str(page.table.model().index(0, 0).data())


def test_an_agent_sees_the_work_list_only_where_a_centre_is_told_by_hand(
    by_hand: Desk, open_it: Open
) -> None:
    window = open_it(stage.AGENT)
    page = stage.page_of(window, "worklist")
    assert page.table.rows.rowCount() == 1


def test_pairs_are_shown_with_their_evidence_and_tied_by_a_person(
    desk: Desk, open_it: Open, tmp_path: Path
) -> None:
    others = "".join(f"X{n},Prénom{n},Autrui{n},19{n + 20}0115,{10000 + n},\n" for n in range(OTHERS))
    file = tmp_path / "register.csv"
    file.write_text(REGISTER + others, encoding="utf-8")
    import_register(desk.workstation, file)
    told = person("QUESNELET", address="75012 Paris")
    desk.id("record_request", person=told, aid="FR-SECURG")
    window = open_it()
    page = stage.page_of(window, "people")
    assert isinstance(page, PeoplePage)
    shortcuts.press(window, "F9")
    stage.until(lambda: page.table.rows.rowCount() == 1)
    stage.rest(window)
    shortcuts.press(window, "F9")
    stage.until(lambda: page.step is not None and page.step.isVisible())
    stage.rest(window)
    words = stage.said(page)
    assert "QUESNELET" in words
    assert "Quesnelet" in words
    assert "the same" in words
    sheet = page.findChildren(FormSheet)[0]
    sheet.record()
    assert "Say why: the decision is read without you." in stage.said(page)
    QTest.keyClicks(sheet._fields[1].editor, "Seen on the identity card")
    sheet.record()
    stage.until(lambda: "The journal knows them now by the number of the register." in stage.said(page))
    page.back()
    stage.rest(window)
    assert page.table.rows.rowCount() == 0


def test_without_a_register_the_page_says_what_to_do(open_it: Open) -> None:
    window = open_it()
    page = stage.page_of(window, "people")
    shortcuts.press(window, "F9")
    stage.until(page.messages.isVisible)
    assert "register" in stage.said(page)
    assert not page.progress.isVisible()


def test_a_supervisor_corrects_the_person_and_closes_the_unit_by_that_fact(desk: Desk, open_it: Open) -> None:
    rejected(desk, "Mispelt", paid=False)
    window = open_it(stage.SUPERVISOR)
    page = stage.page_of(window, "differences")
    shortcuts.press(window, "F9")
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    page.step._decision.choose(CORRECT)
    stage.press(page.step, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(page.step, CorrectionSheet) and page.step.isVisible())
    sheet = page.step
    assert (sheet.form.surname.value(), sheet.form.given_names.value()) == ("Mispelt", "Zoé")
    sheet.form.surname.setText("Misspelt")
    QTest.keyClicks(sheet._words, "As on the identity card")
    stage.rest(window)
    shortcuts.press(window, "F9")
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    case = page.step
    case._decision.choose("correct")
    QTest.keyClicks(case._reason, "The correction goes to the centre")
    stage.press(case, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and not isinstance(page.step, UnitCase))
    stage.rest(window)
    assert window.workstation is not None
    with window.workstation.tables() as tables:
        states = {unit.kind: unit.state.value for unit in units(tables, "A1", "aid-file")}
    assert states == {"aid_granted": "closed", "entry_corrected": "waiting"}
