"""The folder side of the centre: deposits in, acknowledgements out."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.practice.centre.desk import Desk
from counter_app.practice.centre.faults import Faults
from counter_app.practice.centre.folder import Folder
from counter_app.practice.centre.store import Store
from counter_app.practice.centre.units import read_unit

Deposited = list[tuple[str, dict[str, Any]]]


class Office:
    """A folder with its centre, which is polled by hand."""

    def __init__(self, root: Path, faults: set[str]) -> None:
        draw = Faults(faults, 0)
        self.root = root
        self.store = Store(root / "centre.db", deduplicate=draw.deduplicate)
        self.desk = Desk(self.store, draw)
        self.folder = Folder(root, self.desk)

    def deposit(self, units: Deposited, **more: Any) -> None:
        deposit(self.root, units, **more)

    def poll(self) -> None:
        asyncio.run(self.folder.poll())

    def acknowledged(self, stem: str = "aid-A1-attempt") -> list[dict[str, Any]]:
        return read_lines(self.root / "ack" / f"{stem}.ack.jsonl")

    def places(self) -> list[str]:
        """Every file below the folder, beside the store."""
        files = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*.jsonl*"))
        return sorted(files)


def deposit(root: Path, units: Deposited, stem: str = "aid-A1-attempt", **head: Any) -> None:
    """What a counter does: a part file that takes its name only when it is whole; HEAD replaces fields."""
    rest = b"".join(json.dumps({"key": key, "body": record}).encode() + b"\n" for key, record in units)
    fields = {
        "attempt": "attempt",
        "service": "aid",
        "counter": "A1",
        "count": len(units),
        "sha256": hashlib.sha256(rest).hexdigest(),
        **head,
    }
    part = root / "in" / f".{stem}.jsonl.part"
    part.write_bytes(json.dumps(fields).encode() + b"\n" + rest)
    part.rename(root / "in" / f"{stem}.jsonl")


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    with contextlib.ExitStack() as opened:

        def make(*faults: str) -> Office:
            office = Office(tmp_path, set(faults))
            opened.callback(office.store.close)
            return office

        yield make


def key_struck_by(fault: str) -> str:
    draw = Faults({fault}, 0)
    return next(f"k{n}" for n in range(5000) if draw.strikes(fault, f"k{n}"))


def test_a_deposit_is_imported_moved_and_acknowledged_line_by_line(office, body):
    here = office()
    here.deposit([("a", body(1)), ("b", body(2, cents="3"))])
    here.poll()
    assert here.places() == ["ack/aid-A1-attempt.ack.jsonl", "in/done/aid-A1-attempt.jsonl"]
    accepted, rejected = here.acknowledged()
    assert accepted == {"key": "a", "status": "accepted", "number": "CC-000001", "record": body(1)}
    assert (rejected["status"], rejected["reason"]) == ("rejected", "malformed")


def test_the_same_deposit_again_and_the_same_units_by_another_way_are_kept_once(office, body):
    here = office()
    here.desk.take("aid", [read_unit("a", body(1))])
    for _ in range(2):
        here.deposit([("a", body(1)), ("b", body(2))])
        here.poll()
        assert [one["number"] for one in here.acknowledged()] == ["CC-000001", "CC-000002"]
    here.deposit([("a", body(3))], stem="aid-A1-other")
    here.poll()
    (conflict,) = here.acknowledged("aid-A1-other")
    assert (conflict["status"], conflict["record"]) == ("conflict", body(1))
    assert [one.status for one in here.store.look_up("aid", ["a", "b", "c"])] == [
        "accepted",
        "accepted",
        "absent",
    ]


def test_without_deduplication_the_same_deposit_again_makes_other_rows(office, body):
    here = office("duplicate")
    numbers = []
    for _ in range(2):
        here.deposit([("a", body(1))])
        here.poll()
        numbers.append(here.acknowledged()[0]["number"])
    assert numbers == ["CC-000001", "CC-000002"]


def test_a_stop_between_commit_and_acknowledgement_imports_nothing_twice(office, body):
    # Without deduplication, so that a second import would show.
    here = office("duplicate")
    here.deposit([("a", body(1))])
    here.desk.take("aid", [read_unit("a", body(1))], deposit="aid-A1-attempt")
    here.poll()
    assert here.acknowledged()[0]["number"] == "CC-000001"
    assert here.desk.take("aid", [read_unit("b", body(2))])[0].number == "CC-000002"
    assert here.places() == ["ack/aid-A1-attempt.ack.jsonl", "in/done/aid-A1-attempt.jsonl"]


def test_a_late_acknowledgement_is_replaced_once_all_units_are_accepted(office, body):
    here = office("late-ack")
    here.deposit([(key_struck_by("late-ack"), body(1)), ("clean", body(2))])
    here.poll()
    assert [one["status"] for one in here.acknowledged()] == ["received", "accepted"]
    here.poll()
    assert [one["status"] for one in here.acknowledged()] == ["received", "accepted"]
    here.store.settle(time.time() + 10)
    here.poll()
    assert [one["status"] for one in here.acknowledged()] == ["accepted", "accepted"]
    assert here.store.unsettled_deposits() == []


@pytest.mark.parametrize(
    "head", [{"sha256": "0" * 64}, {"count": 2}, {"service": None}, {"service": "\ud800"}]
)
def test_a_damaged_deposit_is_refused_whole(office, body, caplog, head):
    here = office()
    here.deposit([("a", body(1))], **head)
    here.poll()
    assert here.places() == ["in/refused/aid-A1-attempt.jsonl"]
    assert here.store.look_up("aid", ["a"])[0].status == "absent"
    assert "aid-A1-attempt.jsonl is refused" in caplog.text


def test_the_deposit_of_a_closed_service_waits(office, body):
    here = office()
    here.store.set_open("aid", False)
    here.deposit([("a", body(1))])
    here.poll()
    assert here.places() == ["in/aid-A1-attempt.jsonl"]
    here.store.set_open("aid", True)
    here.poll()
    assert here.acknowledged()[0]["status"] == "accepted"


def test_a_deposit_that_can_t_be_opened_is_put_off_and_holds_up_no_other(office, body, caplog):
    here = office()
    (here.root / "in" / "aid-A0-locked.jsonl").mkdir()
    here.deposit([("a", body(1))])
    here.poll()
    here.poll()
    assert here.acknowledged()[0]["status"] == "accepted"
    assert caplog.text.count("aid-A0-locked.jsonl is put off") == 1


def test_the_running_centre_watches_its_folder_and_completes_late_acknowledgements(
    start, until, tmp_path, body
):
    start("--folder", str(tmp_path / "exchange"), "--faults", "late-ack")
    key = key_struck_by("late-ack")
    deposit(tmp_path / "exchange", [(key, body(1)), ("clean", body(2))])
    final = tmp_path / "exchange" / "ack" / "aid-A1-attempt.ack.jsonl"
    until(final.exists)
    until(lambda: [one["status"] for one in read_lines(final)] == ["accepted", "accepted"])
    assert [one["key"] for one in read_lines(final)] == [key, "clean"]
