"""The lines of practice are recordable on any new workstation, the same every time, and show every command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.cli.main import run
from counter_app.clock import PracticeClock
from counter_app.domain.commands import command_schema, parse_command
from counter_app.domain.errors import BadInput
from counter_app.practice.commands import CommandWriter, Plan, commands
from counter_app.practice.offices import sample_office
from counter_app.projections import cash, vouchers
from counter_app.service.outcome import Outcome
from counter_app.service.workstation import Workstation

SAMPLES = ("paris", "ccas", "cpas", "comune")
WORKS_ALONE = {
    *("record_request", "grant_aid", "refuse_aid", "decide_approval", "pay_grant", "cancel_grant"),
    *("return_money", "receive_money", "open_day", "close_day", "replenish_cash", "receive_vouchers"),
    *("withdraw_vouchers", "raise_envelope", "release_slice", "declare_incident", "update_incident"),
    *("close_incident", "correct_entry", "settle_irregularity"),
}

Line = dict[str, Any]


def first(count: int, sample: str, seed: int, **more: Any) -> list[Line]:
    return list(islice(commands(sample, seed, **more), count))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    made: list[Workstation] = []

    def make(sample: str, counter: str) -> Workstation:
        # The machine's own day, so that paper forms have passed, on a clock that can be moved.
        clock = PracticeClock(datetime.now(UTC))
        data = tmp_path / counter
        create_workstation(data, sample_office(sample, counter, b"six words that open it"), clock)
        made.append(open_workstation(data, b"six words that open it", write=True, clock=clock))
        return made[-1]

    yield make
    for workstation in made:
        workstation.close()


def record(workstation: Workstation, line: Line) -> Outcome:
    return workstation.record(parse_command(json.dumps(line)), "command_line")


@pytest.mark.parametrize(
    ("sample", "counter", "pause"),
    [
        ("paris", "A1", 0),
        ("ccas", "Z9", 0),
        ("cpas", "A1", 0),
        ("comune", "Z9", 0),
        # Twenty minutes between two lines: several midnights pass.
        ("comune", "A1", 1200),
    ],
)
def test_every_line_is_recorded_and_the_books_agree(
    opened: Any, sample: str, counter: str, pause: int
) -> None:
    workstation = opened(sample, counter)
    writer = CommandWriter(sample, 5, plan=Plan(counter=counter))
    seen: set[str] = set()
    differences = []
    count = 0
    while count < 400:
        for line in writer.next_lines():
            outcome = record(workstation, line)
            facts = outcome.entry.facts
            seen.add(line["command"])
            count += 1
            workstation.clock.jump(pause)
            if line["command"] in ("open_day", "close_day"):
                differences.append(facts["difference_cents"])
            # What breaks a rule is only ever told of as paper that already happened.
            assert not facts.get("irregular") or line["already_happened"]
    assert seen == WORKS_ALONE
    assert sum(difference == 0 for difference in differences) > len(differences) // 2
    assert all(abs(difference) <= 1000 for difference in differences)
    with workstation.tables() as tables:
        assert cash.balance(tables, workstation.chain, "drawer") == writer.drawer_cents
        assert {state for _, state, *_ in vouchers.voucher_runs(tables, workstation.chain)} >= {
            "in_hand",
            "issued",
        }


def test_a_counter_without_a_slice_can_record_them_too(opened: Any) -> None:
    workstation = opened("ccas", "A1")
    release = {
        "command": "release_slice",
        "agent": "jmoreau",
        "approver": "jmoreau",
        "to": "A2",
        "cents": 750000,
    }
    record(workstation, release)
    for line in first(150, "ccas", 3):
        record(workstation, line)


def test_two_counters_of_one_office_tell_of_other_people_vouchers_and_entries() -> None:
    one, other = (first(1500, "cpas", 4, counter_index=index) for index in (0, 1))
    for key in ("entry_id", "series", "form"):
        assert not ({line.get(key) for line in one} & {line.get(key) for line in other}) - {None}
    assert not numbers(one) & numbers(other)


def numbers(lines: list[Line]) -> set[str]:
    return {number["value"] for line in lines for number in line.get("person", {}).get("numbers", [])}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_first_lines_are_the_same_however_many_are_asked_for(sample: str) -> None:
    assert first(60, sample, 8) == first(900, sample, 8)[:60]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("seed", [0, 1, 2, -7, 10**12])
def test_every_command_occurs_among_the_first_three_hundred(sample: str, seed: int) -> None:
    known = {line["command"] for line in first(300, sample, seed, plan=Plan(counter="A3"))}
    assert known == WORKS_ALONE
    # Where the counter is not known, the slice that a line gives away might be given to itself.
    assert {line["command"] for line in first(300, sample, seed)} == WORKS_ALONE - {"release_slice"}


def test_nothing_is_released_to_the_counter_that_records() -> None:
    for counter in ("A1", "A2", "A3"):
        lines = first(2000, "paris", 1, plan=Plan(counter=counter))
        assert counter not in {line["to"] for line in lines if line["command"] == "release_slice"}


def test_no_entry_id_is_ever_given_twice() -> None:
    seen: set[str] = set()
    for sample, seed in (("paris", 1), ("paris", 2), ("ccas", 1)):
        ids = [line["entry_id"] for line in first(2000, sample, seed) if "entry_id" in line]
        assert len(ids) == len(set(ids))
        assert seen.isdisjoint(ids)
        seen.update(ids)


def test_whatever_a_line_refers_to_was_told_before() -> None:
    told: set[str] = set()
    for line in first(3000, "paris", 6):
        person = line.get("person", {})
        named = [line.get(key) for key in ("request", "grant", "visit_of", "incident", "target")]
        named += [person.get("same_as"), person.get("distinct_from")]
        assert told.issuperset(entry_id for entry_id in named if entry_id is not None)
        told.add(line.get("entry_id", ""))


@pytest.mark.parametrize("sample", SAMPLES)
def test_lines_follow_the_published_schema(sample: str) -> None:
    validator = jsonschema.Draft202012Validator(command_schema())
    for line in first(200, sample, 2, plan=Plan(counter="A1")):
        validator.validate(line)


def test_people_come_in_all_the_ways_that_a_register_knows() -> None:
    people = [line["person"] for line in first(4000, "paris", 1) if "person" in line]
    births = {len(person.get("birth_date", "")) for person in people}
    assert births == {0, 4, 7, 10}
    assert any(person.get("birth_date", "").endswith("-01-01") for person in people)
    for key in ("used_name", "domiciled_by", "same_as", "distinct_from", "birth_place", "phone"):
        assert any(key in person for person in people), key
    assert any("numbers" not in person for person in people)
    assert any("given_names" not in person for person in people)
    assert any(len(person.get("given_names", [])) > 2 for person in people)
    assert any(person.get("birth_date", "") > "2009" for person in people)
    surnames = {person["surname"] for person in people}
    assert {"Lefèvre", "du Plessis", "El Amrani", "Nguyễn", "Œuvrard"} <= surnames


def test_a_player_may_keep_days_and_incidents_to_itself() -> None:
    seen = {line["command"] for line in first(600, "ccas", 1, plan=Plan(days=False, incidents=False))}
    assert not seen & {"open_day", "close_day", "declare_incident", "update_incident", "close_incident"}


def test_with_a_clock_paper_is_of_the_two_weeks_before_and_vouchers_are_good_that_year() -> None:
    clock = PracticeClock(datetime(2027, 6, 9, 10, tzinfo=UTC))
    lines = first(1500, "comune", 1, clock=clock)
    days = {line["happened_at"][:10] for line in lines if "happened_at" in line}
    assert date(2027, 5, 24).isoformat() == min(days)
    assert max(days) == date(2027, 6, 4).isoformat()
    assert {line["year"] for line in lines if line["command"] == "receive_vouchers"} == {2027}


def test_at_the_end_nobody_is_left_waiting(opened: Any) -> None:
    workstation = opened("cpas", "B1")
    writer = CommandWriter("cpas", 3, plan=Plan(days=False))
    lines = [line for _ in range(40) for line in writer.next_lines()]
    held = {line["entry_id"] for line in lines if line["command"] == "grant_aid" and "entry_id" in line}
    last = writer.last_lines()
    assert held & {line.get("grant") for line in last}
    assert writer.last_lines() == []
    for line in lines + last:
        record(workstation, line)


def test_an_unknown_office_is_named() -> None:
    with pytest.raises(BadInput, match="configuration_unknown_sample"):
        CommandWriter("nowhere", 1)


def test_the_command_line_prints_one_line_each(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = ["practice", "commands", "--sample", "ccas", "--seed", "9", "--count", "450"]
    assert run(arguments) == 0
    printed = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line) for line in printed] == first(450, "ccas", 9)


def test_the_command_line_releases_slices_where_it_knows_the_counter(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    arguments = ["practice", "commands", "--sample", "ccas", "--count", "300", "--counter", "A2"]
    assert run(arguments) == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert {line["to"] for line in lines if line["command"] == "release_slice"} <= {"A1", "A3"}


def test_an_unknown_fault_of_the_centre_is_wrong_use(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["practice", "centre", "--port", "0", "--store", str(tmp_path / "c.db"), "--faults", "flood"]
    assert run([*arguments, "--lang", "en"]) == 2
    assert "“flood”" in capfd.readouterr().err
    assert not (tmp_path / "c.db").exists()


def test_a_centre_that_cannot_keep_its_store_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.db").write_text("no database at all, but long enough to be looked at" * 40)
    arguments = ["practice", "centre", "--port", "0", "--store", str(tmp_path / "c.db"), "--lang", "en"]
    assert run(arguments) == 3
    assert capfd.readouterr().err.startswith("The practice centre cannot run (")
