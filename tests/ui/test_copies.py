"""The status line says how old the second copy is, and when its stick is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.service.mirror import keeper
from counter_app.service.mirror.media import add_medium
from tests.ui import stage
from ui.frame import shell
from ui.main_window import MainWindow


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "_COPY_MS", 50)
    monkeypatch.setattr(keeper, "LOOK_S", 0.05)


@pytest.mark.usefixtures("today_first", "hurried")
def test_the_status_line_says_how_old_the_copy_is_and_when_the_stick_is_missing(
    window: MainWindow, tmp_path: Path
) -> None:
    stage.unlock(window)
    stage.sign_in(window)
    assert window.shell is not None
    assert window.workstation is not None
    status = window.shell.status
    assert status.words("copy") == ""
    stick = tmp_path / "stick"
    stick.mkdir()
    add_medium(window.workstation, stick)
    stage.until(lambda: status.words("copy").startswith("Copy: "))
    stick.rename(tmp_path / "pocket")
    stage.until(lambda: status.words("copy").startswith("No copy since "))
    assert status.words("copy").endswith(": plug in the stick")
