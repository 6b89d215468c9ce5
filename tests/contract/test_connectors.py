"""The contract of the connector port, kept by every connector against a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.sync.judge import differing_fields, judge
from counter_app.sync.port import AsksNumbers, Cause, Connector, Message, Outcome, Reply, UnitReply
from tests.contract.targets import TARGETS

NOTHING_NEW = {Outcome.ACCEPTED, Outcome.RECEIVED, Outcome.CONFLICT, Outcome.UNKNOWN}
"""What a centre may say of a unit that it has: never that it is not there, nor that it is refused."""
PATIENCE_S = 60.0
"""How long a business answer may take on a machine that is busy with something else."""


def unit(key: str = "", **fields: object) -> Message:
    key = key or str(uuid4())
    body = {"entry_id": key, "part": "main", "kind": "aid_granted", "aid": "FR-CAP", "cents": 3000}
    person = {"surname": "Lefèvre", "given_names": "Zoë", "birth_date": "1980-03-00"}
    return Message(key, rendered({**body, "currency": "EUR", "refers_to": None, "person": person, **fields}))


def with_other(message: Message, **fields: object) -> Message:
    return Message(message.key, rendered({**json.loads(message.body), **fields}))


def rendered(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def fixed_keys(count: int) -> list[str]:
    """The same at every run, as the centre draws by key whom a fault befalls."""
    return [str(uuid5(NAMESPACE_OID, f"unit {number}")) for number in range(count)]


def attempt() -> str:
    return str(uuid4())


def verdict(message: Message, reply: UnitReply) -> UnitFact | None:
    """What the rules of delivery make of an answer about an attempt of long ago."""
    now = datetime.now(UTC)
    before = now - timedelta(hours=1)
    asked = reply.outcome is Outcome.ABSENT
    return judge(
        UnitState.UNKNOWN, message.body, reply, asked=asked, attempted_at=before, now=now, settling_s=1
    ).fact


def units(connector: Connector) -> list[Message]:
    return [unit() for _ in range(min(3, connector.batch_max))]


def in_turn(connector: Connector, messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    size = min(5, connector.batch_max)
    return (messages[at : at + size] for at in range(0, len(messages), size))


def by_key(reply: Reply, messages: Sequence[Message]) -> list[UnitReply]:
    """The replies in the order of the messages; fails unless there is exactly one for each."""
    assert sorted(reply.key for reply in reply.units) == sorted(message.key for message in messages)
    found = {reply.key: reply for reply in reply.units}
    return [found[message.key] for message in messages]


def outcomes(reply: Reply) -> set[Outcome]:
    return {reply.outcome for reply in reply.units}


def answered(connector: Connector, messages: Sequence[Message]) -> list[UnitReply]:
    """Ask until the centre has a business answer for all of them."""
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while True:
        reply = connector.ask(messages)
        if not outcomes(reply) & {Outcome.RECEIVED, Outcome.UNKNOWN}:
            return by_key(reply, messages)
        assert time.monotonic() < until, f"no business answer: {reply}"
        pause.wait(0.05)


def test_what_was_accepted_is_shown_as_it_was_sent(connector, target):
    sent = units(connector)
    assert outcomes(connector.send(attempt(), sent)) <= {Outcome.ACCEPTED, Outcome.RECEIVED}
    for message, reply in zip(sent, answered(connector, sent), strict=True):
        assert reply.outcome is Outcome.ACCEPTED
        assert reply.echo is not None
        assert differing_fields(message.body, reply.echo) == []
        assert reply.number
        if target.own_form:
            assert reply.echo == json.loads(message.body)


def test_every_message_has_one_answer_in_every_exchange(connector):
    sent = units(connector)
    by_key(connector.ask(sent), sent)
    by_key(connector.send(attempt(), sent), sent)
    by_key(connector.ask(sent), sent)


def test_the_same_attempt_sent_again_is_held_once(connector, centre):
    sent, same = units(connector), attempt()
    for _ in range(3):
        connector.send(same, sent)
    first = answered(connector, sent)
    assert outcomes(connector.send(same, sent)) <= NOTHING_NEW
    assert answered(connector, sent) == first
    assert [centre.held(message.key) for message in sent] == [1] * len(sent)


def test_the_same_unit_in_another_attempt_is_held_once_under_one_number(connector, centre):
    sent = units(connector)
    connector.send(attempt(), sent)
    first = answered(connector, sent)
    connector.send(attempt(), sent)
    assert answered(connector, sent) == first
    assert [centre.held(message.key) for message in sent] == [1] * len(sent)


def test_other_content_under_the_same_key_never_replaces_the_first(connector, centre, target):
    first = unit()
    connector.send(attempt(), [first])
    (held,) = answered(connector, [first])
    other = with_other(first, cents=999)
    (reply,) = connector.send(attempt(), [other]).units
    assert verdict(other, reply) is not UnitFact.ACCEPTED
    if target.answers_later:
        # The answer comes later, in another file; both answers then stand there.
        assert reply.outcome is Outcome.RECEIVED
        until = time.monotonic() + PATIENCE_S
        while connector.ask([other]).units[0].outcome is not Outcome.CONFLICT:
            assert time.monotonic() < until
    else:
        assert connector.ask([first]).units == (held,)
        assert verdict(other, connector.ask([other]).units[0]) is UnitFact.DISPUTED
    if target.own_form and not target.answers_later:
        assert reply == UnitReply(first.key, Outcome.CONFLICT, reply.number, json.loads(first.body))
    assert centre.held(first.key) == 1


def test_a_business_refusal_is_a_result_with_its_reason(connector, centre):
    refused = unit(cents="three thousand")
    connector.send(attempt(), [refused])
    (reply,) = answered(connector, [refused])
    assert reply.outcome is Outcome.REJECTED
    assert reply.reason == "malformed"
    assert reply.words
    assert centre.held(refused.key) == 0


def test_what_was_never_sent_is_absent_only_where_absence_can_be_proved(connector):
    expected = Outcome.ABSENT if connector.proves_absence else Outcome.UNKNOWN
    assert outcomes(connector.ask(units(connector))) == {expected}


def test_asking_changes_nothing(connector, centre):
    asked = units(connector)
    first = connector.ask(asked).units
    assert connector.ask(asked).units == first
    assert [centre.held(message.key) for message in asked] == [0] * len(asked)


@pytest.mark.parametrize("target", [one for one in TARGETS if one.by_number], ids=lambda target: target.name)
def test_a_record_is_found_by_the_centre_s_own_number_whoever_asks_for_it(connector):
    assert isinstance(connector, AsksNumbers)
    sent = units(connector)
    connector.send(attempt(), sent)
    held = answered(connector, sent)
    asked = [replace(one, number=reply.number) for one, reply in zip(sent, held, strict=True)]
    for one, reply in zip(asked, by_key(connector.ask_numbers(asked), asked), strict=True):
        assert (reply.outcome, reply.number) == (Outcome.ACCEPTED, one.number)
        assert reply.echo is not None
        assert differing_fields(one.body, reply.echo) == []
    other = replace(unit(cents=777), number=asked[0].number)
    (reply,) = connector.ask_numbers([other]).units
    assert verdict(other, reply) is UnitFact.DISPUTED
    free = [replace(unit(), number="CC-999999"), unit()]
    replies = [connector.ask_numbers([one]).units[0].outcome for one in free]
    assert replies == [Outcome.ABSENT, Outcome.UNKNOWN]


def test_a_centre_that_is_not_there_proves_that_nothing_was_sent(nowhere):
    sent = units(nowhere)
    reply = nowhere.send(attempt(), sent)
    assert {answer.outcome for answer in by_key(reply, sent)} == {Outcome.NOT_SENT}
    assert reply.cause in {Cause.REFUSED, Cause.FOLDER}
    asked = nowhere.ask(sent)
    assert {answer.outcome for answer in by_key(asked, sent)} == {Outcome.UNKNOWN}
    assert asked.cause is reply.cause


def test_a_probe_finds_a_sound_centre_usable_and_leaves_nothing_there(connector, centre):
    before = centre.left()
    probe = connector.check()
    assert (probe.reachable, probe.askable) == (True, True)
    assert all(finding.ok for finding in probe.findings)
    assert centre.left() == before


def test_a_probe_of_a_centre_that_is_not_there_says_so(nowhere):
    probe = nowhere.check()
    assert (probe.reachable, probe.idempotent, probe.askable) == (False, False, False)
    assert not all(finding.ok for finding in probe.findings)


def test_nothing_to_say_needs_no_centre(nowhere):
    assert nowhere.send(attempt(), []) == Reply(())
    assert nowhere.ask([]) == Reply(())


def test_more_than_fits_is_our_own_mistake_and_sends_nothing(connector, centre):
    too_many = [unit() for _ in range(connector.batch_max + 1)]
    with pytest.raises(ValueError, match="at most"):
        connector.send(attempt(), too_many)
    with pytest.raises(ValueError, match="at most"):
        connector.ask(too_many)
    assert centre.held(too_many[0].key) == 0


def test_after_closing_twice_nothing_is_sent_any_more(connector, centre):
    connector.close()
    connector.close()
    sent = units(connector)
    assert {reply.outcome for reply in by_key(connector.send(attempt(), sent), sent)} == {Outcome.NOT_SENT}
    assert outcomes(connector.ask(sent)) == {Outcome.UNKNOWN}
    assert centre.held(sent[0].key) == 0


@pytest.mark.parametrize("target", [one for one in TARGETS if one.faulty], ids=lambda target: target.name)
@pytest.mark.parametrize("faults", ["down,retry-after,reset,lost-answer,hang,drip", "rejection,late-ack"])
def test_through_every_fault_each_unit_ends_up_held_once_or_refused(target, servers, faults):
    """Sends again only what was not sent, or is absent past the settling time: the rule of the couriers."""
    centre = target.serve(servers, faults)
    connector = target.connect(centre)
    open_units = {message.key: message for message in (unit(key) for key in fixed_keys(60))}
    verdicts: dict[str, Outcome] = {}
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    waiting = set(open_units)
    while open_units:
        assert time.monotonic() < until, f"still open: {sorted(open_units)}"
        for some in in_turn(connector, [open_units[key] for key in sorted(waiting)]):
            waiting -= {message.key for message in some}
            for reply in by_key(connector.send(attempt(), some), some):
                if reply.outcome is Outcome.NOT_SENT:
                    waiting.add(reply.key)
        pause.wait(0.4)  # longer than the centre's settling time
        for some in in_turn(connector, [open_units[key] for key in sorted(open_units)]):
            for reply in by_key(connector.ask(some), some):
                if reply.outcome is Outcome.ABSENT:
                    waiting.add(reply.key)
                elif reply.outcome in {Outcome.ACCEPTED, Outcome.REJECTED}:
                    verdicts[reply.key] = reply.outcome
                    del open_units[reply.key]
                else:
                    assert reply.outcome in {Outcome.UNKNOWN, Outcome.RECEIVED}
    connector.close()
    assert len(verdicts) == 60
    for key, verdict in verdicts.items():
        assert centre.held(key) == (1 if verdict is Outcome.ACCEPTED else 0)
