"""The contract of the connector port, kept by every connector against the practice centre."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from counter_app.sync.port import Cause, Connector, Message, Outcome, Reply, UnitReply

PATIENCE_S = 60.0
"""How long a business answer may take on a machine that is busy with something else."""


def unit(key: str = "", **fields: object) -> Message:
    key = key or str(uuid4())
    body = {"entry_id": key, "part": "main", "kind": "aid_granted", "aid": "FR-CAP", "cents": 3000}
    person = {"surname": "Lefèvre", "given_names": "Zoë", "birth_date": "1980-03-00"}
    return Message(key, rendered({**body, "currency": "EUR", "person": person, **fields}))


def with_other(message: Message, **fields: object) -> Message:
    return Message(message.key, rendered({**json.loads(message.body), **fields}))


def rendered(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def fixed_keys(count: int) -> list[str]:
    """The same at every run, as the centre draws by key whom a fault befalls."""
    return [str(uuid5(NAMESPACE_OID, f"unit {number}")) for number in range(count)]


def attempt() -> str:
    return str(uuid4())


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


def test_what_was_accepted_is_shown_as_it_was_sent(connector):
    sent = units(connector)
    assert outcomes(connector.send(attempt(), sent)) <= {Outcome.ACCEPTED, Outcome.RECEIVED}
    for message, reply in zip(sent, answered(connector, sent), strict=True):
        assert reply.outcome is Outcome.ACCEPTED
        assert reply.echo == json.loads(message.body)
        assert reply.number


def test_every_message_has_one_answer_in_every_exchange(connector):
    sent = units(connector)
    by_key(connector.ask(sent), sent)
    by_key(connector.send(attempt(), sent), sent)
    by_key(connector.ask(sent), sent)


def test_the_same_attempt_sent_again_is_held_once(connector, centre):
    sent, same = units(connector), attempt()
    for _ in range(3):
        assert outcomes(connector.send(same, sent)) <= {Outcome.ACCEPTED, Outcome.RECEIVED}
    first = answered(connector, sent)
    assert outcomes(connector.send(same, sent)) <= {Outcome.ACCEPTED, Outcome.RECEIVED}
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
    answered(connector, [first])
    other = with_other(first, cents=999)
    reply = connector.send(attempt(), [other])
    if target.name == "folder":
        # The folder answers later, in another file; both answers then stand there.
        assert outcomes(reply) == {Outcome.RECEIVED}
        until = time.monotonic() + PATIENCE_S
        while connector.ask([other]).units[0].outcome is not Outcome.CONFLICT:
            assert time.monotonic() < until
    else:
        assert reply.units == (
            UnitReply(first.key, Outcome.CONFLICT, reply.units[0].number, json.loads(first.body)),
        )
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
    first = connector.ask(asked)
    assert connector.ask(asked) == first
    assert [centre.held(message.key) for message in asked] == [0] * len(asked)


def test_a_centre_that_is_not_there_proves_that_nothing_was_sent(nowhere):
    sent = units(nowhere)
    reply = nowhere.send(attempt(), sent)
    assert {answer.outcome for answer in by_key(reply, sent)} == {Outcome.NOT_SENT}
    assert reply.cause in {Cause.REFUSED, Cause.FOLDER}
    asked = nowhere.ask(sent)
    assert {answer.outcome for answer in by_key(asked, sent)} == {Outcome.UNKNOWN}
    assert asked.cause is reply.cause


def test_a_probe_finds_a_sound_centre_usable_and_leaves_nothing_there(connector, centre):
    files = {path for path in centre.folder.rglob("*") if "probe" in path.name}
    probe = connector.check()
    assert (probe.reachable, probe.askable) == (True, True)
    assert all(finding.ok for finding in probe.findings)
    assert {path for path in centre.folder.rglob("*") if "probe" in path.name} == files


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


@pytest.mark.parametrize("faults", ["down,retry-after,reset,lost-answer,hang,drip", "rejection,late-ack"])
def test_through_every_fault_each_unit_ends_up_held_once_or_refused(
    target, start_centre: Callable[[str], Any], faults
):
    """Sends again only what was not sent, or is absent past the settling time: the rule of the couriers."""
    centre = start_centre(faults)
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
