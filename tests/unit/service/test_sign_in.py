"""PINs: they say who sits there, lock out with growing delay over restarts, and prove an approval."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from counter_app.domain.commands import DecideApproval, parse_command
from counter_app.domain.errors import Refused
from counter_app.service.sign_in import approve_with_pin, sign_in
from tests.unit.counters import AGENT, AUDITOR, IT, SUPERVISOR, Desk

# The samples publish their PINs.
PINS = {AGENT: "1111", SUPERVISOR: "3333", IT: "5555", AUDITOR: "6666"}


def refused(desk: Desk, person: str, pin: str) -> Refused:
    with pytest.raises(Refused) as caught:
        sign_in(desk.workstation, person, pin)
    return caught.value


@pytest.mark.parametrize("person", sorted(PINS))
def test_the_right_pin_says_who_sits_there_and_makes_no_entry(desk: Desk, person: str) -> None:
    seq = desk.seq
    assert sign_in(desk.workstation, person, PINS[person]).id == person
    assert desk.seq == seq
    assert desk.tables().rows("SELECT * FROM sign_in") == []


@pytest.mark.parametrize("pin", ["", "1112", "11111", "3333", "１１１１"])
def test_a_wrong_pin_is_refused(desk: Desk, pin: str) -> None:
    refusal = refused(desk, AGENT, pin)
    assert (refusal.code, refusal.params) == ("pin_wrong", {"person": AGENT})


def test_somebody_unknown_or_without_a_pin_cannot_sign_in(desk: Desk) -> None:
    assert refused(desk, "nobody", "1111").code == "unknown_colleague"
    office = desk.workstation.office
    people = tuple(msgspec.structs.replace(one, pin=None, badge=None) for one in office.configuration.people)
    configuration = msgspec.structs.replace(office.configuration, people=people)
    desk.workstation.office = dataclasses.replace(office, configuration=configuration)
    refusal = refused(desk, AGENT, "1111")
    assert (refusal.code, refusal.params) == ("no_pin", {"person": AGENT})


def test_three_wrong_pins_lock_out_even_the_right_one_until_a_time_that_is_told(desk: Desk) -> None:
    for _ in range(3):
        assert refused(desk, AGENT, "0000").code == "pin_wrong"
    refusal = refused(desk, AGENT, PINS[AGENT])
    until = refusal.params["until"]
    assert refusal.code == "pin_locked"
    assert until - desk.clock.now() == timedelta(seconds=30)  # type: ignore[operator]
    assert until.utcoffset() == timedelta(hours=1)  # type: ignore[attr-defined]
    # Others are not concerned, and locked tries do not count.
    sign_in(desk.workstation, SUPERVISOR, PINS[SUPERVISOR])
    desk.clock.jump(30)
    assert sign_in(desk.workstation, AGENT, PINS[AGENT]).id == AGENT


def test_the_delay_doubles_with_each_failure_up_to_an_hour(desk: Desk) -> None:
    waits = []
    for _ in range(12):
        assert refused(desk, AGENT, "0000").code == "pin_wrong"
        locked = refused(desk, AGENT, "0000")
        if locked.code == "pin_locked":
            waits.append((locked.params["until"] - desk.clock.now()).total_seconds())  # type: ignore[operator]
            desk.clock.jump(waits[-1])
    # The first two are free.
    assert waits == [min(30 * 2**n, 3600) for n in range(11)]


def test_the_lock_survives_a_restart_and_a_success_forgets_the_failures(desk: Desk) -> None:
    for _ in range(3):
        refused(desk, AGENT, "0000")
    desk.reopen()
    assert refused(desk, AGENT, PINS[AGENT]).code == "pin_locked"
    desk.clock.jump(31)
    sign_in(desk.workstation, AGENT, PINS[AGENT])
    for _ in range(2):
        assert refused(desk, AGENT, "0000").code == "pin_wrong"
    sign_in(desk.workstation, AGENT, PINS[AGENT])


def test_a_try_counts_before_it_is_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Any] = []

    def look(*_: object) -> bool:
        counted.extend(desk.tables().rows("SELECT person, failures FROM sign_in"))
        return True

    monkeypatch.setattr("counter_app.service.sign_in.pin_matches", look)
    sign_in(desk.workstation, AGENT, "whatever")
    assert counted == [(AGENT, 1)]


def test_guessing_in_parallel_wins_no_more_than_guessing_in_turn(desk: Desk) -> None:
    codes: list[str] = []
    threads = [
        threading.Thread(target=lambda: codes.append(refused(desk, AGENT, "0000").code)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["pin_locked"] * 5 + ["pin_wrong"] * 3


def test_a_clock_that_was_put_back_locks_nobody_out_for_a_year(desk: Desk) -> None:
    desk.workstation.writer.do(
        lambda session: session.connection.execute(
            "INSERT INTO sign_in (person, failures, locked_until) VALUES (?, 3, '2027-03-02T08:00:00.000Z')",
            (AGENT,),
        )
    )
    until = refused(desk, AGENT, PINS[AGENT]).params["until"]
    assert until - desk.clock.now() == timedelta(hours=1)  # type: ignore[operator]


# --- an approval proved by a PIN


def approval(grant: str, **fields: Any) -> DecideApproval:
    told = {
        "command": "decide_approval",
        "agent": AGENT,
        "approver": SUPERVISOR,
        "grant": grant,
        "approved": True,
    }
    command = parse_command(msgspec.json.encode(told | fields))
    assert isinstance(command, DecideApproval)
    return command


def test_an_approval_with_the_approvers_pin_says_so(desk: Desk) -> None:
    grant = desk.grant(6000)
    outcome = approve_with_pin(desk.workstation, approval(grant), PINS[SUPERVISOR])
    assert (outcome.entry.facts["proof"], outcome.entry.header["channel"]) == ("pin", "window")
    assert desk.grant_row(grant).decision == "granted"


def test_without_the_right_pin_nothing_is_approved(desk: Desk) -> None:
    grant = desk.grant(6000)
    with pytest.raises(Refused) as caught:
        approve_with_pin(desk.workstation, approval(grant), PINS[AGENT])
    assert caught.value.code == "pin_wrong"
    assert desk.grant_row(grant).decision == "pending"


def test_a_pin_is_no_right_to_approve(desk: Desk) -> None:
    grant = desk.grant(6000)
    with pytest.raises(Refused) as caught:
        approve_with_pin(desk.workstation, approval(grant, approver=AGENT), PINS[AGENT])
    assert caught.value.code == "not_allowed"
    mine = desk.grant(6000, agent=SUPERVISOR)
    with pytest.raises(Refused) as caught:
        approve_with_pin(desk.workstation, approval(mine), PINS[SUPERVISOR])
    assert caught.value.code == "approver_is_granter"
