"""Steps of the audit: a centre that comes back from an old copy, and what IT finds and sends again."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
import uuid
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.centre import Centre, connected_counter
from tests.end2end.conftest import Story
from tests.end2end.counters import Counter, Line
from tests.end2end.words import PEOPLE, circumstances

scenarios("losses.feature")

_SETTLING_S = 1.0
# The same ids for every run, so that the centre draws the same fates for them.
_CITIZENS = uuid.UUID("6d1f9a52-2f2c-4d0e-9a3e-5f4f3c1b7a10")


class Restored(Centre):
    """A centre that may come back from an old copy, and what that did to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lost: set[str] = set()
        self.forgotten: set[str] = set()
        self.visits_before = 0
        self.answered_at = 0.0

    def put_back(self, lost: float, forgotten: float) -> None:
        """Put an old copy in its place; a third of what is lost has its number given away."""
        words = json.dumps({"lost": lost, "forgotten": forgotten, "reissued": 0.34}).encode()
        address = f"{self.address}/services/aid-file/restored"
        with urllib.request.urlopen(
            urllib.request.Request(address, words, method="POST"), timeout=20
        ) as answer:
            found: dict[str, list[str]] = json.load(answer)
        self.lost, self.forgotten = set(found["lost"]), set(found["forgotten"])
        assert self.lost
        assert set(found["reissued"]) < self.lost

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """What an outsider reads in its store."""
        with closing(sqlite3.connect(self.store)) as outsider:
            return outsider.execute(query).fetchall()

    def visits(self) -> list[str]:
        """What the counter wanted since it had sent everything."""
        return [str(row[0]) for row in self.ask("SELECT what FROM visit ORDER BY at")][self.visits_before :]

    def let_settle(self) -> None:
        """Until absence means something."""
        while time.time() < self.answered_at + _SETTLING_S + 0.05:
            time.sleep(0.02)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Restored]:
    """The central system of this story."""
    made = Restored(tmp_path)
    made.start()
    yield made
    made.end()


@given("counter A1 of the sample CCAS, connected to a centre for the aid files")
def _(story: Story, centre: Restored) -> None:
    story.add(connected_counter(story.open("A1", "ccas").data, centre, story.folder))


def _request(number: int) -> Line:
    person = {
        "given_names": ["Zoé"],
        "surname": f"Lefèvre-{number}",
        "birth_date": f"19{60 + number % 40}-03-05",
    }
    aid = {"aid": "FR-SECURG", "circumstances": circumstances("FR-SECURG"), "asked_cents": 2000 + number}
    act = {
        "command": "record_request",
        "agent": PEOPLE["Yann"],
        "entry_id": str(uuid.uuid5(_CITIZENS, str(number))),
    }
    return act | aid | {"person": person | {"identity": "document"}}


def send_requests(counter: Counter, centre: Restored, count: int) -> None:
    """So many citizens ask, and their requests arrive."""
    for answer in counter.record(*[_request(number) for number in range(count)]):
        assert answer["ok"], answer
    answer = counter.run("reconcile", "run", "--json")
    assert answer.status == 0, answer
    centre.answered_at = time.time()
    centre.visits_before = len(centre.visits())


@given(parsers.parse("{count:d} citizens asked for emergency cash, and each request reached the centre"))
def _(story: Story, centre: Restored, count: int) -> None:
    send_requests(story.here, centre, count)


@given(
    parsers.parse(
        "the centre comes back from an old copy: {lost:d} % lost, {forgotten:d} % of the keys forgotten,"
        " old numbers given to other people"
    )
)
def _(centre: Restored, lost: int, forgotten: int) -> None:
    centre.put_back(lost / 100, forgotten / 100)


@given(parsers.parse("{who} declares that the aid file is down"))
def _(story: Story, who: str) -> None:
    words = ("--agent", PEOPLE[who], "--title", "The aid file is down", "--service=aid-file")
    assert story.here.write("incident", "declare", *words).status == 0


@given("one more citizen asks for emergency cash")
def _(story: Story) -> None:
    (answer,) = story.here.record(_request(1000))
    assert answer["ok"]


@given("the centre has announced a pause that has begun")
def _(story: Story, centre: Restored) -> None:
    now = datetime.now(ZoneInfo("Europe/Paris")).replace(tzinfo=None)
    begin, end = (now + timedelta(hours=hours) for hours in (-1, 2))
    told = f"order = 1\npauses = [{{ since = {begin.isoformat()}, until = {end.isoformat()} }}]\n"
    mine = story.folder / "office.toml"
    mine.write_text(mine.read_text(encoding="utf-8").replace("order = 1\n", told, 1), encoding="utf-8")
    assert story.here.write("office", "adopt", str(mine), "--agent", PEOPLE["Bao"]).status == 0


