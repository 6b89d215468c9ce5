"""A window for tests and photographs: a sample office with a morning behind it, driven as a person would."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import isValid

from counter_app.bootstrap import open_workstation
from counter_app.domain.commands import parse_command
from counter_app.domain.errors import Refused
from counter_app.text import Text
from tests.unit.counters import PASSPHRASE, Templates
from ui.app import Translators, make_application
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.theme.current import theme

AGENT, SUPERVISOR, IT = "yleroux", "hgarcia", "bnguyen"
PINS = {AGENT: "1111", SUPERVISOR: "3333", IT: "5555"}
PEOPLE = (
    ("Benali", "Samira", "1987-03-14"),
    ("De Wael", "Joris", "1990-06"),
    ("Rossi", "Marta", "1979-11-02"),
    ("Ngo Bayiha", "Paul", "1965"),
    ("Lefèvre", "Anne-Lise", "2001-01-30"),
    ("Haddad", "Yassine", "1994-08-19"),
)


def morning(data: Path) -> None:
    """An outage, six citizens, one refusal: what a counter has recorded by eleven."""
    import json

    workstation = open_workstation(data, PASSPHRASE, write=True)

    def record(**command: Any) -> str | None:
        try:
            outcome = workstation.record(parse_command(json.dumps({"agent": AGENT, **command})), "window")
        except Refused as refused:
            raise AssertionError(f"{command['command']}: {refused}") from refused
        return outcome.entry.entry_id

    try:
        services = [service.id for service in workstation.configuration.services]
        record(
            command="declare_incident",
            title="Panne du centre",
            agent=SUPERVISOR,
            services={services[0]: "down", services[-1]: "unstable"},
        )
        for index, (surname, given, born) in enumerate(PEOPLE):
            person = {"surname": surname, "given_names": [given], "birth_date": born, "identity": "document"}
            aid, seen = (("FR-CAP", "identity"), ("FR-SECURG", "interview"))[index % 2]
            seen = {"evidence": [seen]}
            request = record(
                command="record_request",
                person=person,
                aid=aid,
                asked_cents=2000 + 1500 * index,
                circumstances=seen,
            )
            if index == 4:
                reason = next(iter(workstation.configuration.reasons))
                record(command="refuse_aid", request=request, reason=reason)
            elif index == 5:
                grant = record(command="grant_aid", request=request, aid=aid, cents=3000)
                record(command="cancel_grant", grant=grant, reason="Erreur de saisie")
            elif index != 3:
                record(command="grant_aid", request=request, aid=aid, cents=2000 + 150 * index)
    finally:
        workstation.close()


def application() -> QApplication:
    """The one application of this process."""
    return make_application()


@cache
def _translators() -> Translators:
    return Translators(application())


def speak(language: str) -> None:
    """Have Qt's own words, and the names of keys, in that language, as the program does."""
    _translators().speak(language)


def fresh(templates: Templates, folder: Path, *, with_morning: bool = False) -> Path:
    """A sample workstation in `folder`."""
    data = templates.copy("A1", folder)
    if with_morning:
        morning(data)
    return data


def window_on(
    data: Path, language: str = "en", theme_name: str = "light", size: tuple[int, int] = (1366, 768)
) -> MainWindow:
    """The window on a workstation, shown, of that size in logical pixels."""
    speak(language)
    theme.use(theme_name)
    window = MainWindow(data, Text(language), Preferences(data))
    window.spoke.connect(speak)
    window.resize(*size)
    window.show()
    settle()
    return window


def settle(milliseconds: int = 0) -> None:
    """Let Qt do what is due, and what was put off for later deletion."""
    QTest.qWait(milliseconds)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Let the window work until something is so."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        QTest.qWait(10)


def rest(window: MainWindow, milliseconds: int = 60) -> None:
    """Wait until every answer came and is painted."""
    settle(milliseconds)
    until(lambda: not window.tasks.busy)
    settle()


def page_of(window: MainWindow, page_id: str) -> Any:
    """Go to a page, and wait until it shows what it has."""
    window.navigate(page_id)
    rest(window, 150)
    assert window.shell is not None
    return window.shell.page


def said(widget: QWidget) -> str:
    """All words on it that can be read now, a line each."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def press(
    widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key where the focus is in `widget`'s window."""
    target = widget.window().focusWidget() or widget
    QTest.keyClick(target, key, modifier)


def unlock(window: MainWindow, passphrase: bytes = PASSPHRASE) -> None:
    """Type the passphrase and Enter, and wait for the colleagues."""
    assert window.gate is not None
    field = window.gate.first_focus()
    assert field is not None
    QTest.keyClicks(field, passphrase.decode())
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: window.workstation is not None)
    settle()


def sign_in(window: MainWindow, person: str = AGENT, pin: str | None = None) -> None:
    """Choose a colleague, type the PIN and Enter, and wait for the first page."""
    from ui.pages.sign_in import SignIn

    gate = window.gate
    assert isinstance(gate, SignIn)
    gate.people.choose(person)
    QTest.keyClicks(gate.pin, PINS[person] if pin is None else pin)
    QTest.keyClick(gate.pin, Qt.Key.Key_Return)
    until(lambda: window.gate is None)
    until(lambda: not window.tasks.busy)
    settle()


def close(window: MainWindow) -> None:
    """Close the window, if that was not done before, and let its threads end."""
    if isValid(window):
        window.close()
        window.deleteLater()
    settle()
