"""The clock: jumps against the steady reading are seen, centres' times are noted, corrections move rights, not cash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counter_app.domain.errors import Refused
from counter_app.projections import clock, irregular
from counter_app.projections.clock import CentreTime, Correction, Jump
from counter_app.service.clock_check import behind_journal, clock_notices
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.papers.daily_log import daily_log_rows
from counter_app.service.proof import read_notices
from counter_app.service.readiness import examine
from counter_app.sync.body import render_body
from tests.unit.counters import AGENT, IT, MONDAY, SUPERVISOR, Desk, StillClock, person

ASKED = {
    "aid": "FR-SECURG",
    "cents": 4000,
    "circumstances": {"evidence": ["interview"]},
    "person": person(),
}


class SetClock(StillClock):
    """A clock that somebody may set: the time of day moves, the steady reading does not."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


@pytest.fixture
def settable(desk: Desk) -> Desk:
    """A desk whose clock may be set; it recorded one entry before."""
    desk.clock = SetClock(MONDAY)
    desk.reopen()
    desk.fill_drawer()
    return desk


def put(desk: Desk, **by: float) -> None:
    """Set the clock of a desk by so much against the right time."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.off = timedelta(**by)


def jumps(desk: Desk, chain: str = "A1") -> list[tuple[int, int, bool]]:
    return [(jump.seq, jump.by_s, jump.restarted) for jump in clock.jumps(desk.tables(), chain)]


def correct(desk: Desk, first: int, last: int, ahead_s: int, **changed: str) -> None:
    told = {"agent": AGENT, "approver": IT, "reason": "the battery"} | changed
    desk.do("correct_clock", first=first, last=last, ahead_s=ahead_s, **told)


def test_a_clock_that_runs_with_the_machine_never_jumps(settable: Desk) -> None:
    for seconds in (0, 1, 59, 3600, 86_400):
        settable.clock.jump(seconds)
        settable.fill_drawer()
    assert jumps(settable) == []
    assert read_notices(settable.workstation) == []


@pytest.mark.parametrize("by_s", [-7200, -120, 120, 7200])
def test_a_clock_that_was_set_is_seen_at_the_next_entry_and_once(settable: Desk, by_s: int) -> None:
    settable.clock.jump(600)
    put(settable, seconds=by_s)
    settable.fill_drawer()
    settable.fill_drawer()
    assert jumps(settable) == [(4, by_s, False)]
    assert settable.findings() == []


@pytest.mark.parametrize("by_s", [-119, 0, 119])
def test_a_clock_put_right_by_less_than_two_minutes_is_nobodys_business(settable: Desk, by_s: int) -> None:
    put(settable, seconds=by_s)
    settable.fill_drawer()
    assert jumps(settable) == []


def test_a_slow_drift_is_seen_when_it_has_grown(settable: Desk) -> None:
    for minute in range(1, 6):
        settable.clock.jump(60)
        put(settable, seconds=30 * minute)
        settable.fill_drawer()
    assert jumps(settable) == [(7, 120, False)]


@pytest.mark.parametrize(("hours", "seen"), [(-3, [(4, -7200, True)]), (0, []), (5, [])])
def test_over_a_restart_only_time_that_passed_twice_shows(
    settable: Desk, hours: int, seen: list[tuple[int, int, bool]]
) -> None:
    settable.clock.jump(3600)
    settable.fill_drawer()
    settable.clock = SetClock(MONDAY + timedelta(hours=2 + hours))
    settable.reopen()
    settable.fill_drawer()
    assert jumps(settable) == [(5, by_s, restarted) for _, by_s, restarted in seen]


def test_a_jump_of_another_counter_is_seen_where_its_chain_is_heard(
    settable: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    other = open_desk("A2")
    put(settable, hours=1)
    settable.fill_drawer()
    (tmp_path / "share").mkdir()
    for one in (settable, other):
        exchange_by_folder(one.workstation, tmp_path / "share")
    assert jumps(other) == [(4, 3600, False)]
    assert [(note.code, note.where["chain"]) for note in read_notices(other.workstation)] == [
        ("clock_jump", "A1")
    ]


# --- where it is told


def test_a_jump_is_told_by_doctor_by_verify_and_on_the_daily_log(settable: Desk) -> None:
    put(settable, minutes=-30)
    settable.fill_drawer()
    (note,) = read_notices(settable.workstation)
    assert (note.code, note.where) == ("clock_jump", {"chain": "A1", "seq": 4, "by_s": -1800, "minutes": 30})
    point = {check.name: check for check in examine(settable.workstation)}["clock"]
    assert point.state in ("warning", "failed")
    (row,) = daily_log_rows(settable.workstation, MONDAY.date(), "fr").clock_jumps
    assert (row.seq, row.minutes, row.at.isoformat()) == (4, -30, "2026-03-02T08:30:00+01:00")


def test_a_centres_other_time_is_noted_with_the_exchange(settable: Desk) -> None:
    def note(ahead_s: int, service: str = "aid-file") -> None:
        def job(session: object) -> None:
            from counter_app.journal.entry import Fact

            facts = {"service": service, "attempt": "x", "term": 0, "asked": True, "answers": []}
            session.append(  # type: ignore[attr-defined]
                Fact("delivery_answered", {**facts, "centre_ahead_s": ahead_s}),
                agent=IT,
                channel="reconciliation",
                entry_id=session.new_entry_id(),  # type: ignore[attr-defined]
                command_hash="",
            )

        settable.workstation.writer.do(job)

    note(-1)
    assert read_notices(settable.workstation) == []
    note(-900)
    note(0, "treasury")
    at = "2026-03-02T08:00:00.000Z"
    assert clock.centre_times(settable.tables(), "A1") == [
        CentreTime("aid-file", at, -900),
        CentreTime("treasury", at, 0),
    ]
    with settable.workstation.reading() as connection:
        (told,) = clock_notices(connection, "A1")
    assert (told.code, told.where["minutes"], told.where["service"]) == ("centre_time", 15, "aid-file")
    assert {check.name: check.state for check in examine(settable.workstation)}["clock"] == "warning"


# --- corrections


def test_a_correction_moves_rights_to_the_day_they_happened_and_leaves_the_cash_where_it_was(
    settable: Desk,
) -> None:
    put(settable, days=1)
    request = settable.id("record_request", person=person(), aid="FR-SECURG")
    grant = settable.grant(request=request, person=None)
    settable.do("pay_grant", grant=grant, payment={"means": "cash", "payer": "abakari"})
    form = settable.grant(happened_at="2026-03-03T08:30:00+01:00", already_happened=True)
    before = settable.balances(), daily_log_rows(settable.workstation, datetime(2026, 3, 3).date(), "fr")
    assert settable.grant_row(grant).right_day == "2026-03-03"
    assert [unit.state for unit in settable.units(grant)] != []
    put(settable)
    correct(settable, 4, 7, 86_400)
    row = settable.grant_row(grant)
    assert (row.right_day, row.day) == ("2026-03-02", "2026-03-03")
    # A time that was told apart from the clock is where it was told to be.
    assert settable.grant_row(form).right_day == "2026-03-03"
    assert settable.balances() == before[0]
    log = daily_log_rows(settable.workstation, datetime(2026, 3, 3).date(), "fr")
    assert len(log.payments) == len(before[1].payments) == 1
    assert clock.corrections(settable.tables(), "A1") == [Correction("A1", 4, 7, 86_400)]
    assert settable.entries()[4].header["right_day"] == "2026-03-03"
    assert settable.findings() == []


def test_a_moved_grant_counts_once_and_on_its_right_day_alone(settable: Desk) -> None:
    settable.clock.jump(370 * 86_400)
    put(settable, days=1)
    settable.grant(5000)
    put(settable)
    correct(settable, 4, 4, 86_400)
    assert settable.entries()[-1].facts["irregular"] == []
    # Three a year: it is one of them, not two.
    for cents in (5000, 5000):
        settable.grant(cents)
    assert settable.code("grant_aid", **ASKED) == "too_many_grants"
    # Twelve months after the right day its window has passed, although the day that the clock showed is still in it.
    settable.clock.jump(366 * 86_400)
    for cents in (5000, 5000, 5000):
        settable.grant(cents)


def test_a_grant_that_breaks_a_rule_on_its_right_day_is_irregular_until_a_supervisor_settles_it(
    settable: Desk,
) -> None:
    for _ in range(3):
        settable.grant(4000)
    # By the wrong clock a year has passed, so that three more may be given.
    put(settable, days=366)
    grant = settable.grant(4000)
    put(settable)
    drawer = settable.balances()
    correct(settable, 7, 7, 366 * 86_400)
    made = settable.entries()[-1]
    assert made.facts["irregular"] == ["times"]
    assert settable.grant_row(grant).right_day == "2026-03-02"
    assert settable.balances() == drawer
    assert irregular.open_irregularities(settable.tables(), "A1") == [(made.entry_id, "times")]
    settable.do(
        "settle_irregularity", agent=SUPERVISOR, approver=SUPERVISOR, target=made.entry_id, reason="the clock"
    )
    assert irregular.open_irregularities(settable.tables(), "A1") == []
    assert settable.findings() == []


def test_a_corrected_jump_is_explained_and_the_clock_is_no_longer_behind(settable: Desk) -> None:
    put(settable, hours=2)
    settable.fill_drawer()
    put(settable)
    settable.fill_drawer()
    with settable.workstation.reading() as connection:
        assert behind_journal(settable.workstation, connection) is not None
    assert [jump.seq for jump in clock.unexplained_jumps(settable.tables(), "A1")] == [4, 5]
    correct(settable, 4, 4, 7200)
    assert clock.unexplained_jumps(settable.tables(), "A1") == []
    with settable.workstation.reading() as connection:
        assert behind_journal(settable.workstation, connection) is None
    assert [note.code for note in read_notices(settable.workstation)] == ["clock_corrected"]
    assert {check.name: check.state for check in examine(settable.workstation)}["clock"] == "ok"


def test_a_later_correction_of_the_same_entries_stands_in_the_place_of_the_first(settable: Desk) -> None:
    settable.clock.jump(86_400)
    put(settable, days=1)
    grant = settable.grant()
    put(settable)
    settable.clock.jump(86_400)
    correct(settable, 4, 4, 2 * 86_400)
    assert settable.grant_row(grant).right_day == "2026-03-02"
    correct(settable, 4, 4, 60)
    assert settable.grant_row(grant).right_day == "2026-03-04"
    assert settable.findings() == []


def test_a_centre_is_told_the_day_on_which_it_happened(settable: Desk) -> None:
    put(settable, days=1)
    settable.grant()
    put(settable)
    correct(settable, 4, 4, 86_400)
    days = clock.corrected_days(settable.tables(), "A1", [3, 4, 5])
    assert days == {4: "2026-03-02"}
    entry = settable.entries()[3]
    assert b'"happened_on":"2026-03-03"' in render_body(entry, "main")
    assert b'"happened_on":"2026-03-02"' in render_body(entry, "main", days[4])


@pytest.mark.parametrize(
    ("first", "last", "ahead_s", "code"),
    [
        (3, 2, 60, "clock_range"),
        (1, 9, 60, "clock_range"),
        (1, 3, 0, "clock_no_difference"),
    ],
)
def test_a_correction_of_nothing_is_refused(
    settable: Desk, first: int, last: int, ahead_s: int, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        correct(settable, first, last, ahead_s)
    assert caught.value.code == code
    assert settable.seq == 3


@pytest.mark.parametrize(
    ("ahead_s", "code"),
    [
        (-1_000_000_000, "clock_to_come"),
        (-301, "clock_to_come"),
        (1_000_000_000, "clock_before"),
        (86_400 + 301, "clock_before"),
    ],
)
def test_no_correction_moves_an_entry_ahead_of_now_or_before_the_one_before_it(
    settable: Desk, ahead_s: int, code: str
) -> None:
    settable.clock.jump(86_400)
    settable.grant()
    with pytest.raises(Refused) as caught:
        correct(settable, 4, 4, ahead_s)
    assert caught.value.code == code
    correct(settable, 4, 4, -300)


def test_more_than_two_days_are_believed_only_where_the_journal_shows_them(settable: Desk) -> None:
    settable.clock.jump(10 * 86_400)
    settable.fill_drawer()
    with pytest.raises(Refused) as caught:
        correct(settable, 4, 4, 3 * 86_400)
    assert caught.value.code == "clock_not_shown"
    put(settable, days=-5)
    settable.fill_drawer()
    put(settable)
    settable.fill_drawer()
    with pytest.raises(Refused) as caught:
        correct(settable, 5, 5, -4 * 86_400)
    assert caught.value.code == "clock_before"
    correct(settable, 5, 5, -5 * 86_400)
    assert clock.unexplained_jumps(settable.tables(), "A1") == []


def test_a_clock_that_lost_its_time_over_a_restart_may_be_corrected_by_more_than_it_went_back(
    settable: Desk,
) -> None:
    settable.clock.jump(6 * 86_400)
    settable.fill_drawer()
    settable.clock = SetClock(MONDAY)
    settable.reopen()
    settable.fill_drawer()
    settable.clock = SetClock(MONDAY + timedelta(days=9))
    settable.reopen()
    correct(settable, settable.seq, settable.seq, -8 * 86_400)


def test_nobody_corrects_the_clock_alone_or_without_a_reason(settable: Desk) -> None:
    for changed, code in (
        ({"agent": SUPERVISOR, "approver": SUPERVISOR}, "clock_alone"),
        ({"reason": " "}, "words_missing"),
    ):
        with pytest.raises(Refused) as caught:
            correct(settable, 1, 3, 60, **changed)
        assert caught.value.code == code


def test_an_agent_cannot_correct_the_clock(settable: Desk) -> None:
    with pytest.raises(Refused) as caught:
        correct(settable, 1, 3, 60, approver=AGENT)
    assert caught.value.code == "not_allowed"
    correct(settable, 1, 3, 60, approver=SUPERVISOR)


def test_jumps_are_dated_by_what_the_clock_showed(settable: Desk) -> None:
    put(settable, hours=1)
    settable.fill_drawer()
    at = (MONDAY + timedelta(hours=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert clock.jumps(settable.tables(), "A1") == [Jump("A1", 4, at, 3600, False)]
