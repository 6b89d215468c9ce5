"""The frame: keys, banner, status line, themes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from counter_app.domain.commands import parse_command
from counter_app.text import Text
from tests.ui import stage
from ui import pages, shortcuts
from ui.frame.navigation import Navigation
from ui.frame.shell import Shell
from ui.main_window import MainWindow
from ui.page import Page
from ui.pages import PageSpec, pages_for
from ui.pages.today import TodayPage
from ui.session import Session
from ui.theme.current import theme
from ui.widgets.fields import Field, LineEdit, Words

frame_alone = pytest.mark.usefixtures("today_first")


class Notes(Page):
    """A page with fields, to type into."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.line, self.words, self.saved = LineEdit(), Words(), 0
        self.column.addWidget(Field("Surname", self.line))
        self.column.addWidget(Field("Words", self.words))
        self.shortcut("F9", "Save", self.save)

    def first_focus(self) -> QWidget:
        return self.line

    def save(self) -> None:
        self.saved += 1


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = PageSpec("notes", "Notes", "notes", "F3", pages.EVERYBODY, f"{__name__}:Notes")
    monkeypatch.setattr(PageSpec, "load", lambda self: Notes if self.id == "notes" else TodayPage)
    today = next(spec for spec in pages.PAGES if spec.id == "today")
    monkeypatch.setattr(pages, "PAGES", (today, notes))


def shell_of(window: MainWindow) -> Shell:
    assert window.shell is not None
    return window.shell


@frame_alone
def test_the_banner_says_since_when_which_services_and_how_much_waits(agent_window: MainWindow) -> None:
    banner = shell_of(agent_window).banner
    stage.until(banner.title.text)
    assert banner.title.text().startswith("Degraded mode since ")
    assert "Files of the CCAS: down" in banner.meta.text()
    assert "messages wait for a centre" in banner.accessibleName()
    assert "messages wait for a centre" in " ".join(label.text() for label in banner.findChildren(QLabel))
    assert "no copy of the files here" in banner.meta.text()
    assert banner.title.text() in banner.accessibleName()


