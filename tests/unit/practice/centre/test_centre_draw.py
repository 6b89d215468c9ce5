"""The seeded draw of faults."""

from __future__ import annotations

from collections import Counter

import pytest

from counter_app.practice.centre.faults import ALL, KNOWN, REQUEST_FAULTS, UNIT_FAULTS, Faults, parse


def drawn(faults: Faults, count: int) -> list[str | None]:
    mishaps = (faults.for_sending() for _ in range(count))
    return [mishap.name if mishap else None for mishap in mishaps]


def test_names_are_read_from_a_comma_list():
    assert parse("none") == parse("") == frozenset()
    assert parse("all") == ALL
    assert parse(" down , late-ack,") == {"down", "late-ack"}
    with pytest.raises(ValueError, match="flood"):
        parse("down,flood")
    assert parse("all,down") == ALL
    assert parse("all,lost-accepted") == ALL | {"lost-accepted"} == KNOWN
    with pytest.raises(ValueError, match="none"):
        parse("none,down")
    with pytest.raises(ValueError, match="flood"):
        Faults({"flood"}, 0)


@pytest.mark.parametrize("seed", range(20))
def test_the_first_requests_meet_every_fault_once_and_clean_ones_between(seed):
    requests = drawn(Faults(ALL, seed), 15)
    clean = [place for place, name in enumerate(requests) if name is None]
    opening = Counter(requests[: clean[len(REQUEST_FAULTS) - 1]])
    assert {name: opening[name] for name in REQUEST_FAULTS if name != "down"} == {
        name: 1 for name in REQUEST_FAULTS if name != "down"
    }
    assert opening["down"] in {2, 3, 4}


def test_afterwards_a_quarter_of_the_requests_is_struck_and_no_fault_much_more_than_another():
    faults = Faults(ALL, 7)
    drawn(faults, 15)
    counts = Counter(drawn(faults, 20_000))
    assert 0.21 < 1 - counts[None] / 20_000 < 0.27
    assert all(0.025 < counts[name] / 20_000 < 0.06 for name in REQUEST_FAULTS)


def test_down_comes_in_bursts():
    faults = Faults({"down"}, 1)
    runs = "".join("d" if name else "." for name in drawn(faults, 2000)).split(".")
    assert {2, 3, 4} <= {len(run) for run in runs}
    assert "d" not in runs


def test_the_same_seed_draws_the_same_and_another_seed_something_else():
    assert drawn(Faults(ALL, 1), 200) == drawn(Faults(ALL, 1), 200) != drawn(Faults(ALL, 2), 200)


def test_two_units_in_a_hundred_are_struck_and_always_the_same_ones():
    keys = [f"k{n}" for n in range(10_000)]
    draw = Faults(ALL, 1)
    struck = {fault: {key for key in keys if draw.strikes(fault, key)} for fault in UNIT_FAULTS}
    assert all(150 < len(found) < 250 for found in struck.values())
    assert len(set.union(*struck.values())) > 500
    again = Faults(ALL, 1)
    assert {key for key in reversed(keys) if again.strikes("rejection", key)} == struck["rejection"]
    assert again.struck["rejection"] == len(struck["rejection"])
    assert not any(Faults({"down"}, 1).strikes("rejection", key) for key in keys)


def test_without_faults_nothing_is_struck():
    faults = Faults((), 1)
    assert drawn(faults, 100) == [None] * 100
    assert [faults.for_asking() for _ in range(100)] == [None] * 100
    assert faults.deduplicate
    assert not Faults({"duplicate"}, 1).deduplicate
