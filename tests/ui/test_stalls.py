"""Somebody types while couriers work in the same process: the window answers, and closing it loses nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from pathlib import Path

from counter_app.service.reconciliation import tallies
from tests.benchmarks import stage as office
from tests.benchmarks.stall import type_while_reconciling
from tests.ui import stage
from ui.main_window import MainWindow
from ui.pages.recovery import RecoveryPage

REQUESTS = 300
KEPT = 0.5


def test_the_window_answers_while_hundreds_of_requests_reconcile(application: object, tmp_path: Path) -> None:
    waits = type_while_reconciling(tmp_path, REQUESTS, "lost-answer,reset,rejection,wrong-echo")
    assert waits.moved >= REQUESTS * 0.9
    assert waits.pressed > 0
    # A key may still be on its way when everything was sent.
    assert waits.pressed - len(waits.keys) <= 1
    assert waits.kept > KEPT


def held(store: Path) -> Counter[str]:
    """How often the centre has each request in its books."""
    with contextlib.closing(sqlite3.connect(store)) as outsider:
        return Counter(str(row[0]) for row in outsider.execute("SELECT entry_id FROM business"))


def recovery(data: Path) -> tuple[MainWindow, RecoveryPage]:
    """The window on that workstation, IT at its page."""
    window = stage.window_on(data)
    window.take(office.open_again(data))
    stage.sign_in(window, office.IT, "5555")
    window.navigate("recovery")
    stage.until(lambda: not window.tasks.busy)
    assert window.shell is not None
    page = window.shell.page
    assert isinstance(page, RecoveryPage)
    return window, page


def test_closing_the_window_in_the_middle_loses_nothing_and_the_next_one_goes_on(
    application: object, tmp_path: Path
) -> None:
    data, store = tmp_path / "A1", tmp_path / "centre.db"
    with office.practice_centre(tmp_path, "lost-answer,duplicate") as port:
        with office.workstation(data, centre_port=port) as workstation:
            office.record_requests(workstation, REQUESTS)
        window, page = recovery(data)
        page.run_all()
        stage.until(lambda: held(store))
        assert page.round.busy
        stage.close(window)
        begun = len(held(store))
        window, page = recovery(data)
        workstation_again = window.workstation
        assert workstation_again is not None
        try:
            before = tallies(workstation_again, "aid-file")[0]
            assert before.unexplained > 0
            stage.until(lambda: all_sent(page), 60)
            after = tallies(workstation_again, "aid-file")[0]
        finally:
            stage.close(window)
    assert 0 < begun < REQUESTS
    found = held(store)
    assert len(found) == REQUESTS
    assert set(found.values()) == {1}
    assert after.unexplained == 0


def all_sent(page: RecoveryPage) -> bool:
    """Whether a run left no service behind; another one is begun where couriers lost patience."""
    results = page.round.results.values()
    if page.round.busy or (results and all(run.finished for run in results)):
        return not page.round.busy
    page.run_all()
    return False
