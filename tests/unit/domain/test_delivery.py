"""The table of states: complete for every fact, without a way out of `closed`, and never backwards by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.delivery import FINISHED, TRANSITIONS, UnitFact, UnitState, follows, moves

S, F = UnitState, UnitFact
FACTS = st.lists(st.sampled_from(list(UnitFact)), max_size=40)
# What needs a person: no fact of a machine leads out of these but the centre's own word.
MACHINES = [
    F.ATTEMPTED,
    F.NOT_SENT,
    F.RECEIVED,
    F.ACCEPTED,
    F.REJECTED,
    F.SETTLED,
    F.ABSENT,
    F.DISPUTED,
    F.SET_ASIDE,
]


@given(FACTS)
def test_any_facts_move_along_the_table_alone_and_closed_is_the_end(facts: list[UnitFact]) -> None:
    state = S.WAITING
    for fact in facts:
        after = follows(state, fact)
        assert after is TRANSITIONS.get((state, fact), state)
        assert moves(state, fact) is ((state, fact) in TRANSITIONS)
        assert not (state is S.CLOSED and after is not S.CLOSED)
        state = after


def test_every_state_is_reached_and_every_fact_moves_something() -> None:
    assert {state for state, _ in TRANSITIONS} | set(TRANSITIONS.values()) == set(UnitState)
    assert {fact for _, fact in TRANSITIONS} == set(UnitFact) - {F.UNDONE}
    assert S.CLOSED not in {state for state, _ in TRANSITIONS}


def test_nothing_is_sent_again_that_may_have_arrived_unless_absence_or_a_person_says_so() -> None:
    back = {(state, fact) for (state, fact), to in TRANSITIONS.items() if to is S.WAITING}
    assert back == {
        (S.UNKNOWN, F.NOT_SENT),
        (S.UNKNOWN, F.ABSENT),
        (S.SET_ASIDE, F.TAKEN_UP),
        (S.LOST, F.REPLAY_ALLOWED),
        (S.UNKNOWN, F.REPLAY_ALLOWED),
        *((state, F.REKEYED) for state in (S.REJECTED, S.DISPUTED, S.LOST, S.UNKNOWN)),
    }
    assert [state for state, fact in TRANSITIONS if fact is F.ATTEMPTED] == [S.WAITING]


@pytest.mark.parametrize("held", [S.RECEIVED, S.ACCEPTED, S.SETTLED])
def test_what_was_acknowledged_and_is_gone_is_lost_and_never_silently_waiting(held: UnitState) -> None:
    assert follows(held, F.ABSENT) is S.LOST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (F.ACCEPTED, F.REJECTED),
        (F.REJECTED, F.ACCEPTED),
        (F.REJECTED, F.SETTLED),
        (F.SETTLED, F.REJECTED),
    ],
)
def test_contradicting_answers_are_disputed(one: UnitFact, other: UnitFact) -> None:
    assert follows(follows(S.UNKNOWN, one), other) is S.DISPUTED


@given(FACTS.map(lambda facts: [fact for fact in facts if fact in MACHINES]))
def test_no_machine_ends_a_dispute(facts: list[UnitFact]) -> None:
    state = S.DISPUTED
    for fact in facts:
        state = follows(state, fact)
    assert state is S.DISPUTED


def test_a_rejection_needs_somebody_and_an_acceptance_nobody() -> None:
    assert frozenset({S.ACCEPTED, S.SETTLED, S.CLOSED}) == FINISHED
    assert {state for state, fact in TRANSITIONS if fact is F.DECIDED} == {
        S.REJECTED,
        S.DISPUTED,
        S.LOST,
        S.UNKNOWN,
    }
