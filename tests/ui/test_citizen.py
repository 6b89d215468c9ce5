"""The search, a citizen's file, and what can still be done with a grant."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt

from counter_app.domain.commands import parse_command
from tests.ui import stage
from tests.ui.test_act import Hands, entries, here, new_citizen
from tests.ui.test_act import page as act_page
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.citizen import CitizenPage
from ui.pages.counter import CounterPage
from ui.pages.new_citizen import NewCitizenPage, named_in
from ui.pages.settle import SettlePage
from ui.widgets.buttons import Button
from ui.widgets.table import Table


def record(window: MainWindow, **command: object) -> None:
    assert window.workstation is not None
    window.workstation.record(parse_command(json.dumps({"agent": stage.AGENT, **command})), "window")


def words(table: Table) -> list[list[str]]:
    """What every cell shows."""
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def shown(window: MainWindow, kind: type) -> object:
    assert window.shell is not None
    assert isinstance(window.shell.page, kind)
    return window.shell.page


def find(window: MainWindow, name: str) -> CitizenPage:
    """Type a name, Enter, and wait for the file."""
    hands = Hands(window)
    hands.type(name)
    hands.press(Qt.Key.Key_Return)
    stage.until(lambda: here(window) == "citizen")
    hands.calm()
    found = shown(window, CitizenPage)
    assert isinstance(found, CitizenPage)
    return found


def test_people_found_are_masked_and_say_why_they_were_found(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    hands.type("ros mar")
    counter = shown(agent_window, CounterPage)
    assert isinstance(counter, CounterPage)
    stage.until(lambda: counter.rows.rowCount() == 1)
    (row,) = words(counter.table)
    assert row[0] == "R. M."
    assert "surname begins like this" in row[3]
    assert row[5] == "This counter"
    assert "no copy of the register" in counter.source.text()


def test_nobody_found_leads_to_a_new_citizen_with_what_was_typed(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    hands.type("de Vos Griet 14/03/1987")
    hands.press(Qt.Key.Key_Return)
    hands.calm()
    hands.press(Qt.Key.Key_Return)
    new = shown(agent_window, NewCitizenPage)
    assert isinstance(new, NewCitizenPage)
    assert new.form.surname.text() == "De Vos"
    assert new.form.given_names.text() == "Griet"
    assert new.form.birth_date.iso == "1987-03-14"


def test_what_was_typed_is_parted_into_names_and_birth() -> None:
    assert named_in("dupont zoé") == {"surname": "Dupont", "given_names": "Zoé"}
    assert named_in("van den Broeck, an") == {"surname": "Van Den Broeck", "given_names": "An"}
    assert named_in("12345") == {"surname": "", "given_names": ""}


def test_the_file_shows_the_whole_name_the_acts_and_what_is_left(agent_window: MainWindow) -> None:
    citizen = find(agent_window, "benali")
    assert citizen.header.title.text() == "Benali, Samira"
    assert "born 14/03/1987" in citizen.header.sub.text()
    kinds = [row[2] for row in words(citizen.table)]
    assert kinds == ["Voucher", "Request · Voucher"]
    gauges = [citizen._gauges.itemAt(place).widget() for place in range(citizen._gauges.count())]
    told = [f"{gauge.accessibleName()}: {gauge.accessibleDescription()}" for gauge in gauges if gauge]
    assert any("Voucher: €30.00. €20.00 of €90.00" in sentence for sentence in told)


def test_somebody_known_is_found_opened_and_granted_something_with_what_is_left_in_view(
    agent_window: MainWindow,
) -> None:
    hands = Hands(agent_window)
    hands.type("benali")
    hands.press(Qt.Key.Key_Return)
    stage.until(lambda: here(agent_window) == "citizen")
    hands.calm()
    hands.press(Qt.Key.Key_F3)
    hands.calm()
    act = act_page(agent_window)
    assert act.left.title.text() == "Benali, Samira"
    hands.press(Qt.Key.Key_Down)
    hands.tab()
    hands.type("90")
    stage.until(lambda: "above the" in " ".join(act.panel.verdict.sentences))
    assert act.panel.verdict.figure.text() == "Up to €80.00 may still be granted"
    before = len(entries(agent_window))
    hands.press(Qt.Key.Key_F9)
    hands.calm()
    stage.until(act.messages.isVisible)
    assert len(entries(agent_window)) == before
    assert act.form.amount.cents == 9000


def test_somebody_of_the_same_name_and_birth_is_asked_about_before_going_on(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    hands.type("Rossi")
    hands.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hands.calm()
    hands.type("Marta")
    hands.tab()
    hands.type("02111979")
    hands.tab()
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    new = shown(agent_window, NewCitizenPage)
    assert isinstance(new, NewCitizenPage)
    stage.until(new.messages.isVisible)
    assert "Is it the same person?" in new.messages.words.text()
    new.messages.findChildren(Button)[1].click()
    stage.until(lambda: here(agent_window) == "act")
    case = act_page(agent_window).session.case
    assert case is not None
    assert case.person.distinct_from is not None


def test_a_homonym_is_warned_of_on_the_file(agent_window: MainWindow) -> None:
    twin = {
        "surname": "Benali",
        "given_names": ["Samira"],
        "birth_date": "1960-05-05",
        "identity": "document",
    }
    record(agent_window, command="record_request", person=twin, aid="FR-CAP")
    citizen = find(agent_window, "benali samira 14/03/1987")
    assert "born 14/03/1987" in citizen.header.sub.text()
    assert "Somebody else has the same name: 05/05/1960" in citizen.messages.words.text()


def test_a_grant_is_paid_later_by_somebody_else_than_who_granted_it(agent_window: MainWindow) -> None:
    record(agent_window, command="replenish_cash", cents=50000, document="BX 1")
    citizen = find(agent_window, "de wael")
    citizen.table.setFocus()
    hands = Hands(agent_window)
    hands.press(Qt.Key.Key_Return)
    hands.calm()
    settle = shown(agent_window, SettlePage)
    assert isinstance(settle, SettlePage)
    stage.until(lambda: settle.payment is not None and settle.payment.payer.value() != "")
    before = entries(agent_window, "grant_paid")
    hands.press(Qt.Key.Key_F9)
    hands.calm()
    assert entries(agent_window, "grant_paid") == before, "nobody said how the money is acknowledged"
    assert settle.payment is not None
    assert settle.payment.acquit.hasFocus()
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_F9)
    stage.until(settle.desk.isVisible)
    (entry,) = entries(agent_window, "grant_paid")
    assert entry.facts["payment"]["acquit"] == "signed"
    assert entry.facts["payment"]["payer"] == "abakari"
    assert entry.facts["payment"]["means"] == "cash"
    hands.press(Qt.Key.Key_Return)
    hands.calm()
    assert here(agent_window) == "citizen"


def test_cancelling_a_grant_wants_a_reason(agent_window: MainWindow) -> None:
    before = len(entries(agent_window, "grant_cancelled"))
    citizen = find(agent_window, "benali")
    citizen.table.setFocus()
    hands = Hands(agent_window)
    hands.press(Qt.Key.Key_Return)
    hands.calm()
    settle = shown(agent_window, SettlePage)
    assert isinstance(settle, SettlePage)
    settle.cancel()
    assert settle.reason_field.wrong
    assert len(entries(agent_window, "grant_cancelled")) == before
    settle.reason.setText("Asked twice by mistake")
    settle.cancel()
    stage.until(settle.desk.isVisible)
    entry = entries(agent_window, "grant_cancelled")[-1]
    assert entry.private is not None
    assert entry.private["reason"] == "Asked twice by mistake"


def test_a_mistyped_identity_number_is_doubted_and_never_refused(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    hands.type("Petit")
    hands.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hands.calm()
    new = shown(agent_window, NewCitizenPage)
    assert isinstance(new, NewCitizenPage)
    new.form.number.setText("2 87 03 75 116 001 99")
    stage.until(new.form.number_field.help.isVisible)
    assert "check digits" in new.form.number_field.help.text()
    new.form.identity.choose("declared")
    hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: here(agent_window) == "act")


def test_the_next_citizen_finds_an_empty_search_and_nobody_in_view(agent_window: MainWindow) -> None:
    hands = Hands(agent_window)
    new_citizen(hands, "Petit", "Luc", "1975")
    hands.press(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    stage.until(act_page(agent_window).desk.isVisible)
    hands.calm()
    hands.press(Qt.Key.Key_Return)
    hands.calm()
    counter = shown(agent_window, CounterPage)
    assert isinstance(counter, CounterPage)
    assert counter.search.text() == ""
    hands.press(Qt.Key.Key_F3)
    hands.calm()
    assert act_page(agent_window).session.case is None
    assert not act_page(agent_window).form.isVisible()


def test_no_key_is_declared_twice_on_any_of_these_pages(agent_window: MainWindow) -> None:
    for page_id in ("counter", "new_citizen", "act", "citizen", "settle"):
        agent_window.navigate(page_id)
        stage.settle()
        assert shortcuts.clashes(agent_window) == []
