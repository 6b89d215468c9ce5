"""Steps of the burnt PC: the stick, the restore, what is entered again, what the centre holds afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.centre import Centre, connected_counter
from tests.end2end.conftest import Story
from tests.end2end.counters import Counter
from tests.end2end.words import AIDS, PEOPLE, cents, circumstances, citizen

scenarios("mirror.feature")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """The central system of this story."""
    centre = Centre(tmp_path)
    yield centre
    centre.end()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The stick, while it is plugged in."""
    return tmp_path / "stick"


@given(
    "counter A1 of the sample CCAS, connected to a centre for the aid files and to a folder of the treasury"
)
def _(story: Story, centre: Centre) -> None:
    story.add(connected_counter(story.open("A1", "ccas").data, centre, story.folder))


@given("a stick is named for the copy")
def _(story: Story, stick: Path) -> None:
    stick.mkdir()
    answer = story.here.run("mirror", "add", str(stick))
    assert answer.status == 0, answer


@given("the copy is complete")
def _(story: Story) -> None:
    answer = story.here.run("mirror", "now", "--json")
    assert answer.status == 0, answer
    (copy,) = answer.row["copies"]
    assert (copy["state"], copy["lag_entries"]) == ("current", 0)


@given("the stick is pulled out")
def _(stick: Path) -> None:
    stick.rename(stick.with_name("pocket"))


@given("the centre has taken everything")
def _(story: Story, centre: Centre) -> None:
    centre.start()
    answer = story.here.run("reconcile", "run")
    assert answer.status == 0, answer


@when("the centre is back")
def _(centre: Centre) -> None:
    centre.start()


@when("the PC burns and Bao restores from the stick")
def _(story: Story, stick: Path) -> None:
    pocket = stick.with_name("pocket")
    if stick.exists():
        stick.rename(pocket)
    burnt = story.here
    words = burnt.passphrase_file.read_bytes()
    shutil.rmtree(burnt.data)
    new = Counter("A1b", story.folder / "elsewhere")
    new.data.mkdir()
    new.passphrase_file.write_bytes(words)
    answer = new.run("journal", "restore", str(pocket), "--agent", PEOPLE["Bao"], "--json")
    # Somebody has to look for papers and to give a slice.
    assert answer.status == 1, answer
    story.add(new)
    story.said = {**answer.row, "words": answer.err}


@when("IT reconciles")
def _(story: Story) -> None:
    answer = story.here.run("reconcile", "run", "--json")
    assert (answer.status, answer.row["unexplained"]) == (0, 0), answer


@when(parsers.parse("Hélène carries {amount} € of the slice over"))
def _(story: Story, amount: str) -> None:
    answer = story.record("Hélène", "carry_slice", approver=PEOPLE["Hélène"], cents=cents(amount))
    assert answer["ok"], answer


@when(parsers.parse("Yann enters receipt {number} again: {amount} € of {aid} for {name}"))
def _(story: Story, number: str, amount: str, aid: str, name: str) -> None:
    code = AIDS[aid]
    facts = {
        "aid": code,
        "cents": cents(amount),
        "person": citizen(name),
        "circumstances": circumstances(code),
    }
    story.record("Yann", "grant_aid", **facts, form=number, already_happened=True)


@when(parsers.parse("Hélène ends the search for receipts of {before} with {last} because {reason}"))
def _(story: Story, before: str, last: str, reason: str) -> None:
    told = {"approver": PEOPLE["Hélène"], "before": before, "last": last, "reason": reason}
    story.record("Hélène", "settle_numbers", **told)


def _lost_receipts(story: Story) -> str:
    (check,) = [
        row for row in story.here.run("doctor", "--json").row["checks"] if row["name"] == "lost_numbers"
    ]
    return str(check["state"])


@then("the doctor warns of lost receipts")
def _(story: Story) -> None:
    assert _lost_receipts(story) == "warning"


@then("the doctor warns of lost receipts no more")
def _(story: Story) -> None:
    assert _lost_receipts(story) == "ok"


@then("the counter goes on as A1b with what the stick had")
def _(story: Story) -> None:
    assert (story.said["chain"], story.said["before"]) == ("A1b", "A1")
    old = story.here.entries(chain="A1")
    assert len(old) == story.said["entries"]
    assert [row["facts"]["number"] for row in old if "number" in row["facts"]] == [
        "A1-0001",
        "A1-0002",
        "A1-0003",
    ]
    assert old[-1]["private"]["person"]["surname"] == "Marin"


@then(parsers.parse("it says that receipts from {number} on may be lost"))
def _(story: Story, number: str) -> None:
    assert story.said["numbers_possibly_lost"]["from"] == number
    assert story.said["numbers_possibly_lost"]["to"] is None
    assert f"From {number} on receipts may be lost" in story.said["words"]


@then("nothing may be granted before a supervisor gives a slice")
def _(story: Story) -> None:
    answer = story.grant("Yann", citizen("Élodie Ngô"), "10", "vouchers")
    assert (answer["ok"], answer["error"]) == (False, "over_slice"), answer


@then(parsers.parse("its number is {number}"))
def _(story: Story, number: str) -> None:
    assert story.last["number"] == number


@then("the centre holds every act exactly once")
def _(story: Story, centre: Centre) -> None:
    told = sorted(
        (unit["service"], entry["entry_id"], unit["part"])
        for entry in story.here.entries(chain="A1")
        for unit in entry["facts"].get("units", ())
    )
    assert len(told) >= 2
    assert sorted(row[:3] for row in centre.business()) == told
