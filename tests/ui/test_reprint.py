"""A receipt printed again from the lists, found by its number, and a refusal that stands on the citizen's page."""

from __future__ import annotations

from pathlib import Path

import pypdf
from PySide6.QtCore import Qt

from tests.ui import stage
from tests.ui.test_act import Hands, entries, here
from tests.ui.test_citizen import find, shown, words
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.citizen import CitizenPage
from ui.pages.counter import CounterPage
from ui.pages.settle import SettlePage
from ui.pages.today import TodayPage

Key = Qt.Key


def _says(path: Path) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_p_prints_again_from_today_the_grant_and_the_citizen_and_says_duplicate(
    agent_window: MainWindow, tmp_path: Path
) -> None:
    hands = Hands(agent_window)
    agent_window.navigate("today")
    hands.calm()
    today = shown(agent_window, TodayPage)
    assert isinstance(today, TodayPage)
    assert {"P", "Return"} <= {key.sequence for key in shortcuts.active(agent_window)}
    assert shortcuts.clashes(agent_window) == []
    lines = [today.rows.row_at(row) for row in range(today.rows.rowCount())]
    place, line = next(
        (row, one)
        for row, one in enumerate(lines)
        if one and one.kind == "aid_granted" and one.state == "granted"
    )
    paper = tmp_path / "data0" / "papers" / f"{line.number}.pdf"
    today.table.selectRow(place)
    hands.press(Key.Key_P)
    stage.until(lambda: f"saved as {paper.name}" in today.messages.words.text())
    assert "DUPLICAT" not in _says(paper)
    hands.press(Key.Key_Return)
    stage.until(lambda: here(agent_window) == "settle")
    hands.calm()
    settle = shown(agent_window, SettlePage)
    assert isinstance(settle, SettlePage)
    settle.reason.setFocus()
    hands.type("p")
    assert settle.reason.value() == "p"
    shortcuts.press(agent_window, "P")
    stage.until(lambda: "duplicate" in settle.messages.words.text())
    assert "DUPLICAT" in _says(paper)
    paper.unlink()
    agent_window.navigate("counter", fresh=True)
    hands.calm()
    citizen = find(agent_window, line.surname)
    citizen.table.selectRow(
        next(row for row, cells in enumerate(words(citizen.table)) if line.number in cells)
    )
    citizen.table.setFocus()
    hands.press(Key.Key_P)
    stage.until(lambda: "duplicate" in citizen.messages.words.text())
    assert "DUPLICAT" in _says(paper)


def test_a_refused_citizen_finds_the_refusal_with_its_number_and_reason(agent_window: MainWindow) -> None:
    refusal = entries(agent_window, "aid_refused")[-1]
    citizen = find(agent_window, "lefevre")
    acts = {row[1]: (row[2], row[4]) for row in words(citizen.table)}
    act, state = acts[str(refusal.facts["number"])]
    reasons = citizen.workstation.configuration.reasons[str(refusal.facts["reason"])]
    assert act.startswith("Refusal · ")
    assert act.endswith(reasons["en"] if "en" in reasons else next(iter(reasons.values())))
    assert state == "Refused"


def test_a_receipt_number_opens_its_citizen_and_an_unknown_one_begins_nobody(
    agent_window: MainWindow,
) -> None:
    grant = entries(agent_window, "aid_granted")[0]
    hands = Hands(agent_window)
    counter = shown(agent_window, CounterPage)
    assert isinstance(counter, CounterPage)
    hands.type("a1-9999")
    hands.press(Key.Key_Return)
    hands.calm()
    hands.press(Key.Key_Return)
    hands.calm()
    assert here(agent_window) == "counter"
    assert counter._either.face.accessibleName().startswith("No receipt A1-9999 here")
    counter.search.selectAll()
    hands.type(str(grant.facts["number"]).lower().replace("-", ""))
    hands.press(Key.Key_Return)
    stage.until(lambda: here(agent_window) == "citizen")
    hands.calm()
    citizen = shown(agent_window, CitizenPage)
    assert isinstance(citizen, CitizenPage)
    assert grant.private is not None
    assert citizen.header.title.text().startswith(grant.private["person"]["surname"])
