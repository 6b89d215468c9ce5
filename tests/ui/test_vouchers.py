"""Vouchers are handed out through the window: the next ones in hand are proposed, and others may be typed instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.projections import vouchers
from tests.ui import stage
from tests.ui.test_act import Hands, entries, here, new_citizen, page
from tests.ui.test_citizen import find, record, shown
from tests.unit.counters import Templates
from ui.main_window import MainWindow
from ui.pages.settle import SettlePage

Key = Qt.Key


@pytest.fixture
def window(templates: Templates, tmp_path: Path) -> Iterator[MainWindow]:
    """An agent's, with a book of vouchers of ten euros, 101 to 130."""
    window = stage.window_on(stage.fresh(templates, tmp_path / "data"))
    stage.unlock(window)
    stage.sign_in(window)
    record(
        window,
        command="receive_vouchers",
        series="K",
        first=101,
        last=130,
        face_cents=1000,
        year=datetime.now(UTC).year,
    )
    yield window
    stage.close(window)


def states(window: MainWindow) -> dict[int, str]:
    workstation = window.workstation
    assert workstation is not None
    with workstation.tables() as tables:
        found = vouchers.voucher_states(tables, workstation.chain, "K", 101, 130)
    return {number: state for number, _, _, state in found}


def _typed_grant(window: MainWindow, amount: str) -> Hands:
    """A voucher aid, to be paid now; the identity that was seen ticks its paper by itself."""
    hands = Hands(window)
    new_citizen(hands, "Okafor", "Ngozi", "14031987")
    form = page(window).form
    assert form.aid.value() == "FR-CAP"
    hands.tab()
    hands.type(amount)
    assert form.evidence == ("identity",)
    form.pay_now.setChecked(True)
    form.payment.means.choose("voucher")
    form.payment.acquit.choose("signed")
    hands.calm()
    return hands


def test_the_next_vouchers_are_proposed_and_leave_the_stock_with_the_grant(window: MainWindow) -> None:
    hands = _typed_grant(window, "30")
    payment = page(window).form.payment
    stage.until(lambda: payment.numbers == ("K", 101, 103))
    assert payment.series.isVisible()
    hands.press(Key.Key_F9)
    stage.until(page(window).desk.isVisible)
    assert page(window).desk.told.heading.text() == "Granted and paid"
    (entry,) = entries(window, "aid_granted")
    paid = entry.facts["payment"]
    assert (paid["means"], paid["series"], paid["first"], paid["last"]) == ("voucher", "K", 101, 103)
    assert [number for number, state in states(window).items() if state != "in_hand"] == [101, 102, 103]


def test_vouchers_that_are_not_worth_the_amount_are_refused_in_words_and_the_form_stays(
    window: MainWindow,
) -> None:
    hands = _typed_grant(window, "30")
    payment = page(window).form.payment
    stage.until(lambda: payment.numbers == ("K", 101, 103))
    payment.first.setText("110")
    payment.last.setText("111")
    hands.calm()
    hands.press(Key.Key_F9)
    act = page(window)
    stage.until(act.messages.isVisible)
    assert "These vouchers are worth €20.00, not €30.00" in act.messages.words.text()
    assert entries(window, "aid_granted") == []
    assert payment.numbers == ("K", 110, 111)
    payment.last.setText("112")
    hands.press(Key.Key_F9)
    stage.until(act.desk.isVisible)
    assert [number for number, state in states(window).items() if state != "in_hand"] == [110, 111, 112]


def test_a_grant_of_before_is_paid_in_vouchers_from_the_file(window: MainWindow) -> None:
    person = {
        "surname": "Benali",
        "given_names": ["Samira"],
        "birth_date": "1987-03-14",
        "identity": "document",
    }
    seen = {"evidence": ["identity"]}
    record(window, command="grant_aid", person=person, aid="FR-CAP", cents=2000, circumstances=seen)
    citizen = find(window, "benali")
    citizen.table.setFocus()
    hands = Hands(window)
    hands.press(Key.Key_Return)
    stage.until(lambda: here(window) == "settle")
    hands.calm()
    settle = shown(window, SettlePage)
    assert isinstance(settle, SettlePage)
    stage.until(lambda: settle.payment is not None and settle.payment.numbers == ("K", 101, 102))
    assert settle.payment is not None
    settle.payment.acquit.choose("signed")
    hands.press(Key.Key_F9)
    stage.until(settle.desk.isVisible)
    (entry,) = entries(window, "grant_paid")
    assert entry.facts["payment"]["first"] == 101
    assert entry.facts["payment"]["means"] == "voucher"
    assert [number for number, state in states(window).items() if state != "in_hand"] == [101, 102]
