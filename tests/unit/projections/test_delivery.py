"""Units: their state is what the recorded facts make of it, in whatever order the chains that carry them arrive."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.delivery import BY_A_PERSON, TRANSITIONS, UnitFact, UnitState, follows
from counter_app.domain.ids import unit_key
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Entry
from counter_app.projections import custody, delivery
from counter_app.projections.delivery import FAMILY, unit_row
from counter_app.projections.family import Tables
from counter_app.storage.database import scratch_connection

TARGET = "6f0c5d0e-3f43-4b43-9d0c-7b3f0f5f3c11"
SERVICES = ("aid-file", "treasury")
ALONG_THE_TABLE = [fact for fact in UnitFact if fact is not UnitFact.UNDONE]
ANSWERS = [fact for fact in ALONG_THE_TABLE if fact is not UnitFact.ATTEMPTED]
# Each entry of a custodian: its custody term, its chain, and the facts it carries on one of the services.
FACTS = st.lists(st.sampled_from(ALONG_THE_TABLE), min_size=1, max_size=3)
CARRIED = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["A1", "B1"]), st.sampled_from(SERVICES), FACTS)
)


def entry(chain: str, seq: int, kind: str, facts: dict[str, Any], entry_id: str = "") -> Entry:
    header = {"kind": kind, "recorded_at": f"2026-03-02T08:00:{seq:02d}.000Z"}
    content = canonical({"header": header, "facts": facts})
    return Entry(chain, seq, entry_id or str(UUID(int=seq)), content, b"", b"")


def grant() -> Entry:
    units = [{"service": service, "part": "main"} for service in SERVICES]
    return entry("A1", 1, "aid_granted", {"units": units, "aid": "FR-SECURG", "cents": 4000}, TARGET)


def carrying(place: int, term: int, chain: str, service: str, facts: list[UnitFact]) -> list[Entry]:
    """The entries that a custodian writes for these facts: attempts alone, answers together."""
    made = []
    for index, fact in enumerate(facts):
        seq = 2 + place * 4 + index
        told: dict[str, Any] = {"service": service, "term": term}
        if fact is UnitFact.ATTEMPTED:
            made.append(
                entry(chain, seq, "delivery_attempted", told | {"attempted": [[TARGET, "main", f"sha{seq}"]]})
            )
        else:
            answer = {
                "entry_id": TARGET,
                "part": "main",
                "fact": fact.value,
                "number": f"N{seq}",
                "reason": fact.value,
            }
            made.append(entry(chain, seq, "delivery_answered", told | {"answers": [answer]}))
    return made


def books() -> Tables:
    connection = scratch_connection()
    for statement in (*custody.FAMILY.schema, *FAMILY.schema):
        connection.execute(statement)
    return Tables(connection)


def arrive(tables: Tables, *entries: Entry) -> None:
    for one in entries:
        delivery._make(tables, one)
        if one.kind in FAMILY.kinds:
            FAMILY.kinds[one.kind](tables, one)


def state_of(tables: Tables, service: str) -> UnitState:
    row = unit_row(tables, "A1", TARGET, service, "main")
    assert row is not None
    return row.state


@given(carried=CARRIED, draw=st.randoms(use_true_random=False))
def test_the_state_is_what_all_facts_in_the_order_of_custody_make_of_it(
    carried: list[Any], draw: Any
) -> None:
    entries = [one for place, told in enumerate(carried) for one in carrying(place, *told)]
    in_order = sorted(entries, key=lambda one: (one.facts["term"], one.chain, one.seq))
    arrived = [grant(), *entries]
    draw.shuffle(arrived)
    tables = books()
    arrive(tables, *arrived)
    for service in SERVICES:
        expected, number, reason = UnitState.WAITING, None, None
        for one in in_order:
            if one.facts["service"] == service:
                told = one.facts.get("answers", [{"fact": UnitFact.ATTEMPTED}])[0]
                expected = follows(expected, UnitFact(told["fact"]))
                number, reason = told.get("number") or number, told.get("reason")
        row = unit_row(tables, "A1", TARGET, service, "main")
        assert row is not None
        assert (row.state, row.number, row.reason) == (expected, number, reason)


@given(st.lists(st.sampled_from(ALONG_THE_TABLE), max_size=30))
def test_each_fact_moves_along_the_table_or_not_at_all(facts: list[UnitFact]) -> None:
    tables = books()
    arrive(tables, grant())
    state = state_of(tables, "aid-file")
    assert state is UnitState.WAITING
    for place, fact in enumerate(facts):
        arrive(tables, *carrying(place, 0, "A1", "aid-file", [fact]))
        after = state_of(tables, "aid-file")
        assert after is TRANSITIONS.get((state, fact), state)
        assert state is not UnitState.CLOSED or after is UnitState.CLOSED
        state = after
    assert state_of(tables, "treasury") is UnitState.WAITING


def test_an_attempt_is_remembered_with_its_time() -> None:
    tables = books()
    arrive(tables, grant(), *carrying(0, 0, "A1", "aid-file", [UnitFact.ATTEMPTED, UnitFact.RECEIVED]))
    row = unit_row(tables, "A1", TARGET, "aid-file", "main")
    assert row is not None
    assert row.attempted_at == "2026-03-02T08:00:02.000Z"
    assert (row.number, row.reason, row.cents, row.aid) == ("N3", "received", 4000, "FR-SECURG")


def test_a_persons_decision_moves_the_unit_and_its_number_is_the_centres() -> None:
    tables = books()
    told = {"target": TARGET, "service": "aid-file", "part": "main", "fact": "decided", "decision": "accept"}
    arrive(tables, grant(), *carrying(0, 0, "A1", "aid-file", [UnitFact.REJECTED]))
    arrive(tables, entry("A1", 9, "unit_decided", told | {"centre_number": "A1-0001"}))
    row = unit_row(tables, "A1", TARGET, "aid-file", "main")
    assert row is not None
    assert (row.state, row.number, row.reason) == (UnitState.CLOSED, "A1-0001", "accept")


def test_the_main_service_has_the_entrys_own_key_and_every_other_one_of_its_own() -> None:
    tables = books()
    arrive(tables, grant())
    found = [unit_row(tables, "A1", TARGET, service, "main") for service in ("aid-file", "treasury")]
    keys = [unit.key for unit in found if unit is not None]
    assert keys == [TARGET, unit_key(TARGET, "treasury", "main", main_service=False)]
    assert UUID(keys[1]).version == 5


def test_an_entry_that_no_service_must_learn_of_makes_no_unit() -> None:
    tables = books()
    arrive(tables, entry("A1", 1, "day_opened", {"units": []}), entry("A1", 2, "day_closed", {}))
    assert tables.rows("SELECT * FROM p_unit") == []


def test_every_answer_can_be_carried() -> None:
    assert set(ANSWERS) | {UnitFact.ATTEMPTED, UnitFact.UNDONE} == set(UnitFact)


def row_of(tables: Tables) -> delivery.UnitRow:
    row = unit_row(tables, "A1", TARGET, "aid-file", "main")
    assert row is not None
    return row


@pytest.mark.parametrize("decision", sorted(BY_A_PERSON))
def test_a_decision_that_is_undone_leaves_everything_as_before(decision: UnitFact) -> None:
    before = {UnitFact.TAKEN_UP: UnitFact.SET_ASIDE, UnitFact.REPLAY_ALLOWED: UnitFact.ATTEMPTED}
    tables = books()
    arrive(tables, grant(), *carrying(0, 0, "A1", "aid-file", [before.get(decision, UnitFact.REJECTED)]))
    stood = row_of(tables)
    arrive(tables, *carrying(1, 0, "A1", "aid-file", [decision]))
    assert row_of(tables).state is not stood.state
    arrive(tables, *carrying(2, 0, "A1", "aid-file", [UnitFact.UNDONE]))
    assert row_of(tables) == stood


def test_what_was_told_since_a_decision_is_not_undone_with_it() -> None:
    tables = books()
    facts = [UnitFact.ATTEMPTED, UnitFact.REPLAY_ALLOWED, UnitFact.ATTEMPTED, UnitFact.UNDONE]
    arrive(tables, grant(), *carrying(0, 0, "A1", "aid-file", facts))
    assert row_of(tables).state is UnitState.UNKNOWN
    arrive(tables, *carrying(1, 0, "A1", "aid-file", [UnitFact.UNDONE]))
    assert row_of(tables).state is UnitState.UNKNOWN


def test_under_another_key_a_unit_is_sent_as_one_that_the_centre_never_saw() -> None:
    tables = books()
    arrive(tables, grant(), *carrying(0, 0, "A1", "aid-file", [UnitFact.ATTEMPTED, UnitFact.REJECTED]))
    keys = [row_of(tables).key]
    for place in (1, 2):
        arrive(tables, *carrying(place, 0, "A1", "aid-file", [UnitFact.REKEYED, UnitFact.REJECTED]))
        keys.append(row_of(tables).key)
    assert keys[0] == TARGET
    assert len(set(keys)) == 3
    assert keys[1] == str(uuid5(UUID(TARGET), "aid-file/main/2"))
