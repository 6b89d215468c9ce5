"""Steps of the recovery: the centre down, back, lossy, rejecting, killed; what IT reads of it."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from counter_app.practice.centre.faults import Faults
from tests.end2end.centre import SEED, Centre, connected_counter
from tests.end2end.conftest import Story
from tests.end2end.counters import ROOT, Line, command
from tests.end2end.words import PEOPLE, SERVICES, circumstances, citizen

scenarios("recovery.feature")

_PATIENCE_S = 60


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """The central system of this story."""
    centre = Centre(tmp_path)
    yield centre
    centre.end()


@given(
    "counter A1 of the sample CCAS, connected to a centre for the aid files and to a folder of the treasury"
)
def _(story: Story, centre: Centre) -> None:
    story.add(connected_counter(story.open("A1", "ccas").data, centre, story.folder))


def _ids(*, rejected: bool) -> Iterator[str]:
    """Entry ids of which the practice centre would reject the main message, or no message at all."""
    draw = Faults({"rejection"}, SEED)
    while True:
        fresh = uuid.uuid4()
        main, treasury = str(fresh), str(uuid.uuid5(fresh, "treasury/main"))
        if draw.strikes("rejection", main) is rejected and not draw.strikes("rejection", treasury):
            yield main


@given("citizens were served: a request and the grant for it, a grant paid in cash, a refusal")
def _(story: Story) -> None:
    ids = _ids(rejected=False)
    request, paid = next(ids), next(_ids(rejected=True))
    story.grants["Awa Diallo"] = paid
    aid = {"aid": "FR-SECURG", "circumstances": circumstances("FR-SECURG")}
    payment = {"means": "cash", "payer": "abakari"}
    acts: list[Line] = [
        {"command": "open_day", "float_cents": 50000},
        {"command": "record_request", "person": citizen("Élodie Ngô"), "entry_id": request, **aid},
        {"command": "grant_aid", "request": request, "cents": 3000, **aid},
        {"command": "grant_aid", "person": citizen("Awa Diallo"), "cents": 4000, **aid, "payment": payment},
        {
            "command": "refuse_aid",
            "person": citizen("René Lefèvre"),
            "reason": "not_urgent",
            "aid": "FR-SECURG",
        },
    ]
    acts[3]["entry_id"] = paid
    for answer in story.here.record(*({"agent": "yleroux", "entry_id": next(ids), **act} for act in acts)):
        assert answer["ok"], answer


@given("the centre is down")
def _(centre: Centre) -> None:
    assert not centre.store.exists()


@given("the centre takes what it is sent, its answer is lost, and it would take the same again")
def _(centre: Centre) -> None:
    centre.start("lost-answer,duplicate")


@given("the centre will reject the grant of Awa Diallo")
def _(centre: Centre) -> None:
    centre.start("rejection")


@given("the centre hangs in the middle of the first message")
def _(centre: Centre) -> None:
    centre.start("hang")


@when("the centre is back")
def _(centre: Centre) -> None:
    centre.end()
    centre.start()


@when("IT reconciles")
def _(story: Story) -> None:
    answer = story.here.run("reconcile", "run", "--json")
    story.last = {"status": answer.status, **answer.row}


@when(parsers.parse("IT reconciles and {who} is killed meanwhile"))
def _(story: Story, centre: Centre, who: str) -> None:
    running = subprocess.Popen(
        command(*story.here.options, "reconcile", "run"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    until = time.monotonic() + _PATIENCE_S
    while not centre.struck("hang"):
        assert time.monotonic() < until, "the centre was never asked"
        time.sleep(0.02)
    if who == "the counter":
        running.kill()
        running.wait(_PATIENCE_S)
    else:
        centre.end()
        centre.start()
        assert running.wait(_PATIENCE_S) in (0, 1)


@when(parsers.parse("{who} waives it because {reason}"))
def _(story: Story, who: str, reason: str) -> None:
    words = (story.grants["Awa Diallo"], "waive", "--service", "aid-file")
    answer = story.here.run("reconcile", "decide", *words, "--agent", PEOPLE[who], "--reason", reason)
    story.last = {"status": answer.status, "words": answer.said}


@then(parsers.re(r"(?P<what>something|nothing) is left to do"))
def _(story: Story, what: str) -> None:
    expected = (1, True) if what == "something" else (0, False)
    assert (story.last["status"], bool(story.last["unexplained"])) == expected


@then(parsers.re(r"the (?P<name>aid file|treasury) has (?P<count>\d+) acts? (?P<state>.+)"))
def _(story: Story, name: str, count: str, state: str) -> None:
    said = story.here.run("reconcile", "status", "--service", SERVICES[name]).out
    assert f"{SERVICES[name]}: {count} {state}\n" in said


@then("the log tells the cause and names nobody")
def _(story: Story) -> None:
    (log,) = (story.here.data / "logs").iterdir()
    said = log.read_text(encoding="utf-8")
    assert "aid-file: connection_refused" in said
    for name in ("Diallo", "Awa", "Ngô", "Lefèvre", "4000", "40.00", story.grants["Awa Diallo"]):
        assert name not in said


@then("the centre holds every act exactly once, to the cent")
def _(story: Story, centre: Centre) -> None:
    told = sorted(
        (unit["service"], entry["entry_id"], unit["part"], entry["facts"].get("cents", 0))
        for entry in story.here.entries()
        for unit in entry["facts"].get("units", ())
    )
    assert len(told) == 5
    assert sorted(row[:4] for row in centre.business()) == told


@then("the treasury has acknowledged by file")
def _(centre: Centre) -> None:
    (deposit,) = (centre.files / "in" / "done").iterdir()
    (acknowledgement,) = (centre.files / "ack").iterdir()
    assert acknowledgement.name == f"{deposit.stem}.ack.jsonl"


@then("the report balances against the centre's own books")
def _(story: Story, centre: Centre) -> None:
    answer = story.here.run("reconcile", "report", "--json")
    assert (answer.status, answer.row["unexplained"]) == (0, 0)
    books = centre.business()
    for row in answer.row["services"]:
        lines = sorted(f"{key} {cents}\n" for service, _, _, cents, key in books if service == row["service"])
        assert row["accepted_sha256"] == sha256("".join(lines).encode()).hexdigest()
        assert row["accepted"] == row["entries"] == len(lines)
    assert [row["accepted_cents"] for row in answer.row["services"]] == [7000, 4000]


@then("an answer was lost on the way")
def _(centre: Centre) -> None:
    assert centre.struck("lost-answer") >= 1


@then("every act was sent once")
def _(story: Story) -> None:
    sent = [
        (entry["facts"]["service"], entry_id, part)
        for entry in story.here.entries()
        if entry["kind"] == "delivery_attempted"
        for entry_id, part, _ in entry["facts"]["attempted"]
    ]
    assert len(sent) == len(set(sent)) == 5


@then("the status says that the grant of Awa Diallo was rejected by the centre, and what to do")
def _(story: Story) -> None:
    answer = story.here.run("reconcile", "status", "--json")
    (unit,) = answer.row["needs_a_person"]
    assert (answer.status, unit["entry_id"], unit["state"]) == (1, story.grants["Awa Diallo"], "rejected")
    assert "reconcile decide" in unit["next"]
    assert "rejected by the centre" in answer.err


@then(parsers.re(r"the report is (?P<word>not )?balanced"))
def _(story: Story, word: str | None) -> None:
    answer = story.here.run("reconcile", "report")
    assert answer.status == (1 if word else 0), answer


@then("the decision is recorded")
def _(story: Story) -> None:
    assert story.last["status"] == 0, story.last


@then("the decision is refused")
def _(story: Story) -> None:
    assert story.last["status"] == 1, story.last
