"""Approval over the telephone: eight digits bind what was read aloud, once, for ten minutes and three tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from counter_app.clock import to_wire
from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import Refused
from counter_app.service.outcome import Outcome
from counter_app.service.telephone import Question, answer, approve_by_phone, ask, share_key, take_key
from tests.unit.counters import AGENT, AUDITOR, IT, REGISSEUR, SUPERVISOR, Desk

PIN = "3333"
OTHER_PIN = "4444"


class Line:
    """A counter with a grant that waits, and the supervisor's own machine somewhere else."""

    def __init__(self, counter: Desk, far: Desk) -> None:
        self.counter, self.far = counter, far
        self.enrol(SUPERVISOR)
        self.grant = counter.grant(6000)

    def enrol(self, person: str) -> None:
        secret = share_key(self.far.workstation, person, "A1", IT)
        take_key(self.counter.workstation, person, secret, IT)

    def ask(self) -> Question:
        return ask(self.counter.workstation, self.grant).question

    def answer(self, question: Question, person: str = SUPERVISOR, pin: str = PIN) -> str:
        return answer(self.far.workstation, person, pin, question)

    def enter(self, code: str, **fields: Any) -> Outcome:
        command = DecideApproval(agent=AGENT, approver=SUPERVISOR, grant=self.grant, approved=True)
        return approve_by_phone(self.counter.workstation, msgspec.structs.replace(command, **fields), code)

    @property
    def decision(self) -> str:
        return self.counter.grant_row(self.grant).decision


@pytest.fixture
def line(desk: Desk, open_desk: Callable[..., Desk]) -> Line:
    return Line(desk, open_desk("A2"))


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_what_comes_back_approves_the_grant_and_says_how(line: Line) -> None:
    code = line.answer(line.ask())
    entry = line.enter(f"{code[:4]} {code[4:]}").entry
    assert (entry.facts["proof"], entry.header["channel"], entry.facts["approver"]) == (
        "phone",
        "phone",
        SUPERVISOR,
    )
    assert line.decision == "granted"
    told = line.far.entries()[-1]
    assert (told.kind, told.header["agent"], told.facts["grant_number"], told.facts["cents"]) == (
        "phone_answer_given",
        SUPERVISOR,
        "A1-0001",
        6000,
    )
    assert line.counter.findings() == line.far.findings() == []


def test_it_may_be_typed_as_it_was_heard(line: Line) -> None:
    question = line.ask()
    heard = replace(
        question,
        counter=" a1",
        number=question.number.lower(),
        aid=question.aid.lower(),
        means="CASH ",
        nonce=f"{question.nonce[:4]} {question.nonce[4:]} ",
    )
    line.enter(line.answer(heard))
    assert line.decision == "granted"


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("counter", "A3"),
        ("number", "A1-0002"),
        ("aid", "FR-CAP"),
        ("cents", 5000),
        ("means", "voucher"),
        ("nonce", "00000000"),
    ],
)
def test_the_answer_binds_each_of_the_six_items(line: Line, item: str, value: object) -> None:
    question = line.ask()
    code = line.answer(replace(question, **{item: value}))
    assert refused(lambda: line.enter(code)).code == "phone_wrong"
    assert line.decision == "pending"
    line.enter(line.answer(question))


def test_an_answer_is_good_once_and_for_its_own_question(line: Line) -> None:
    first = line.answer(line.ask())
    second = line.ask()
    assert refused(lambda: line.enter(first)).code == "phone_wrong"
    code = line.answer(second)
    line.enter(code)
    assert refused(lambda: line.enter(code)).code == "grant_not_pending"


def test_a_question_is_good_for_ten_minutes_whichever_way_the_clock_went(line: Line) -> None:
    code = line.answer(line.ask())
    line.counter.clock.jump(11 * 60)
    assert refused(lambda: line.enter(code)).code == "phone_no_challenge"
    code = line.answer(line.ask())
    ahead = to_wire(line.counter.clock.now() + timedelta(minutes=11))
    line.counter.workstation.writer.do(
        lambda session: session.connection.execute("UPDATE phone_challenge SET made_at = ?", (ahead,))
    )
    assert refused(lambda: line.enter(code)).code == "phone_no_challenge"
    code = line.answer(line.ask())
    line.counter.clock.jump(10 * 60)
    line.enter(code)


