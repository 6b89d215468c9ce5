"""The verdict on one answer: what it proves, and that anything doubtful proves nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.delivery import UnitFact, UnitState, moves
from counter_app.sync.body import MATCHED
from counter_app.sync.judge import SETTLING, Verdict, differing_fields, judge
from counter_app.sync.port import Outcome, UnitReply

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "entry_id": "e",
    "part": "main",
    "kind": "aid_granted",
    "aid": "FR-CAP",
    "cents": 4000,
    "currency": "EUR",
    "refers_to": None,
    "person": {"surname": "Lefèvre"},
    "number": "A3-0001",
}
BODY = json.dumps(RECORD, ensure_ascii=False).encode()


def verdict(
    outcome: Outcome, state: UnitState = UnitState.UNKNOWN, *, asked: bool = False, **reply: Any
) -> Verdict:
    return judge(
        state,
        BODY,
        UnitReply("key", outcome, **reply),
        asked=asked,
        attempted_at=NOON,
        now=NOON + timedelta(seconds=60),
        settling_s=60.0,
    )


def test_an_acceptance_shows_the_record_that_was_sent() -> None:
    assert verdict(Outcome.ACCEPTED, echo=RECORD, number="C1") == Verdict(UnitFact.ACCEPTED, "C1")
    assert verdict(Outcome.CONFLICT, echo=RECORD) == Verdict(UnitFact.ACCEPTED, None)
    assert verdict(Outcome.ACCEPTED, number="C1") == Verdict(None, "C1", "no_record_shown")


@given(st.sampled_from(MATCHED), st.sampled_from([None, "", 0, "other", [], {"surname": "Other"}, 4000.5]))
def test_a_record_that_differs_or_lacks_a_matched_field_is_disputed(field: str, value: Any) -> None:
    if value != RECORD[field]:
        told = verdict(Outcome.ACCEPTED, echo=RECORD | {field: value})
        assert told == Verdict(UnitFact.DISPUTED, None, f"differs:{field}")
    missing = {name: kept for name, kept in RECORD.items() if name != field}
    assert verdict(Outcome.ACCEPTED, echo=missing).reason == f"differs:{field}"


def test_what_the_centre_adds_or_calls_its_own_does_not_matter() -> None:
    assert differing_fields(BODY, RECORD | {"number": "C-7", "clerk": "x"}) == []
    assert differing_fields(BODY, {}) == list(MATCHED)


@pytest.mark.parametrize(
    ("outcome", "asked", "fact"),
    [
        (Outcome.NOT_SENT, False, UnitFact.NOT_SENT),
        (Outcome.NOT_SENT, True, None),
        (Outcome.UNKNOWN, False, None),
        (Outcome.UNKNOWN, True, None),
        (Outcome.RECEIVED, False, UnitFact.RECEIVED),
        (Outcome.RECEIVED, True, UnitFact.RECEIVED),
        (Outcome.REJECTED, False, UnitFact.REJECTED),
        (Outcome.REJECTED, True, UnitFact.REJECTED),
        (Outcome.ABSENT, False, None),
        (Outcome.ABSENT, True, UnitFact.ABSENT),
    ],
)
def test_an_answer_proves_as_much_as_was_asked(outcome: Outcome, asked: bool, fact: UnitFact | None) -> None:
    assert verdict(outcome, asked=asked).fact is fact


def test_a_rejection_without_a_reason_says_that_there_was_none() -> None:
    assert verdict(Outcome.REJECTED).reason == "no_reason_given"
    assert verdict(Outcome.REJECTED, reason="over", number="C2") == Verdict(UnitFact.REJECTED, "C2", "over")


@pytest.mark.parametrize(
    ("after", "fact"), [(0.0, None), (59.9, None), (60.0, UnitFact.ABSENT), (1e6, UnitFact.ABSENT)]
)
def test_absence_counts_only_once_the_centre_has_settled(after: float, fact: UnitFact | None) -> None:
    told = judge(
        UnitState.UNKNOWN,
        BODY,
        UnitReply("key", Outcome.ABSENT),
        asked=True,
        attempted_at=NOON,
        now=NOON + timedelta(seconds=after),
        settling_s=60.0,
    )
    assert told.fact is fact
    assert (told.reason == SETTLING) is (fact is None)


@given(
    st.sampled_from(UnitState), st.sampled_from(Outcome), st.booleans(), st.sampled_from([None, RECORD, {}])
)
def test_only_what_moves_the_unit_is_a_fact(
    state: UnitState, outcome: Outcome, asked: bool, echo: Any
) -> None:
    told = verdict(outcome, state, asked=asked, echo=echo)
    assert told.fact is None or moves(state, told.fact)
