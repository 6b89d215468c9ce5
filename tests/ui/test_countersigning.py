"""The centre's signature under a balance, taken in at the window as IT does it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.bootstrap import open_workstation
from tests.ui import stage
from tests.unit.counters import PASSPHRASE, Templates
from tests.unit.signers import NAMESPACE, Signer, name_signers
from ui.main_window import MainWindow
from ui.pages.recovery import RecoveryPage

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path, "Service des aides")


def _window(data: Path) -> MainWindow:
    window = stage.window_on(data)
    stage.unlock(window)
    stage.sign_in(window, stage.IT)
    return window


@pytest.fixture
def it_window(templates: Templates, tmp_path: Path, signer: Signer) -> Iterator[MainWindow]:
    """IT at a counter whose office knows who signs for the file of aids."""
    data = stage.fresh(templates, tmp_path / "A1")
    workstation = open_workstation(data, PASSPHRASE, write=True)
    name_signers(workstation, tmp_path, aid_file=[signer])
    workstation.close()
    window = _window(data)
    yield window
    stage.close(window)


def _page(window: MainWindow) -> RecoveryPage:
    page = stage.page_of(window, "recovery")
    assert isinstance(page, RecoveryPage)
    stage.rest(window)
    return page


def test_what_the_centre_signed_is_taken_in_and_shown_beside_the_balance(
    it_window: MainWindow, signer: Signer, tmp_path: Path
) -> None:
    page = _page(it_window)
    assert page.signed.text() == "To be signed by the centre: Files of the CCAS."
    page.choose = lambda *_: str(tmp_path)
    stage.press(page, Qt.Key.Key_E, CTRL)
    stage.until(page.messages.isVisible)
    (folder,) = tmp_path.glob("balance-A1-*")
    # It came back by another way: the folder of the balance is asked for.
    back, asked = signer.sign_file(folder, tmp_path / "back.sig", "file"), list[str]()
    page.choose_file = lambda *_: (str(back), "")
    page.choose = lambda _, title: asked.append(title) or str(folder)
    stage.press(page, Qt.Key.Key_B, CTRL)
    stage.until(lambda: "made for “file” and not for a balance" in stage.said(page))
    assert asked == ["The folder of the balance that was signed"]
    signer.sign_file(folder, back, NAMESPACE)
    stage.press(page, Qt.Key.Key_B, CTRL)
    stage.until(lambda: "Signed by both sides: Service des aides (SHA256:" in stage.said(page))
    stage.until(lambda: page.signed.text() == "Signed by both sides: Files of the CCAS.")
    assert page.signed.isVisible()
    assert (folder / "balance.txt.centre.sig").read_bytes() == back.read_bytes()


def test_without_anybody_named_the_page_says_how_to_name_them(templates: Templates, tmp_path: Path) -> None:
    window = _window(stage.fresh(templates, tmp_path / "A1"))
    try:
        page = _page(window)
        assert not page.signed.isVisible()
        assert not page.sign_button.isVisible()
        page.choose_file = lambda *_: pytest.fail("nothing is to be chosen yet")
        stage.press(page, Qt.Key.Key_B, CTRL)
        stage.until(page.messages.isVisible)
        assert "write it under `signers` of the service in office.toml" in stage.said(page)
    finally:
        stage.close(window)
