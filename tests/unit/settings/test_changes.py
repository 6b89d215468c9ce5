"""Changing an office.toml without losing its comments and its order."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from counter_app.domain.catalogue import Configuration, Counter
from counter_app.domain.errors import BadInput
from counter_app.settings import (
    SAMPLES,
    read_configuration,
    sample_configuration,
    unallocated_cents,
    with_changes,
)

CCAS = sample_configuration("ccas")


def read(raw: bytes) -> Configuration:
    return read_configuration(raw, "office.toml").configuration


def changed_lines(raw: bytes) -> list[str]:
    before, after = CCAS.decode().split("\n"), raw.decode().split("\n")
    return [
        line
        for line in unified_diff(before, after, lineterm="", n=0)
        if not line.startswith(("@@", "---", "+++"))
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_change_gives_the_same_bytes(name: str) -> None:
    raw = sample_configuration(name)
    assert with_changes(raw) == raw


def test_a_counter_is_added_after_the_others() -> None:
    key = "ab" * 32
    raw = with_changes(CCAS, counters=[Counter(id="B7", slice_cents=5), Counter(id="C", public_key=key)])
    assert read(raw).counters[3:] == (
        Counter(id="B7", slice_cents=5),
        Counter(id="C", slice_cents=0, public_key=key),
    )
    assert all(line.startswith("+") for line in changed_lines(raw))


def test_a_counter_that_is_there_takes_the_new_fields() -> None:
    key = "cd" * 32
    raw = with_changes(CCAS, counters=[Counter(id="A1", slice_cents=7, public_key=key)])
    assert read(raw).counter("A1") == Counter(id="A1", slice_cents=7, public_key=key)
    assert len(read(raw).counters) == 3


def test_counters_come_into_a_template_that_has_none() -> None:
    template = CCAS[: CCAS.index(b"[[counters]]")]
    assert read(template).counters == ()
    assert read(with_changes(template, counters=[Counter(id="Z9")])).counters == (Counter(id="Z9"),)


def test_slices_and_ways_to_services_change_in_place() -> None:
    raw = with_changes(
        CCAS,
        slices={"A2": 1},
        addresses={"aid-file": "http://127.0.0.1:9999"},
        folders={"treasury": "C:\\échange\\trésorerie"},
    )
    assert changed_lines(raw) == [
        '-address = "http://127.0.0.1:8765"',
        '+address = "http://127.0.0.1:9999"',
        '-folder = "exchange/treasury"',
        '+folder = "C:\\\\échange\\\\trésorerie"',
        "-slice_cents = 750000",
        "+slice_cents = 1",
    ]
    treasury = read(raw).service("treasury")
    assert treasury is not None
    assert treasury.folder == "C:\\échange\\trésorerie"


def test_a_new_way_changes_the_connector_with_it() -> None:
    moved = read(with_changes(CCAS, addresses={"treasury": "http://h:1"}, folders={"aid-file": "out"}))
    treasury, aid_file = moved.service("treasury"), moved.service("aid-file")
    assert treasury is not None
    assert aid_file is not None
    assert (treasury.connector, treasury.address) == ("rest", "http://h:1")
    assert (aid_file.connector, aid_file.folder) == ("files", "out")


def test_names_that_are_not_there_are_refused() -> None:
    with pytest.raises(BadInput, match="configuration_unknown_counter"):
        with_changes(CCAS, slices={"Z9": 1})
    with pytest.raises(BadInput, match="configuration_unknown_service"):
        with_changes(CCAS, addresses={"nowhere": "http://h"})


def test_what_no_slice_holds_is_unallocated() -> None:
    assert unallocated_cents(read(CCAS)) == 3000000 - 3 * 750000
