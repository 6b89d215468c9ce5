"""A saved file is named with its folder, and a computer that cannot show it says so in words."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui import stage
from tests.ui.test_act import Hands, entries, grant, new_citizen, page
from ui import opening
from ui.main_window import MainWindow
from ui.pages.act import ActPage
from ui.widgets.buttons import Button

Key = Qt.Key
only_there = pytest.mark.skipif(sys.platform != "linux", reason="only there a desktop's opener is a program")


class Desktop:
    """The desktop's opener, as the search for programs finds it: it notes what it is given, and ends as told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder / "programs"
        self._folder.mkdir()
        self._given = folder / "given"
        monkeypatch.setenv("PATH", f"{self._folder}{os.pathsep}/bin{os.pathsep}/usr/bin")

    def ends_with(self, status: int) -> None:
        program = self._folder / "xdg-open"
        program.write_text(f'#!/bin/sh\necho "$1" >> "{self._given}"\nexit {status}\n', encoding="utf-8")
        program.chmod(0o755)

    @property
    def given(self) -> list[str]:
        return self._given.read_text(encoding="utf-8").splitlines() if self._given.exists() else []


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    return Desktop(tmp_path, monkeypatch)


@pytest.fixture
def receipt(agent_window: MainWindow) -> tuple[Hands, ActPage, Path]:
    """A grant whose receipt found no printer: it was saved."""
    hands = Hands(agent_window)
    new_citizen(hands, "Moreau", "Lise", "14/03/1987", identity=2)
    grant(hands, "35")
    act = page(agent_window)
    hands.press(Key.Key_P)
    stage.until(lambda: "saved as" in act.desk.paper.words.text())
    number = str(entries(agent_window, "aid_granted")[-1].facts["number"])
    assert agent_window.workstation is not None
    return hands, act, agent_window.workstation.data / "papers" / f"{number}.pdf"


def _said(act: ActPage) -> str:
    return f"{act.desk.paper.title.text()}: {act.desk.paper.words.text()}"


def test_a_saved_receipt_is_named_with_its_folder_and_a_key_leads_there(
    receipt: tuple[Hands, ActPage, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hands, act, path = receipt
    assert path.is_file()
    assert f"saved as {path.name} in the folder {path.parent}." in act.desk.paper.words.text()
    offered = [button.text().replace("&", "") for button in act.desk.paper.findChildren(Button)]
    assert offered[-2:] == ["Open it", "Open the folder"]
    opened: list[Path] = []
    monkeypatch.setattr(opening, "open_path", lambda one, _owner, _refused: opened.append(one))
    hands.press(Key.Key_O)
    hands.press(Key.Key_D)
    assert opened == [path, path.parent]


@only_there
def test_the_receipt_and_its_folder_go_to_the_desktop(
    receipt: tuple[Hands, ActPage, Path], desktop: Desktop
) -> None:
    hands, act, path = receipt
    desktop.ends_with(0)
    before = _said(act)
    hands.press(Key.Key_O)
    stage.until(lambda: desktop.given == [str(path)])
    hands.press(Key.Key_D)
    stage.until(lambda: desktop.given == [str(path), str(path.parent)])
    stage.settle(50)
    assert _said(act) == before


@only_there
@pytest.mark.parametrize("opener", ["none", "finds nothing"])
def test_where_nothing_shows_a_pdf_it_is_said_with_the_path_and_what_to_do(
    receipt: tuple[Hands, ActPage, Path], desktop: Desktop, opener: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands, act, path = receipt
    if opener == "none":
        monkeypatch.setenv("PATH", str(path.parent))
    else:
        desktop.ends_with(3)
    hands.press(Key.Key_O)
    stage.until(
        lambda: _said(act).startswith("Not opened: This computer has no program that shows PDF files.")
    )
    assert f"{path.name} lies in the folder {path.parent}: take it to a computer that has one" in _said(act)
    hands.press(Key.Key_D)
    stage.until(lambda: "no program that shows folders" in _said(act))
    assert f"{path.name} lies in the folder {path.parent}." in _said(act)


def test_a_file_that_somebody_took_away_is_not_sent_to_a_viewer(
    receipt: tuple[Hands, ActPage, Path],
) -> None:
    hands, act, path = receipt
    path.unlink()
    hands.press(Key.Key_O)
    assert (
        _said(act) == f"Not opened: {path.name} is no longer in the folder {path.parent}: have it made again."
    )


@only_there
def test_an_answer_that_comes_once_the_page_has_gone_is_told_to_nobody(
    window: MainWindow, desktop: Desktop, tmp_path: Path
) -> None:
    desktop.ends_with(3)
    told: list[str] = []
    owner = Button("page", "link", press=lambda: None)
    opening.open_path(tmp_path, owner, lambda: told.append("refused"))
    owner.deleteLater()
    stage.settle()
    stage.until(lambda: desktop.given == [str(tmp_path)])
    stage.settle(50)
    assert told == []
