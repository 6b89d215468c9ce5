"""The audit: what the centre still holds, what it lost, and that nothing is ever sent to stand there twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from counter_app.domain.pauses import Pause
from counter_app.service.erasure import erase_person
from counter_app.service.reconciliation import audits, overdue
from counter_app.sync.audit import Standing
from counter_app.sync.port import Cause
from tests.unit.counters import IT, SUPERVISOR, Desk, person
from tests.unit.service.keeping import Keeping, Numbered, Reconciler

LETTERS = "abcdefghij"


@pytest.fixture
def requests(desk: Desk) -> list[str]:
    return [
        desk.id("record_request", person=person(given_names=[f"Zoé {letter}"]), aid="FR-SECURG")
        for letter in LETTERS
    ]


@pytest.fixture
def centre() -> Numbered:
    return Numbered()


@pytest.fixture
def delivered(desk: Desk, centre: Numbered, requests: list[str]) -> Reconciler:
    reconciler = Reconciler(desk, centre)
    reconciler.deliver()
    assert [reconciler.state(one) for one in requests] == ["accepted"] * len(requests)
    return reconciler


def standings(result_of: Reconciler, **plan: object) -> dict[str, int]:
    return {one.value: count for one, count in result_of.audit(**plan).standings.items()}


def test_a_centre_that_holds_everything_is_found_to_and_nothing_is_sent(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    sent = len(centre.sent)
    result = delivered.audit()
    assert (result.total, result.asked, result.standings) == (10, 10, {Standing.AS_TOLD: 10})
    assert (result.clean, result.findings, len(centre.sent)) == (True, [], sent)
    (row,) = audits(desk.workstation)
    assert (row.service, row.facts["asked"], row.facts["standings"]) == ("aid-file", 10, {"as_told": 10})
    assert desk.findings() == []


def test_exactly_the_losses_are_named_replayed_byte_for_byte_and_read_again(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    first = {message.key: message.body for message in centre.sent}
    lost, given_away, forgotten = requests[2], requests[5], requests[7]
    centre.lose(lost)
    centre.give_number_away(given_away)
    centre.forget_key(forgotten)
    centre.sent.clear()
    result = delivered.audit()
    assert {one.entry_id: one.reason for one in result.lost} == {
        lost: "absent",
        given_away: "number_of_another",
    }
    assert [one.entry_id for one in result.findings if one.standing is Standing.FORGOTTEN] == [forgotten]
    assert {message.key: message.body for message in centre.sent} == {
        key: first[key] for key in (lost, given_away)
    }
    assert result.back == {(lost, "main"), (given_away, "main")}
    assert (result.clean, result.still_lost) == (True, [])
    assert [delivered.state(one) for one in requests] == ["accepted"] * 10
    assert desk.findings() == []


def test_only_keys_that_are_missing_are_asked_about_by_number(
    centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    number = centre.number_of[requests[3]]
    centre.lose(requests[3])
    delivered.audit()
    assert centre.asked_numbers == [number]


def test_without_replay_losses_are_named_and_wait_for_a_person(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.lose(requests[0])
    centre.sent.clear()
    result = delivered.audit(replay=False)
    assert (len(result.lost), len(result.still_lost), result.clean) == (1, 1, False)
    assert (delivered.state(requests[0]), centre.sent) == ("lost", [])
    desk.do(
        "decide_unit", agent=IT, target=requests[0], service="aid-file", decision="replay", reason="Sent anew"
    )
    delivered.deliver()
    assert delivered.state(requests[0]) == "accepted"


def test_where_the_centre_cannot_be_asked_by_number_no_rule_replays(desk: Desk, requests: list[str]) -> None:
    centre = Keeping()
    reconciler = Reconciler(desk, centre)
    reconciler.deliver()
    # Both look alike from outside: only one of them may be sent again.
    centre.lose(requests[0])
    centre.forget_key(requests[1])
    centre.sent.clear()
    result = reconciler.audit()
    assert {one.entry_id: one.reason for one in result.lost} == dict.fromkeys(requests[:2], "absent_by_key")
    assert (centre.sent, result.clean) == ([], False)


def test_what_is_lost_again_after_a_replay_is_left_to_a_person(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.lose(requests[0])
    centre.loses_again = True
    result = delivered.audit()
    assert (len(result.replayed), result.back, len(result.still_lost)) == (1, set(), 1)
    assert delivered.state(requests[0]) == "lost"
    centre.sent.clear()
    centre.loses_again = False
    second = delivered.audit()
    # It stands lost: neither asked about again as if it were there, nor sent a second time by the same rule.
    assert (second.replayed, centre.sent, delivered.state(requests[0])) == (set(), [], "lost")


def test_killed_after_a_replay_was_allowed_the_next_run_sends_it_and_the_next_audit_reads_it(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    first = {message.key: message.body for message in centre.sent}
    centre.lose(requests[0])
    centre.sent.clear()
    result = delivered.audit(crash=True)
    assert (len(result.replayed), delivered.state(requests[0])) == (1, "waiting")
    desk.reopen()
    delivered.deliver()
    assert {message.key: message.body for message in centre.sent} == {requests[0]: first[requests[0]]}
    assert delivered.audit().clean
    assert desk.findings() == []


def test_another_content_is_disputed_and_its_record_is_not_overwritten(
    centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.held[requests[1]] = centre.held[requests[1]] | {"cents": 9900}
    centre.sent.clear()
    result = delivered.audit()
    (finding,) = result.findings
    assert (finding.standing, finding.reason) == (Standing.DISPUTED, "differs:cents")
    assert (delivered.state(requests[1]), centre.sent, result.clean) == ("disputed", [], False)


def test_what_the_centre_had_rejected_and_holds_all_the_same_is_disputed(
    desk: Desk, centre: Numbered, requests: list[str]
) -> None:
    refused, kept_refused, waiting = requests[:3]
    centre.refuses = {refused, kept_refused}
    centre.waits = {waiting}
    reconciler = Reconciler(desk, centre)
    reconciler.deliver()
    body = next(message for message in centre.sent if message.key == refused)
    centre.refuses, centre.waits = {kept_refused}, set()
    centre.send("another counter", [body])
    centre.held[waiting] = centre.numbers["C-99"] = {}
    result = reconciler.audit()
    assert reconciler.state(refused) == "disputed"
    assert reconciler.state(kept_refused) == "rejected"
    assert result.standings[Standing.DISPUTED] == 2
    assert reconciler.state(waiting) == "disputed"


def test_a_decision_that_the_centre_contradicts_is_told_and_stands(
    desk: Desk, centre: Numbered, requests: list[str]
) -> None:
    centre.refuses = {requests[0]}
    reconciler = Reconciler(desk, centre)
    reconciler.deliver()
    desk.do(
        "decide_unit", agent=IT, target=requests[0], service="aid-file", decision="close", reason="Told so"
    )
    assert reconciler.audit().clean
    centre.refuses = set()
    centre.send("another counter", [message for message in centre.sent if message.key == requests[0]])
    result = reconciler.audit()
    assert [one.standing for one in result.findings] == [Standing.CONTRADICTED]
    assert (reconciler.state(requests[0]), result.clean) == ("closed", False)


def test_absence_read_before_the_centre_settled_is_no_loss(
    centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.lose(requests[0])
    assert standings(delivered, wait_s=1.0) == {"as_told": 9, "pending": 1}
    assert delivered.state(requests[0]) == "accepted"
    assert standings(delivered, wait_s=60.0) == {"as_told": 9, "lost": 1}


def test_a_sample_is_drawn_by_its_seed(centre: Numbered, delivered: Reconciler, requests: list[str]) -> None:
    def asked(seed: int) -> list[str]:
        centre.asked.clear()
        result = delivered.audit(sample=4, seed=seed)
        assert (result.asked, result.total) == (4, 10)
        return list(centre.asked)

    first = asked(1)
    assert len(set(first)) == 4
    assert asked(1) == first
    assert {tuple(asked(seed)) for seed in range(6)} != {tuple(first)}


def test_a_time_bounds_what_is_asked_about(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    desk.clock.jump(7200)
    later = desk.id("record_request", person=person("Later"), aid="FR-SECURG")
    delivered.deliver()
    centre.asked.clear()
    assert delivered.audit(since=delivered.since(1)).asked == 1
    assert centre.asked == [later]


def test_it_asks_again_and_where_the_centre_stays_silent_it_says_so(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.silent = 2
    assert delivered.audit().clean
    centre.silent = 4
    result = delivered.audit()
    assert (result.finished, result.clean, result.asked) == (False, False, 0)
    assert delivered.kept_by[0] is Cause.DEADLINE
    assert [delivered.state(one) for one in requests] == ["accepted"] * 10
    assert [row.facts["asked"] for row in audits(desk.workstation)] == [0, 10]


def test_nothing_is_asked_in_a_pause(
    desk: Desk, centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    now = desk.clock.now().astimezone(desk.workstation.office.zone).replace(tzinfo=None)
    pause = Pause(since=now, until=now + timedelta(hours=5))
    paused = Reconciler(desk, centre, pauses=(pause,))
    result = paused.audit()
    assert (result.asked, result.finished, centre.asked) == (0, False, [])
    assert paused.kept_by[1] is not None
    assert paused.kept_by[1].reason == "pause"
    desk.clock.jump(5 * 3600)
    assert paused.audit().clean


def test_a_centre_that_cannot_be_asked_is_told_as_one(
    centre: Numbered, delivered: Reconciler, requests: list[str]
) -> None:
    centre.proves_absence = False
    result = delivered.audit()
    assert (result.can_be_asked, result.clean, centre.asked) == (False, False, [])


def test_names_that_were_erased_here_are_no_difference_and_their_loss_is_a_persons(
    desk: Desk, centre: Numbered
) -> None:
    refusals = [
        desk.id("refuse_aid", person=person(f"Refused {letter}"), aid="FR-SECURG", reason="not_urgent")
        for letter in LETTERS[:3]
    ]
    reconciler = Reconciler(desk, centre)
    reconciler.deliver()
    desk.clock.jump(3600)
    for refusal in refusals[:2]:
        assert erase_person(desk.workstation, refusal, "asked for", SUPERVISOR).entries == 1
    centre.lose(refusals[1])
    centre.sent.clear()
    result = reconciler.audit()
    assert result.standings == {Standing.AS_TOLD: 2, Standing.LOST: 1}
    assert (result.replayed, centre.sent, reconciler.state(refusals[1])) == (set(), [], "lost")


def test_what_stands_unknown_or_received_for_too_long_is_told_with_its_age(
    desk: Desk, centre: Numbered, requests: list[str]
) -> None:
    centre.waits = {requests[4]}
    Reconciler(desk, centre).deliver()
    desk.clock.jump(3 * 86400 - 600)
    assert overdue(desk.workstation) == []
    desk.clock.jump(1200)
    (late,) = overdue(desk.workstation)
    assert (late.unit.entry_id, late.limit_s) == (requests[4], 3 * 86400.0)
    assert late.age_s == pytest.approx(3 * 86400, abs=3600)
    assert overdue(desk.workstation, "treasury") == []


def test_the_audits_stand_in_the_books_newest_first(desk: Desk, delivered: Reconciler) -> None:
    delivered.audit(sample=3, seed=5)
    delivered.audit()
    rows = audits(desk.workstation, "aid-file")
    assert [(row.facts.get("sample"), row.facts["total"]) for row in rows] == [(None, 10), (3, 10)]
    assert rows[0].at > rows[1].at
    assert datetime.fromisoformat(rows[0].at).tzinfo is not None
