"""A centre that takes everything and answers nothing: progress, the cause in words, a stop in bounded time, no loss."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app import bootstrap
from counter_app.service.proof import prove
from tests.ui import stage
from tests.ui.test_it_pages import Centre, _office, _units
from tests.ui.test_it_pages import centre as centre  # noqa: PLC0414  (pytest finds a fixture by its name here)
from ui.main_window import MainWindow
from ui.pages.recovery import RecoveryPage

_DEADLINE_S = 1.0
_PATIENCE = 10_000
"""Fruitless exchanges after which a run ends by itself: on a busy machine four are over before anybody looked."""


class Silence:
    """Listens, accepts, reads, and never says a word; `forward` then leads to somebody who does."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heard = 0
        self._behind: tuple[str, int] | None = None
        self._held: list[socket.socket] = []
        threading.Thread(target=self._listen, name="silence", daemon=True).start()

    def forward(self, address: str) -> None:
        """From now on connections lead to a centre that answers."""
        host, _, port = address.removeprefix("http://").partition(":")
        self._behind = host, int(port)

    def close(self) -> None:
        # Else the thread that waits there goes on listening.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._held:
            connection.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._held.append(connection)
            self.heard += 1
            if self._behind is not None:
                other = socket.create_connection(self._behind)
                self._held.append(other)
                for one, two in ((connection, other), (other, connection)):
                    threading.Thread(target=_pass_on, args=(one, two), daemon=True).start()


def _pass_on(one: socket.socket, two: socket.socket) -> None:
    try:
        while content := one.recv(65536):
            two.sendall(content)
        two.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def silence() -> Iterator[Silence]:
    silent = Silence()
    yield silent
    silent.close()


@pytest.fixture
def it_window(tmp_path: Path, silence: Silence, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    from tests.ui import test_it_pages

    told = test_it_pages.sample_configuration
    patient, hasty = b"deadline_s = 5.0", f"deadline_s = {_DEADLINE_S}".encode()
    monkeypatch.setattr(
        test_it_pages, "sample_configuration", lambda name: told(name).replace(patient, hasty)
    )
    monkeypatch.setattr(bootstrap, "reconcile", partial(bootstrap.reconcile, patience=_PATIENCE))
    window = stage.window_on(_office(tmp_path, silence.address))
    stage.unlock(window)
    stage.sign_in(window, stage.IT)
    yield window
    stage.close(window)


def test_a_centre_that_hangs_is_told_stopped_in_bounded_time_and_asked_again_when_it_is_back(
    it_window: MainWindow, silence: Silence, centre: Centre
) -> None:
    assert it_window.workstation is not None
    before = prove(it_window.workstation, full=False).entries
    page = stage.page_of(it_window, "recovery")
    assert isinstance(page, RecoveryPage)
    began = time.monotonic()
    page.run_all()
    stage.until(page.panel.progress.isVisible)
    stage.until(page.panel.troubles.isVisible)
    one_took = time.monotonic() - began
    assert silence.heard > 0
    assert "Files of the CCAS: it does not answer in time; trying again." in page.panel.troubles.text()
    # One goes first, and the others stay here until it has been accepted.
    assert _units(it_window) == {"unknown": 1, "waiting": 5}
    stage.press(page, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    before_the_stop = silence.heard
    # The exchange under way ends by its own deadline; a busy machine takes as long again as it took for the first.
    stage.until(lambda: page.round.phase == "idle", _DEADLINE_S + 10 + 2 * one_took)
    assert silence.heard <= before_the_stop + 1, "none begins after the one under way"
    stage.rest(it_window)
    assert "stopped. What waits stays in the journal: run again." in stage.said(page)
    assert "5 not sent yet, 1 unit is unexplained" in stage.said(page)
    report = prove(it_window.workstation, full=True)
    assert report.findings == []
    assert report.entries > before
    assert centre.keys() == []
    silence.forward(centre.address)
    page.run_all()
    stage.until(lambda: page.round.results and not page.round.busy, 120)
    stage.rest(it_window)
    assert len(centre.keys()) == len(set(centre.keys())) == 5
    units = _units(it_window)
    assert units["rejected"] == 1
    assert units.get("accepted", 0) + units.get("disputed", 0) == 5


def test_the_window_answers_and_closes_while_a_centre_hangs(
    it_window: MainWindow, silence: Silence, tmp_path: Path
) -> None:
    page = stage.page_of(it_window, "recovery")
    assert isinstance(page, RecoveryPage)
    began = time.monotonic()
    page.run_all()
    stage.until(lambda: silence.heard > 0)
    one_took = time.monotonic() - began
    for page_id in ("today", "incident", "differences", "recovery"):
        stage.page_of(it_window, page_id)
    began = time.monotonic()
    stage.close(it_window)
    assert time.monotonic() - began < 20 + 4 * one_took
    again = stage.window_on(tmp_path / "connected")
    try:
        stage.unlock(again)
        assert again.workstation is not None
        assert prove(again.workstation, full=True).findings == []
        assert sum(_units(again).values()) == 6
    finally:
        stage.close(again)
