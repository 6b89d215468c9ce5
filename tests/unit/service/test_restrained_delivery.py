"""The delivery desk under restraint: the canary first, nothing in a pause, a bad entry set aside, the rest goes on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from counter_app.courier.courier import Courier, Trip
from counter_app.domain.pauses import Pause
from counter_app.service.batches import Batch, Nothing
from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply
from tests.unit.counters import IT, Desk, person
from tests.unit.service.scripted import Answer, Centre, Deliverer, accepts, said


@pytest.fixture
def requests(desk: Desk) -> list[str]:
    return [
        desk.id("record_request", person=person(given_names=[f"Zoé {letter}"]), aid="FR-SECURG")
        for letter in "abcdefghijkl"
    ]


def carry(desk: Desk, centre: Centre, **more: Any) -> Trip:
    """One courier's whole trip, under the restraint of a real run."""
    settings = {name: more.pop(name) for name in ("canary", "pauses") if name in more}
    delivery = Deliverer(desk, centre, **({"canary": True} | settings)).delivery
    return Courier(delivery, centre, nap=desk.clock.jump, **more).run()  # type: ignore[arg-type]


def states(desk: Desk, requests: list[str]) -> list[str]:
    return [unit.state.value for one in requests for unit in desk.units(one)]


def refusing(*bad: str, cause: Cause) -> type[Centre]:
    """A centre that fails as a whole wherever one of these entries is in the batch."""

    class Refusing(Centre):
        def _reply(self, messages: Any) -> Reply:
            if any(message.key in bad for message in messages):
                return Reply(tuple(UnitReply(one.key, Outcome.UNKNOWN) for one in messages), cause)
            return super()._reply(messages)

        def ask(self, messages: Any) -> Reply:
            self.asked += messages
            return Reply(tuple(self._known(one) for one in messages))

        def _known(self, message: Message) -> UnitReply:
            return UnitReply(message.key, Outcome.ABSENT)

    return Refusing


def test_a_run_begins_with_one_unit_alone(desk: Desk, requests: list[str]) -> None:
    centre = Centre(accepts())
    sizes: list[int] = []
    centre.before_sending = lambda messages: sizes.append(len(messages))
    trip = carry(desk, centre)
    assert (trip.finished, trip.total, trip.done) == (True, 12, 12)
    assert sizes == [1, 11]
    assert desk.findings() == []


def test_where_the_canary_is_not_decided_the_rest_stays_here(desk: Desk, requests: list[str]) -> None:
    centre = Centre(said(Outcome.RECEIVED))
    trip = carry(desk, centre)
    assert len(centre.sent) == 1
    assert trip.held is not None
    assert (trip.held.reason, trip.finished) == ("canary", False)
    assert states(desk, requests) == ["received", *["waiting"] * 11]


def test_a_centre_that_rejects_everything_gets_three_and_no_more(desk: Desk, requests: list[str]) -> None:
    centre = Centre(said(Outcome.REJECTED, reason="unknown_person"))
    trip = carry(desk, centre)
    assert trip.held is not None
    assert (trip.held.reason, len(centre.sent)) == ("canary", 3)
    assert states(desk, requests) == [*["rejected"] * 3, *["waiting"] * 9]
    # Somebody looked, and sends again.
    centre.answers = [accepts()]
    assert carry(desk, centre).finished
    assert states(desk, requests)[3:] == ["accepted"] * 9


def now_in(desk: Desk) -> datetime:
    return desk.clock.now().astimezone(desk.workstation.office.zone).replace(tzinfo=None)


