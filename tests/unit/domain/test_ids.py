"""Names of things: counters, chains, receipt numbers and keys."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken, Refused
from counter_app.domain.ids import (
    chain_name,
    check_counter,
    check_entry_id,
    counter_of,
    receipt_number,
    unit_key,
)
from counter_app.domain.money import Money


@pytest.mark.parametrize("counter", ["A", "A3", "A3B4", "1234"])
def test_a_counter_has_one_to_four_capitals_and_digits(counter: str) -> None:
    assert check_counter(counter) == counter


@pytest.mark.parametrize("counter", ["", "a3", "A3B45", "A-3", "É1", "A3\n", " A3"])
def test_anything_else_is_no_counter(counter: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_counter(counter)
    assert caught.value.params == {"counter": counter}


def test_each_epoch_has_a_chain_of_its_own_that_belongs_to_the_counter() -> None:
    names = [chain_name("A3", epoch) for epoch in range(1, 27)]
    assert names[:3] == ["A3", "A3b", "A3c"]
    assert names[-1] == "A3z"
    assert len(set(names)) == 26
    assert {counter_of(name) for name in names} == {"A3"}
    for epoch in (0, -1, 27):
        with pytest.raises(ValueError, match="no letter"):
            chain_name("A3", epoch)


def test_receipt_numbers_have_four_digits_or_more() -> None:
    assert [receipt_number("A3b", n) for n in (1, 148, 12345)] == ["A3b-0001", "A3b-0148", "A3b-12345"]


def test_an_entry_id_is_a_uuid_in_small_letters() -> None:
    entry_id = uuid4()
    assert check_entry_id(str(entry_id).upper()) == str(entry_id)
    for wrong in ("", "7", str(entry_id)[:-1], str(entry_id) + "0"):
        with pytest.raises(BadInput):
            check_entry_id(wrong)


def test_a_units_key_is_fixed_by_entry_service_and_part() -> None:
    entry_id = str(uuid4())
    assert unit_key(entry_id, "file", "main", main_service=True) == entry_id
    others = {
        unit_key(entry_id, "file", "photo", main_service=True),
        unit_key(entry_id, "treasury", "main", main_service=False),
        unit_key(entry_id, "treasury", "photo", main_service=False),
    }
    assert len(others) == 3
    assert {UUID(key).version for key in others} == {5}
    # Fixed for ever: an upgrade that changed it would post twice.
    fixed = "6f0c5d0e-3f43-4b43-9d0c-7b3f0f5f3c11"
    assert unit_key(fixed, "treasury", "main", main_service=False) == "25cf73b8-e3f7-5c9e-bb19-bea613865c24"


def test_amounts_of_two_currencies_are_never_added() -> None:
    assert Money(100) + Money(50) - Money(30) == Money(120)
    assert Money(-1) < Money(0)
    for call in (lambda: Money(1) + Money(1, "MAD"), lambda: Money(1, "MAD") - Money(1)):
        with pytest.raises(ValueError, match="cannot add"):
            call()


def test_each_kind_of_failure_has_its_exit_status_and_says_its_code() -> None:
    statuses = {kind("x").exit_status for kind in (Refused, BadInput, EnvironmentFailed, JournalBroken)}
    assert statuses == {1, 2, 3, 4}
    assert str(Refused("over_ceiling")) == "over_ceiling"
    assert str(BadInput("x", line=3, key="a")) == "x (line=3, key=a)"
    assert isinstance(Refused("x"), AppError)
