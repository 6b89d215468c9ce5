"""IT's pages against the practice centre in a process of its own: send, see what differs, decide, balance."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.domain.commands import parse_command
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.practice.centre.faults import Faults
from counter_app.practice.offices import sample_office
from counter_app.service.reconciliation import tallies
from counter_app.settings import sample_configuration
from tests.ui import stage
from tests.unit.counters import CHEAP, PASSPHRASE
from ui.main_window import MainWindow
from ui.page import Page
from ui.pages.differences import DifferencesPage
from ui.pages.doctor import DoctorPage
from ui.pages.recovery import RecoveryPage
from ui.reconciling import ServiceRun
from ui.widgets.unit_case import UnitCase

_SEED = 7
_SAMPLE_ADDRESS = '"http://127.0.0.1:8765"'


@dataclass
class Centre:
    """The centre's process, its address and the file of its books."""

    process: subprocess.Popen[str]
    address: str
    store: Path

    def keys(self) -> list[str]:
        """The entries that it took into its books, once for each time."""
        with contextlib.closing(sqlite3.connect(self.store)) as outsider:
            return [str(row[0]) for row in outsider.execute("SELECT entry_id FROM business")]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    words = [sys.executable, "-m", "counter_app.practice.centre", "--port", "0", "--seed", str(_SEED)]
    words += ["--store", str(tmp_path / "centre.db"), "--faults", "rejection,wrong-echo", "--settling", "0.2"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    yield Centre(process, f"http://127.0.0.1:{port}", tmp_path / "centre.db")
    process.terminate()
    process.wait(30)
    process.stdout.close()


def _entry_id(fault: str) -> str:
    """An entry id whose only message that fault strikes, or none where it is empty."""
    draw = Faults({"rejection", "wrong-echo"}, _SEED)
    while True:
        key = str(uuid.uuid4())
        struck = [name for name in ("rejection", "wrong-echo") if draw.strikes(name, key)]
        if struck == ([fault] if fault else []):
            return key


def _office(folder: Path, address: str) -> Path:
    """A counter whose files go to the centre at `address`, with six acts on the way there."""
    data = folder / "connected"
    raw = sample_configuration("ccas").decode().replace(_SAMPLE_ADDRESS, f'"{address}"')
    raw = raw.replace("settling_s = 2.0", "settling_s = 0.2")
    create_workstation(data, sample_office("ccas", "A1", PASSPHRASE, raw.encode()))
    keyring = open_keys(data, PASSPHRASE)
    write_keys(data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
    workstation = open_workstation(data, PASSPHRASE, write=True)
    try:
        for place, fault in enumerate(("", "", "rejection", "wrong-echo", "", "")):
            _grant(workstation, place, _entry_id(fault))
    finally:
        workstation.close()
    return data


def _grant(workstation: Any, place: int, entry_id: str) -> None:
    surname, given, born = stage.PEOPLE[place]
    person = {"surname": surname, "given_names": [given], "birth_date": born, "identity": "document"}
    command = {
        "command": "grant_aid",
        "agent": stage.AGENT,
        "entry_id": entry_id,
        "person": person,
        "aid": "FR-CAP",
        "cents": 2000 + 100 * place,
        "circumstances": {"evidence": ["identity"]},
    }
    workstation.record(parse_command(json.dumps(command)), "window")


@pytest.fixture
def it_window(tmp_path: Path, centre: Centre) -> Iterator[MainWindow]:
    window = stage.window_on(_office(tmp_path, centre.address))
    stage.unlock(window)
    stage.sign_in(window, stage.IT)
    yield window
    stage.close(window)


def _cells(table: Any) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def _run(window: MainWindow) -> RecoveryPage:
    page = stage.page_of(window, "recovery")
    assert isinstance(page, RecoveryPage)
    stage.press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.round.results and not page.round.busy)
    stage.rest(window)
    return page


def _units(window: MainWindow) -> dict[str, int]:
    assert window.workstation is not None
    return tallies(window.workstation, "aid-file")[0].units


def test_it_lands_on_recovery_and_reads_what_would_be_sent_in_counts_and_euros(it_window: MainWindow) -> None:
    assert it_window.shell is not None
    page = it_window.shell.page
    assert isinstance(page, RecoveryPage)
    stage.rest(it_window)
    assert "6 units to send (€135.00)" in stage.said(page)
    assert "ask about first" not in stage.said(page)
    assert _cells(page.services)[0][2] == "6"
    assert "6 not sent yet" in stage.said(page)
    assert "unexplained" not in stage.said(page)


def test_one_key_sends_everything_and_the_page_says_what_came_of_it(
    it_window: MainWindow, centre: Centre
) -> None:
    page = _run(it_window)
    assert _units(it_window) == {"accepted": 4, "rejected": 1, "disputed": 1}
    assert len(centre.keys()) == len(set(centre.keys())) == 5
    words = stage.said(page)
    assert "2 units need a person" in words
    assert "2 units are unexplained" in words
    assert page.run_button.isEnabled()


def test_a_centre_that_is_away_is_told_in_words_and_nothing_is_lost(
    it_window: MainWindow, centre: Centre
) -> None:
    centre.process.kill()
    centre.process.wait(30)
    page = stage.page_of(it_window, "recovery")
    page.run_all()
    stage.until(page.panel.troubles.isVisible)
    assert "the connection is refused; trying again" in page.panel.troubles.text()
    stage.press(page, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: page.round.phase == "paused")
    stage.rest(it_window)
    assert "Paused. What waits stays in the journal." in stage.said(page)
    stage.press(page, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert page.round.phase == "running"
    stage.press(page, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: page.round.phase == "idle")
    stage.rest(it_window)
    assert "stopped. What waits stays in the journal: run again." in stage.said(page)
    assert _units(it_window) == {"waiting": 6}


@pytest.mark.parametrize("kept_from_asking", [False, True])
def test_a_run_that_moved_nothing_does_not_read_as_arrived(
    it_window: MainWindow, centre: Centre, kept_from_asking: bool
) -> None:
    page = stage.page_of(it_window, "recovery")
    assert isinstance(page, RecoveryPage)
    plan = page._plan
    assert plan is not None
    sent_to, unasked = (one for one in page._services()[:2])
    away = "the connection is refused"
    # The second service had nothing to send; after a cut its centre is asked first what it still holds.
    trouble, finished = (away, False) if kept_from_asking else ("", True)
    page.round.services = (sent_to, unasked)
    page.round.results = {
        sent_to.id: ServiceRun(sent_to.id, 0, False, away, stopped=False),
        unasked.id: ServiceRun(unasked.id, 0, finished, trouble, stopped=False),
    }
    assert plan.of((unasked.id,)) == 0
    page._show_end(plan)
    stage.rest(it_window)
    states = [cells[1] for cells in _cells(page.panel.results)]
    assert states == ["Out of reach", "Out of reach" if kept_from_asking else "Nothing to send"]
    assert "arrived" not in stage.said(page)
    assert "cannot be reached now (the connection is refused)" in stage.said(page)
    assert "Exchanges" not in [column.title for column in page.panel.results.rows.columns]


def test_a_run_goes_on_while_the_window_is_locked(it_window: MainWindow, centre: Centre) -> None:
    page = stage.page_of(it_window, "recovery")
    page.run_all()
    it_window.change_agent()
    stage.sign_in(it_window, stage.IT)
    other = stage.page_of(it_window, "recovery")
    assert isinstance(other, RecoveryPage)
    stage.until(lambda: other.round.results and not other.round.busy)
    stage.rest(it_window)
    assert len(centre.keys()) == 5
    assert "2 units are unexplained" in stage.said(other)


def test_closing_the_window_during_a_run_loses_nothing(it_window: MainWindow, centre: Centre) -> None:
    page = stage.page_of(it_window, "recovery")
    data = it_window.workstation.data if it_window.workstation is not None else Path()
    page.run_all()
    stage.close(it_window)
    again = stage.window_on(data)
    stage.unlock(again)
    stage.sign_in(again, stage.IT)
    try:
        page = stage.page_of(again, "recovery")
        page.run_all()
        stage.until(lambda: not page.round.busy)
        stage.rest(again)
        # Whoever asks again is shown the right record: the wrong one may have got lost with the window.
        units = _units(again)
        assert units["accepted"] + units.get("disputed", 0) == 5
        assert units["rejected"] == 1
        assert len(centre.keys()) == len(set(centre.keys())) == 5
    finally:
        stage.close(again)


def _open_case(window: MainWindow, state: str) -> tuple[DifferencesPage, UnitCase]:
    page = stage.page_of(window, "differences")
    assert isinstance(page, DifferencesPage)
    row = next(place for place, cells in enumerate(_cells(page.table)) if cells[0] == state)
    page.table.selectRow(row)
    stage.press(page, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(page.step, UnitCase) and page.step.isVisible())
    assert isinstance(page.step, UnitCase)
    return page, page.step


def test_a_disputed_unit_shows_both_records_and_the_field_that_differs(it_window: MainWindow) -> None:
    _run(it_window)
    page = stage.page_of(it_window, "differences")
    assert [cells[0] for cells in _cells(page.table)] == ["Rejected", "Disputed"]
    assert "Rossi" not in str(_cells(page.table))
    page, case = _open_case(it_window, "Disputed")
    differing = [cells for cells in _cells(case.sides) if cells[3] == "Differs"]
    assert differing
    for _, sent, shown, _ in differing:
        assert shown not in (sent, "not shown")
    assert "Ngo Bayiha, Paul" in stage.said(case)
    assert "Differs:" in stage.said(case)


def test_a_decision_wants_a_reason_and_is_recorded_with_it(it_window: MainWindow) -> None:
    _run(it_window)
    page, case = _open_case(it_window, "Rejected")
    assert "no money was paid for it" in stage.said(case)
    assert "what becomes of money" not in stage.said(case)
    case._decision.choose("close")
    stage.press(case, Qt.Key.Key_F9)
    assert "Say why: the decision is read without you." in stage.said(case)
    assert _units(it_window)["rejected"] == 1
    QTest.keyClicks(case._reason, "Rang the centre: the person moved away")
    stage.press(case, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and not isinstance(page.step, UnitCase))
    stage.rest(it_window)
    assert "It is explained now" in stage.said(page)
    assert _units(it_window)["closed"] == 1
    assert "1 unit is unexplained" in stage.said(stage.page_of(it_window, "recovery"))


def test_what_a_person_decided_is_not_told_as_arrived(it_window: MainWindow) -> None:
    page = _run(it_window)
    headings = [column.title for column in page.balances.rows.columns]
    decided = headings.index("Decided")
    assert not page.balances.isColumnHidden(decided)
    for state in ("Rejected", "Disputed"):
        _, case = _open_case(it_window, state)
        case._decision.choose("close")
        QTest.keyClicks(case._reason, "Rang the centre")
        stage.press(case, Qt.Key.Key_F9)
        stage.rest(it_window)
    page = stage.page_of(it_window, "recovery")
    assert _cells(page.panel.results)[0][1] == "4 arrived, 2 decided"
    assert "Everything is explained." in stage.said(page)
    assert page.balances.rows.index(0, decided).data() == "2"


def test_the_doctor_shows_each_point_and_proves_the_journal(it_window: MainWindow) -> None:
    page = stage.page_of(it_window, "doctor")
    assert isinstance(page, DoctorPage)
    states = [cells[1] for cells in _cells(page.table)]
    assert "In order" in states
    assert "Works, but not ready for a loss: no second copy, no recovery key." in stage.said(page)
    assert "Ready: nothing wants you" not in stage.said(page)
    assert states.index("Not set up") < states.index("In order")
    stage.press(page, Qt.Key.Key_F9)
    stage.until(page.messages.isVisible)
    assert "nothing is missing and nothing was changed." in stage.said(page)


def test_what_goes_to_support_names_nobody(it_window: MainWindow, tmp_path: Path) -> None:
    _run(it_window)
    page: Page = stage.page_of(it_window, "doctor")
    assert isinstance(page, DoctorPage)
    target = tmp_path / "support.txt"
    page.choose = lambda *_: (str(target), "")
    stage.press(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    stage.until(page.messages.isVisible)
    assert "it may go to support" in stage.said(page)
    content = target.read_text(encoding="utf-8")
    assert "journal ok" in content
    for surname, given, born in stage.PEOPLE:
        assert surname not in content
        assert given not in content
        assert born not in content
    page.choose = lambda *_: (str(tmp_path / "nowhere" / "support.txt"), "")
    page.save_logs()
    stage.until(lambda: "cannot be written" in stage.said(page))
