"""Requests made again while nobody could look, and months that settle once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from counter_app.service.doubles import doubles
from counter_app.sync.port import Outcome
from tests.unit.counters import AGENT, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, said

AID = "FR-SECURG"
DAY_S = 86400.0


@pytest.fixture
def asked_twice(desk: Desk) -> tuple[str, str]:
    first = desk.id("record_request", person=person(), aid=AID)
    desk.clock.jump(9 * DAY_S)
    return first, desk.id("record_request", person=person(), aid=AID)


def pairs(desk: Desk) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in doubles(desk.workstation).requests]


def test_a_request_that_was_made_again_is_proposed_with_the_earlier_one(
    desk: Desk, asked_twice: tuple[str, str]
) -> None:
    (pair,) = doubles(desk.workstation).requests
    assert (pair.first, pair.second) == asked_twice
    assert (pair.aid, pair.first_day, pair.second_day) == (AID, "2026-03-02", "2026-03-11")
    assert (pair.first_chain, pair.second_chain, pair.confirmed) == ("A1", "A1", 1)


def test_another_aid_another_person_and_another_season_are_no_pair(desk: Desk) -> None:
    desk.id("record_request", person=person(), aid=AID)
    desk.id("record_request", person=person("Martin"), aid=AID)
    desk.id("record_request", person=person(), aid="FR-CAP")
    desk.clock.jump(121 * DAY_S)
    desk.id("record_request", person=person(), aid=AID)
    assert pairs(desk) == []


def test_a_return_visit_that_was_tied_is_no_pair(desk: Desk) -> None:
    first = desk.id("record_request", person=person(), aid=AID)
    desk.clock.jump(DAY_S)
    desk.id("record_request", person=person(), aid=AID, visit_of=first)
    assert pairs(desk) == []


@pytest.mark.parametrize("verdict", ["same", "other"])
def test_what_somebody_judged_is_not_proposed_again(
    desk: Desk, asked_twice: tuple[str, str], verdict: str
) -> None:
    first, second = asked_twice
    told = {"verdict": verdict, "reason": "Looked at both papers"}
    # In whatever order they are named, the earlier one is the first.
    outcome = desk.do("judge_pair", first=second, second=first, **told)
    assert (outcome.entry.facts["first"], outcome.entry.facts["second"]) == asked_twice
    assert pairs(desk) == []
    assert desk.code("judge_pair", first=first, second=second, **told) == "pair_judged_before"
    assert desk.findings() == []


def test_the_centre_is_told_which_request_is_repeated_as_far_as_it_was_not_told_before(
    desk: Desk, asked_twice: tuple[str, str]
) -> None:
    first, second = asked_twice
    centre = Centre(said(Outcome.RECEIVED))
    desk.do("judge_pair", first=first, second=second, verdict="same", reason="The same need")
    Deliverer(desk, centre).exchange()
    bodies = [json.loads(message.body) for message in centre.sent]
    assert [body.get("resubmits") for body in bodies] == [None, first]
    assert "resubmits" not in bodies[0]


def test_two_that_stand_for_themselves_are_told_as_such(desk: Desk, asked_twice: tuple[str, str]) -> None:
    first, second = asked_twice
    desk.do("judge_pair", first=first, second=second, verdict="other", reason="Another need")
    centre = Centre(said(Outcome.RECEIVED))
    Deliverer(desk, centre).exchange()
    assert all("resubmits" not in json.loads(message.body) for message in centre.sent)


def test_only_two_requests_for_one_aid_are_a_pair(desk: Desk, asked_twice: tuple[str, str]) -> None:
    first, _ = asked_twice
    other = desk.id("record_request", person=person(), aid="FR-CAP")
    told = {"verdict": "same", "reason": "A slip"}
    assert desk.code("judge_pair", first=first, second=other, **told) == "pair_impossible"
    assert desk.code("judge_pair", first=first, second=first, **told) == "pair_impossible"
    grant = desk.grant()
    assert desk.code("judge_pair", first=first, second=grant, **told) == "wrong_kind"


PAID = {
    "aid": "FR75-NAVIGO",
    "cents": 3000,
    "circumstances": {"evidence": ["tax_notice"]},
    "agent": "nbenali",
}
"""A contribution to the transit pass, as the Paris sample has it."""


@pytest.fixture
def paris(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk(sample="paris")


def test_a_month_that_was_not_taken_is_settled_once(paris: Desk) -> None:
    outcome = paris.do("receive_money", person=person(), months=["2026-01", "2026-02"], **PAID)
    assert outcome.entry.facts["months"] == ["2026-01", "2026-02"]
    refused = paris.refusal("receive_money", person=person(), months=["2026-02", "2026-03"], **PAID)
    assert (refused.code, refused.params["month"], refused.params["counter"]) == (
        "month_settled",
        "2026-02",
        "A1",
    )
    assert refused.params["entry_id"] == outcome.entry.entry_id
    paris.do("receive_money", person=person(), months=["2026-03"], **PAID)
    paris.do("receive_money", person=person("Martin"), months=["2026-02"], **PAID)
    assert paris.findings() == []


def test_a_month_is_the_persons_whom_a_correction_names(paris: Desk) -> None:
    paid = paris.id("receive_money", person=person("Dupond"), months=["2026-01"], **PAID)
    paris.do("correct_entry", target=paid, person=person("Martin"), reason="Heard wrongly", agent="nbenali")
    paris.do("receive_money", person=person("Dupond"), months=["2026-01"], **PAID)
    assert paris.code("receive_money", person=person("Martin"), months=["2026-01"], **PAID) == "month_settled"
    assert doubles(paris.workstation).months == []
    assert paris.findings() == []


def test_a_month_is_named_once_and_has_begun(paris: Desk) -> None:
    assert (
        paris.code("receive_money", person=person(), months=["2026-01", "2026-01"], **PAID) == "month_twice"
    )
    assert paris.code("receive_money", person=person(), months=["2026-04"], **PAID) == "month_to_come"


def test_money_that_was_taken_on_paper_is_recorded_and_both_are_shown(paris: Desk) -> None:
    first = paris.id("receive_money", person=person(), months=["2026-01"], **PAID)
    assert paris.irregular("receive_money", person=person(), months=["2026-01"], **PAID) == ["month_settled"]
    ((one, other),) = doubles(paris.workstation).months
    assert (one.entry_id, one.aid, one.month) == (first, "FR75-NAVIGO", "2026-01")
    assert other.entry_id != first


def test_the_centre_learns_which_months_were_settled(paris: Desk) -> None:
    paris.do("receive_money", person=person(), months=["2026-01", "2026-02"], **PAID)
    centre = Centre(said(Outcome.RECEIVED))
    Deliverer(paris, centre, "transport").exchange()
    assert [json.loads(message.body)["months"] for message in centre.sent] == [["2026-01", "2026-02"]]


def test_any_agent_may_judge_a_pair(desk: Desk, asked_twice: tuple[str, str]) -> None:
    first, second = asked_twice
    told = {"first": first, "second": second, "verdict": "same", "reason": "Asked her"}
    assert desk.code("judge_pair", agent="mperrin", **told) == "not_allowed"
    assert desk.do("judge_pair", agent=AGENT, **told).entry.kind == "pair_judged"


def test_what_follows_from_two_verdicts_is_not_asked_again(desk: Desk) -> None:
    asked = []
    for _ in range(4):
        asked.append(desk.id("record_request", person=person(), aid=AID))
        desk.clock.jump(DAY_S)
    first, again, third, other = asked
    assert len(pairs(desk)) == 6
    desk.do("judge_pair", first=first, second=again, verdict="same", reason="The same need")
    desk.do("judge_pair", first=again, second=third, verdict="same", reason="The same need")
    assert pairs(desk) == [(first, other), (again, other), (third, other)]
    desk.do("judge_pair", first=third, second=other, verdict="other", reason="The flat burnt down")
    assert pairs(desk) == []
    assert desk.findings() == []


@pytest.mark.parametrize("verdict", ["same", "other"])
def test_a_month_that_was_paid_twice_is_judged_and_the_centre_told_as_before(
    paris: Desk, verdict: str
) -> None:
    paid = {"person": person(), **PAID}
    first = paris.id("receive_money", months=["2026-01", "2026-02"], **paid)
    second = paris.do("receive_money", already_happened=True, months=["2026-02"], **paid).entry.entry_id
    third = paris.id("receive_money", months=["2026-03"], **paid)
    told = {"verdict": verdict, "reason": "Given back by A1-0007", "agent": "nbenali"}
    assert paris.code("judge_pair", first=second, second=third, **told) == "pair_impossible"
    paris.do("judge_pair", first=second, second=first, **told)
    assert doubles(paris.workstation).months == []
    assert paris.code("judge_pair", first=first, second=second, **told) == "pair_judged_before"
    centre = Centre(said(Outcome.RECEIVED))
    Deliverer(paris, centre, "transport").exchange()
    assert len(centre.sent) == 3
    assert all("resubmits" not in json.loads(message.body) for message in centre.sent)
    assert paris.findings() == []