def audit(counter: Counter, centre: Restored, *words: str) -> Line:
    """What IT is told by an audit, once absence means something."""
    centre.let_settle()
    answer = counter.run("reconcile", "audit", "--service", "aid-file", "--json", *words)
    return {"status": answer.status, **answer.row["services"][0]}


@when("IT audits")
def _(story: Story, centre: Restored) -> None:
    story.last = audit(story.here, centre)


@when("IT audits without sending")
def _(story: Story, centre: Restored) -> None:
    story.last = audit(story.here, centre, "--no-replay")


@when("IT reconciles")
def _(story: Story, centre: Restored) -> None:
    centre.let_settle()
    answer = story.here.run("reconcile", "run", "--json")
    assert answer.status == 0, answer


@then(parsers.parse("the audit is clean: asked about {asked:d} of {total:d}, lost {lost:d}"))
def _(story: Story, asked: int, total: int, lost: int) -> None:
    said = story.last
    assert (said["status"], said["asked"], said["total"], said["lost"]) == (0, asked, total, lost)


@then(parsers.re(r"the audit is (?P<word>not )?clean"))
def _(story: Story, word: str | None) -> None:
    assert story.last["status"] == (1 if word else 0), story.last


@then("nothing was sent again")
def _(centre: Restored) -> None:
    assert set(centre.visits()) == {"POST queries"}


@then("nothing was asked")
def _(centre: Restored) -> None:
    assert centre.visits() == []


def _check_named(said: Line, centre: Restored) -> None:
    found = {row["entry_id"]: row["standing"] for row in said["findings"]}
    assert {entry for entry, standing in found.items() if standing == "lost"} == centre.lost
    assert {entry for entry, standing in found.items() if standing == "forgotten"} == centre.forgotten
    assert len(found) == len(centre.lost) + len(centre.forgotten)


@then("the audit names exactly what was lost, and what is only to be found by its number")
def _(story: Story, centre: Restored) -> None:
    _check_named(story.last, centre)


def _check_once(counter: Counter, centre: Restored) -> None:
    told = Tally(
        (entry["entry_id"], entry["facts"].get("cents") or 0)
        for entry in counter.entries()
        for unit in entry["facts"].get("units", ())
        if unit["service"] == "aid-file"
    )
    rows = centre.ask("SELECT entry_id, cents FROM business WHERE key NOT LIKE 'other office %'")
    assert Tally(rows) == told


@then("every act stands at the centre exactly once, to the cent")
def _(story: Story, centre: Restored) -> None:
    _check_once(story.here, centre)


@then("only what was lost was sent again, byte for byte")
def _(story: Story, centre: Restored) -> None:
    sent: dict[str, list[str]] = {}
    for entry in story.here.entries():
        if entry["kind"] == "delivery_attempted":
            for entry_id, _, digest in entry["facts"]["attempted"]:
                sent.setdefault(entry_id, []).append(digest)
    again = {entry_id for entry_id, digests in sent.items() if len(digests) > 1}
    assert again == centre.lost
    assert all(len(set(digests)) == 1 for digests in sent.values())


@then("the status says of each loss that a person decides")
def _(story: Story, centre: Restored) -> None:
    answer = story.here.run("reconcile", "status", "--json")
    waiting = {row["entry_id"]: row for row in answer.row["needs_a_person"]}
    assert (answer.status, set(waiting)) == (1, centre.lost)
    assert all(row["state"] == "lost" and "replay" in row["next"] for row in waiting.values())


@then("the first question after the cut came before the first message")
def _(centre: Restored) -> None:
    wanted = centre.visits()
    assert wanted[0] == "POST queries"
    assert "POST batches" in wanted


@pytest.mark.long
def test_ten_thousand_acts_are_audited_and_exactly_the_losses_replayed(
    story: Story, centre: Restored
) -> None:
    counter = story.add(connected_counter(story.open("A1", "ccas").data, centre, story.folder))
    send_requests(counter, centre, 10_000)
    centre.put_back(0.06, 0.02)
    said = audit(counter, centre)
    _check_named(said, centre)
    assert (said["status"], said["asked"], said["back"]) == (0, 10_000, len(centre.lost))
    _check_once(counter, centre)
