"""Whatever a centre answers, every message gets exactly one reading of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.connectors.answers import HOLDINGS, VERDICTS, UnreadableError, batch_reply, check_load
from counter_app.sync.port import Cause, Message, Outcome

LOAD = (Message("k1", b"{}"), Message("k2", b"{}"))

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
results = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "key": st.sampled_from(["k1", "k2", "k3"]) | anything,
            "status": st.sampled_from([*HOLDINGS, "other"]) | anything,
            "record": st.dictionaries(st.text(), anything, max_size=2) | anything,
            "number": anything,
            "words": anything,
        },
    )
    | anything,
    max_size=5,
)


@given(results)
def test_every_message_gets_one_reply_whatever_the_results(said):
    data = json.dumps({"results": said}).encode()
    try:
        reply = batch_reply(LOAD, data, VERDICTS)
    except UnreadableError:
        return
    assert [unit.key for unit in reply.units] == ["k1", "k2"]
    for unit in reply.units:
        heard = [
            r["status"] for r in said if isinstance(r, dict) and r.get("key") == unit.key and "status" in r
        ]
        assert unit.outcome is Outcome.UNKNOWN or {VERDICTS.get(str(status)) for status in heard} == {
            unit.outcome
        }
        json.dumps([unit.echo, unit.number, unit.reason, unit.words], ensure_ascii=False).encode()
    assert (reply.cause is Cause.NONE) is all(unit.outcome is not Outcome.UNKNOWN for unit in reply.units)


@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_bytes_that_are_no_answer_are_unreadable_and_nothing_worse(data):
    with pytest.raises(UnreadableError):
        batch_reply(LOAD, data, HOLDINGS)


def test_an_absence_is_no_answer_to_what_was_sent():
    data = json.dumps({"results": [{"key": "k1", "status": "absent"}]}).encode()
    assert batch_reply(LOAD[:1], data, VERDICTS).units[0].outcome is Outcome.UNKNOWN
    assert batch_reply(LOAD[:1], data, HOLDINGS).units[0].outcome is Outcome.ABSENT


def test_two_messages_under_one_key_are_our_own_mistake():
    with pytest.raises(ValueError, match="same key"):
        check_load([LOAD[0], LOAD[0]], 10)
    with pytest.raises(ValueError, match="at most 1"):
        check_load(LOAD, 1)