def test_three_tries_and_then_the_right_answer_comes_too_late_even_after_a_restart(line: Line) -> None:
    code = line.answer(line.ask())
    told = [refused(lambda: line.enter(wrong(code))) for _ in range(2)]
    assert [(one.code, one.params["left"]) for one in told] == [("phone_wrong", 2), ("phone_wrong", 1)]
    line.counter.reopen()
    assert refused(lambda: line.enter(wrong(code))).code == "phone_spent"
    assert refused(lambda: line.enter(code)).code == "phone_no_challenge"


def test_new_questions_give_no_new_tries_for_ever(line: Line) -> None:
    code = line.answer(line.ask())
    for _ in range(3):
        refused(lambda: line.enter(wrong(code)))
    code = line.answer(line.ask())
    locked = refused(lambda: line.enter(code))
    assert (locked.code, locked.params["person"]) == ("phone_locked", SUPERVISOR)
    line.counter.clock.jump(31)
    line.enter(code)


def test_an_answer_in_another_supervisors_name_is_none(line: Line) -> None:
    line.enrol(REGISSEUR)
    code = line.answer(line.ask())
    assert refused(lambda: line.enter(code, approver=REGISSEUR)).code == "phone_wrong"


def test_without_the_pin_no_answer_is_given_and_tries_lock(line: Line) -> None:
    question, seq = line.ask(), line.far.seq
    for _ in range(3):
        assert refused(lambda: line.answer(question, pin="0000")).code == "pin_wrong"
    assert refused(lambda: line.answer(question)).code == "pin_locked"
    assert line.far.seq == seq


@pytest.mark.parametrize("person", [AGENT, IT, AUDITOR])
def test_only_supervisors_share_a_key(line: Line, person: str) -> None:
    assert refused(lambda: share_key(line.far.workstation, person, "A1", IT)).code == "not_allowed"
    assert refused(lambda: take_key(line.counter.workstation, person, bytes(32), IT)).code == "not_allowed"


def test_a_supervisor_answers_on_another_machine_and_with_a_key_of_their_own(line: Line) -> None:
    question = line.ask()
    here = line.counter.workstation
    assert refused(lambda: answer(here, SUPERVISOR, PIN, question)).code == "phone_same_counter"
    assert refused(lambda: share_key(here, SUPERVISOR, "A1", IT)).code == "phone_same_counter"
    assert refused(lambda: share_key(here, SUPERVISOR, "Z9", IT)).code == "unknown_counter"
    far = line.far.workstation
    assert refused(lambda: answer(far, REGISSEUR, OTHER_PIN, question)).code == "phone_key_missing"
    assert refused(lambda: line.enter("12345678", approver=REGISSEUR)).code == "phone_key_missing"


def test_each_counter_gets_a_key_that_no_other_can_use(line: Line) -> None:
    to_a1 = share_key(line.far.workstation, SUPERVISOR, "A1", IT)
    assert to_a1 == share_key(line.far.workstation, SUPERVISOR, "A1", IT)
    assert to_a1 != share_key(line.far.workstation, SUPERVISOR, "A3", IT)


def test_a_rule_that_says_no_says_it_over_the_telephone_too(line: Line) -> None:
    mine = line.counter.grant(6000, agent=SUPERVISOR)
    question = ask(line.counter.workstation, mine).question
    code = line.answer(question)
    assert refused(lambda: line.enter(code, grant=mine)).code == "approver_is_granter"


@pytest.mark.parametrize("code", ["", "1234567a", "١٢٣٤٥٦٧٨"])
def test_what_is_no_number_is_no_answer_and_costs_no_try(line: Line, code: str) -> None:
    right = line.answer(line.ask())
    for _ in range(4):
        assert refused(lambda: line.enter(code)).code == "phone_number"
    line.enter(right)


def test_nothing_is_asked_about_what_does_not_wait(line: Line) -> None:
    assert refused(lambda: ask(line.counter.workstation, "A1-0099")).code == "unknown_number"
    small = line.counter.grant(1000)
    assert refused(lambda: ask(line.counter.workstation, small)).code == "grant_not_pending"
    assert refused(lambda: line.enter("12345678")).code == "phone_no_challenge"
