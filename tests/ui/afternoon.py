"""A counter at four in the afternoon: grants that wait, paper that broke rules, vouchers, two outages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from counter_app.bootstrap import open_workstation
from counter_app.domain.commands import parse_command
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.service.workstation import Workstation
from tests.ui import stage
from tests.ui.stage import AGENT, SUPERVISOR
from tests.unit.counters import PASSPHRASE
from ui import shortcuts
from ui.main_window import MainWindow
from ui.stepped import SteppedPage

REGISSEUR = "jmoreau"
COLLEAGUE = "abakari"


def afternoon(data: Path) -> None:
    """Record it on a workstation that nobody has open."""
    workstation = open_workstation(data, PASSPHRASE, write=True)
    try:
        _play(workstation)
    finally:
        workstation.close()


def record(workstation: Workstation, command: str, **fields: Any) -> str:
    """Record one command and return its entry's id."""
    line = json.dumps({"command": command, "agent": AGENT, **fields})
    return workstation.record(parse_command(line), "window").entry.entry_id


def citizen(surname: str, given: str = "Zoé", born: str = "1980-03-05") -> dict[str, Any]:
    return {"surname": surname, "given_names": [given], "birth_date": born, "identity": "document"}


def emergency(surname: str, cents: int, **fields: Any) -> dict[str, Any]:
    told = {"aid": "FR-SECURG", "cents": cents, "circumstances": {"evidence": ["interview"]}}
    return told | {"person": citizen(surname)} | fields


def _play(workstation: Workstation) -> None:
    cash = {"means": "cash", "payer": COLLEAGUE}
    record(workstation, "replenish_cash", cents=200_000, document="BX 12")
    record(workstation, "receive_vouchers", series="K", first=1, last=60, face_cents=1000, year=2026)
    record(workstation, "withdraw_vouchers", series="K", first=11, last=12, why="spoiled", reason="déchirés")
    record(workstation, "grant_aid", **emergency("Dupont", 6000, note="Deux enfants, loyer en retard"))
    record(workstation, "grant_aid", **emergency("Benali", 7500))
    record(workstation, "grant_aid", **emergency("Okoye", 5500, agent=SUPERVISOR))
    record(workstation, "grant_aid", **emergency("Marchand", 4000, payment=cash | {"acquit": "missing"}))
    record(
        workstation,
        "grant_aid",
        **emergency("Zidane", 9900, payment=cash, form="P-017", already_happened=True),
    )
    record(workstation, "grant_aid", **emergency("Petit", 3500, payment=cash))


class Supervisor:
    """A supervisor at the window of such a counter, driven by keys alone."""

    def __init__(self, data: Path) -> None:
        self.window: MainWindow = stage.window_on(data)
        stage.unlock(self.window)
        stage.sign_in(self.window, SUPERVISOR)

    @property
    def workstation(self) -> Workstation:
        assert self.window.workstation is not None
        return self.window.workstation

    @property
    def page(self) -> SteppedPage:
        assert self.window.shell is not None
        page = self.window.shell.page
        assert isinstance(page, SteppedPage)
        return page

    def rest(self) -> None:
        """Wait until every answer came."""
        stage.until(lambda: not self.window.tasks.busy)
        stage.settle()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            stage.press(self.window, key, modifier)
            self.rest()

    def control(self, key: Qt.Key) -> None:
        self.press(key, modifier=Qt.KeyboardModifier.ControlModifier)

    def type(self, words: str) -> None:
        focus = self.window.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, words)
        stage.settle()

    def entries(self, kind: str) -> list[Entry]:
        with self.workstation.reading() as connection:
            found = store.entries(connection, self.workstation.chain)
            return [entry for entry in found if entry.kind == kind]

    def shown(self) -> str:
        """Every word that is on the page."""
        labels = [label.text() for label in self.page.findChildren(QLabel) if label.isVisible()]
        return "\n".join(labels)

    def clashes(self) -> list[str]:
        return shortcuts.clashes(self.window)
