"""Copies, keys, suspects and the access log in the window: what the command line does, done by keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from counter_app.bootstrap import open_workstation
from counter_app.domain.commands import parse_command
from counter_app.domain.errors import EnvironmentFailed
from counter_app.service import key_changes
from counter_app.service.access_log import note_look
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.key_changes import keys_of
from counter_app.service.mirror import keeper
from counter_app.service.proof import prove
from counter_app.service.suspicion import list_suspects
from counter_app.service.today import day_list
from tests.ui import stage
from tests.ui.test_act import entries
from tests.unit.counters import PASSPHRASE, Templates
from ui import shortcuts
from ui.frame import shell
from ui.main_window import MainWindow
from ui.pages.sign_in import SignIn
from ui.pages.unlock import Unlock
from ui.widgets.choice import CheckBox
from ui.widgets.word_grid import WordGrid

_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies are looked at often."""
    monkeypatch.setattr(shell, "_COPY_MS", 700)
    monkeypatch.setattr(keeper, "LOOK_S", 0.05)


def page_of(window: MainWindow, page_id: str, person: str = stage.IT) -> Any:
    """The page, opened by whoever may see it."""
    if window.workstation is None:
        stage.unlock(window)
    if window.gate is not None:
        stage.sign_in(window, person)
    window.navigate(page_id)
    stage.rest(window)
    assert window.shell is not None
    return window.shell.page