def test_in_a_pause_nothing_is_sent_or_asked_and_afterwards_everything(
    desk: Desk, requests: list[str]
) -> None:
    first = Deliverer(desk, Centre(said(Outcome.UNKNOWN)))
    assert isinstance(first.exchange(), Batch)
    pause = Pause(since=now_in(desk) - timedelta(hours=1), until=now_in(desk) + timedelta(hours=1))
    centre = Centre(accepts())
    trip = carry(desk, centre, pauses=(pause,))
    assert (centre.sent, centre.asked, trip.exchanges) == ([], [], 0)
    assert trip.held is not None
    assert trip.held.reason == "pause"
    # Whoever may wait for so long goes on by himself at its end.
    trip = carry(desk, centre, pauses=(pause,), longest_wait_s=2 * 3600.0)
    assert trip.finished
    assert now_in(desk) >= pause.until
    assert (len(centre.asked), states(desk, requests)) == (12, ["accepted"] * 12)


def test_no_batch_lies_ready_when_a_pause_comes(desk: Desk, requests: list[str]) -> None:
    pause = Pause(since=now_in(desk) + timedelta(seconds=60), until=now_in(desk) + timedelta(hours=1))
    centre = Centre(accepts())
    centre.batch_max = 2
    at: list[datetime] = []

    def sending(_: object) -> None:
        at.append(now_in(desk))
        desk.clock.jump(10)

    centre.before_sending = sending
    carry(desk, centre, pauses=(pause,), canary=False)
    # The deadline of the aid file is 5 s, and a batch may lie ready for one.
    assert at
    assert max(at) < pause.since - timedelta(seconds=6)
    assert "unknown" not in states(desk, requests)


def test_an_entry_that_fails_by_itself_is_set_aside_with_its_reason_and_the_rest_arrives(
    desk: Desk, requests: list[str]
) -> None:
    bad = requests[4]
    centre = refusing(bad, cause=Cause.SERVER_ERROR)(accepts())
    trip = carry(desk, centre, patience=20)
    assert trip.finished
    expected = dict.fromkeys(requests, "accepted") | {bad: "set_aside"}
    assert dict(zip(requests, states(desk, requests), strict=True)) == expected
    (unit,) = desk.units(bad)
    assert unit.reason == "fails_alone"
    assert desk.findings() == []
    # The cause is mended, a person takes it up.
    desk.do("decide_unit", agent=IT, target=bad, service="aid-file", decision="take_up", reason="Mended")
    assert carry(desk, Centre(accepts())).finished
    assert states(desk, requests) == ["accepted"] * 12


def test_where_the_centre_answers_for_all_but_one_the_others_do_not_wait(
    desk: Desk, requests: list[str]
) -> None:
    bad = requests[0]

    def answer(message: Message) -> UnitReply:
        return UnitReply(message.key, Outcome.UNKNOWN) if message.key == bad else accepts()(message)

    centre = Centre(answer)
    deliverer = Deliverer(desk, centre)
    assert isinstance(deliverer.exchange(), Batch)
    assert states(desk, requests) == ["unknown", *["accepted"] * 11]


def test_the_centres_wish_is_heard_by_units_that_were_not_sent_yet(desk: Desk, requests: list[str]) -> None:
    busy: Answer = said(Outcome.UNKNOWN)
    centre = Centre(busy)
    centre.batch_max, centre.retry_after = 2, 120.0
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    waiting = deliverer.exchange()
    assert isinstance(waiting, Nothing)
    assert waiting.held is not None
    assert waiting.held.reason == "busy"
    assert waiting.wait_s is not None
    assert 120 <= waiting.wait_s <= 152
    assert len(centre.sent) == 2


def test_an_estimate_follows_the_pace_so_far() -> None:
    trip = Trip(total=100)
    assert trip.left_s is None
    trip.done, trip.since = 25, trip.since - 50
    assert trip.left_s == pytest.approx(150, rel=0.05)


def test_what_is_told_of_a_set_aside_unit_names_the_rule(desk: Desk, requests: list[str]) -> None:
    centre = refusing(requests[0], cause=Cause.SERVER_ERROR)(accepts())
    carry(desk, centre, patience=20, canary=False)
    told = [
        (answer["fact"], answer["reason"])
        for entry in desk.entries()
        if entry.kind == "delivery_answered"
        for answer in json.loads(json.dumps(entry.facts["answers"]))
        if answer["fact"] == "set_aside"
    ]
    assert told == [("set_aside", "fails_alone")]
