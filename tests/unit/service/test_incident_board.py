"""The status board: each service since when, each incident with its timeline, closed service by service."""

from __future__ import annotations

import pytest

from counter_app.service.incident_board import Board, read_board, time_of_today
from tests.unit.counters import SUPERVISOR, Desk


def states(board: Board) -> dict[str, str]:
    return {line.service: line.state for line in board.services}


def declare(desk: Desk) -> str:
    services = {"aid-file": "down", "treasury": "unstable"}
    return desk.id("declare_incident", agent=SUPERVISOR, title="No answer", cause="fire", services=services)


def test_without_an_incident_every_service_is_listed_in_the_order_of_recovery(desk: Desk) -> None:
    board = read_board(desk.workstation)
    assert [(line.service, line.state, line.since) for line in board.services] == [
        ("aid-file", "", None),
        ("treasury", "", None),
    ]
    assert board.incidents == ()


def test_the_board_shows_the_last_word_and_since_when(desk: Desk) -> None:
    incident = declare(desk)
    desk.clock.jump(1800)
    desk.do(
        "update_incident",
        agent=SUPERVISOR,
        incident=incident,
        services={"treasury": "back"},
        words="answers again",
        source="status page",
    )
    board = read_board(desk.workstation)
    assert states(board) == {"aid-file": "down", "treasury": "back"}
    down, back = (line.since for line in board.services)
    assert down is not None
    assert back is not None
    assert (back - down).total_seconds() == 1800
    (case,) = board.incidents
    assert (case.title, case.cause, case.is_open) == ("No answer", "fire", True)
    assert [(line.kind, line.words, line.source) for line in case.timeline] == [
        ("incident_declared", "No answer", ""),
        ("incident_updated", "answers again", "status page"),
    ]


def test_a_line_that_names_no_service_stands_in_the_timeline(desk: Desk) -> None:
    incident = declare(desk)
    desk.do("update_incident", agent=SUPERVISOR, incident=incident, words="the host was called")
    (case,) = read_board(desk.workstation).incidents
    assert case.timeline[-1].words == "the host was called"


def test_it_is_over_when_the_last_service_is_closed(desk: Desk) -> None:
    incident = declare(desk)
    desk.do("close_incident", agent=SUPERVISOR, incident=incident, services=["treasury"])
    (case,) = read_board(desk.workstation).incidents
    assert (case.is_open, case.open_services) == (True, ("aid-file",))
    assert states(read_board(desk.workstation)) == {"aid-file": "down", "treasury": ""}
    desk.do("close_incident", agent=SUPERVISOR, incident=incident)
    (case,) = read_board(desk.workstation).incidents
    assert not case.is_open
    assert case.ended is not None


def test_the_open_incident_comes_before_a_later_one_that_is_over(desk: Desk) -> None:
    first = declare(desk)
    later = desk.id("declare_incident", agent=SUPERVISOR, title="Later", services={"treasury": "down"})
    desk.do("close_incident", agent=SUPERVISOR, incident=later)
    assert [case.entry_id for case in read_board(desk.workstation).incidents] == [first, later]


@pytest.mark.parametrize(
    ("typed", "hour"), [("9:10", "09:10"), ("9h10", "09:10"), ("0910", "09:10"), ("23.59", "23:59")]
)
def test_a_time_of_today_is_read_as_people_write_it(desk: Desk, typed: str, hour: str) -> None:
    assert time_of_today(desk.workstation, typed) == f"2026-03-02T{hour}:00+01:00"


@pytest.mark.parametrize("typed", ["", "now", "25:00", "9:75", "9", "12:345"])
def test_what_is_no_time_is_none(desk: Desk, typed: str) -> None:
    assert time_of_today(desk.workstation, typed) is None
