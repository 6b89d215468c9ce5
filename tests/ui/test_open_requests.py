"""A request that was recorded before is opened from the citizen's file and answered: granted, refused, or left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from counter_app.service.drafts import drafts_of
from tests.ui import stage
from tests.ui.test_act import CTRL, SHIFT, Hands, entries, here, page
from tests.ui.test_citizen import find, words
from ui import shortcuts
from ui.main_window import MainWindow
from ui.pages.act import ActPage
from ui.widgets.buttons import Button

Key = Qt.Key


def open_request(window: MainWindow) -> tuple[Hands, ActPage]:
    """Find the citizen whose request has no answer yet, and press Enter on it."""
    hands = Hands(window)
    citizen = find(window, "ngo bayiha")
    assert "Enter answers an open request" in citizen.acts.sub.text()
    (row,) = words(citizen.table)
    assert row[2] == "Request · Emergency cash"
    assert row[4] == "No answer yet"
    assert citizen.table.hasFocus(), "the request that waits is where the keys are"
    hands.press(Key.Key_Return)
    stage.until(lambda: here(window) == "act")
    hands.calm()
    return hands, page(window)


def recorded(hands: Hands) -> None:
    stage.until(page(hands.window).desk.isVisible)
    hands.calm()


def test_a_request_is_granted_with_what_was_told_before_already_filled_in(agent_window: MainWindow) -> None:
    (request,) = [
        entry
        for entry in entries(agent_window, "request_recorded")
        if entry.private is not None and entry.private["person"]["surname"] == "Ngo Bayiha"
    ]
    hands, act = open_request(agent_window)
    assert act.left.title.text() == "Ngo Bayiha, Paul"
    assert f"Answer to request {request.facts['number']} of " in act.left.sub.text()
    assert act.form.aid.value() == "FR-SECURG"
    assert not act.form.aid.isEnabled()
    assert act.form.amount.hasFocus()
    assert not act.panel.request_only.isVisible()
    assert act.form.amount.cents == request.facts["asked_cents"] == 6500
    assert act.form.evidence == ("interview",)
    act.form.amount.selectAll()
    hands.type("40")
    before = len(entries(agent_window))
    hands.press(Key.Key_F9)
    recorded(hands)
    assert len(entries(agent_window)) == before + 1
    grant = entries(agent_window, "aid_granted")[-1]
    assert grant.facts["request"] == request.entry_id
    assert (grant.facts["cents"], grant.facts["decision"]) == (4000, "granted")
    assert grant.facts["person"] == request.facts["person"]
    hands.press(Key.Key_Return)
    hands.calm()
    citizen = find(agent_window, "ngo bayiha")
    assert [row[2] for row in words(citizen.table)] == ["Emergency cash", "Request · Emergency cash"]
    assert "No answer yet" not in str(words(citizen.table))
    citizen.table.selectRow(1)
    citizen.table.setFocus()
    hands.press(Key.Key_Return)
    stage.until(citizen.messages.isVisible)
    assert "nothing to answer" in citizen.messages.words.text()


def test_a_request_is_refused_with_a_reason(agent_window: MainWindow) -> None:
    hands, act = open_request(agent_window)
    hands.press(Key.Key_F9, CTRL)
    act.panel.reason.choose("not_urgent")
    hands.press(Key.Key_F9)
    recorded(hands)
    refusal = entries(agent_window, "aid_refused")[-1]
    assert refusal.facts["reason"] == "not_urgent"
    assert refusal.facts["request"] is not None
    assert refusal.facts["aid"] == "FR-SECURG"


def test_a_request_is_not_recorded_a_second_time_and_clearing_leaves_it_waiting(
    agent_window: MainWindow,
) -> None:
    hands, act = open_request(agent_window)
    before = len(entries(agent_window))
    assert "Shift+F9" not in [key.sequence for key in shortcuts.active(agent_window)]
    hands.press(Key.Key_F9, SHIFT)
    hands.calm()
    assert len(entries(agent_window)) == before
    act.form.amount.clear()
    assert act.panel.review.text() == "Type an amount to grant, or refuse the request."
    act.clear()
    hands.calm()
    assert act.form.aid.isEnabled()
    assert act.panel.request_only.isVisible()
    assert act.left.sub.text().startswith("born")
    assert act.form.amount.value() == ""


def test_a_half_typed_answer_is_still_an_answer_after_a_restart(
    agent_window: MainWindow, tmp_path: Path
) -> None:
    hands, act = open_request(agent_window)
    act.form.note.setFocus()
    hands.type("Rang the landlord")
    stage.close(agent_window)
    again = stage.window_on(tmp_path / "data0")
    try:
        stage.unlock(again)
        stage.sign_in(again)
        assert again.shell is not None
        assert again.shell.page is not None
        messages = again.shell.page.messages
        stage.until(messages.isVisible)
        messages.findChildren(Button)[0].click()
        stage.until(lambda: here(again) == "act")
        act = page(again)
        assert "Answer to request " in act.left.sub.text()
        assert act.form.note.value() == "Rang the landlord"
        assert act.form.amount.cents == 6500
        hands = Hands(again)
        hands.press(Key.Key_F9)
        recorded(hands)
        grant = entries(again, "aid_granted")[-1]
        assert (grant.facts["decision"], grant.facts["cents"]) == ("pending", 6500)
        assert grant.facts["request"] is not None
    finally:
        stage.close(again)


def test_an_answer_that_was_only_looked_at_leaves_no_draft(agent_window: MainWindow) -> None:
    hands, _ = open_request(agent_window)
    hands.press(Key.Key_Escape)
    stage.until(lambda: here(agent_window) == "citizen")
    hands.calm()
    assert agent_window.workstation is not None
    assert drafts_of(agent_window.workstation, stage.AGENT) == []