@frame_alone
def test_the_banner_and_the_list_follow_what_is_recorded(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    page = shell.page
    assert isinstance(page, TodayPage)
    stage.until(lambda: page.rows.rowCount() > 0)
    before = page.rows.rowCount()
    person = {"surname": "Petit", "given_names": ["Luc"]}
    line = {"command": "record_request", "agent": stage.AGENT, "person": person, "aid": "FR-CAP"}
    done: list[object] = []
    page.record(parse_command(json.dumps(line)), done.append)
    stage.until(lambda: page.rows.rowCount() == before + 1)
    assert len(done) == 1
    assert (
        page.rows.index(0, 3).data() == "Request · Secours d'urgence"
        or "Request" in page.rows.index(0, 3).data()
    )


@frame_alone
def test_names_are_masked_but_at_the_cursor(agent_window: MainWindow) -> None:
    page = shell_of(agent_window).page
    assert isinstance(page, TodayPage)
    stage.until(lambda: page.rows.rowCount() > 0)
    names = [page.rows.index(row, 2).data() for row in range(page.rows.rowCount())]
    assert names[0] == "Haddad, Yassine"
    assert not any("," in name for name in names[1:])
    QTest.keyClick(page.table, Qt.Key.Key_End)
    assert page.rows.index(0, 2).data() == "H. Y."


@pytest.mark.usefixtures("two_pages")
def test_f_keys_go_to_pages_and_typed_text_is_neither_lost_nor_swallowed(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    stage.press(agent_window, Qt.Key.Key_F3)
    stage.settle()
    page = shell.page
    assert isinstance(page, Notes)
    assert page.line.hasFocus()
    QTest.keyClicks(page.line, "Lefe")
    stage.press(agent_window, Qt.Key.Key_F9)
    QTest.keyClicks(page.line, "vre, F3 F9")
    assert (page.line.text(), page.saved) == ("Lefevre, F3 F9", 1)
    stage.press(agent_window, Qt.Key.Key_F6)
    assert shell.here == "today"
    stage.press(agent_window, Qt.Key.Key_F9)
    assert page.saved == 1, "a key belongs to the page that is shown"
    stage.press(agent_window, Qt.Key.Key_F3)
    assert page.line.text() == "Lefevre, F3 F9"


@pytest.mark.usefixtures("two_pages")
def test_the_focus_never_falls_from_a_part_that_goes_onto_the_navigation(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    shell.navigate("notes")
    page = shell.page
    assert isinstance(page, Notes)
    for go in (page.words.hide, lambda: page.line.setEnabled(False)):
        (page.words if page.words.isVisible() else page.line).setFocus()
        go()
        stage.settle()
        assert shell.stack.isAncestorOf(agent_window.focusWidget())
        stage.press(agent_window, Qt.Key.Key_Up)
        stage.press(agent_window, Qt.Key.Key_Return)
        assert shell.here == "notes"


@pytest.mark.usefixtures("two_pages")
def test_arrows_walk_along_the_navigation_and_enter_goes_to_the_page(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    shell.navigate("today")
    entries = list(shell.navigation._entries.values())
    entries[0].setFocus()
    stage.press(agent_window, Qt.Key.Key_Down)
    assert (shell.here, agent_window.focusWidget()) == ("today", entries[1])
    stage.press(agent_window, Qt.Key.Key_Return)
    assert shell.here == "notes"


@pytest.mark.usefixtures("two_pages")
def test_a_page_that_may_not_be_left_stays(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    shell.navigate("notes")
    page = shell.page
    assert isinstance(page, Notes)
    page.may_leave = lambda: False  # type: ignore[method-assign]
    stage.press(agent_window, Qt.Key.Key_F6)
    assert shell.here == "notes"


def test_no_page_has_two_equal_keys(agent_window: MainWindow) -> None:
    for person in (stage.AGENT, stage.SUPERVISOR, stage.IT):
        agent_window.change_agent()
        stage.settle()
        stage.sign_in(agent_window, person)
        shell = shell_of(agent_window)
        for spec in pages_for(shell.session.person.role):
            shell.navigate(spec.id)
            stage.settle()
            assert shortcuts.clashes(agent_window) == [], spec.id


@pytest.mark.usefixtures("two_pages")
def test_a_key_declared_twice_on_a_page_is_refused(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    shell.navigate("notes")
    page = shell.page
    assert isinstance(page, Notes)
    with pytest.raises(ValueError, match="F9"):
        page.shortcut("F9", "Something else", page.save)


def test_the_keys_of_each_role_are_its_own() -> None:
    for role in pages.EVERYBODY:
        keys = [spec.key for spec in pages_for(role) if spec.key]
        assert len(keys) == len(set(keys))
        assert not {"F1", "Ctrl+L", "Ctrl+Alt+T"} & set(keys)


@frame_alone
def test_f1_lists_the_keys_and_gives_the_focus_back(agent_window: MainWindow) -> None:
    shell = shell_of(agent_window)
    before = agent_window.focusWidget()
    stage.press(agent_window, Qt.Key.Key_F1)
    assert shell.help.isVisible()
    said = {label.text() for label in shell.help.findChildren(QWidget) if hasattr(label, "text")}
    assert {"F1", "F6", "Ctrl+L", "Today", "Change agent"} <= said
    stage.press(agent_window, Qt.Key.Key_Escape)
    assert not shell.help.isVisible()
    assert agent_window.focusWidget() is before


@frame_alone
def test_ctrl_alt_t_goes_through_the_themes_and_is_remembered(agent_window: MainWindow) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    seen = []
    for _ in range(3):
        stage.press(agent_window, Qt.Key.Key_T, both)
        seen.append(theme.tokens.name)
        assert agent_window.preferences.theme == theme.tokens.name
    assert seen == ["dark", "contrast", "light"]


@frame_alone
def test_a_narrow_window_turns_the_navigation_into_a_rail(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(size=(911, 512))
    stage.unlock(window)
    stage.sign_in(window)
    assert shell_of(window).navigation.width() < 120


@frame_alone
def test_an_answer_older_than_the_last_question_is_dropped(agent_window: MainWindow) -> None:
    import threading

    page = shell_of(agent_window).page
    assert page is not None
    gate = threading.Event()
    answers: list[str] = []

    def slow() -> str:
        gate.wait(10)
        return "old"

    page.ask(slow, answers.append, question="q")
    page.ask(lambda: "new", answers.append, question="q")
    stage.until(lambda: answers)
    gate.set()
    stage.until(lambda: not agent_window.tasks.busy)
    assert answers == ["new"]


@frame_alone
def test_a_refusal_is_shown_in_words_on_the_page(agent_window: MainWindow) -> None:
    page = shell_of(agent_window).page
    assert page is not None
    line = {
        "command": "cancel_grant",
        "agent": stage.AGENT,
        "reason": "x",
        "grant": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    }
    page.record(parse_command(json.dumps(line)), lambda _outcome: None)
    stage.until(page.messages.isVisible)
    assert page.messages.words.text()
    assert page.messages.accessibleName().strip() == page.messages.words.text()


def test_what_waits_for_approval_stands_in_the_banner_and_on_the_navigation(window: MainWindow) -> None:
    stage.unlock(window)
    stage.sign_in(window, stage.SUPERVISOR)
    shell = shell_of(window)
    stage.until(shell.banner.title.text)
    assert "approval" not in shell.banner.accessibleName()
    person = {"surname": "Petit", "given_names": ["Luc"], "birth_date": "1975", "identity": "document"}
    seen = {"evidence": ["interview"]}
    line = {"command": "grant_aid", "agent": stage.AGENT, "person": person, "aid": "FR-SECURG", "cents": 6000}
    assert shell.page is not None
    shell.page.record(parse_command(json.dumps(line | {"circumstances": seen})), lambda _outcome: None)
    stage.until(lambda: "1 grant waits for approval" in shell.banner.accessibleName())
    entry = shell.navigation._entries["approvals"]
    stage.until(lambda: entry.accessibleDescription() == "F4, 1 waits")


def test_shift_f1_says_what_may_be_done_now_by_role_and_by_central_system(window: MainWindow) -> None:
    stage.unlock(window)
    told = {}
    for person in (stage.AGENT, stage.SUPERVISOR, stage.IT):
        stage.sign_in(window, person)
        shell = shell_of(window)
        stage.press(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
        stage.until(shell.now.isVisible)
        told[person] = " ".join(label.text() for label in shell.now.findChildren(QLabel))
        stage.press(window, Qt.Key.Key_Escape)
        assert not shell.now.isVisible()
        window.change_agent()
        stage.settle()
    for said in told.values():
        assert "Files of the CCAS: down since" in said
        assert "Record here first, even while it seems to answer." in said
    assert "Emergency cash: up to €80.00 a grant; above €50.00 a second person approves." in told[stage.AGENT]
    assert "You are covered" in told[stage.AGENT]
    assert "Nothing waits for approval (F4)." in told[stage.SUPERVISOR]
    assert "Send what waits as soon as a system answers (F5)" in told[stage.IT]
    assert "up to" not in told[stage.IT]


@pytest.mark.parametrize("role", pages.EVERYBODY)
def test_every_page_outside_the_navigation_names_one_in_it_that_leads_there(role: str) -> None:
    specs = {spec.id: spec for spec in pages_for(role, by_hand=True)}
    for spec in specs.values():
        if not spec.in_navigation:
            leads = [page for page in spec.parents if page in specs and specs[page].in_navigation]
            assert leads, f"{spec.id} of {role}"


@pytest.mark.parametrize(
    ("person", "way", "marked"),
    [
        (stage.AGENT, ("today", "new_citizen"), "counter"),
        (stage.AGENT, ("today", "settle"), "today"),
        (stage.AGENT, ("act", "settle"), "counter"),
        (stage.SUPERVISOR, ("limits", "suspects"), "looks"),
        (stage.IT, ("recovery", "suspects"), "doctor"),
        (stage.IT, ("recovery", "keys", "copies"), "doctor"),
        (stage.IT, ("recovery", "keys", "audit"), "audit"),
    ],
)
def test_the_navigation_marks_the_page_shown_or_the_one_that_leads_to_it(
    window: MainWindow, person: str, way: tuple[str, ...], marked: str
) -> None:
    stage.unlock(window)
    stage.sign_in(window, person)
    shell = shell_of(window)
    for page in way:
        stage.page_of(window, page)
    assert shell.navigation.marked == marked
    assert shell.here == way[-1]
    entries = shell.navigation.findChildren(QAbstractButton)
    assert sum(entry.isChecked() for entry in entries) == 1


def test_the_navigation_marks_nothing_where_nothing_in_it_leads_to_the_page(application: object) -> None:
    specs = [
        PageSpec("one", "One", "list-check", "F3", pages.EVERYBODY, ""),
        PageSpec("other", "Other", "list-check", "", pages.EVERYBODY, "", in_navigation=False),
    ]
    went: list[str] = []
    navigation = Navigation(Text("en"), specs, went.append, sample=False)
    navigation.show_page("one")
    assert navigation.marked == "one"
    navigation.show_page("other")
    assert navigation.marked == ""
    assert went == [], "marking an entry asks for no page"
