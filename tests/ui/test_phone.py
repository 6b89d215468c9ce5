"""An approval by phone in the window: the counter reads six items aloud, a supervisor's machine answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.service.telephone import Question, answer, ask, share_key, take_key
from tests.ui import stage
from tests.ui.afternoon import Supervisor, afternoon
from tests.unit.conftest import open_desk  # noqa: F401  (a fixture)
from tests.unit.counters import IT, Desk, Templates
from ui.pages.settle import SettlePage


class Counter(Supervisor):
    """The same window, also on a page that is no list with steps."""

    @property
    def page(self) -> SettlePage:  # type: ignore[override]
        assert self.window.shell is not None
        return self.window.shell.page  # type: ignore[return-value]


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Iterator[Counter]:
    data = stage.fresh(templates, tmp_path / "data")
    afternoon(data)
    opened = Counter(data)
    yield opened
    stage.close(opened.window)


@pytest.fixture
def far(open_desk: Callable[..., Desk]) -> Desk:  # noqa: F811
    return open_desk("A2")


def waiting(desk: Counter, number: str) -> str:
    (entry,) = [one for one in desk.entries("aid_granted") if one.facts["number"] == number]
    return entry.entry_id


def test_the_counter_reads_aloud_types_the_digits_and_may_pay(desk: Counter, far: Desk) -> None:
    take_key(desk.workstation, stage.SUPERVISOR, share_key(far.workstation, stage.SUPERVISOR, "A1", IT), IT)
    assert desk.window.shell is not None
    desk.window.shell.navigate("settle", entry_id=waiting(desk, "A1-0002"), back="today")
    desk.rest()
    assert desk.page.phone.isVisible()
    assert not desk.page.paying.isVisible()
    desk.press(Qt.Key.Key_F9)
    lines = desk.shown().split("\n")
    heard = dict(itertools.pairwise(lines))
    assert (heard["Counter"], heard["Receipt"], heard["Aid"]) == ("A1", "A1-0002", "FR-SECURG")
    question = Question("A1", "A1-0002", "FR-SECURG", 6000, "-", heard["Number of this call"])
    means = heard["Means of payment"]
    if means != "-":
        question = Question("A1", "A1-0002", "FR-SECURG", 6000, "cash", heard["Number of this call"])
    code = answer(far.workstation, stage.SUPERVISOR, stage.PINS[stage.SUPERVISOR], question)
    desk.page.phone.supervisor.choose(stage.SUPERVISOR)
    desk.type("12345678")
    desk.press(Qt.Key.Key_Return)
    assert "2 more tries" in desk.shown()
    desk.type(code)
    desk.press(Qt.Key.Key_Return)
    (entry,) = desk.entries("approval_decided")
    assert (entry.facts["proof"], entry.header["channel"]) == ("phone", "phone")
    assert desk.page.paying.isVisible()
    assert not desk.page.phone.isVisible()
    assert desk.clashes() == []


def test_a_supervisor_types_what_is_heard_and_reads_the_digits_back(desk: Counter, far: Desk) -> None:
    secret = share_key(desk.workstation, stage.SUPERVISOR, "A2", IT)
    take_key(far.workstation, stage.SUPERVISOR, secret, IT)
    asked = ask(far.workstation, far.grant(6000, means="cash")).question
    desk.press(Qt.Key.Key_F4)
    desk.control(Qt.Key.Key_T)
    sheet = desk.page.step  # type: ignore[attr-defined]
    assert sheet is not None
    call = sheet._record.__self__
    call.counter.choose("A2")
    call.number.setFocus()
    desk.type(asked.number.lower())
    call.aid.choose(asked.aid)
    call.amount.setFocus()
    desk.type("60")
    call.means.choose("cash")
    call.nonce.setFocus()
    desk.type(f"{asked.nonce[:4]} {asked.nonce[4:]}")
    desk.press(Qt.Key.Key_F9)
    assert "Type your PIN" in desk.shown()
    desk.type(stage.PINS[stage.SUPERVISOR])
    desk.press(Qt.Key.Key_F9)
    (told,) = desk.entries("phone_answer_given")
    assert told.facts["question"] == asked.hashed()
    digits = next(line for line in desk.shown().split("\n") if len(line) == 9 and line[4] == " ")
    from counter_app.domain.commands import DecideApproval
    from counter_app.service.telephone import approve_by_phone

    command = DecideApproval(agent=stage.AGENT, approver=stage.SUPERVISOR, grant=asked.number, approved=True)
    assert approve_by_phone(far.workstation, command, digits).entry.facts["proof"] == "phone"
    assert desk.clashes() == []
