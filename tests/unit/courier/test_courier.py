"""A courier against a scripted centre: the next batch is made ready while one is on its way, and never harms."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from counter_app.courier.courier import Courier, Trip
from counter_app.domain.delivery import UnitState
from counter_app.sync.port import Message, Outcome, Reply, UnitReply
from tests.unit.counters import Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts, said

A_BATCH = 2


@pytest.fixture
def requests(desk: Desk) -> list[str]:
    return [
        desk.id("record_request", person=person(given_names=[f"Zoé {'abcdefghij'[n]}"]), aid="FR-SECURG")
        for n in range(5 * A_BATCH)
    ]


def carry(desk: Desk, centre: Centre, stop: threading.Event | None = None, patience: int = 4) -> Trip:
    centre.batch_max = A_BATCH
    delivery = Deliverer(desk, centre).delivery
    return Courier(delivery, centre, patience=patience, stop=stop, nap=desk.clock.jump).run()  # type: ignore[arg-type]


def states(desk: Desk, requests: list[str]) -> Counter[UnitState]:
    return Counter(unit.state for one in requests for unit in desk.units(one))


def kinds(desk: Desk) -> list[str]:
    return [entry.kind.removeprefix("delivery_") for entry in desk.entries() if "delivery_" in entry.kind]


def test_the_next_batch_is_attempted_while_one_is_on_its_way(desk: Desk, requests: list[str]) -> None:
    centre = Centre(accepts())
    trip = carry(desk, centre)
    assert (trip.finished, trip.moved, trip.exchanges) == (True, 5 * A_BATCH, 5)
    # The first goes alone, for the centre may be down; from the second on the next one is ready.
    attempted, answered = "attempted", "answered"
    assert kinds(desk)[:4] == [attempted, answered, attempted, attempted]
    assert kinds(desk)[4:] == [answered, attempted, answered, attempted, answered, answered]
    assert [message.key for message in centre.sent] == requests
    assert states(desk, requests) == {UnitState.ACCEPTED: 5 * A_BATCH}
    assert desk.findings() == []


@pytest.mark.parametrize("fault", [Outcome.UNKNOWN, Outcome.NOT_SENT])
def test_a_batch_that_is_ready_stays_here_where_the_one_before_did_not_go_well(
    desk: Desk, requests: list[str], fault: Outcome
) -> None:
    centre = Centre(accepts(), said(fault))
    trip = carry(desk, centre, patience=1)
    assert (trip.finished, trip.exchanges, trip.moved) == (False, 2, A_BATCH)
    assert [message.key for message in centre.sent] == requests[: 2 * A_BATCH]
    in_doubt = A_BATCH if fault is Outcome.UNKNOWN else 0
    assert states(desk, requests)[UnitState.UNKNOWN] == in_doubt
    assert states(desk, requests)[UnitState.WAITING] == 4 * A_BATCH - in_doubt
    centre.answers = [accepts()]
    desk.clock.jump(3600)
    carry(desk, centre)
    assert states(desk, requests) == {UnitState.ACCEPTED: 5 * A_BATCH}
    assert desk.findings() == []


def test_a_unit_that_is_on_its_way_is_not_sent_again_by_the_batch_made_ready(
    desk: Desk, requests: list[str]
) -> None:
    centre = Centre(accepts(), said(Outcome.RECEIVED), accepts())
    carry(desk, centre)
    assert max(Counter(message.key for message in centre.sent).values()) == 1
    assert states(desk, requests) == {UnitState.ACCEPTED: 5 * A_BATCH}


def test_whoever_stops_a_courier_finds_nothing_in_doubt(desk: Desk, requests: list[str]) -> None:
    stop = threading.Event()
    centre = Centre(accepts(), stopping(stop))
    trip = carry(desk, centre, stop)
    assert (trip.exchanges, trip.moved, trip.finished) == (2, 2 * A_BATCH, False)
    assert states(desk, requests) == {UnitState.ACCEPTED: 2 * A_BATCH, UnitState.WAITING: 3 * A_BATCH}
    assert kinds(desk)[-1] == "answered"


def test_a_batch_that_has_waited_too_long_for_its_turn_is_made_anew(
    desk: Desk, requests: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter_app.courier.courier._FRESH_S", -1.0)
    carry(desk, Centre(accepts()))
    assert states(desk, requests) == {UnitState.ACCEPTED: 5 * A_BATCH}
    taken_back = [
        answer
        for entry in desk.entries()
        if entry.kind == "delivery_answered"
        for answer in entry.facts["answers"]
        if answer["fact"] == "not_sent"
    ]
    assert taken_back
    assert desk.findings() == []


def stopping(stop: threading.Event) -> Callable[[Message], UnitReply]:
    """Somebody stops the run while this answer is on its way."""

    def answer(message: Message) -> UnitReply:
        stop.set()
        return accepts()(message)

    return answer


class Sieve(Centre):
    """Keeps nothing of what it is sent, and says so when it is asked."""

    def ask(self, messages: Sequence[Message]) -> Reply:
        self.asked += messages
        return Reply(tuple(UnitReply(message.key, Outcome.ABSENT) for message in messages))


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ABSENT])
def test_a_centre_that_keeps_nothing_lets_the_run_end(desk: Desk, outcome: Outcome) -> None:
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    centre, stop = Sieve(said(outcome)), threading.Event()
    delivery = Deliverer(desk, centre, settling_s=0.0).delivery

    def nap(seconds: float) -> None:
        desk.clock.jump(seconds)
        if len(centre.sent) > 20:
            stop.set()

    trip = Courier(delivery, centre, stop=stop, nap=nap).run()  # type: ignore[arg-type]
    assert not stop.is_set()
    assert not trip.finished
    assert len(centre.sent) <= 3
    assert states(desk, [request]) == {UnitState.WAITING: 1}
