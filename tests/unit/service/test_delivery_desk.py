"""The delivery desk against a scripted centre: what is durable before what, what is asked, and what an answer moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from counter_app.journal import store
from counter_app.service.batches import Batch, Nothing, Taken
from counter_app.sync.port import Message, Outcome, Reply, UnitReply
from tests.unit.counters import COLLEAGUE, IT, SUPERVISOR, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts, said

CASH = {"means": "cash", "payer": COLLEAGUE}


def kinds(desk: Desk) -> list[str]:
    return [entry.kind for entry in desk.entries() if entry.kind.startswith("delivery_")]


def waits(item: Batch | Nothing) -> float | None:
    assert isinstance(item, Nothing)
    return item.wait_s


@pytest.fixture
def request_id(desk: Desk) -> str:
    return desk.id("record_request", person=person(), aid="FR-SECURG")


def test_with_nothing_to_deliver_nothing_is_due_by_itself(desk: Desk) -> None:
    assert waits(Deliverer(desk, Centre(accepts())).exchange()) is None


def test_an_accepted_unit_needs_nobody_and_is_never_sent_again(desk: Desk, request_id: str) -> None:
    centre = Centre(accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    assert deliverer.state(request_id) == "accepted"
    (unit,) = desk.units(request_id)
    assert unit.number == f"C-{request_id[:4]}"
    deliverer.wait()
    assert waits(deliverer.exchange()) is None
    assert (len(centre.sent), len(centre.asked)) == (1, 0)
    assert kinds(desk) == ["delivery_attempted", "delivery_answered"]
    assert desk.findings() == []


def test_an_attempt_is_in_the_journal_before_the_first_byte_leaves(desk: Desk, request_id: str) -> None:
    centre = Centre(accepts())
    seen: list[tuple[str, Any]] = []

    def look(messages: Sequence[Message]) -> None:
        # A connection of its own sees only what was committed.
        connection = desk.workstation.connect_reader()
        last = list(store.entries(connection, "A1"))[-1]
        seen.append((last.kind, last.facts["attempted"]))
        row = connection.execute("SELECT bodies FROM rendered_body").fetchall()
        assert row == [(b"[%b]" % messages[0].body,)]
        connection.close()

    centre.before_sending = look
    deliverer = Deliverer(desk, centre)
    batch = deliverer.exchange()
    assert isinstance(batch, Batch)
    told = sha256(centre.sent[0].body).hexdigest()
    assert seen == [("delivery_attempted", [[request_id, "main", told]])]


def test_a_unit_on_its_way_is_unknown_and_a_successor_asks_before_sending(
    desk: Desk, request_id: str
) -> None:
    centre = Centre(said(Outcome.ABSENT), accepts())
    first = Deliverer(desk, centre)
    batch = first.delivery.next_batch()
    assert isinstance(batch, Batch)
    assert not batch.asks
    assert first.state(request_id) == "unknown"
    # The program is killed here; whoever comes next does not know whether it arrived.
    desk.reopen()
    second = Deliverer(desk, centre)
    second.wait(2.1)
    asking = second.exchange()
    assert isinstance(asking, Batch)
    assert asking.asks
    assert (len(centre.asked), len(centre.sent)) == (1, 0)
    assert second.state(request_id) == "waiting"
    second.exchange()
    assert (len(centre.asked), len(centre.sent)) == (1, 1)
    assert second.state(request_id) == "accepted"


def test_a_body_is_resent_byte_for_byte_though_a_newer_program_would_write_it_otherwise(
    desk: Desk, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = Centre(said(Outcome.UNKNOWN), said(Outcome.ABSENT), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    monkeypatch.setattr("counter_app.service.messages.render_body", lambda *_: b"{}")
    desk.reopen()
    deliverer = Deliverer(desk, centre)
    deliverer.run()
    assert deliverer.state(request_id) == "accepted"
    assert len(centre.sent) == 2
    assert centre.sent[0] == centre.sent[1] == centre.asked[0]
    assert centre.sent[0].body != b"{}"


def test_the_main_service_is_told_under_the_entrys_own_id_and_the_other_under_another(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(payment=CASH)
    keys = []
    for service in ("aid-file", "treasury"):
        centre = Centre(accepts())
        Deliverer(desk, centre, service).exchange()
        keys.append(centre.sent[0].key)
    assert keys[0] == grant
    assert keys[1] != grant


def test_of_what_was_not_sent_nothing_is_asked_and_it_waits_as_before(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.NOT_SENT, reason="connection_refused"))
    deliverer = Deliverer(desk, centre)
    batch = deliverer.delivery.next_batch()
    assert isinstance(batch, Batch)
    assert deliverer.carry(batch) == 0
    assert deliverer.state(request_id) == "waiting"
    put_off = waits(deliverer.exchange())
    assert put_off is not None
    assert 0 < put_off <= 1
    deliverer.wait(put_off + 0.001)
    deliverer.exchange()
    assert (len(centre.sent), centre.asked) == (2, [])


def test_what_is_put_off_is_put_off_longer_each_time_and_never_before_the_centres_wish(
    desk: Desk, request_id: str
) -> None:
    centre = Centre(said(Outcome.NOT_SENT))
    deliverer = Deliverer(desk, centre)
    waited = []
    for _ in range(12):
        deliverer.exchange()
        put_off = waits(deliverer.exchange())
        assert put_off is not None
        waited.append(put_off)
        deliverer.wait(put_off + 0.001)
    assert max(waited[6:]) > 16
    assert all(wait <= 300 for wait in waited)
    centre.retry_after = 900.0
    deliverer.exchange()
    put_off = waits(deliverer.exchange())
    assert put_off is not None
    # All counters were told the same: each adds something of its own.
    assert 900 < put_off <= 900 + 226
    # Somebody who comes back by hand asks now.
    deliverer.delivery.due_now()
    assert isinstance(deliverer.exchange(), Batch)


def test_a_time_out_proves_nothing_and_is_asked_about(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN), said(Outcome.UNKNOWN), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.run()
    assert deliverer.state(request_id) == "accepted"
    assert (len(centre.sent), len(centre.asked)) == (1, 2)


def test_an_answer_that_leaves_a_unit_out_says_nothing_of_it(desk: Desk, request_id: str) -> None:
    deliverer = Deliverer(desk, Centre(accepts()))
    batch = deliverer.delivery.next_batch()
    assert isinstance(batch, Batch)
    other = UnitReply("another key", Outcome.ACCEPTED)
    assert deliverer.delivery.take_reply(batch, Reply((other,))) == Taken(0)
    assert deliverer.state(request_id) == "unknown"


def test_absence_read_before_the_centre_has_settled_changes_nothing(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN), said(Outcome.ABSENT))
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    # aid-file settles within 2 s; this question comes at once.
    deliverer.exchange()
    deliverer.delivery.due_now()
    asking = deliverer.exchange()
    assert isinstance(asking, Batch)
    assert asking.asks
    assert deliverer.state(request_id) == "unknown"
    assert kinds(desk) == ["delivery_attempted"]
    # It is asked again once absence would mean something.
    deliverer.delivery.due_now()
    deliverer.wait(2.1)
    deliverer.exchange()
    assert deliverer.state(request_id) == "waiting"


def test_a_slow_answer_tells_of_the_moment_at_which_it_was_asked_for(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN), said(Outcome.ABSENT))
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    deliverer.delivery.due_now()
    asking = deliverer.delivery.next_batch()
    assert isinstance(asking, Batch)
    reply = centre.ask(asking.messages)
    deliverer.wait(5)
    assert deliverer.delivery.take_reply(asking, reply) == Taken(0)
    assert deliverer.state(request_id) == "unknown"


def test_a_technical_acknowledgement_is_no_acceptance(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.RECEIVED, number="R-1"), said(Outcome.RECEIVED), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    assert deliverer.state(request_id) == "received"
    deliverer.run()
    assert deliverer.state(request_id) == "accepted"
    assert (len(centre.sent), len(centre.asked)) == (1, 2)


def test_what_was_received_and_is_gone_is_lost_and_not_sent_again_by_itself(
    desk: Desk, request_id: str
) -> None:
    centre = Centre(said(Outcome.RECEIVED), said(Outcome.ABSENT), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    deliverer.wait()
    deliverer.exchange()
    assert deliverer.state(request_id) == "lost"
    deliverer.wait()
    assert waits(deliverer.exchange()) is None
    desk.do(
        "decide_unit",
        agent=IT,
        target=request_id,
        service="aid-file",
        decision="replay",
        reason="they lost it",
    )
    deliverer.run()
    assert deliverer.state(request_id) == "accepted"
    assert centre.sent[0] == centre.sent[1]


def test_a_bare_acceptance_proves_nothing(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.ACCEPTED, number="C-1"), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    assert deliverer.state(request_id) == "unknown"
    deliverer.run()
    assert deliverer.state(request_id) == "accepted"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cents": 1}, "cents"),
        ({"aid": "FR-CAP"}, "aid"),
        ({"person": None}, "person"),
        ({"kind": "aid_granted"}, "kind"),
        ({"refers_to": "x"}, "refers_to"),
        ({"currency": "XAF"}, "currency"),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.CONFLICT])
def test_another_record_than_the_one_sent_is_disputed_and_names_the_difference(
    desk: Desk, request_id: str, change: dict[str, Any], field: str, outcome: Outcome
) -> None:
    def answer(message: Message) -> UnitReply:
        return UnitReply(message.key, outcome, number="C-9", echo=json.loads(message.body) | change)

    deliverer = Deliverer(desk, Centre(answer))
    deliverer.exchange()
    (unit,) = desk.units(request_id)
    assert (unit.state.value, unit.reason, unit.number) == ("disputed", f"differs:{field}", "C-9")
    deliverer.wait()
    assert waits(deliverer.exchange()) is None


def test_a_conflict_that_shows_the_same_record_is_an_acceptance(desk: Desk, request_id: str) -> None:
    def answer(message: Message) -> UnitReply:
        return UnitReply(message.key, Outcome.CONFLICT, echo=json.loads(message.body) | {"their_own": 7})

    deliverer = Deliverer(desk, Centre(answer))
    deliverer.exchange()
    assert deliverer.state(request_id) == "accepted"


def test_a_rejection_is_a_result_and_its_words_are_private(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.REJECTED, reason="unknown_person", words="Mme Dupont inconnue"))
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    (unit,) = desk.units(request_id)
    assert (unit.state.value, unit.reason) == ("rejected", "unknown_person")
    last = desk.entries()[-1]
    assert last.private == {"words": {f"{request_id}/main": "Mme Dupont inconnue"}}
    assert b"Dupont" not in last.content
    deliverer.wait()
    assert waits(deliverer.exchange()) is None


def test_an_acceptance_after_a_rejection_is_disputed(desk: Desk, request_id: str) -> None:
    deliverer = Deliverer(desk, Centre(said(Outcome.REJECTED)))
    batch = deliverer.delivery.next_batch()
    assert isinstance(batch, Batch)
    deliverer.carry(batch)
    deliverer.centre.answers = [accepts()]
    assert deliverer.carry(batch) == 1
    assert deliverer.state(request_id) == "disputed"


def test_an_answer_that_comes_twice_is_recorded_once(desk: Desk, request_id: str) -> None:
    deliverer = Deliverer(desk, Centre(accepts()))
    batch = deliverer.delivery.next_batch()
    assert isinstance(batch, Batch)
    assert [deliverer.carry(batch), deliverer.carry(batch)] == [1, 0]
    assert kinds(desk) == ["delivery_attempted", "delivery_answered"]


# --- order


def test_a_unit_waits_until_what_it_depends_on_has_arrived(desk: Desk, request_id: str) -> None:
    grant = desk.grant(person=None, request=request_id)
    cancelled = desk.id("cancel_grant", grant=grant, reason="mistake")
    centre = Centre(accepts())
    deliverer = Deliverer(desk, centre)
    for expected in (request_id, grant, cancelled):
        batch = deliverer.exchange()
        assert isinstance(batch, Batch)
        assert [unit.entry_id for unit in batch.units] == [expected]
    assert waits(deliverer.exchange()) is None


def test_behind_a_rejection_everything_waits_until_somebody_decided(desk: Desk, request_id: str) -> None:
    grant = desk.grant(person=None, request=request_id)
    centre = Centre(said(Outcome.REJECTED), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    assert waits(deliverer.exchange()) is None
    desk.do(
        "decide_unit",
        agent=SUPERVISOR,
        target=request_id,
        service="aid-file",
        decision="close",
        reason="twice",
    )
    deliverer.exchange()
    assert (deliverer.state(request_id), deliverer.state(grant)) == ("closed", "accepted")


def test_what_does_not_depend_on_one_another_travels_together_up_to_the_centres_most(desk: Desk) -> None:
    requests = [desk.id("record_request", person=person(str(n)), aid="FR-CAP") for n in range(5)]
    centre = Centre(accepts())
    centre.batch_max = 2
    deliverer = Deliverer(desk, centre)
    sizes = []
    while isinstance(batch := deliverer.exchange(), Batch):
        sizes.append(len(batch.units))
    assert sizes == [2, 2, 1]
    assert [message.key for message in centre.sent] == requests


def test_questions_come_before_what_is_new(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN), accepts())
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    second = desk.id("record_request", person=person("Okoye"), aid="FR-CAP")
    deliverer.wait()
    asking = deliverer.exchange()
    assert isinstance(asking, Batch)
    assert (asking.asks, [unit.entry_id for unit in asking.units]) == (True, [request_id])
    sending = deliverer.exchange()
    assert isinstance(sending, Batch)
    assert (sending.asks, [unit.entry_id for unit in sending.units]) == (False, [second])


# --- targets that can prove less


def test_where_absence_cannot_be_proved_only_an_idempotent_target_is_sent_the_same_again(
    desk: Desk, request_id: str
) -> None:
    centre = Centre(said(Outcome.UNKNOWN))
    centre.proves_absence = False
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    deliverer.delivery.due_now()
    deliverer.exchange()
    assert deliverer.state(request_id) == "unknown"
    deliverer.wait()
    deliverer.exchange()
    (unit,) = desk.units(request_id)
    assert (unit.state.value, unit.reason) == ("waiting", "target_idempotent")
    centre.answers = [accepts()]
    deliverer.exchange()
    assert deliverer.state(request_id) == "accepted"
    assert centre.sent[0] == centre.sent[1]


def test_a_target_that_is_not_idempotent_leaves_the_unknown_to_a_person(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN))
    centre.proves_absence = False
    deliverer = Deliverer(desk, centre)
    deliverer.delivery.service = msgspec.structs.replace(deliverer.delivery.service, idempotent=False)
    deliverer.run(5)
    assert deliverer.state(request_id) == "unknown"
    assert len(centre.sent) == 1


def test_a_target_that_cannot_be_asked_is_not_waited_for_in_a_circle(desk: Desk, request_id: str) -> None:
    centre = Centre(said(Outcome.UNKNOWN))
    centre.askable = False
    deliverer = Deliverer(desk, centre)
    deliverer.exchange()
    deliverer.wait()
    assert waits(deliverer.exchange()) is None
    assert deliverer.state(request_id) == "unknown"


# --- people's decisions


@pytest.fixture
def rejected(desk: Desk) -> Callable[..., str]:
    """Makes a grant paid in cash whose unit at one service the centre rejected."""
    desk.fill_drawer()

    def make(*services: str) -> str:
        grant = desk.grant(payment=CASH, person=person("Rejected"))
        for service in services or ("aid-file",):
            Deliverer(desk, Centre(said(Outcome.REJECTED, reason="over")), service).exchange()
        return grant

    return make


def decide(target: str, decision: str, **fields: Any) -> dict[str, Any]:
    return {
        "agent": IT,
        "target": target,
        "service": "aid-file",
        "decision": decision,
        "reason": "seen",
    } | fields


@pytest.mark.parametrize("decision", ["accept", "waive", "recover"])
def test_a_rejection_is_closed_by_a_person(desk: Desk, rejected: Callable[..., str], decision: str) -> None:
    grant = rejected()
    outcome = desk.do("decide_unit", **decide(grant.upper(), decision, number="A1-0001"))
    (unit, _) = desk.units(grant)
    assert (unit.state.value, unit.reason, unit.number) == ("closed", decision, "A1-0001")
    # The centre's number is none of ours, whatever it looks like.
    assert outcome.number is None
    assert desk.findings() == []


def test_recovering_claims_what_was_paid_and_never_touches_the_cash(
    desk: Desk, rejected: Callable[..., str]
) -> None:
    grant = rejected("aid-file", "treasury")
    drawer = desk.balance("drawer")
    desk.do("return_money", grant=grant, cents=1500)
    for service in ("aid-file", "treasury"):
        desk.do("decide_unit", **decide(grant, "recover", service=service))
    assert desk.balance("claims") == 2500
    assert desk.balance("drawer") == drawer + 1500
    assert desk.balance("aid:FR-SECURG") == 0
    assert sum(desk.balances().values()) == 0


def test_what_was_never_paid_is_not_claimed(desk: Desk) -> None:
    grant = desk.grant()
    request = desk.id("record_request", person=person("Okoye"), aid="FR-CAP")
    Deliverer(desk, Centre(said(Outcome.REJECTED))).exchange()
    for target in (grant, request):
        assert desk.code("decide_unit", **decide(target, "recover")) == "nothing_was_paid"
    assert desk.balances() == {}


@pytest.mark.parametrize("decision", ["take_up", "replay", "accept", "close"])
def test_a_decision_that_the_state_does_not_allow_is_refused(
    desk: Desk, request_id: str, decision: str
) -> None:
    refusal = desk.refusal("decide_unit", **decide(request_id, decision))
    assert (refusal.code, refusal.params) == (
        "decision_not_possible",
        {"decision": decision, "state": "waiting"},
    )


def test_only_a_unit_that_exists_is_decided_by_somebody_who_may(desk: Desk, request_id: str) -> None:
    nowhere = desk.refusal("decide_unit", **decide(request_id, "close", service="treasury"))
    assert (nowhere.code, nowhere.params) == ("unknown_unit", {"entry_id": request_id, "service": "treasury"})
    assert desk.code("decide_unit", **decide(request_id, "close", part="photo")) == "unknown_unit"
    assert desk.code("decide_unit", **decide(request_id, "close", agent="yleroux")) == "not_allowed"


def test_an_answer_that_comes_after_a_persons_decision_moves_nothing(desk: Desk, request_id: str) -> None:
    deliverer = Deliverer(desk, Centre(said(Outcome.UNKNOWN)))
    deliverer.exchange()
    deliverer.wait()
    asking = deliverer.delivery.next_batch()
    assert isinstance(asking, Batch)
    desk.do("decide_unit", **decide(request_id, "close"))
    deliverer.centre.answers = [accepts()]
    assert deliverer.carry(asking) == 0
    assert deliverer.state(request_id) == "closed"
