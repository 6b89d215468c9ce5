"""Steps of suspicion: declared by IT, heard by every counter, released by two people."""

from __future__ import annotations

from pathlib import Path

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story
from tests.end2end.counters import Answer
from tests.end2end.words import GRANT, PEOPLE, citizen

scenarios("suspicion.feature")


def _exchange(story: Story) -> None:
    folder = story.folder / "shared"
    folder.mkdir(exist_ok=True)
    # Once more for what the first round left for those before.
    for name in ("A2", "A1", "A2"):
        assert story.counters[name].write("exchange", "--folder", str(folder)).status in (0, 1)


@given("the counters A1 and A2 of the sample CCAS, which exchanged facts this morning")
def _(story: Story) -> None:
    for name in ("A2", "A1"):
        story.open(name, "ccas")
    _exchange(story)


@given("the counters exchange")
@when("the counters exchange")
def _(story: Story) -> None:
    _exchange(story)


@given(parsers.re(r"at (?P<place>\w+), " + GRANT))
@when(parsers.re(r"at (?P<place>\w+), " + GRANT))
def _(story: Story, place: str, who: str, name: str, amount: str, aid: str) -> None:
    story.go_to(place)
    answer = story.grant(who, citizen(name), amount, aid)
    if place == "A2":
        story.said = {"late": answer["number"]}


def _declare(story: Story, who: str, *more: str) -> Answer:
    here = story.go_to("A1")
    since = here.entries()[0]["recorded_at"]
    told = ("--chain", "A2", "--since", since, "--reason", "gone for a night", "--agent", PEOPLE[who])
    answer = here.write("suspect", "declare", *told, *more)
    story.last = {"status": answer.status, "words": answer.err}
    return answer


@given(parsers.parse("{who} declares A2 suspect since this morning"))
@when(parsers.parse("{who} declares A2 suspect since this morning"))
def _(story: Story, who: str) -> None:
    _declare(story, who)


@when("somebody declares A2 suspect with a key that is not the office's")
def _(story: Story) -> None:
    key = Path(story.folder / "key")
    key.write_text("17" * 32, encoding="ascii")
    _declare(story, "Bao", "--office-key", str(key))


@when(parsers.parse("{who} says that what A2 recorded may be believed"))
def _(story: Story, who: str) -> None:
    here = story.go_to("A1")
    upto = _suspect(story)["last_seq"]
    words = ("--chain", "A2", "--upto", str(upto), "--agent", PEOPLE[who], "--reason", "seen on paper")
    here.write("suspect", "release", *words)


def _suspect(story: Story) -> dict[str, object]:
    answer = story.go_to("A1").run("suspect", "list", "--json")
    (row,) = answer.row["suspects"]
    return dict(row)


@then(parsers.re(r"at A1, (?P<many>\d+|nothing)(?: entry| entries)? of A2 is kept apart"))
def _(story: Story, many: str) -> None:
    assert _suspect(story)["quarantined"] == (0 if many == "nothing" else int(many))


@then(parsers.re(r"the receipt of the late grant verifies(?P<how> as suspect)?"))
def _(story: Story, how: str | None) -> None:
    out = story.folder / "late.pdf"
    story.go_to("A2").paper("receipt", story.said["late"], out=out)
    answer = story.go_to("A1").run("receipt", "verify", str(out), "--json")
    expected = (1, "suspect") if how else (0, "in_journal")
    assert (answer.status, answer.row["standing"]) == expected


@then("it is said that his role may not")
def _(story: Story) -> None:
    assert story.last["status"] != 0
    assert "role" in story.last["words"]


@then("it is said that the key is not the office's")
def _(story: Story) -> None:
    assert story.last["status"] == 2
    assert "key" in story.last["words"]


@then("nobody is suspect at A1")
def _(story: Story) -> None:
    assert story.go_to("A1").run("suspect", "list", "--json").row["suspects"] == []