def press(page: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key, and let what it opened be shown."""
    stage.press(page, key, modifier)
    stage.settle()


def said(page: QWidget) -> str:
    return " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def cells(table: Any) -> list[list[str]]:
    rows = table.rows
    return [
        [str(rows.index(row, column).data() or "") for column in range(rows.columnCount())]
        for row in range(rows.rowCount())
    ]


def test_a_stick_is_named_watched_and_given_up_by_keys(window: MainWindow, tmp_path: Path) -> None:
    page = page_of(window, "copies")
    assert "No second copy is set up" in said(page)
    stick = tmp_path / "stick"
    stick.mkdir()
    press(page, Qt.Key.Key_F9)
    page.choose = lambda *_: str(stick)
    page.step._fields[0].editor._ask()
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.table.rows.rowCount() == 1)
    stage.until(lambda: cells(page.table)[0][1] == "Complete")
    assert "lies on the journal’s own disk" in said(page)
    stick.rename(tmp_path / "pocket")
    stage.until(lambda: (page.refresh(), stage.rest(window), cells(page.table)[0][1])[2] == "Not plugged in")
    assert "Plug in" in said(page)
    assert window.shell is not None
    stage.until(lambda: "no second copy since" in window.shell.banner.accessibleName())  # type: ignore[union-attr]
    (tmp_path / "pocket").rename(stick)
    press(page, Qt.Key.Key_U, _CONTROL)
    stage.until(lambda: "a stick may be pulled out" in said(page))
    stage.until(lambda: "no second copy" not in window.shell.banner.accessibleName())  # type: ignore[union-attr]
    press(page, Qt.Key.Key_K, _CONTROL)
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: "No second copy is set up" in said(page))
    assert any(stick.rglob("*"))


def test_a_folder_that_is_none_is_a_sentence_on_the_sheet(window: MainWindow, tmp_path: Path) -> None:
    page = page_of(window, "copies")
    press(page, Qt.Key.Key_F9)
    page.step._fields[0].editor.line.setText(str(tmp_path / "nowhere"))
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.step is not None and page.step.messages.isVisible())
    assert page.table.rows.rowCount() == 0


def test_a_colleague_gets_words_and_loses_them_again(window: MainWindow) -> None:
    page = page_of(window, "keys")
    assert [row[1] for row in cells(page.table)] == ["Passphrase, in use"]
    press(page, Qt.Key.Key_K, _CONTROL)
    assert "These words opened the workstation just now" in said(page)
    press(page, Qt.Key.Key_F9)
    page.step._fields[0].editor.choose(stage.SUPERVISOR)
    press(page, Qt.Key.Key_F9)
    words = " ".join(word.text().partition(". ")[2] for word in page.step.findChild(WordGrid).shown)
    press(page, Qt.Key.Key_F9)
    assert "Keep the words first" in said(page)
    page.step.findChild(CheckBox).setChecked(True)
    data = window.workstation.data if window.workstation is not None else Path()
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(window.gate, SignIn))
    assert "may open this workstation now" in said(window)
    assert len(words.split()) == 6
    open_workstation(data, words.encode()).close()
    page = page_of(window, "keys")
    assert len(cells(page.table)) == 2
    page.table.selectRow(1)
    press(page, Qt.Key.Key_K, _CONTROL)
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(window.gate, SignIn))
    assert "opens it no more" in said(window)
    page = page_of(window, "keys")
    assert len(cells(page.table)) == 1


def test_the_journal_gets_a_new_key_and_the_same_words_open_it(window: MainWindow) -> None:
    page = page_of(window, "keys")
    assert window.workstation is not None
    before, many = window.workstation.keyring.database, prove(window.workstation, full=True).entries
    press(page, Qt.Key.Key_N, _CONTROL)
    assert "all passphrases and recovery keys stay" in said(page)
    assert "Free on this disk" in said(page)
    press(page, Qt.Key.Key_Escape)
    stage.rest(window)
    assert window.workstation.keyring.database == before
    press(page, Qt.Key.Key_N, _CONTROL)
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(window.gate, SignIn))
    assert "The journal has a new key; passphrases and recovery keys stay as they were." in said(window)
    assert window.workstation.keyring.database != before
    (changed,) = entries(window, key_changes.CHANGED)
    assert (changed.facts["change"], changed.facts["database_key_replaced"]) == ("rotated", True)
    assert changed.header["agent"] == stage.IT
    proved = prove(window.workstation, full=True)
    assert (proved.entries, list(proved.findings)) == (many + 1, [])
    data = window.workstation.data
    stage.close(window)
    open_workstation(data, PASSPHRASE).close()


def test_a_disk_that_fails_half_way_leads_to_the_passphrase_and_loses_nothing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_of(window, "keys")
    assert window.workstation is not None
    before = prove(window.workstation, full=True).entries

    def fail(*_: object) -> None:
        raise EnvironmentFailed("disk_full", path="journal.db")

    with monkeypatch.context() as patch:
        patch.setattr(key_changes, "replace_key", fail)
        window.change_keys(lambda one: key_changes.rotate(one, stage.IT), "never said")
        stage.until(lambda: isinstance(window.gate, Unlock))
    assert "The disk is full" in said(window)
    stage.unlock(window)
    assert window.workstation is not None
    proved = prove(window.workstation, full=True)
    assert (proved.entries, list(proved.findings)) == (before, [])


def test_recovery_keys_are_set_up_and_rehearsed(window: MainWindow, tmp_path: Path) -> None:
    page = page_of(window, "keys")
    identities = [x25519.Identity.generate() for _ in range(3)]
    files = []
    for name, identity in zip(("desk", "director", "safe"), identities, strict=True):
        files.append(tmp_path / f"{name}.key")
        files[-1].write_text(f"{identity}\n", encoding="utf-8")
    press(page, Qt.Key.Key_G, _CONTROL)
    told, needed = (field.editor for field in page.step._fields)
    told.setPlainText("nobody")
    press(page, Qt.Key.Key_F9)
    stage.until(page.step.messages.isVisible)
    assert "begins with age1" in said(page)
    lines = [f"{file.stem} {one.to_public()}" for file, one in zip(files, identities, strict=True)]
    told.setPlainText("\n".join(lines))
    needed.choose("2")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: isinstance(window.gate, SignIn))
    assert window.workstation is not None
    recovery = keys_of(window.workstation).recovery
    assert recovery is not None
    assert (recovery.needed, [one.label for one in recovery.recipients]) == (2, ["desk", "director", "safe"])
    page = page_of(window, "keys")
    assert "nobody ever tried: rehearse it" in said(page)
    press(page, Qt.Key.Key_U, _CONTROL)
    folder, first, second, _ = (field.editor.line for field in page.step._fields)
    folder.setText(str(window.workstation.data))
    first.setText(str(files[0]))
    press(page, Qt.Key.Key_F9)
    stage.until(page.step.messages.isVisible)
    assert "Only 1 of the 2 recovery keys" in said(page)
    second.setText(str(files[2]))
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: "Recovery works" in said(page))
    assert "The keys of desk, safe opened the copy" in said(page)


def test_a_bundle_that_would_be_refused_here_says_so_before_it_is_read_in(
    window: MainWindow, tmp_path: Path
) -> None:
    page = page_of(window, "board")
    assert window.workstation is not None
    path = export_bundle(window.workstation, tmp_path / "own", stage.IT).path
    page.choose_file = lambda *_: (str(path), "")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.sheet() is not None)
    stage.rest(window)
    assert "This bundle was made here" in said(page.sheet())


def test_a_suspect_is_declared_by_it_and_released_by_two(
    window: MainWindow, templates: Templates, tmp_path: Path
) -> None:
    page = page_of(window, "suspects")
    assert window.workstation is not None
    share = tmp_path / "share"
    share.mkdir()
    other = open_workstation(templates.copy("A2", tmp_path / "a2"), PASSPHRASE, write=True)
    exchange_by_folder(other, share)
    exchange_by_folder(window.workstation, share)
    page.refresh()
    stage.rest(window)
    press(page, Qt.Key.Key_F9)
    hour, why = page.step._fields[2].editor, page.step._fields[3].editor
    press(page, Qt.Key.Key_F9)
    assert "Write the time like 18:00." in said(page)
    hour.setText("0:00")
    why.setText("stolen for a night")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: "Counter A2 is suspect" in said(page))
    brought = {"command": "replenish_cash", "agent": stage.AGENT, "cents": 5000, "document": "BX 12"}
    other.record(parse_command(json.dumps(brought)), "window")
    exchange_by_folder(other, share)
    other.close()
    exchange_by_folder(window.workstation, share)
    press(page, Qt.Key.Key_Escape)
    stage.rest(window)
    assert cells(page.table)[0][2:4] == ["Two people decide", "1"]
    release(window, page)
    assert "Your word is noted" in said(page)
    press(page, Qt.Key.Key_U, _CONTROL)
    assert "You have given your word" in said(page)
    window.change_agent()
    page = page_of(window, "suspects", stage.SUPERVISOR)
    assert "F9" not in {key.sequence for key in shortcuts.active(window)}
    release(window, page)
    assert "1 entry of counter A2 counts now." in said(page)
    assert list_suspects(window.workstation)[0].quarantined == 0


def release(window: MainWindow, page: Any) -> None:
    press(page, Qt.Key.Key_U, _CONTROL)
    page.step._fields[0].editor.setText("all of it was seen on paper")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.step is None)
    stage.rest(window)


def test_evidence_is_kept_without_names(window: MainWindow, tmp_path: Path) -> None:
    page = page_of(window, "suspects")
    page.choose_folder = lambda *_: str(tmp_path)
    press(page, Qt.Key.Key_S, _CONTROL)
    stage.until(lambda: "The evidence is kept" in said(page))
    made = {file.name for file in (tmp_path / "evidence-A1").iterdir()}
    assert {"A1.jsonl", "allowed_signers", "verify_journal.py"} <= made
    content = b"".join(file.read_bytes() for file in (tmp_path / "evidence-A1").iterdir())
    assert all(surname.encode() not in content for surname, _, _ in stage.PEOPLE)
    (tmp_path / "file").write_bytes(b"")
    page.choose_folder = lambda *_: str(tmp_path / "file")
    press(page, Qt.Key.Key_S, _CONTROL)
    stage.until(lambda: "cannot be written" in said(page))


def test_the_access_log_says_who_looked_at_whom_and_is_a_look_itself(window: MainWindow) -> None:
    stage.unlock(window)
    assert window.workstation is not None
    window.workstation.looker = stage.AGENT
    note_look(window.workstation, "person_opened", "R-1")
    page = page_of(window, "looks", stage.SUPERVISOR)
    assert [row[1:4] for row in cells(page.table)] == [
        ["Hélène Garcia", "Read the access log", "—"],
        ["Yann Le Roux", "Opened a person’s record", "R-1"],
    ]
    page.about.setText("R-1")
    press(page, Qt.Key.Key_F9)
    stage.rest(window)
    assert [row[3] for row in cells(page.table)] == ["R-1", "R-1"]


@pytest.mark.parametrize("person", [stage.AGENT, stage.SUPERVISOR])
def test_only_it_sees_copies_and_keys(window: MainWindow, person: str) -> None:
    stage.unlock(window)
    stage.sign_in(window, person)
    assert window.shell is not None
    assert not {"copies", "keys"} & set(window.shell._specs)
    assert ("looks" in window.shell._specs) == (person == stage.SUPERVISOR)


def test_a_supervisor_hands_over_what_is_held_and_erases_what_is_proved(
    window: MainWindow, tmp_path: Path
) -> None:
    stage.unlock(window)
    stage.sign_in(window, stage.SUPERVISOR)
    assert window.workstation is not None
    assert window.shell is not None
    (line, *_) = (one for one in day_list(window.workstation).lines if one.kind == "aid_granted")
    window.navigate("citizen", entry_id=line.entry_id)
    stage.rest(window)
    stage.press(window.shell, Qt.Key.Key_D, _CONTROL)
    stage.rest(window)
    page: Any = window.shell.page
    assert window.shell.here == "person_data"
    assert "a central system has not shown" in said(page) or "still open here" in said(page)
    page.choose = lambda *_: (str(tmp_path / "person.json"), "")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: "in plain words: hand it over" in said(page))
    told = json.loads((tmp_path / "person.json").read_text(encoding="utf-8"))
    assert {one["entry_id"] for one in told["entries"]} >= {line.entry_id}
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: "is there already" in said(page))
    press(page, Qt.Key.Key_K, _CONTROL)
    press(page, Qt.Key.Key_F9)
    assert "Say why: it stays on record" in said(page)
    page.step._fields[0].editor.setText("asked for it")
    press(page, Qt.Key.Key_F9)
    stage.until(lambda: page.step is None)
    stage.rest(window)
    assert "have lost names and words for good." in said(page)
    press(page, Qt.Key.Key_Escape)
    assert window.shell.here == "citizen"
