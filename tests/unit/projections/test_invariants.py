"""What holds of the books after any random days, whatever was refused and whatever paper brought in later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app.journal import store
from counter_app.projections import daybook, grants, irregular, vouchers
from counter_app.projections import delivery as books
from counter_app.storage.database import Connection
from tests.unit.counters import Desk, Templates
from tests.unit.projections.random_days import RandomDays

STEPS = 150


def used_cents(desk: Desk) -> int:
    """What the grants themselves say of the slice: reserved, and paid less returned."""
    rows = desk.tables().rows("SELECT decision, payment, cents, paid_cents, returned_cents FROM p_grant")
    reserved = sum(
        cents for decision, payment, cents, _, _ in rows if (decision, payment) == ("granted", "reserved")
    )
    assert all(paid >= returned for *_, paid, returned in rows)
    return reserved + sum(paid - returned for *_, paid, returned in rows)


def stock_in_hand(desk: Desk) -> int:
    row = desk.tables().row("SELECT coalesce(sum(face_cents), 0) FROM p_voucher WHERE state = 'in_hand'")
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("days")


@pytest.fixture(params=[1, 2, 3, 4], scope="module")
def regular(request: pytest.FixtureRequest, templates: Templates, folder: Path) -> Iterator[RandomDays]:
    """Days on which every command was decided before anything moved."""
    desk = Desk(templates.copy("A1", folder / str(request.param), slices={"A1": 120_000}))
    days = RandomDays(desk, request.param)
    days.run(STEPS)
    yield days
    desk.close()


@pytest.fixture(params=[11, 12, 13, 14], scope="module")
def mixed(request: pytest.FixtureRequest, templates: Templates, folder: Path) -> Iterator[RandomDays]:
    """Days on which half of the commands were paper facts."""
    desk = Desk(templates.copy("A1", folder / str(request.param), slices={"A1": 60_000}))
    days = RandomDays(desk, request.param, irregular=0.5)
    days.run(STEPS)
    yield days
    desk.close()


def test_decided_commands_keep_every_bound(regular: RandomDays) -> None:
    desk = regular.desk
    assert len(set(regular.refused)) > 6, "the days must meet the rules"
    assert sum(desk.balances().values()) == 0
    assert desk.balance("drawer") >= 0
    assert desk.balance("vouchers") == stock_in_hand(desk)
    assert desk.slice().used_cents == used_cents(desk)
    assert desk.slice().left_cents >= 0
    assert irregular.open_irregularities(desk.tables(), "A1") == []
    assert desk.findings() == []


def test_paper_facts_count_in_cash_and_limits_whatever_rule_they_broke(mixed: RandomDays) -> None:
    desk = mixed.desk
    assert sum(desk.balances().values()) == 0
    assert desk.slice().used_cents == used_cents(desk)
    assert irregular.open_irregularities(desk.tables(), "A1") != []
    assert desk.findings() == []


def test_the_drawer_is_what_the_events_say(mixed: RandomDays) -> None:
    """An account of its own over the entries, without the ledger."""
    drawer = 0
    for entry in mixed.desk.entries():
        facts = entry.facts
        if entry.kind in ("day_opened", "day_closed"):
            drawer = facts.get("float_cents", facts.get("counted_cents"))
        elif facts.get("payment", {}).get("means") == "cash":
            drawer -= facts["cents"]
        elif entry.kind == "cash_replenished" or (
            entry.kind == "money_returned" and facts["means"] == "cash"
        ):
            drawer += facts["cents"]
    assert mixed.desk.balance("drawer") == drawer


def test_every_voucher_received_stands_in_one_place(mixed: RandomDays) -> None:
    desk = mixed.desk
    entries = [entry.facts for entry in desk.entries() if entry.kind == "vouchers_received"]
    received = {number for facts in entries for number in range(facts["first"], facts["last"] + 1)}
    runs = vouchers.voucher_runs(desk.tables(), "A1")
    stood = [number for _, _, _, first, last, _ in runs for number in range(first, last + 1)]
    assert sorted(stood) == sorted(received)
    assert all(count == last - first + 1 for *_, first, last, count in runs)
    assert {state for _, state, *_ in runs} >= {"in_hand", "issued"}


def test_every_unit_waits_only_for_an_earlier_one_of_its_service(mixed: RandomDays) -> None:
    units = mixed.desk.units()
    places = {(unit.entry_id, unit.service): unit.seq for unit in units}
    depending = [unit for unit in units if unit.depends_on is not None]
    assert depending
    for unit in depending:
        assert unit.depends_on is not None
        assert places[unit.depends_on, unit.service] < unit.seq
    assert len({unit.key for unit in units}) == len(units)
    assert books.unfinished(mixed.desk.tables(), "A1") == len(units)


def test_days_and_closings_are_found_again(mixed: RandomDays) -> None:
    desk, tables = mixed.desk, mixed.desk.tables()
    entries = desk.entries()
    found = [row for day in daybook.days(tables, "A1") for row in daybook.entries_of_day(tables, "A1", day)]
    assert found == [(entry.seq, entry.kind) for entry in entries]
    for entry in entries:
        if entry.kind == "day_closed":
            assert entry.seq in daybook.closings(tables, "A1", entry.facts["day"])


def test_what_was_sent_by_nobody_waits(mixed: RandomDays) -> None:
    counts = books.unit_counts(mixed.desk.tables(), "A1")
    assert {state for _, state, _, _ in counts} == {"waiting"}
    assert sum(count for _, _, count, _ in counts) == len(mixed.desk.units())
    assert {unit.service for unit in mixed.desk.units()} == {"aid-file", "treasury"}


def test_pending_grants_are_those_nobody_decided(mixed: RandomDays) -> None:
    desk = mixed.desk
    decided = {
        entry.facts["grant"]
        for entry in desk.entries()
        if entry.kind in ("approval_decided", "grant_cancelled")
    }
    asked = [
        entry.entry_id
        for entry in desk.entries()
        if entry.kind == "aid_granted" and entry.facts["decision"] == "pending"
    ]
    waiting = [row.entry_id for row in grants.pending_grants(desk.tables(), "A1")]
    assert waiting == [grant for grant in asked if grant not in decided]


def test_the_store_reads_back_what_the_commands_were_told(mixed: RandomDays) -> None:
    desk = mixed.desk
    with desk.workstation.reading() as connection:
        check_private_parts(connection)


def check_private_parts(connection: Connection) -> None:
    for entry in store.entries(connection, "A1"):
        told = (entry.private or {}).get("person")
        if told:
            assert told["surname"].encode() not in entry.content
